"""Whatever sequence of commands is accepted, every stream of it folds, and folds as it counted.

Commands are drawn from small sets of ids, so that many of them meet; about a quarter are accepted.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.activity import CompleteActivity, NoteProgress, PlanActivity, StartActivity
from domain.correction import RetractFact
from domain.errors import Rejected
from domain.facts.correction import FactRetracted
from domain.folding import fold
from domain.message import Command
from domain.partnership import RegisterState
from tests.support.commands import COMMANDS, PARTNERSHIPS, PERSON, TIES
from tests.support.districts import district
from tests.support.specification import TODAY, Specification, id_of


def recorded(log: Specification) -> list[tuple[str, UUID]]:
    """Return stream and id of every fact so far."""
    return [(name, id_of(each)) for name, facts in log.streams.items() for each in facts]


def tried(log: Specification, command: Command, **details: Any) -> bool:
    """Return whether a command was accepted; anything but a refusal is an error."""
    try:
        log.when(command, reason="as told", **details)
    except Rejected:
        return False
    return True


def step(log: Specification, data: st.DataObject) -> None:
    """Try one command: plainly, as a correction of some fact, or a retraction of one."""
    stream, event_id = data.draw(st.sampled_from(recorded(log)))
    manner = data.draw(st.integers(0, 9))
    who = data.draw(PERSON)
    if manner == 0:
        tried(log, RetractFact(event_id=event_id, stream=stream), actor=who)
    elif manner == 1:
        tried(log, data.draw(COMMANDS), actor=who, corrects=event_id)
    else:
        tried(log, data.draw(COMMANDS), actor=who)


def require_folds(log: Specification) -> None:
    """Assert that every stream folds, at every length, and counts the facts that count."""
    for name, facts in log.streams.items():
        state = fold(name, facts)
        assert state.facts == sum(not isinstance(each.event, FactRetracted) for each in facts)
        assert state.withdrawn == any(isinstance(each.event, FactRetracted) for each in facts)
        assert state == fold(name, facts)
        for length in range(len(facts)):
            fold(name, facts[:length])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_accepted_history_folds(data: st.DataObject) -> None:
    log = district()
    for _ in range(data.draw(st.integers(1, 40))):
        step(log, data)
    require_folds(log)


CHAIN: Sequence[Command] = (
    PlanActivity(
        activity="A1",
        title="Partners",
        units=("HR",),
        dimension=3,
        owner="a-hr-head",
        starts_on=TODAY,
        due_on=date(2026, 6, 1),
    ),
    StartActivity(activity="A1"),
    NoteProgress(activity="A1", schools_percent=50),
    CompleteActivity(activity="A1", evidence=("E1",)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(CHAIN), max_size=12), st.data())
def test_an_activity_ends_at_most_once_whatever_is_tried(
    commands: list[Command], data: st.DataObject
) -> None:
    log = district()
    accepted = [command for command in commands if tried(log, command)]
    for kind in (PlanActivity, StartActivity, CompleteActivity):
        assert sum(isinstance(command, kind) for command in accepted) <= 1
    require_folds(log)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(*PARTNERSHIPS, TIES, TIES), min_size=12, max_size=30), st.data())
def test_a_school_and_a_principal_are_in_one_open_partnership_at_most(
    commands: list[Command], data: st.DataObject
) -> None:
    log = district()
    for command in commands:
        day = TODAY - timedelta(days=data.draw(st.integers(0, 1)))
        details: dict[str, Any] = {"occurred_on": day}
        ties = [each for each in recorded(log) if each[0].startswith("partnership")]
        manner = data.draw(st.integers(0, 3)) if ties else None
        if manner in (0, 1):
            stream, event_id = data.draw(st.sampled_from(ties))
            if manner == 0:
                tried(log, RetractFact(event_id=event_id, stream=stream))
            else:
                details["corrects"] = event_id
        tried(log, command, **details)
        state = log.state("partnerships")
        assert isinstance(state, RegisterState)
        still_open = [tie.formed for tie in state.ties.values() if tie.ended_on is None]
        assert len({each.school for each in still_open}) == len(still_open)
        assert len({each.principal for each in still_open}) == len(still_open)
    require_folds(log)
