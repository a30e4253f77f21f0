"""Whatever is tried, in any order: no unit that ended leaves open work behind."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.action import CompleteActionItem, ReassignActionItem
from domain.activity import AbandonActivity, ReassignActivity
from domain.correction import RetractFact
from domain.district import DistrictState
from domain.errors import Rejected
from domain.facts.reorganization import HandedOver
from domain.message import Command
from domain.open_work import OpenWork
from domain.reorganization import DissolveUnit, MergeUnits
from tests.support.offices import BOARD, offices, plan
from tests.support.specification import Specification

UNITS = ("FED", "PRO", "PRG", "HR")
UNIT = st.sampled_from(UNITS)
ITEMS = ("activity:A1", "activity:A2", "action:X1")
OWNER = st.sampled_from(("a-analyst", "a-deputy"))
ACTIVITY = st.sampled_from(("A1", "A2"))


@st.composite
def endings(draw: st.DrawFn) -> Command:
    """Draw an end of one or two units with some of the work handed over."""
    items = draw(st.lists(st.sampled_from(ITEMS), unique=True))
    successor = draw(UNIT)
    work = tuple(HandedOver(item=each, unit=successor, owner=draw(OWNER)) for each in items)
    fields: dict[str, Any] = {"successor": successor, "board_reference": BOARD, "work": work}
    units = draw(st.lists(UNIT, min_size=1, max_size=2, unique=True))
    if len(units) == 1:
        return DissolveUnit(unit=units[0], **fields)
    return MergeUnits(units=tuple(units), **fields)


COMMANDS: st.SearchStrategy[Command] = st.one_of(
    endings(),
    st.builds(plan, ACTIVITY, UNIT),
    st.builds(AbandonActivity, activity=ACTIVITY),
    st.builds(ReassignActivity, activity=ACTIVITY, owner=OWNER, units=UNIT.map(lambda u: (u,))),
    st.builds(ReassignActionItem, action=st.just("X1"), owner=OWNER, unit=UNIT),
    st.just(CompleteActionItem(action="X1", evidence=("E1",))),
)


def left_behind(log: Specification) -> list[str]:
    """Return the open work of units that have ended, by today."""
    found: list[str] = []
    for unit in UNITS:
        district, work = log.state("district"), log.state(f"unit:{unit}")
        assert isinstance(district, DistrictState)
        assert isinstance(work, OpenWork)
        if district.endings.of(unit) is not None:
            found.extend(f"{item} of {unit}" for item in work.of(unit))
    return found


@settings(max_examples=200, deadline=None)
@given(st.lists(COMMANDS, max_size=25))
def test_no_unit_that_ended_leaves_open_work(commands: list[Command]) -> None:
    log = offices()
    for command in commands:
        try:
            log.when(command, reason="as told")
        except Rejected:
            continue
        assert left_behind(log) == []


def test_work_left_by_what_was_taken_back_later_passes_to_the_heir() -> None:
    log = offices()
    log.when(AbandonActivity(activity="A1"), reason="the grant ended")
    given_up = log.last_id("activity-A1")
    log.when(CompleteActionItem(action="X1", evidence=("E1",)))
    ending = DissolveUnit(unit="FED", successor="PRG", board_reference=BOARD)
    log.when(ending)
    command = RetractFact(event_id=given_up, stream="activity-A1")
    log.when(command, reason="it was not given up")
    assert left_behind(log) == ["activity:A1 of FED"]
    done = log.when(AbandonActivity(activity="A1"), reason="now it is")
    assert "unit:PRG" in done.extra_subjects
