"""The follower: rows follow the log by themselves, whatever happens in between."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from threading import Event, Thread
from uuid import uuid4

import psycopg
import pytest

from cot_flows.bootstrap import Engine
from cot_flows.follower import Follower, end_following
from cot_flows.handling import Handling, Request
from cot_flows.projecting import project
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from domain.unit import AssignUnitHead
from tests.support.waiting import until


def begin(engine: Engine, district: str, **more: object) -> None:
    """Set a district up with one unit."""
    plan = DistrictPlan(
        district=district,
        name=district.title(),
        time_zone="UTC",
        people=(Person("s-1", "steward"), Person("h-1", "head"), Person("h-2", "head")),
        units=("HR",),
        **more,  # type: ignore[arg-type]
    )
    set_up_district(engine.store, plan)


def assign(engine: Engine, district: str, head: str, effective: date | None = None) -> None:
    """Record that the unit has another head."""
    command = AssignUnitHead(unit="HR", head=head)
    request = Request(command=command, event_id=uuid4(), actor="s-1", effective_from=effective)
    Handling(engine.store, lambda: datetime.now(UTC)).handle(district, request)


def up_to_date(engine: Engine, district: str) -> Callable[[], bool]:
    """Return a question: do all live rows of a district stand at its head?"""

    def asked() -> bool:
        with engine.reading() as connection:
            found = connection.execute(
                "SELECT position FROM cot_projection.checkpoint WHERE district = %s", (district,)
            ).fetchall()
        return {position for (position,) in found} == {engine.store.head(district).position}

    return asked


@contextmanager
def following(engine: Engine, poll_seconds: float) -> Iterator[Follower]:
    """Run a follower in a thread."""
    stop, follower = Event(), Follower(engine, poll_seconds=poll_seconds)
    thread = Thread(target=follower.run, args=(stop,))
    thread.start()
    try:
        yield follower
    finally:
        stop.set()
        engine.store.announce("wake-up")
        thread.join(10)
    assert not thread.is_alive()


def test_an_announced_append_is_projected_at_once(engine: Engine) -> None:
    begin(engine, "testburg")
    # With such a pause between looks only the announcement can be the reason.
    with following(engine, poll_seconds=60):
        until(up_to_date(engine, "testburg"), seconds=20, what="the first look")
        assign(engine, "testburg", "h-1")
        engine.store.announce("testburg")
        until(up_to_date(engine, "testburg"), seconds=20, what="the projection")


def test_an_append_that_nobody_announced_is_found_by_looking(engine: Engine) -> None:
    begin(engine, "testburg")
    with following(engine, poll_seconds=0.1):
        until(up_to_date(engine, "testburg"), seconds=20, what="the first look")
        assign(engine, "testburg", "h-1")
        until(up_to_date(engine, "testburg"), seconds=20, what="the projection")


def test_it_goes_on_after_every_connection_was_cut(engine: Engine) -> None:
    begin(engine, "testburg")
    with following(engine, poll_seconds=0.1):
        until(up_to_date(engine, "testburg"), seconds=20, what="the first look")
        with psycopg.connect(engine.url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        with Engine(engine.settings, engine.url, None) as anew:
            assign(anew, "testburg", "h-1")
            until(up_to_date(anew, "testburg"), seconds=20, what="the projection")


def stand_at(engine: Engine, district: str, position: int) -> None:
    """Have a district's rows claim to stand at a position, as after a log was restored."""
    with psycopg.connect(engine.url, autocommit=True) as other:
        other.execute(
            "UPDATE cot_projection.checkpoint SET position = %s WHERE district = %s",
            (position, district),
        )


def test_a_district_that_cannot_be_projected_keeps_no_other_waiting_and_is_tried_again(
    engine: Engine,
) -> None:
    begin(engine, "alphaville")
    begin(engine, "testburg")
    project(engine, "alphaville")
    stand_at(engine, "alphaville", 9999)
    with following(engine, poll_seconds=0.1):
        until(up_to_date(engine, "testburg"), seconds=20, what="the district without fault")
        assert not up_to_date(engine, "alphaville")()
        stand_at(engine, "alphaville", 0)
        until(up_to_date(engine, "alphaville"), seconds=20, what="the district that was at fault")


def test_what_begins_to_count_on_a_later_day_is_projected_on_that_day(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(engine, "testburg")
    today = datetime.now(UTC).date()
    later = date(today.year + 1, 3, 2)
    assign(engine, "testburg", "h-1", effective=later)
    follower = Follower(engine)
    follower.catch_up()
    assert unit_head(engine) is None
    follower.catch_up()
    assert follower.refreshed == 1
    monkeypatch.setattr(
        "cot_flows.projecting.utc_now", lambda: datetime(*later.timetuple()[:3], 9, tzinfo=UTC)
    )
    follower.catch_up()
    assert unit_head(engine) == "h-1"


def unit_head(engine: Engine) -> str | None:
    """Return who heads the unit by the live rows."""
    with engine.reading() as connection:
        row = connection.execute("SELECT head FROM cot_projection.unit_progress").fetchone()
    return None if row is None else row[0]


WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND application_name = 'cot-flows cot_project' AND wait_event_type = 'Lock'"
)


def waits_for_a_lock(other: psycopg.Connection) -> Callable[[], bool]:
    """Return a question: does a statement of a projection wait for somebody's lock?"""

    def asked() -> bool:
        row = other.execute(WAITING).fetchone()
        return bool(row and row[0])

    return asked


def test_a_follower_inside_a_statement_that_does_not_end_is_stopped_at_once(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    begin(engine, "testburg")
    stop, follower = Event(), Follower(engine)
    thread = Thread(target=follower.run, args=(stop,))
    with (
        psycopg.connect(engine.url, autocommit=True) as other,
        psycopg.connect(engine.url) as holder,
    ):
        holder.execute("LOCK TABLE cot_projection.unit_progress IN ACCESS EXCLUSIVE MODE")
        thread.start()
        until(waits_for_a_lock(other), seconds=20, what="the follower to wait")
        # The lock is still held: only a cancelled statement can end.
        assert end_following(engine, thread, stop, at_most=20)
        assert not waits_for_a_lock(other)()
    assert not caplog.records
    project(engine, "testburg")
    assert up_to_date(engine, "testburg")()


def test_a_follower_that_only_listens_is_stopped(engine: Engine) -> None:
    begin(engine, "testburg")
    stop = Event()
    thread = Thread(target=Follower(engine, poll_seconds=0.1).run, args=(stop,))
    thread.start()
    until(up_to_date(engine, "testburg"), seconds=20, what="the first look")
    assert end_following(engine, thread, stop, at_most=20)


def test_the_server_ends_the_statement_of_a_client_that_has_gone(engine: Engine) -> None:
    with (
        psycopg.connect(engine.url, autocommit=True) as other,
        psycopg.connect(engine.url) as holder,
    ):
        begin(engine, "testburg")
        holder.execute("LOCK TABLE cot_projection.unit_progress IN ACCESS EXCLUSIVE MODE")

        def read() -> None:
            with engine.projecting() as connection:
                line = socket.socket(fileno=os.dup(connection.fileno()))
                lines.append(line)
                with suppress(psycopg.OperationalError):
                    connection.execute("SELECT count(*) FROM cot_projection.unit_progress")

        lines: list[socket.socket] = []
        thread = Thread(target=read)
        thread.start()
        until(waits_for_a_lock(other), seconds=20, what="the statement to wait")
        with lines[0] as line:
            line.shutdown(socket.SHUT_RDWR)
        until(lambda: not waits_for_a_lock(other)(), seconds=20, what="the server to notice")
        thread.join(20)
        assert not thread.is_alive()
