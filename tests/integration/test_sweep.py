"""The sweep: goes on after a refusal, and tells causes that hold from those that do not."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.cli.main import outcome
from cot_flows.flows.review_sweep import in_words, review_sweep
from cot_flows.projecting import project
from cot_flows.reviews.standing import gone_now
from cot_flows.reviews.sweep import Refused, SweepReport, sweep
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from cot_flows.verifying import verify
from domain.facts.assessment import IndicatorRated
from domain.facts.correction import FactRetracted
from domain.ids import derived_id
from events.envelope import NewEvent
from events.store import ANY_VERSION, StreamWrite

BEGINS = datetime(2025, 8, 1, 12, tzinfo=UTC)
DISTRICT = "testburg"


@pytest.fixture
def testburg(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Set up a district that looks for falling ratings only."""
    monkeypatch.setenv("COT_DATABASE_URL", engine.url)
    monkeypatch.setenv("COT_HOME", str(engine.settings.home))
    plan = DistrictPlan(
        district=DISTRICT,
        name="Testburg Unified",
        time_zone="UTC",
        people=(Person("s-1", "steward"),),
        clock="simulated",
        begins_at=BEGINS,
        units=("HR", "IT"),
        policies=("rating-regression",),
    )
    set_up_district(engine.store, plan)
    return engine


def record(engine: Engine, event: Any, stream: str, name: str, **envelope: Any) -> UUID:
    """Record a fact as it stands, whatever a decision would say of it."""
    event_id = derived_id("test", name)
    day = envelope.pop("day", BEGINS.date())
    new = NewEvent(
        event=event,
        event_id=event_id,
        occurred_on=day,
        precision="day",
        effective_from=day,
        actor="s-1",
        source="cli",
        correlation_id=event_id,
        subjects=envelope.pop("subjects", tuple(sorted(event.subjects()))),
        **envelope,
    )
    write = StreamWrite(stream, (new,), ANY_VERSION)
    engine.store.append(DISTRICT, [write], recorded_at=BEGINS)
    return event_id


def rated(engine: Engine, unit: str, level: int, day: date) -> UUID:
    rating = IndicatorRated(
        about=f"unit:{unit}",
        indicator="D3.1",
        level=level,
        rubric_version="1.0",
        evidence=("E1",),
        raters=("s-1",),
    )
    return record(engine, rating, f"assessment-{unit}", f"{unit} {level} {day}", day=day)


def fallen(engine: Engine, *units: str) -> list[UUID]:
    """Let an indicator fall in units; return the ratings that fell."""
    day = BEGINS.date()
    for unit in units:
        rated(engine, unit, 2, day - timedelta(days=9))
    return [rated(engine, unit, 1, day) for unit in units]


def test_a_refused_cause_is_reported_and_the_others_are_recorded(testburg: Engine) -> None:
    fallen(testburg, "GONE", "HR", "IT")
    report = sweep(testburg, DISTRICT)
    assert [each.about for each in report.opened] == ["unit:HR", "unit:IT"]
    (refused,) = report.refused
    assert (refused.policy, refused.about) == ("rating-regression", "unit:GONE")
    assert (refused.rule, "no unit 'GONE'" in refused.why) == ("unknown_unit", True)


def test_a_refused_cause_is_tried_again_by_the_next_sweep(testburg: Engine) -> None:
    fallen(testburg, "GONE", "HR")
    first, second = sweep(testburg, DISTRICT), sweep(testburg, DISTRICT)
    assert (len(first.opened), len(second.opened), second.standing) == (1, 0, 1)
    assert second.refused == first.refused
    assert verify(testburg, DISTRICT).findings == ()


def test_the_command_ends_with_one_and_names_what_was_refused(
    testburg: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    fallen(testburg, "GONE", "HR")
    assert outcome(["sweep"]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "Refused unit:GONE" in told
    assert "(unknown_unit)" in told
    assert "1 causes recorded" in told
    assert outcome(["sweep", "--json"]) == 1
    assert '"rule": "unknown_unit"' in capsys.readouterr().out


@pytest.mark.prefect
def test_a_flow_run_with_a_refused_cause_completes(testburg: Engine) -> None:
    fallen(testburg, "GONE", "HR")
    assert review_sweep.fn() == 1


def test_a_flow_run_marks_the_refused_cause_on_its_page() -> None:
    refused = Refused("stalled-unit", "unit:HR", "7", "HR is stalled", "unknown_unit", "no unit")
    report = SweepReport(DISTRICT, 9, BEGINS.date(), (), 0, (refused,))
    told = "\n".join(in_words(report))
    assert "1 refused" in told
    assert "**REFUSED** HR is stalled (unit:HR, by stalled-unit): no unit (unknown_unit)" in told


def test_a_cause_whose_fact_was_taken_back_no_longer_holds_and_its_review_stays_open(
    testburg: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    rating, _ = fallen(testburg, "HR", "IT")
    sweep(testburg, DISTRICT)
    take_back(testburg, "HR", rating)
    report = sweep(testburg, DISTRICT)
    project(testburg, DISTRICT)
    (gone,) = gone_now(testburg, report)
    assert (gone.about, gone.policy, report.standing) == ("unit:HR", "rating-regression", 1)
    assert outcome(["reviews"]) == 0
    told = capsys.readouterr().out
    assert told.count("NO LONGER HOLDS") == 1
    assert told.count("triggered") == 2


def take_back(engine: Engine, unit: str, rating: UUID) -> None:
    recorded = engine.store.find(DISTRICT, rating)
    assert recorded is not None
    retraction = FactRetracted(type_retracted="IndicatorRated")
    about = recorded.subjects
    record(
        engine,
        retraction,
        f"assessment-{unit}",
        "back",
        corrects=rating,
        subjects=about,
        reason="x",
    )


def test_before_the_fact_was_taken_back_the_cause_held(
    testburg: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    (rating,) = fallen(testburg, "HR")
    report = sweep(testburg, DISTRICT)
    assert gone_now(testburg, report) == []
    take_back(testburg, "HR", rating)
    assert len(gone_now(testburg, report)) == 1


def test_a_later_and_better_rating_does_not_undo_the_cause(testburg: Engine) -> None:
    fallen(testburg, "HR")
    sweep(testburg, DISTRICT)
    rated(testburg, "HR", 3, BEGINS.date() + timedelta(days=30))
    report = sweep(testburg, DISTRICT, recorded_at=BEGINS + timedelta(days=31))
    assert (report.standing, gone_now(testburg, report)) == (0, [])
