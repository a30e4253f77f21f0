"""The short form of the append stores what the long one stores, and refuses what it refuses."""

from datetime import date, timedelta
from hashlib import sha256

import psycopg
import pytest
from psycopg.rows import TupleRow

from domain.facts.every import EVENT_TYPES
from events.codec import Codec
from events.envelope import NewEvent
from events.errors import LogError
from events.postgres import PostgresStore
from events.store import ANY_VERSION, NO_STREAM, ExpectedVersion, StreamWrite, at
from tests.integration.log.conftest import Connecting
from tests.support.log import BEGINS, DAY, ZONE, Odd, event_id, lending, new, noted, started

LATER = DAY + timedelta(days=400)


@pytest.fixture
def connection(connect: Connecting) -> psycopg.Connection[TupleRow]:
    """A connection that may append."""
    return connect("cot_append")


@pytest.fixture
def store(connection: psycopg.Connection[TupleRow]) -> PostgresStore:
    """A store with two districts alike, whose salts are always the same."""
    codec = Codec((*EVENT_TYPES, Odd), lambda: sha256(b"salt").digest()[:16])
    made = PostgresStore(lending(connection), codec)
    for district in ("short", "long"):
        made.create_log(district, clock="simulated", time_zone=ZONE, begins_at=BEGINS)
        made.append(
            district, [StreamWrite("s", (started("a"), noted("b")), NO_STREAM)], recorded_at=BEGINS
        )
    return made


def put(
    store: PostgresStore, district: str, fact: NewEvent, expected: ExpectedVersion, hour: int
) -> str:
    """Append a fact, in the long form if the district says so; return what came of it."""
    writes = [StreamWrite("s", (fact,), expected)]
    if district == "long":
        # A fence beside it, which holds whatever the short form would say.
        writes.append(StreamWrite("fence", (), ANY_VERSION))
    try:
        told = store.append(district, writes, recorded_at=BEGINS + timedelta(hours=hour))
    except LogError as error:
        return str(error).replace(district, "there")
    return str(told)


def rows(connection: psycopg.Connection[TupleRow], district: str) -> list[TupleRow]:
    """All that is stored of a district, without the leaf: that holds the district's name."""
    return connection.execute(
        "SELECT e.position, e.stream, e.stream_version, e.event_id, e.type, e.schema_version, "
        "e.recorded_at, e.occurred_on, e.effective_from, e.comes_later, e.fact_position, "
        "e.precision, e.actor, e.source, e.subjects, e.content, e.data, "
        "e.leaf_hash = cot_log.leaf_hash(e.district, e.position, e.stream, e.stream_version, "
        "e.recorded_at, e.content), l.head_position, l.head_recorded_at, "
        "ARRAY(SELECT x.subject FROM cot_log.event_subject x WHERE x.district = e.district "
        "AND x.position = e.position ORDER BY 1), "
        "ARRAY(SELECT (p.field, p.salt, p.value)::text FROM cot_log.event_personal p "
        "WHERE p.district = e.district AND p.position = e.position ORDER BY 1) "
        "FROM cot_log.event e JOIN cot_log.log l USING (district) "
        "WHERE e.district = %s ORDER BY e.position",
        (district,),
    ).fetchall()


FACTS = (
    (started("c"), at(2), 1),
    (noted("d", "words of a person", reason="a reason"), ANY_VERSION, 1),
    (new(Odd(amount="José \u2028 \"'\\"), "e", subjects=("*", "odd:one")), at(4), 2),
    (started("f", effective_from=LATER, occurred_on=date(2025, 1, 1), precision="month"), at(5), 3),
    (noted("g", "better words", corrects=event_id("b"), reason="misheard"), at(6), 4),
)


def test_an_event_appended_in_the_short_form_is_stored_as_in_the_long_one(
    store: PostgresStore, connection: psycopg.Connection[TupleRow]
) -> None:
    for fact, expected, hour in FACTS:
        short = put(store, "short", fact, expected, hour)
        assert short == put(store, "long", fact, expected, hour)
        assert "recognised=False" in short
    assert len(rows(connection, "short")) == 2 + len(FACTS)
    assert rows(connection, "short") == rows(connection, "long")


@pytest.mark.parametrize(
    ("fact", "expected", "hour", "says"),
    [
        pytest.param(started("c"), at(1), 1, "version", id="another version"),
        pytest.param(started("c"), NO_STREAM, 1, "version", id="a stream that exists"),
        pytest.param(started("a"), at(2), 1, "recognised=True", id="a known fact"),
        pytest.param(noted("a"), at(2), 1, "other content", id="a known id with another fact"),
        pytest.param(started("c"), at(2), -1, "clock", id="a time before the head"),
        pytest.param(
            started("c", corrects=event_id("nobody")), at(2), 1, "correct", id="an unknown fact"
        ),
    ],
)
def test_what_the_long_form_does_not_record_the_short_one_does_not_record_either(
    store: PostgresStore,
    connection: psycopg.Connection[TupleRow],
    fact: NewEvent,
    expected: ExpectedVersion,
    hour: int,
    says: str,
) -> None:
    told = put(store, "short", fact, expected, hour)
    assert told == put(store, "long", fact, expected, hour)
    assert says in told
    assert len(rows(connection, "short")) == 2
