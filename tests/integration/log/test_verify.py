"""The checker finds every change of a log, and says at which position, even one by a superuser."""

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest
from psycopg.rows import TupleRow

from events.postgres import PostgresStore
from events.verify import Finding, verify_log
from tests.integration.log.conftest import DISTRICT, Connecting
from tests.support.databases import fresh_database
from tests.support.log import lending, plain_codec, started, write

TABLES: tuple[LiteralString, ...] = ("event", "event_subject", "event_personal", "log")


@pytest.fixture(scope="module")
def database_url(server_url: str) -> Iterator[str]:
    """One database for these tests: what an intruder does is rolled back."""
    with fresh_database(server_url) as url:
        yield url


@pytest.fixture
def intruder(filled: PostgresStore, connect: Connecting) -> Iterator[psycopg.Connection[TupleRow]]:
    """A superuser who switches the refusing triggers and the foreign keys off; all undone later."""
    connection = connect(None)
    with connection.transaction(force_rollback=True):
        for table in TABLES:
            connection.execute(
                psycopg.sql.SQL("ALTER TABLE cot_log.{} DISABLE TRIGGER ALL").format(
                    psycopg.sql.Identifier(table)
                )
            )
        yield connection


def found(connection: psycopg.Connection[TupleRow]) -> list[Finding]:
    """What the checker finds, over the intruder's own connection."""
    head = PostgresStore(lending(connection), plain_codec()).head(DISTRICT)
    return verify_log(connection, plain_codec(), head)


def checks(findings: list[Finding]) -> dict[str, set[int]]:
    """The positions at which each check found something."""
    told: dict[str, set[int]] = {}
    for finding in findings:
        assert finding.district == DISTRICT
        assert finding.message
        told.setdefault(finding.check, set()).add(finding.position)
    return told


def test_an_intact_log_gives_no_finding(filled: PostgresStore, connect: Connecting) -> None:
    told: list[int] = []
    assert not verify_log(connect("cot_append"), plain_codec(), filled.head(DISTRICT), told.append)
    assert told == [6]


def test_an_empty_log_gives_no_finding(store: PostgresStore, connect: Connecting) -> None:
    store.create_log("empty", clock="server", time_zone="UTC")
    assert verify_log(connect("cot_append"), plain_codec(), store.head("empty")) == []


def test_events_appended_while_the_checker_reads_are_no_finding(
    filled: PostgresStore, connect: Connecting
) -> None:
    head = filled.head(DISTRICT)
    connection = connect("cot_append")
    with connection.transaction(force_rollback=True):
        growing = PostgresStore(lending(connection), plain_codec())
        growing.append(DISTRICT, [write(started("z"))], recorded_at=head.recorded_at)
        assert growing.head(DISTRICT).position == 7
        assert verify_log(connection, plain_codec(), head) == []


# What is changed, and the findings that this must give: check and position.
TAMPERED: tuple[tuple[str, LiteralString, set[tuple[str, int]]], ...] = (
    (
        "a byte of the payload",
        "UPDATE cot_log.event SET content = replace(convert_from(content, 'UTF8'), '\"schools_percent\":5', '\"schools_percent\":6')::bytea WHERE position = 3",
        {("leaf", 3), ("document", 3)},
    ),
    (
        "a byte that breaks the payload",
        "UPDATE cot_log.event SET content = set_byte(content, 0, 91) WHERE position = 2",
        {("leaf", 2), ("content", 2)},
    ),
    (
        "a byte that is no text at all",
        "UPDATE cot_log.event SET content = set_byte(content, 20, 255) WHERE position = 2",
        {("leaf", 2), ("content", 2)},
    ),
    (
        "the payload for a list",
        "UPDATE cot_log.event SET content = '[]', data = '[]' WHERE position = 2",
        {("leaf", 2), ("content", 2)},
    ),
    (
        "the actor, in content and document, with a leaf made anew for another place",
        "UPDATE cot_log.event SET content = replace(convert_from(content, 'UTF8'), 'a-steward', 'a-deputy')::bytea, actor = 'a-deputy' WHERE position = 4",
        {("leaf", 4)},
    ),
    (
        "the actor beside the content only",
        "UPDATE cot_log.event SET actor = 'a-deputy' WHERE position = 4",
        {("columns", 4)},
    ),
    (
        "the data beside the content",
        "UPDATE cot_log.event SET data = jsonb_set(data, '{schools_percent}', '6') WHERE position = 3",
        {("document", 3)},
    ),
    (
        "a whole number in the data to a broken one that equals it",
        "UPDATE cot_log.event SET data = jsonb_set(data, '{schools_percent}', '5.0') WHERE position = 3",
        {("document", 3)},
    ),
    (
        "how exactly the day is known",
        "UPDATE cot_log.event SET precision = 'month' WHERE position = 4",
        {("columns", 4)},
    ),
    (
        "the door by which it came in",
        "UPDATE cot_log.event SET source = 'import' WHERE position = 4",
        {("columns", 4)},
    ),
    (
        "the subjects beside the content",
        "UPDATE cot_log.event SET subjects = '{unit:IT}' WHERE position = 4",
        {("columns", 4), ("subjects", 4)},
    ),
    (
        "the type",
        "UPDATE cot_log.event SET type = 'ActivityCompleted' WHERE position = 1",
        {("columns", 1)},
    ),
    (
        "the schema version",
        "UPDATE cot_log.event SET schema_version = 2 WHERE position = 1",
        {("columns", 1)},
    ),
    (
        "the day it occurred",
        "UPDATE cot_log.event SET occurred_on = occurred_on - 1 WHERE position = 5",
        {("columns", 5)},
    ),
    (
        "the day from which it counts",
        "UPDATE cot_log.event SET effective_from = effective_from - 1 WHERE position = 5",
        {("columns", 5)},
    ),
    (
        "whether it counts later",
        "UPDATE cot_log.event SET comes_later = NOT comes_later WHERE position = 5",
        {("columns", 5)},
    ),
    (
        "the event id",
        "UPDATE cot_log.event SET event_id = gen_random_uuid() WHERE position = 5",
        {("columns", 5)},
    ),
    (
        "which fact is corrected",
        "UPDATE cot_log.event SET fact_position = 3 WHERE position = 6",
        {("columns", 6)},
    ),
    (
        "that a fact is its own",
        "UPDATE cot_log.event SET fact_position = 1 WHERE position = 4",
        {("columns", 4)},
    ),
    (
        "the time of recording",
        "UPDATE cot_log.event SET recorded_at = recorded_at + interval '1 microsecond' WHERE position = 3",
        {("leaf", 3)},
    ),
    (
        "the time of recording to one before its predecessor",
        "UPDATE cot_log.event SET recorded_at = recorded_at - interval '1 day' WHERE position = 4",
        {("leaf", 4), ("recording times", 4)},
    ),
    (
        "the leaf",
        "UPDATE cot_log.event SET leaf_hash = sha256('') WHERE position = 1",
        {("leaf", 1)},
    ),
    (
        "the stream",
        "UPDATE cot_log.event SET stream = 's-3' WHERE position = 4",
        {("leaf", 4), ("stream versions", 4), ("stream versions", 6)},
    ),
    (
        "two rows for each other",
        "UPDATE cot_log.event e SET content = o.content, data = o.data, event_id = gen_random_uuid(), type = o.type FROM cot_log.event o WHERE (e.position, o.position) IN ((1, 4), (4, 1))",
        {("leaf", 1), ("leaf", 4), ("columns", 1), ("columns", 4)},
    ),
    (
        "a row in the middle to nothing",
        "DELETE FROM cot_log.event WHERE position = 3",
        {("positions", 4), ("stream versions", 5)},
    ),
    (
        "the first row to nothing",
        "DELETE FROM cot_log.event WHERE position = 1",
        {("positions", 2), ("stream versions", 2)},
    ),
    (
        "the last row to nothing",
        "DELETE FROM cot_log.event WHERE position = 6",
        {("head", 6)},
    ),
    (
        "the last rows to nothing",
        "DELETE FROM cot_log.event WHERE position > 3",
        {("head", 4)},
    ),
    (
        "the head, cut back before the end",
        "UPDATE cot_log.log SET head_position = 4, head_recorded_at = (SELECT recorded_at FROM cot_log.event WHERE position = 4)",
        {("head", 5)},
    ),
    (
        "the head's time",
        "UPDATE cot_log.log SET head_recorded_at = head_recorded_at + interval '1 second'",
        {("head", 6)},
    ),
    (
        "a personal value",
        "UPDATE cot_log.event_personal SET value = 'other words' WHERE position = 3 AND field = 'data.note'",
        {("commitments", 3)},
    ),
    (
        "a salt",
        "UPDATE cot_log.event_personal SET salt = decode(repeat('00', 16), 'hex') WHERE position = 3 AND field = 'reason'",
        {("commitments", 3)},
    ),
    (
        "a personal value that nobody committed to, from nothing",
        "INSERT INTO cot_log.event_personal VALUES ('marrow-bay', 1, 'reason', decode(repeat('00', 16), 'hex'), 'made up')",
        {("commitments", 1)},
    ),
    (
        "a subject",
        "UPDATE cot_log.event_subject SET subject = 'unit:IT' WHERE position = 5 AND subject = 'unit:HR'",
        {("subjects", 5)},
    ),
    (
        "a subject to nothing",
        "DELETE FROM cot_log.event_subject WHERE position = 5 AND subject = 'unit:HR'",
        {("subjects", 5)},
    ),
    (
        "a subject from nothing",
        "INSERT INTO cot_log.event_subject VALUES ('marrow-bay', 'unit:IT', 2)",
        {("subjects", 2)},
    ),
    (
        "a subject of an event to come, which that event would take on",
        "INSERT INTO cot_log.event_subject VALUES ('marrow-bay', 'unit:IT', 7)",
        {("head", 7)},
    ),
    (
        "a personal value of an event to come, from nothing",
        "INSERT INTO cot_log.event_personal VALUES ('marrow-bay', 8, 'reason', decode(repeat('00', 16), 'hex'), 'made up')",
        {("head", 8)},
    ),
    (
        "an event behind the head, from nothing",
        "INSERT INTO cot_log.event SELECT district, 9, stream, 9, gen_random_uuid(), type, schema_version, recorded_at, occurred_on, effective_from, comes_later, 9, precision, actor, source, subjects, content, data, leaf_hash FROM cot_log.event WHERE position = 6",
        {("head", 9)},
    ),
)


@pytest.mark.parametrize(
    ("change", "expected"),
    [pytest.param(change, expected, id=name) for name, change, expected in TAMPERED],
)
def test_whoever_changes_something_is_found_at_its_position(
    intruder: psycopg.Connection[TupleRow],
    change: LiteralString,
    expected: set[tuple[str, int]],
) -> None:
    assert intruder.execute(change).rowcount > 0
    told = {(check, place) for check, places in checks(found(intruder)).items() for place in places}
    assert expected <= told
    # What is wrong at one place is not blamed on another.
    assert {place for _, place in told} == {place for _, place in expected}


def test_a_leaf_made_anew_by_the_intruder_is_not_found_without_a_copy_kept_elsewhere(
    intruder: psycopg.Connection[TupleRow],
) -> None:
    """The limit of the check, told to its user: who can rewrite everything can rewrite it all."""
    intruder.execute(
        "UPDATE cot_log.event SET content = c, actor = 'a-deputy', leaf_hash = "
        "cot_log.leaf_hash(district, position, stream, stream_version, recorded_at, c) FROM (SELECT "
        "replace(convert_from(content, 'UTF8'), 'a-steward', 'a-deputy')::bytea AS c "
        "FROM cot_log.event WHERE position = 1) AS n WHERE position = 1"
    )
    assert found(intruder) == []


def test_findings_come_in_the_order_of_positions(
    intruder: psycopg.Connection[TupleRow],
) -> None:
    intruder.execute("UPDATE cot_log.event SET leaf_hash = sha256('')")
    findings = found(intruder)
    assert [finding.position for finding in findings] == [1, 2, 3, 4, 5, 6]
