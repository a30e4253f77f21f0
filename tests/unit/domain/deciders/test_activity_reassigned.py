"""An activity goes to another person, or to other units."""

from domain.activity import (
    AbandonActivity,
    ReassignActivity,
)
from domain.facts.activity import ActivityPlanned, ActivityReassigned
from domain.facts.district import ActorRetired
from tests.support.offices import offices, plan


def test_a_planned_activity_is_reassigned_and_concerns_its_former_units_too() -> None:
    log = offices()
    outcome = log.when(ReassignActivity(activity="A1", owner="a-chair", units=("PRO",)))
    outcome.then(ActivityReassigned(activity="A1", owner="a-chair", units=("PRO",)))
    assert outcome.extra_subjects == ("unit:FED", "unit:HR")
    log.when(ReassignActivity(activity="A1", owner="a-deputy")).then(
        ActivityReassigned(activity="A1", owner="a-deputy", units=("PRO",))
    )


def test_an_activity_is_not_reassigned_to_a_vacancy() -> None:
    log = offices().given(ActorRetired(actor="a-chair"))
    log.refused("retired_actor", ReassignActivity(activity="A1", owner="a-chair"))
    log.refused("unknown_actor", ReassignActivity(activity="A1", owner="a-nobody"))


def test_an_activity_is_not_reassigned_to_whom_it_has_already() -> None:
    command = ReassignActivity(activity="A1", owner="a-deputy", units=("FED", "HR"))
    offices().refused("reassignment_changes_nothing", command)


def test_an_activity_that_is_over_is_not_reassigned() -> None:
    log = offices()
    log.when(AbandonActivity(activity="A1"), reason="the grant ended")
    again = ReassignActivity(activity="A1", owner="a-chair")
    log.refused("activity_already_abandoned", again)
    log.given(ActivityPlanned.model_validate(plan("A2", "HR").model_dump()))
    log.refused("activity_not_planned", ReassignActivity(activity="A9", owner="a-chair"))
