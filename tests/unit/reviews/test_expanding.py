"""Rules of recurrence become days, once, when a policy is written; faults are named."""

import json
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cot_flows.errors import PolicyFileRefused
from cot_flows.reviews.expanding import expand, expanded_file
from cot_flows.reviews.policy_files import read_policies
from domain.errors import InvalidData
from domain.school_calendar import SchoolCalendar

CALENDAR = SchoolCalendar(
    version="2025-26",
    first_day=date(2025, 7, 1),
    last_day=date(2026, 6, 30),
    closed_days=frozenset({date(2026, 2, 16), date(2026, 3, 31)}),
)
HERE = ZoneInfo("America/Los_Angeles")
UNTIL = date(2026, 4, 30)
MONDAYS = "DTSTART:20260101\nRRULE:FREQ=MONTHLY;BYDAY=3MO"


def days(text: str, until: date = UNTIL, zone: ZoneInfo = HERE) -> list[str]:
    return [each.isoformat() for each in expand(text, zone=zone, calendar=CALENDAR, until=until)]


def test_a_day_on_which_schools_are_closed_moves_to_the_next_working_day() -> None:
    assert days(MONDAYS) == ["2026-01-19", "2026-02-17", "2026-03-16", "2026-04-20"]


def test_a_month_that_lacks_the_day_is_passed_over_and_two_on_one_day_are_one() -> None:
    ends = "DTSTART:20260131\nRRULE:FREQ=MONTHLY;BYMONTHDAY=31"
    assert days(ends) == ["2026-02-02", "2026-04-01"]  # Saturday; closed.
    assert days("DTSTART:20260306\nRRULE:FREQ=DAILY;COUNT=4") == ["2026-03-06", "2026-03-09"]


def test_a_moment_of_another_zone_counts_on_the_day_it_has_here() -> None:
    utc = "DTSTART:20260303T030000Z\nRRULE:FREQ=WEEKLY;COUNT=2"
    assert days(utc) == ["2026-03-02", "2026-03-09"]
    assert days(utc, zone=ZoneInfo("Europe/London")) == ["2026-03-03", "2026-03-10"]
    london = "DTSTART;TZID=Europe/London:20260324T073000\nRRULE:FREQ=WEEKLY;COUNT=2"
    # Its clock goes forward between the two: the second is still the evening before here.
    assert days(london) == ["2026-03-24", "2026-03-30"]


def test_days_may_be_taken_out_and_put_in() -> None:
    text = f"{MONDAYS}\nEXDATE:20260316T000000\nRDATE:20260318T000000"
    assert days(text)[2] == "2026-03-18"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("RRULE:FREQ=MONTHLY", "no beginning"),
        ("DTSTART:20260101\nRRULE:FREQ=HOURLY", "daily at most"),
        ("DTSTART:20260101\nRRULE:FREQ=OFTEN", "no rule of RFC 5545"),
        ("DTSTART:20260101\nRRULE:FREQ=MONTHLY;BYDAY=9XX", "no rule of RFC 5545"),
        ("DTSTART;TZID=Moon/Sea:20260101T080000\nRRULE:FREQ=DAILY", "no rule of RFC 5545"),
        ("DTSTART:someday\nRRULE:FREQ=DAILY", "no rule of RFC 5545"),
        ("DTSTART:20270101\nRRULE:FREQ=DAILY", "comes to no day until 2026-04-30"),
        ("DTSTART:20200101\nRRULE:FREQ=DAILY", "more than 400 days"),
    ],
)
def test_what_is_no_rule_or_comes_to_nothing_is_refused(text: str, says: str) -> None:
    with pytest.raises(InvalidData, match=says):
        days(text)


def written(path: Path, rrule: object, **parameters: object) -> Path:
    given = {"subject": "district", "rrule": rrule, **parameters}
    policy = {
        "slug": "third-mondays",
        "rule": "recurrence",
        "review_type": "R4",
        "parameters": given,
        "due_working_days": 5,
        "owner_role": "steward",
        "description": "The stewardship team meets on third Mondays.",
    }
    document = {"version": "1.1", "label": "Third Mondays", "policies": [policy]}
    file = path / "mondays.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def test_a_file_gets_its_dates_and_is_then_a_file_of_policies(tmp_path: Path) -> None:
    file = written(tmp_path, MONDAYS)
    with pytest.raises(PolicyFileRefused, match="dates is missing"):
        read_policies(file)
    document = expanded_file(file, zone=HERE, calendar=CALENDAR, until=UNTIL)
    file.write_text(json.dumps(document), encoding="utf-8")
    (policy,) = read_policies(file).policies
    assert policy.parameters.as_mapping()["dates"] == " ".join(days(MONDAYS))
    assert policy.parameters.as_mapping()["rrule"] == MONDAYS
    assert expanded_file(file, zone=HERE, calendar=CALENDAR, until=UNTIL) == document


@pytest.mark.parametrize("rrule", ["RRULE:FREQ=DAILY", 7, None])
def test_a_fault_in_a_file_names_the_policy(tmp_path: Path, rrule: object) -> None:
    with pytest.raises(PolicyFileRefused, match="policy third-mondays"):
        expanded_file(written(tmp_path, rrule), zone=HERE, calendar=CALENDAR, until=UNTIL)


@pytest.mark.parametrize("text", ["", "[]", "{}"])
def test_what_is_no_file_of_policies_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "mondays.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyFileRefused, match=r"mondays\.json"):
        expanded_file(file, zone=HERE, calendar=CALENDAR, until=UNTIL)
