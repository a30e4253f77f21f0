"""The leaf hash of the database is that of Python, for the shared vectors and for anything else."""

from datetime import UTC, datetime

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import TupleRow

from events.leaf import leaf_hash
from tests.integration.log.conftest import Connecting
from tests.support.leaf_vectors import vectors
from tests.support.strategies import plain_texts

NUMBERS = st.integers(1, 2**63 - 1)
MOMENTS = st.datetimes(timezones=st.just(UTC)) | st.sampled_from(
    [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)


def in_database(
    connection: psycopg.Connection[TupleRow],
    district: str,
    position: int,
    stream: str,
    version: int,
    moment: datetime,
    content: bytes,
) -> bytes:
    row = connection.execute(
        "SELECT cot_log.leaf_hash(%s, %s::bigint, %s, %s::bigint, %s::timestamptz, %s)",
        (district, position, stream, version, moment, content),
    ).fetchone()
    assert row is not None
    return bytes(row[0])


def test_the_database_gives_the_leaf_of_every_vector(connect: Connecting) -> None:
    reader = connect("cot_reader")
    for vector in vectors():
        leaf = in_database(
            reader,
            str(vector["district"]),
            int(str(vector["position"])),
            str(vector["stream"]),
            int(str(vector["stream_version"])),
            datetime.fromisoformat(str(vector["recorded_at"])),
            bytes.fromhex(str(vector["content"])),
        )
        assert leaf.hex() == vector["leaf"], vector["name"]


@pytest.mark.parametrize("zone", ["UTC", "America/St_Johns"])
def test_database_and_python_give_the_same_leaf(connect: Connecting, zone: str) -> None:
    reader = connect("cot_reader")
    reader.execute("SELECT set_config('TimeZone', %s, false)", (zone,))

    @given(plain_texts(), NUMBERS, plain_texts(), NUMBERS, MOMENTS, st.binary(max_size=200))
    @settings(
        max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def agree(
        district: str, position: int, stream: str, version: int, moment: datetime, content: bytes
    ) -> None:
        assert in_database(
            reader, district, position, stream, version, moment, content
        ) == leaf_hash(
            district=district,
            position=position,
            stream=stream,
            stream_version=version,
            recorded_at=moment,
            content=content,
        )

    agree()
