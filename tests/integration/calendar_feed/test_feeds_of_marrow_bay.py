"""The calendars of a played district: read back by the standard's libraries, and made twice."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import recurring_ical_events
from icalendar import Calendar

from cot_flows.bootstrap import Engine
from cot_flows.calendar_feed.asking import calendar
from cot_flows.calendar_feed.entries import Wanted
from cot_flows.cli.main import outcome
from cot_flows.errors import UnknownThing
from cot_flows.moments import resolve_moment
from cot_flows.scenarios.marrow_bay.people import CHAIR, HEADS
from domain.facts.review_course import ReviewCancelled, ReviewLapsed, ReviewMerged
from projections.reading import read
from tests.support.marrow_bay import DISTRICT

JUNE = "2026-06-15"
EARLY = ReviewMerged | ReviewLapsed | ReviewCancelled


def feed(engine: Engine, wanted: Wanted | None = None, known_at: str | None = None) -> bytes:
    moment = resolve_moment(engine, engine.store.head(DISTRICT), known_at, None)
    return calendar(engine, moment, wanted or Wanted())


def events(made: bytes) -> list[Any]:
    (parsed,) = Calendar.from_ical(made, multiple=True)
    return list(parsed.walk("VEVENT"))


def reviews_due(engine: Engine) -> Counter[date]:
    moment = resolve_moment(engine, engine.store.head(DISTRICT), JUNE, None)
    with engine.reading() as connection:
        rows = read(
            connection, "review_queue", DISTRICT, position=moment.position, today=moment.today
        ).rows
    since = date.fromisoformat(JUNE) - timedelta(days=90)
    # What was merged or lapsed ended without closing, on the day of that fact.
    log = engine.store.read_log(DISTRICT, after=0, limit=moment.position or 0)
    early = {e.event.review: e.occurred_on for e in log if isinstance(e.event, EARLY)}
    ended = [(row, row["closed_on"] or early.get(str(row["review"]))) for row in rows]
    return Counter(row["due_on"] for row, day in ended if day is None or day >= since)  # type: ignore[misc,operator]


def test_every_open_or_recently_ended_review_is_an_all_day_entry_on_its_due_date(
    bay: Engine,
) -> None:
    found = [e for e in events(feed(bay, known_at=JUNE)) if "Review" in e.categories]
    assert Counter(event.start for event in found) == reviews_due(bay)
    assert len(found) > 5
    assert all(event.end == event.start + timedelta(days=1) for event in found)


def test_each_entry_keeps_what_the_standard_asks_for(bay: Engine) -> None:
    found = events(feed(bay, known_at=JUNE))
    assert len({event.uid for event in found}) == len(found)
    for event in found:
        assert not event.errors
        assert event["STATUS"] in {"CONFIRMED", "CANCELLED"}
        assert event["SEQUENCE"] >= 0
        assert event.DTSTAMP.utcoffset() == timedelta(0)
        assert event["URL"].startswith(f"https://cot.example.org/districts/{DISTRICT}/")


def test_no_line_is_longer_than_75_octets_and_all_end_as_the_standard_says(bay: Engine) -> None:
    made = feed(bay, known_at=JUNE)
    lines = made.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert b"\n" not in made.replace(b"\r\n", b"")


def test_another_library_finds_the_same_entries(bay: Engine) -> None:
    made = feed(bay, known_at=JUNE)
    query = recurring_ical_events.of(Calendar.from_ical(made))
    first, last = (end(e.start for e in events(made)) for end in (min, max))
    found = query.between(first, last + timedelta(days=1))
    assert {e["UID"] for e in found} == {e["UID"] for e in events(made)}


def test_the_same_log_gives_the_same_bytes(bay: Engine) -> None:
    assert feed(bay) == feed(bay)
    assert feed(bay, known_at=JUNE) == feed(bay, known_at=JUNE)


def test_the_stamps_are_the_logs_own_times(bay: Engine) -> None:
    recorded = {
        each.recorded_at.replace(microsecond=0)
        for each in bay.store.read_log(DISTRICT, after=0, limit=10_000)
    }
    assert {event.DTSTAMP for event in events(feed(bay))} <= recorded


def test_an_entry_says_why_the_review_started(bay: Engine) -> None:
    triggered = [e for e in events(feed(bay, known_at=JUNE)) if "R6" in e.categories]
    assert triggered
    assert all("Why it started:\n- " in str(event["DESCRIPTION"]) for event in triggered)


def test_action_items_and_holds_are_entries_too(bay: Engine) -> None:
    kinds = Counter(
        event.categories[0]
        for month in ("2025-11-30", "2026-02-28", JUNE)
        for event in events(feed(bay, known_at=month))
    )
    assert set(kinds) == {"Review", "Action", "Hold"}


def test_a_units_calendar_is_the_part_of_the_districts_that_is_about_it(bay: Engine) -> None:
    whole = {e.uid for e in events(feed(bay, known_at=JUNE)) if "unit:HR" in e.categories}
    assert {e.uid for e in events(feed(bay, Wanted(unit="HR"), JUNE))} == whole
    assert whole


def test_a_persons_calendar_holds_what_concerns_that_person(bay: Engine) -> None:
    head = events(feed(bay, Wanted(actor=HEADS["HR"]), JUNE))
    about = {each for event in head for each in event.categories if each.startswith("unit:")}
    assert "unit:HR" in about
    assert "unit:FIN" not in about
    assert len(events(feed(bay, Wanted(actor=CHAIR), "2026-03-15"))) > 0


def test_a_unit_or_a_person_that_is_not_there_is_named(bay: Engine) -> None:
    with pytest.raises(UnknownThing, match="NOPE"):
        feed(bay, Wanted(unit="NOPE"))
    with pytest.raises(UnknownThing, match="a-999"):
        feed(bay, Wanted(actor="a-999"))


def test_a_calendar_says_that_its_clock_is_simulated(bay: Engine) -> None:
    assert "simulated clock" in str(Calendar.from_ical(feed(bay))["X-WR-CALNAME"])


def test_the_command_writes_the_same_bytes(
    bay: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COT_DATABASE_URL", bay.url)
    monkeypatch.setenv("COT_HOME", str(bay.settings.home))
    monkeypatch.setenv("COT_BASE_URL", "https://cot.example.org/")
    file = tmp_path / "hr.ics"
    assert outcome(["calendar", "--unit", "HR", "--out", str(file)]) == 0
    assert file.read_bytes() == feed(bay, Wanted(unit="HR"))
    assert outcome(["calendar", "--as-known-at", JUNE]) == 0
    assert capsys.readouterr().out.encode() == feed(bay, known_at=JUNE)
    assert outcome(["calendar", "--unit", "NOPE"]) == 66
    assert outcome(["calendar", "--out", str(tmp_path / "no" / "where.ics")]) == 64
