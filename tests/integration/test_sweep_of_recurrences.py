"""A policy with a rule of recurrence, from its file to the reviews that it schedules."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.cli.main import outcome
from cot_flows.projecting import project
from cot_flows.reviews.policy_files import as_adopted, read_policies
from cot_flows.reviews.standing import gone_now
from cot_flows.reviews.sweep import sweep
from cot_flows.verifying import verify
from domain.facts.review import ReviewScheduled
from tests.support.reviewing import BEGAN, DAY, Reviewing, moment

RULE = "DTSTART:20251001\nRRULE:FREQ=MONTHLY;BYDAY=2TU"
DAYS = (date(2025, 10, 14), date(2025, 11, 12), date(2025, 12, 9))  # 11 November is closed.


def written(path: Path) -> Path:
    """Write a file with one recurrence that lacks its days."""
    policy = {
        "slug": "second-tuesdays",
        "rule": "recurrence",
        "review_type": "R4",
        "parameters": {"rrule": RULE, "subject": "district"},
        "due_working_days": 5,
        "owner_role": "steward",
        "description": "The stewardship team meets on second Tuesdays.",
    }
    file = path / "tuesdays.json"
    document = {"version": "1.1", "label": "Second Tuesdays", "policies": [policy]}
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def test_a_recurrence_is_expanded_adopted_and_schedules_one_review_for_each_day(
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COT_DATABASE_URL", engine.url)
    monkeypatch.setenv("COT_HOME", str(engine.settings.home))
    bay = Reviewing(engine, "bay").begin()
    file = written(tmp_path)
    outcome(["policy", "expand", str(file), "--until", "2025-12-31", "--district", "bay"])
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    (adopted,) = as_adopted(read_policies(file))
    assert adopted.parameters["dates"] == " ".join(day.isoformat() for day in DAYS)
    bay.put(BEGAN, "district", adopted)
    day = BEGAN
    while day <= date(2025, 12, 31):
        report = sweep(engine, "bay", recorded_at=moment(day, 20))
        assert gone_now(engine, report) == []
        for opened in report.opened:
            bay.freeze(day + DAY, opened.review)
            bay.hold(day + DAY, opened.review)
        day += timedelta(days=1) if not report.opened else timedelta(days=2)
    scheduled = [each for each in bay.events() if isinstance(each.event, ReviewScheduled)]
    assert [each.occurred_on for each in scheduled] == list(DAYS)
    project(engine, "bay")
    assert verify(engine, "bay").findings == ()
