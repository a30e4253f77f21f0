"""Analysts read views with a comment on every column, and nothing else."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from psycopg import errors
from psycopg.rows import TupleRow

from domain.facts.activity import ActivityStarted
from domain.facts.review import ReviewClosed
from domain.facts.unit import UnitRegistered
from projections.catalogue import PROJECTIONS
from tests.integration.projections.history import planned, triggered
from tests.integration.projections.world import World


@pytest.fixture
def analyst(world: World) -> Iterator[psycopg.Connection[TupleRow]]:
    """A session of an analyst: read-only, as the login role of analysts is set up."""
    with world.session("cot_analyst") as connection:
        connection.read_only = True
        yield connection


@pytest.mark.parametrize(
    "query",
    [
        "SELECT FROM cot_log.event",
        "SELECT FROM cot_log.event_personal",
        "SELECT FROM cot_projection.activity_timeline",
        "SELECT FROM cot_projection.activity_timeline_live()",
        "SELECT cot_projection.today('x')",
    ],
)
def test_an_analyst_has_no_way_past_the_read_schema(
    analyst: psycopg.Connection[TupleRow], query: str
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        analyst.execute(query.encode())


def test_the_role_that_computes_rows_cannot_read_personal_values(world: World) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        world.connection("cot_project").execute("SELECT FROM cot_log.event_personal")


def test_every_view_and_every_column_has_a_comment(analyst: psycopg.Connection[TupleRow]) -> None:
    rows = analyst.execute(
        'SELECT view, "column", comment, view_comment FROM cot_read.data_dictionary'
    ).fetchall()
    assert {row[0] for row in rows} == {
        *(projection.name for projection in PROJECTIONS),
        "districts",
        "event_counts",
        "data_dictionary",
    }
    assert [row[:2] for row in rows if not row[2] or not row[3]] == []


def test_the_views_show_the_live_rows_and_the_position_they_come_from(
    world: World, analyst: psycopg.Connection[TupleRow]
) -> None:
    world.put("activity-A1", planned("A1"))
    world.refresh_all()
    world.put("activity-A1", ActivityStarted(activity="A1"))
    shown = analyst.execute(
        "SELECT activity, status, as_of_position, as_of_time, clock"
        " FROM cot_read.activity_timeline WHERE district = %s",
        (world.district,),
    ).fetchall()
    assert shown == [("A1", "planned", 2, world.now, "simulated")]


def test_a_view_counts_a_fact_whose_day_has_come_before_the_next_refresh(
    world: World, analyst: psycopg.Connection[TupleRow]
) -> None:
    world.put("review-V1", triggered("V1"))
    day = world.today + timedelta(days=3)
    world.put("review-V1", ReviewClosed(review="V1"), counts_from=day)
    world.refresh_all()
    world.later(5)
    world.put("unit-HR", UnitRegistered(unit="HR", name="Human resources"))
    shown = analyst.execute(
        "SELECT status, as_of_position FROM cot_read.review_queue WHERE district = %s",
        (world.district,),
    ).fetchall()
    assert shown == [("closed", 3)]


def test_as_of_functions_answer_about_the_past_in_a_read_only_session(
    world: World, analyst: psycopg.Connection[TupleRow]
) -> None:
    world.put("activity-A1", planned("A1"))
    then = world.now
    world.later(2)
    world.put("activity-A1", ActivityStarted(activity="A1"))
    world.refresh_all()
    query = "SELECT status, as_of_position FROM cot_read.activity_timeline_as_of(%s, %s, %s)"
    past = analyst.execute(query, (world.district, then, None)).fetchall()
    now = analyst.execute(query, (world.district, None, None)).fetchall()
    # Known now, but looked at on the first day: the start was not yet.
    first_day = analyst.execute(query, (world.district, None, then.date())).fetchall()
    assert (past, now, first_day) == ([("planned", 2)], [("started", 3)], [("planned", 3)])


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda each: each.name)
def test_a_view_equals_its_as_of_function_at_the_head(
    world: World, analyst: psycopg.Connection[TupleRow], projection: object
) -> None:
    name = getattr(projection, "name", "")
    world.put("unit-HR", UnitRegistered(unit="HR", name="Human resources"))
    world.put("activity-A1", planned("A1"))
    world.put("review-V1", triggered("V1"))
    world.refresh_all()
    view = psycopg.sql.SQL("SELECT * FROM {} WHERE district = %s")
    function = psycopg.sql.SQL("SELECT * FROM {}(%s)")
    shown = analyst.execute(
        view.format(psycopg.sql.Identifier("cot_read", name)), (world.district,)
    ).fetchall()
    computed = analyst.execute(
        function.format(psycopg.sql.Identifier("cot_read", f"{name}_as_of")), (world.district,)
    ).fetchall()
    assert sorted(shown, key=str) == sorted(computed, key=str)


def test_a_question_about_an_unknown_district_or_a_time_to_come_is_refused(
    world: World, analyst: psycopg.Connection[TupleRow]
) -> None:
    with pytest.raises(errors.NoDataFound, match="has no log"):
        analyst.execute("SELECT FROM cot_read.review_queue_as_of('nowhere')")
    later = world.now + timedelta(days=1)
    with pytest.raises(errors.DatetimeFieldOverflow, match="has not come yet"):
        analyst.execute("SELECT FROM cot_read.review_queue_as_of(%s, %s)", (world.district, later))


def test_districts_and_event_counts_tell_what_the_log_holds(
    world: World, analyst: psycopg.Connection[TupleRow]
) -> None:
    world.put("activity-A1", planned("A1"))
    district = analyst.execute(
        "SELECT name, clock, today, last_position FROM cot_read.districts WHERE district = %s",
        (world.district,),
    ).fetchall()
    counts = analyst.execute(
        "SELECT month::text, type, events, first_position FROM cot_read.event_counts"
        " WHERE district = %s ORDER BY first_position",
        (world.district,),
    ).fetchall()
    assert district == [("Bay", "simulated", world.now.date(), 2)]
    assert counts == [
        ("2025-08-01", "DistrictEstablished", 1, 1),
        ("2025-08-01", "ActivityPlanned", 1, 2),
    ]
