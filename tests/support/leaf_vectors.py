"""Makes the file of leaf vectors that all implementations share: `python -m tests.support.leaf_vectors`.

Each vector gives the parts of a leaf as JSON can hold them without loss (large numbers and bytes as
texts), the framed bytes whose SHA-256 the leaf is, and the leaf. The framing is written here a
second time, byte by byte, so that the vectors do not merely repeat what they are to test.
"""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

FILE = Path(__file__).parents[1] / "vectors" / "leaf.json"

PLAIN: dict[str, object] = {
    "district": "marrow-bay",
    "position": "1",
    "stream": "unit-HR",
    "stream_version": "1",
    "recorded_at": "2025-08-01T19:00:00.000000+00:00",
    "content": b'{"data":{},"type":"UnitRegistered"}'.hex(),
}
CHANGES: tuple[tuple[str, dict[str, object]], ...] = (
    ("a plain leaf", {}),
    ("another position", {"position": "2"}),
    ("another stream version", {"stream_version": "2"}),
    ("a microsecond later", {"recorded_at": "2025-08-01T19:00:00.000001+00:00"}),
    ("the last microsecond of a second", {"recorded_at": "2025-08-01T19:00:00.999999+00:00"}),
    ("a microsecond before 1970", {"recorded_at": "1969-12-31T23:59:59.999999+00:00"}),
    ("the beginning of 1970", {"recorded_at": "1970-01-01T00:00:00.000000+00:00"}),
    ("the earliest time", {"recorded_at": "0001-01-01T00:00:00.000000+00:00"}),
    ("the latest time", {"recorded_at": "9999-12-31T23:59:59.999999+00:00"}),
    ("the largest numbers", {"position": str(2**63 - 1), "stream_version": str(2**63 - 1)}),
    ("no content", {"content": ""}),
    ("all bytes as content", {"content": bytes(range(256)).hex()}),
    ("texts of several bytes a character", {"stream": "fähre-\U0001f6a2", "district": "øst"}),
    ("a border moved between district and stream", {"district": "marrow-bayu", "stream": "nit-HR"}),
    ("empty texts", {"district": "", "stream": ""}),
)


def framed(vector: dict[str, object]) -> bytes:
    """The bytes under the hash: numbers big-endian, texts after their length in four bytes."""
    moment = datetime.fromisoformat(str(vector["recorded_at"]))
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    district, stream = str(vector["district"]).encode(), str(vector["stream"]).encode()
    return b"".join(
        [
            bytes([0]),
            "cot-flows/leaf/v1".encode("ascii"),
            len(district).to_bytes(4, "big"),
            district,
            int(str(vector["position"])).to_bytes(8, "big"),
            len(stream).to_bytes(4, "big"),
            stream,
            int(str(vector["stream_version"])).to_bytes(8, "big"),
            (since // timedelta(microseconds=1)).to_bytes(8, "big", signed=True),
            sha256(bytes.fromhex(str(vector["content"]))).digest(),
        ]
    )


def vectors() -> list[dict[str, object]]:
    """All vectors, each with its framed bytes and its leaf."""
    made: list[dict[str, object]] = []
    for name, changes in CHANGES:
        parts = PLAIN | changes
        leaf = sha256(framed(parts)).hexdigest()
        made.append({"name": name, **parts, "framed": framed(parts).hex(), "leaf": leaf})
    return made


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
