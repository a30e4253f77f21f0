"""An activity: planned by its units, shown by evidence, or known from a publication only."""

from datetime import date

import pytest

from domain.activity import (
    AbandonActivity,
    ActivityState,
    AnnounceActivity,
    CompleteActivity,
    NoteProgress,
    PlanActivity,
    ReportActivity,
    StartActivity,
)
from domain.facts.activity import (
    ActivityAbandoned,
    ActivityAnnounced,
    ActivityCompleted,
    ActivityPlanned,
    ActivityProgressNoted,
    ActivityReported,
    ActivityStarted,
)
from domain.facts.district import ActorRetired
from domain.facts.evidence import EvidenceRetracted
from domain.message import Command
from tests.support.districts import district
from tests.support.specification import Specification


def plan(**changes: object) -> PlanActivity:
    fields: dict[str, object] = {
        "activity": "A1",
        "title": "An HR partner for each network",
        "units": ("HR", "IT"),
        "dimension": 3,
        "owner": "a-hr-head",
        "starts_on": date(2026, 3, 9),
        "due_on": date(2026, 6, 1),
        "aims": ("D3.1",),
    }
    return PlanActivity.model_validate({**fields, **changes})


def published(command: type[ReportActivity | AnnounceActivity], **changes: object) -> Command:
    fields: dict[str, object] = {
        "activity": "OAK-1",
        "external_id": "OAK-1",
        "kind": "role_created",
        "unit": "HR",
        "dimension": 3,
        "title": "Six posts created",
        "last_day": date(2026, 3, 2),
        "quantity": "6",
    }
    return command.model_validate({**fields, **changes})


def planned() -> Specification:
    log = district()
    log.when(plan())
    return log


FINISHED = [
    (CompleteActivity(activity="A1", evidence=("E1",)), "activity_already_completed"),
    (AbandonActivity(activity="A1"), "activity_already_abandoned"),
]


def test_an_activity_is_planned_with_owner_dates_and_aims() -> None:
    outcome = district().when(plan())
    outcome.then(
        ActivityPlanned(
            activity="A1",
            title="An HR partner for each network",
            units=("HR", "IT"),
            dimension=3,
            owner="a-hr-head",
            starts_on=date(2026, 3, 9),
            due_on=date(2026, 6, 1),
            aims=("D3.1",),
        )
    )
    assert outcome.decisions[0].stream_is_new


def test_an_activity_is_not_planned_twice() -> None:
    planned().refused("id_already_used", plan())


def test_an_activity_of_an_unknown_unit_is_refused() -> None:
    assert "XX" in district().refused("unknown_unit", plan(units=("HR", "XX"))).message


def test_an_activity_needs_an_owner_who_is_registered_and_acts() -> None:
    log = district().given(ActorRetired(actor="a-deputy"))
    log.refused("unknown_actor", plan(owner="a-nobody"))
    log.refused("retired_actor", plan(owner="a-deputy"))


def test_an_activity_is_not_due_before_it_starts() -> None:
    district().refused("due_before_start", plan(due_on=date(2026, 3, 8)))


def test_an_activity_aims_at_indicators_of_the_rubric_only() -> None:
    assert "D9.9" in district().refused("unknown_indicator", plan(aims=("D9.9",))).message


def test_a_planned_activity_is_started_and_concerns_its_units() -> None:
    outcome = planned().when(StartActivity(activity="A1"))
    outcome.then(ActivityStarted(activity="A1"))
    assert outcome.extra_subjects == ("unit:HR", "unit:IT")


def test_a_started_activity_is_not_started_again() -> None:
    log = planned()
    log.when(StartActivity(activity="A1"))
    log.refused("activity_already_started", StartActivity(activity="A1"))


@pytest.mark.parametrize(
    "command",
    [
        StartActivity(activity="A9"),
        NoteProgress(activity="A9", schools_percent=10),
        CompleteActivity(activity="A9", evidence=("E1",)),
        AbandonActivity(activity="A9"),
    ],
)
def test_an_activity_that_is_not_planned_goes_nowhere(command: Command) -> None:
    district().refused("activity_not_planned", command, reason="because")


@pytest.mark.parametrize(("finish", "rule"), FINISHED)
def test_a_finished_activity_goes_nowhere(finish: Command, rule: str) -> None:
    log = planned()
    log.when(finish, reason="because")
    log.refused(rule, StartActivity(activity="A1"))
    log.refused(rule, NoteProgress(activity="A1", schools_percent=10))
    log.refused(rule, CompleteActivity(activity="A1", evidence=("E1",)))
    log.refused(rule, AbandonActivity(activity="A1"), reason="because")


def test_progress_is_noted_with_a_share_of_schools() -> None:
    outcome = planned().when(NoteProgress(activity="A1", schools_percent=34))
    outcome.then(ActivityProgressNoted(activity="A1", schools_percent=34))
    assert outcome.extra_subjects == ("unit:HR", "unit:IT")


def test_progress_that_says_nothing_is_refused() -> None:
    planned().refused("progress_says_nothing", NoteProgress(activity="A1"))


def test_an_activity_is_completed_on_evidence() -> None:
    outcome = planned().when(CompleteActivity(activity="A1", evidence=("E1",), outcome="Done"))
    outcome.then(ActivityCompleted(activity="A1", evidence=("E1",), outcome="Done"))
    assert outcome.extra_subjects == ("unit:HR", "unit:IT")


def test_an_activity_is_not_completed_without_evidence() -> None:
    planned().refused("completed_without_evidence", CompleteActivity(activity="A1"))


def test_an_activity_is_not_completed_on_unknown_evidence() -> None:
    command = CompleteActivity(activity="A1", evidence=("E1", "E9"))
    planned().refused("unknown_evidence", command)


def test_an_activity_is_not_completed_on_retracted_evidence() -> None:
    log = planned().given(EvidenceRetracted(evidence="E1"))
    log.refused("retracted_evidence", CompleteActivity(activity="A1", evidence=("E1",)))


def test_an_activity_is_abandoned_for_a_reason() -> None:
    log = planned()
    log.when(AbandonActivity(activity="A1", learned="Too early"), reason="no posts").then(
        ActivityAbandoned(activity="A1", learned="Too early")
    )


@pytest.mark.parametrize("reason", [None, "  "])
def test_an_activity_is_not_abandoned_without_a_reason(reason: str | None) -> None:
    planned().refused("abandoned_without_reason", AbandonActivity(activity="A1"), reason=reason)


def test_a_reported_activity_is_recorded_and_goes_no_further() -> None:
    log = district()
    (event,) = log.when(published(ReportActivity)).events
    assert isinstance(event, ActivityReported)
    assert event.quantity == "6"
    log.refused("activity_only_published", StartActivity(activity="OAK-1"))
    state = log.state("activity-OAK-1")
    assert isinstance(state, ActivityState)
    assert state.units == ("HR",)


def test_an_announced_activity_may_lie_in_the_future() -> None:
    command = published(AnnounceActivity, last_day=date(2027, 6, 30))
    (event,) = district().when(command, occurred_on=date(2026, 7, 1)).events
    assert isinstance(event, ActivityAnnounced)


def test_a_reported_activity_does_not_lie_in_the_future() -> None:
    command = published(ReportActivity, last_day=date(2027, 6, 30))
    district().refused("in_the_future", command, occurred_on=date(2026, 7, 1))


def test_a_reported_activity_of_long_ago_needs_neither_reason_nor_approval() -> None:
    command = published(ReportActivity, last_day=date(2006, 12, 31))
    district().when(command, occurred_on=date(2006, 1, 1), precision="year")


@pytest.mark.parametrize("kind", [ReportActivity, AnnounceActivity])
def test_a_published_activity_needs_a_known_unit_a_known_kind_and_a_bracket_that_runs_forward(
    kind: type[ReportActivity | AnnounceActivity],
) -> None:
    log = district()
    log.refused("unknown_unit", published(kind, unit="XX"))
    log.refused("unknown_kind", published(kind, kind="gossip"))
    log.refused("last_day_before_first", published(kind, last_day=date(2026, 3, 1)))
    log.when(published(kind))
    log.refused("id_already_used", published(kind))
