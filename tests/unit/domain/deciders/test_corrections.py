"""Corrections and retractions: what was recorded wrongly stops counting, and says why."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.activity import CompleteActivity, NoteProgress, PlanActivity, StartActivity
from domain.actor import RegisterActor
from domain.assessment import AssessmentState, RateIndicator
from domain.correction import RetractFact
from domain.facts.action import ActionItemCompleted, ActionItemVerified
from domain.facts.activity import ActivityPlanned, ActivityProgressNoted
from domain.facts.assessment import IndicatorRated
from domain.facts.correction import FactRetracted
from domain.facts.district import ActorRegistered
from domain.facts.review import DecisionRecorded, ReviewClosed, ReviewHeld
from domain.facts.unit import UnitHeadAssigned, UnitRegistered, UnitStageEntered
from domain.stages import EnterStage
from domain.unit import AssignUnitHead, RegisterUnit, UnitState
from tests.support.districts import district
from tests.support.samples import SAMPLES
from tests.support.specification import TODAY, Specification, id_of

RATED = "assessment-unit.HR"
NOWHERE = UUID(int=0)


def rate(level: int, *cited: str, about: str = "unit:HR") -> RateIndicator:
    return RateIndicator(
        about=about,
        indicator="D3.1",
        level=level,
        rubric_version="1.0",
        evidence=cited,
        raters=("a-steward",),
    )


def rated() -> Specification:
    log = district()
    log.when(rate(2, "ES"))
    return log


def planned(*units: str) -> Specification:
    log = district()
    log.when(plan(*units))
    return log


def plan(*units: str) -> PlanActivity:
    return PlanActivity(
        activity="A1",
        title="Partners",
        units=units,
        dimension=3,
        owner="a-hr-head",
        starts_on=TODAY,
        due_on=TODAY,
    )


def retract(log: Specification, stream: str, place: int = -1) -> RetractFact:
    return RetractFact(event_id=id_of(log.streams[stream][place]), stream=stream)


def test_a_rating_is_corrected_by_a_rating_in_its_place() -> None:
    log = rated()
    log.when(rate(1, "ES", "E3"), corrects=log.last_id(RATED), reason="late case files")
    (fact,) = log.streams[RATED]
    assert isinstance(fact.event, IndicatorRated)
    assert fact.event.level == 1
    state = log.state(RATED)
    assert isinstance(state, AssessmentState)
    assert (state.facts, state.level_on("D3.1", TODAY)) == (1, 1)


def test_a_correction_is_itself_corrected() -> None:
    log = rated()
    for level in (1, 0):
        log.when(rate(level, "E3"), corrects=log.last_id(RATED), reason="looked again")
    state = log.state(RATED)
    assert isinstance(state, AssessmentState)
    assert state.level_on("D3.1", TODAY) == 0


def test_a_correction_needs_a_reason() -> None:
    log = rated()
    log.refused("correction_without_reason", rate(1, "E3"), corrects=log.last_id(RATED))


def test_a_correction_names_a_fact_that_counts() -> None:
    rated().refused("fact_does_not_count", rate(1, "E3"), corrects=NOWHERE, reason="wrong")


def test_a_correction_that_says_the_same_is_refused() -> None:
    log = rated()
    same = {"corrects": log.last_id(RATED), "reason": "wrong"}
    log.refused("correction_changes_nothing", rate(2, "ES"), **same)
    log.when(rate(2, "ES", "E3"), **same)


def test_a_correction_is_of_the_same_type() -> None:
    log = rated()
    command = RegisterUnit(unit="PAY", name="Payroll")
    log.refused("correction_of_another_type", command, corrects=log.last_id(RATED), reason="wrong")


def test_a_correction_is_in_the_same_stream() -> None:
    log = rated()
    command = rate(1, "E3", about="unit:IT")
    log.refused(
        "correction_in_another_stream", command, corrects=log.last_id(RATED), reason="wrong"
    )


def test_a_correction_keeps_the_rules_of_its_command() -> None:
    log = rated()
    command = rate(2, "E3")
    log.refused("not_triangulated", command, corrects=log.last_id(RATED), reason="wrong")


def test_the_opening_fact_is_corrected_also_when_others_follow() -> None:
    log = planned("HR", "IT")
    first = log.last_id("activity-A1")
    log.when(StartActivity(activity="A1"))
    outcome = log.when(plan("IT"), corrects=first, reason="HR is not in it")
    (event,) = outcome.events
    assert isinstance(event, ActivityPlanned)
    assert event.units == ("IT",)
    assert outcome.extra_subjects == ("activity:A1", "unit:HR", "unit:IT")
    assert not outcome.decisions[0].stream_is_new


def test_a_new_personal_text_is_a_change_whatever_it_says() -> None:
    log = planned("HR")
    log.when(NoteProgress(activity="A1", note="Six named", schools_percent=10))
    where = {"corrects": log.last_id("activity-A1"), "reason": "a name slipped in"}
    log.refused(
        "correction_changes_nothing", NoteProgress(activity="A1", schools_percent=10), **where
    )
    log.when(NoteProgress(activity="A1", note="Five named", schools_percent=10), **where).then(
        ActivityProgressNoted(activity="A1", note="Five named", schools_percent=10)
    )


def test_a_unit_is_corrected_on_the_state_before_the_fact() -> None:
    log = district()
    first = id_of(log.streams["unit-HR"][1])
    command = AssignUnitHead(unit="HR", head="a-deputy")
    log.when(command, corrects=first, reason="wrong person")
    state = log.state("unit-HR")
    assert isinstance(state, UnitState)
    assert state.head == "a-deputy"


def test_a_stage_is_corrected_on_the_state_before_it() -> None:
    log = district()
    log.given(UnitStageEntered(unit="HR", from_stage="S1", to_stage="S2"), on=date(2026, 1, 5))
    command = EnterStage(unit="HR", to_stage="S2")
    log.refused("stage_skipped", command, corrects=log.last_id("unit-HR"), reason="wrong day")


def test_a_fact_is_taken_back_with_its_subjects() -> None:
    log = planned("HR", "IT")
    log.when(NoteProgress(activity="A1", schools_percent=10))
    outcome = log.when(retract(log, "activity-A1"), reason="another activity")
    outcome.then(FactRetracted(type_retracted="ActivityProgressNoted"))
    assert outcome.extra_subjects == ("activity:A1", "unit:HR", "unit:IT")
    assert outcome.decisions[0].stream == "activity-A1"
    assert log.state("activity-A1").facts == 1


def test_a_retraction_needs_a_reason() -> None:
    log = rated()
    log.refused("retraction_without_reason", retract(log, RATED))


def test_what_does_not_count_is_not_taken_back() -> None:
    command = RetractFact(event_id=NOWHERE, stream=RATED)
    rated().refused("fact_does_not_count", command, reason="wrong")


def test_what_was_taken_back_is_neither_corrected_nor_taken_back_again() -> None:
    log = rated()
    log.when(retract(log, RATED), reason="wrong unit")
    log.refused("already_taken_back", retract(log, RATED), reason="was right")
    again = {"corrects": log.last_id(RATED), "reason": "was right"}
    log.refused("already_taken_back", rate(1, "E3"), **again)


def test_the_opening_fact_is_taken_back_only_when_it_stands_alone() -> None:
    log = planned("HR")
    log.when(StartActivity(activity="A1"))
    opening = retract(log, "activity-A1", 0)
    log.refused("others_follow", opening, reason="wrong")
    log.when(retract(log, "activity-A1"), reason="wrong")
    log.when(opening, reason="wrong")
    log.refused("activity_not_planned", CompleteActivity(activity="A1", evidence=("E1",)))
    log.refused("id_already_used", plan("HR"))


@pytest.mark.parametrize("stream", ["district", "unit-HR"])
def test_a_district_and_a_unit_with_a_history_are_not_taken_back(stream: str) -> None:
    log = district()
    log.refused("others_follow", retract(log, stream, 0), reason="wrong")


def test_only_the_last_change_of_stage_is_taken_back() -> None:
    log = district().given(
        UnitStageEntered(unit="HR", from_stage="S0", to_stage="S1"),
        UnitStageEntered(unit="HR", from_stage="S1", to_stage="S2"),
        UnitHeadAssigned(unit="HR", head="a-deputy", acting=True),
    )
    log.refused("not_the_last_stage_change", retract(log, "unit-HR", -3), reason="wrong")
    log.when(retract(log, "unit-HR", -2), reason="wrong")
    state = log.state("unit-HR")
    assert isinstance(state, UnitState)
    assert state.stage == "S1"


def test_what_a_review_rests_on_is_taken_back_from_its_end() -> None:
    log = district().given(
        SAMPLES["ReviewTriggered"],
        ReviewHeld(review="R6-2026-02-IT", present=("a-chair",)),
        DecisionRecorded(review="R6-2026-02-IT", decision="change", title="Cut", evidence=("E1",)),
        ReviewClosed(review="R6-2026-02-IT"),
    )
    stream = "review-R6-2026-02-IT"
    log.refused("others_follow", retract(log, stream, 1), reason="wrong")
    log.refused("others_follow", retract(log, stream, 2), reason="wrong")
    outcome = log.when(retract(log, stream, 3), reason="wrong")
    assert outcome.extra_subjects == (
        "review:R6-2026-02-IT",
        "unit:IT",
        "review-slot:R6:unit:IT",
    )
    log.when(retract(log, stream, 2), reason="wrong")
    log.when(retract(log, stream, 1), reason="wrong")


def test_a_completion_that_was_verified_is_not_taken_back_first() -> None:
    log = district().given(
        SAMPLES["ActionItemOpened"],
        ActionItemCompleted(action="X-issue-desk", evidence=("E1",)),
        ActionItemVerified(action="X-issue-desk"),
    )
    log.refused("others_follow", retract(log, "action-X-issue-desk", 1), reason="wrong")
    log.when(retract(log, "action-X-issue-desk", 2), reason="wrong")
    log.when(retract(log, "action-X-issue-desk", 1), reason="wrong")


def test_an_actor_and_a_unit_are_corrected_in_place() -> None:
    log = district()
    who = RegisterActor(actor="a-analyst", role="data-analyst")
    log.when(who, corrects=log.last_id("actor-a-analyst"), reason="role").then(
        ActorRegistered(actor="a-analyst", role="data-analyst")
    )
    what = RegisterUnit(unit="HR", name="Talent")
    first = id_of(log.streams["unit-HR"][0])
    log.when(what, corrects=first, reason="renamed").then(UnitRegistered(unit="HR", name="Talent"))


def test_a_correction_may_change_nothing_but_the_day() -> None:
    log = rated()
    earlier = (TODAY - timedelta(days=3), TODAY - timedelta(days=3), "day")
    same = {"corrects": log.last_id(RATED), "reason": "it was today"}
    log.when(rate(2, "ES"), corrected=log.streams[RATED][-1].event, corrected_dates=earlier, **same)
    today = (TODAY, TODAY, "day")
    log.refused(
        "correction_changes_nothing",
        rate(2, "ES"),
        corrected=log.streams[RATED][-1].event,
        corrected_dates=today,
        corrects=log.last_id(RATED),
        reason="it was today",
    )
