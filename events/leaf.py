"""The leaf hash: what binds an event's content to its place and time in the log.

`sha256(0x00 ‖ tag ‖ len ‖ district ‖ position ‖ len ‖ stream ‖ stream version ‖ recorded at ‖
sha256(content))`, lengths as 4 bytes and numbers as 8 bytes, big-endian; the recording time in
microseconds since 1970. The first byte is the leaf prefix of RFC 9162. The database computes the
same in `cot_log.leaf_hash`; one file of vectors is shared by all implementations.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from struct import pack

TAG = b"cot-flows/leaf/v1"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Return the moment as microseconds since 1970, exactly."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def leaf_hash(
    *,
    district: str,
    position: int,
    stream: str,
    stream_version: int,
    recorded_at: datetime,
    content: bytes,
) -> bytes:
    """Return the 32 bytes that bind content, place and time together."""
    district_bytes, stream_bytes = district.encode(), stream.encode()
    return sha256(
        b"\x00"
        + TAG
        + pack(">i", len(district_bytes))
        + district_bytes
        + pack(">q", position)
        + pack(">i", len(stream_bytes))
        + stream_bytes
        + pack(">qq", stream_version, microseconds(recorded_at))
        + sha256(content).digest()
    ).digest()
