"""Tests of change: a prediction first, then the run, the study and the decision.

The facts are reached through their module: pytest would collect a name that begins with Test.
"""

from datetime import date, timedelta
from typing import Any

import pytest

from domain import pdsa
from domain.correction import RetractFact
from domain.facts import pdsa as facts
from domain.facts.evidence import EvidenceRetracted
from domain.facts.measurement import MeasureDefined
from domain.facts.theory import (
    Assumption,
    AssumptionStatusChanged,
    TheoryOfActionAdopted,
)
from domain.pdsa import DecideTest, PlanTest, RunTest, StudyTest
from tests.support.districts import district
from tests.support.specification import TODAY, Specification, id_of

STREAM = "test-T1"
SUBJECTS = ("unit:HR", "assumption:A2")
RUN = RunTest(test="T1", as_planned="partly")
STUDY = StudyTest(test="T1", outcome="Seven days saved", matched="missed", evidence=("E1",))
DECIDE = DecideTest(test="T1", decision="adapt", next_test="T2")
WRONG = {"reason": "recorded in error"}


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def plan(**changes: Any) -> PlanTest:
    fields: dict[str, Any] = {
        "test": "T1",
        "unit": "HR",
        "question": "Does a check-in fill posts sooner?",
        "prediction": "Twelve days saved",
        "predicted_value": "12",
        "measure": "days-saved",
        "who": "six-principals",
        "when": "mid-hire",
        "where": "network-a",
        "data_plan": "Dates of each post",
        "assumption": "A2",
        "due_on": date(2026, 3, 16),
    }
    return PlanTest.model_validate({**fields, **changes})


def ready() -> Specification:
    """Return a log with a measure and an assumption."""
    return district().given(
        MeasureDefined(
            measure="days-saved", version=1, title="Days", unit_of_measure="days", better="higher"
        ),
        TheoryOfActionAdopted(
            version=1,
            statements=("If so, then so.",),
            assumptions=(Assumption(assumption="A2", text="So", measure="days-saved"),),
        ),
    )


def planned(days_ago: int = 10) -> Specification:
    log = ready()
    log.when(plan(), occurred_on=ago(days_ago))
    return log


def retract(log: Specification, place: int = -1) -> RetractFact:
    return RetractFact(event_id=id_of(log.streams[STREAM][place]), stream=STREAM)


def phase(log: Specification) -> str | None:
    state = log.state(STREAM)
    assert isinstance(state, pdsa.TestState)
    return state.phase


def test_a_test_is_planned_with_a_prediction_into_a_new_stream() -> None:
    outcome = ready().when(plan())
    (event,) = outcome.events
    assert isinstance(event, facts.TestPlanned)
    assert (event.prediction, event.predicted_value) == ("Twelve days saved", "12")
    assert event.subjects() == ("test:T1", *SUBJECTS)
    assert outcome.decisions[0].stream == STREAM
    assert outcome.decisions[0].stream_is_new


def test_a_plan_without_a_prediction_is_refused() -> None:
    ready().refused("plan_without_prediction", plan(prediction=None))


def test_a_prediction_in_words_alone_is_enough() -> None:
    ready().when(plan(predicted_value=None, measure=None, assumption=None))


def test_a_predicted_value_is_one_of_a_defined_measure() -> None:
    log = ready()
    log.refused("predicted_value_without_measure", plan(measure=None))
    log.refused("unknown_measure", plan(measure="other"))


def test_a_predicted_value_is_a_decimal_number() -> None:
    with pytest.raises(ValueError, match="predicted_value"):
        plan(predicted_value="twelve")


def test_a_test_is_planned_once_and_by_a_known_unit() -> None:
    log = planned()
    log.refused("id_already_used", plan())
    log.refused("unknown_unit", plan(test="T2", unit="XX"))


def test_a_test_tries_an_assumption_that_is_held() -> None:
    log = ready()
    log.refused("unknown_assumption", plan(assumption="A9"))
    log.given(AssumptionStatusChanged(assumption="A2", status="dropped", insufficient=True))
    log.refused("assumption_dropped", plan())


def test_a_test_is_not_due_before_it_is_planned() -> None:
    ready().refused("due_before_planned", plan(due_on=ago(1)))


def test_a_run_concerns_the_unit_and_the_assumption() -> None:
    outcome = planned().when(RUN)
    outcome.then(facts.TestRun(test="T1", as_planned="partly"))
    assert outcome.extra_subjects == SUBJECTS


def test_nothing_follows_a_test_that_was_not_planned() -> None:
    log = ready()
    for command in (RUN, STUDY, DECIDE):
        log.refused("unknown_test", command)


def test_a_run_dated_before_the_plan_is_refused() -> None:
    log = planned(10)
    refusal = log.refused("run_before_prediction", RUN, occurred_on=ago(11))
    assert str(ago(10)) in refusal.message
    log.when(RUN, occurred_on=ago(10))


def test_a_run_in_the_month_of_the_plan_may_have_followed_it() -> None:
    log = planned(10)
    log.when(RUN, occurred_on=date(2026, 2, 1), precision="month")


def test_a_test_is_not_studied_before_it_is_run() -> None:
    log = planned(10)
    log.refused("studied_before_run", STUDY)
    log.when(RUN, occurred_on=ago(5))
    log.refused("studied_before_run", STUDY, occurred_on=ago(6))
    log.when(STUDY, occurred_on=ago(5))


def test_a_test_is_not_studied_without_evidence_that_counts() -> None:
    log = planned().given(EvidenceRetracted(evidence="E2"))
    log.when(RUN)
    log.refused("studied_without_evidence", STUDY.model_copy(update={"evidence": ()}))
    log.refused("unknown_evidence", STUDY.model_copy(update={"evidence": ("E0",)}))
    log.refused("retracted_evidence", STUDY.model_copy(update={"evidence": ("E2",)}))
    outcome = log.when(STUDY)
    assert outcome.events[0].subjects() == ("test:T1", "evidence:E1")


def test_a_test_is_not_decided_before_it_is_studied() -> None:
    log = planned(10)
    log.refused("decided_before_studied", DECIDE)
    log.when(RUN, occurred_on=ago(5))
    log.refused("decided_before_studied", DECIDE)
    log.when(STUDY, occurred_on=ago(4))
    log.refused("decided_before_studied", DECIDE, occurred_on=ago(5))
    log.when(DECIDE, occurred_on=ago(4))


def test_each_step_is_taken_once() -> None:
    log = planned()
    steps = {"run": RUN, "studied": STUDY, "decided": DECIDE}
    for name, command in steps.items():
        log.when(command)
        log.refused(f"test_already_{name}", command)
    for name, command in steps.items():
        log.refused(f"test_already_{name}", command)


def test_a_test_does_not_follow_itself() -> None:
    log = planned()
    log.when(RUN)
    log.when(STUDY)
    log.refused("own_next_test", DECIDE.model_copy(update={"next_test": "T1"}))
    log.when(DecideTest(test="T1", decision="abandon")).then(
        facts.TestDecided(test="T1", decision="abandon")
    )


@pytest.mark.parametrize(
    "change", [{"prediction": "Seven days saved"}, {"predicted_value": "7"}], ids=str
)
def test_a_prediction_is_never_put_right_afterwards(change: dict[str, Any]) -> None:
    log = planned()
    log.when(RUN)
    log.when(STUDY)
    first = id_of(log.streams[STREAM][0])
    log.refused("correction_of_prediction", plan(**change), corrects=first, **WRONG)


def test_another_measure_is_another_prediction() -> None:
    log = planned()
    other = plan(measure=None, predicted_value=None)
    log.refused("correction_of_prediction", other, corrects=log.last_id(STREAM), **WRONG)


def test_the_rest_of_a_plan_is_corrected_in_place() -> None:
    log = planned()
    log.when(RUN)
    first = id_of(log.streams[STREAM][0])
    log.when(plan(who="five-principals"), corrects=first, occurred_on=ago(10), **WRONG)
    event = log.streams[STREAM][0].event
    assert isinstance(event, facts.TestPlanned)
    assert (event.who, phase(log)) == ("five-principals", "run")


def test_a_test_is_taken_back_from_its_end() -> None:
    log = planned()
    for command in (RUN, STUDY, DECIDE):
        log.when(command)
    for place in range(3):
        log.refused("others_follow", retract(log, place), **WRONG)
    for place, before in ((3, "studied"), (2, "run"), (1, "planned")):
        outcome = log.when(retract(log, place), **WRONG)
        assert set(SUBJECTS) <= set(outcome.extra_subjects)
        assert phase(log) == before
    log.when(retract(log, 0), **WRONG)
    log.refused("id_already_used", plan())


def test_a_check_in_is_tried_adapted_and_adopted() -> None:
    log = ready()
    log.today = date(2026, 3, 4)
    log.when(plan())
    log.today = date(2026, 3, 16)
    for command in (RUN, STUDY, DECIDE):
        log.when(command)
    log.today = date(2026, 4, 1)
    log.when(plan(test="T2", predicted_value="8", due_on=date(2026, 5, 11)))
    log.today = date(2026, 5, 11)
    log.when(RunTest(test="T2", as_planned="yes"))
    met = StudyTest(test="T2", outcome="Nine days saved", matched="met", evidence=("E2",))
    log.when(met)
    log.when(DecideTest(test="T2", decision="adopt"))
    state = log.state("test-T2")
    assert isinstance(state, pdsa.TestState)
    assert (state.phase, state.unit, state.assumption) == ("decided", "HR", "A2")
