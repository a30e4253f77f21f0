"""Units that were merged, split or dissolved: marked, readable, and their open work with the heir."""

from datetime import timedelta

import pytest

from domain.facts.activity import ActivityCompleted, ActivityReassigned
from domain.facts.assessment import IndicatorRated
from domain.facts.evidence import EvidenceSubmitted
from domain.facts.reorganization import HandedOver, UnitDissolved, UnitsMerged, UnitSplit
from domain.facts.unit import UnitRegistered, UnitRestarted, UnitStageEntered
from projections.checking import check
from projections.rules import Firing, evaluate, rule_named
from tests.integration.projections.history import DIGEST, DUE, action, planned
from tests.integration.projections.world import World

BOARD = "Board item 7"


@pytest.fixture
def bay(world: World) -> World:
    """A district with three units in S1: HR has one activity done and two open, IT has one item."""
    for unit in ("HR", "IT", "PRG"):
        world.put(f"unit-{unit}", UnitRegistered(unit=unit, name=unit))
        entered = UnitStageEntered(unit=unit, from_stage="S0", to_stage="S1")
        world.put(f"unit-{unit}", entered)
    for name in ("A1", "A2", "A3"):
        world.put(f"activity-{name}", planned(name))
    done = ActivityCompleted(activity="A1", evidence=("E1",))
    world.put("activity-A1", done, about=("unit:HR",))
    world.put("action-T1", action("T1", "V1", "IT"))
    # What is done on the day of an ending is done by the heir already.
    world.later(1)
    return world


def merged() -> UnitsMerged:
    """HR and IT go on as PRG; of the open work only A2 is named."""
    work = (HandedOver(item="activity:A2", unit="PRG", owner="a-head"),)
    return UnitsMerged(units=("HR", "IT"), successor="PRG", board_reference=BOARD, work=work)


def units(world: World) -> dict[str, dict[str, object]]:
    """The live rows by unit, after all is refreshed and found to equal a rebuild."""
    world.refresh_all()
    assert check(world.connection("cot_project"), world.district) == []
    answer = world.ask("unit_progress")
    assert answer.live
    return {str(row["unit"]): row for row in answer.rows}


def fired(world: World, rule: str, parameters: dict[str, object]) -> set[str]:
    """What a rule says ought to be reviewed today."""
    found: list[Firing] = evaluate(
        world.connection("cot_reader"),
        rule_named(rule),
        world.district,
        position=world.head(),
        today=world.now.date(),
        parameters=parameters,
    )
    return {each.about for each in found}


def test_merged_units_are_marked_and_their_open_work_is_the_successors(bay: World) -> None:
    assert units(bay)["HR"]["activities_open"] == 2
    day = bay.now.date()
    bay.put("district", merged())
    handed = ActivityReassigned(activity="A2", owner="a-head", units=("PRG",))
    bay.put("activity-A2", handed, about=("unit:HR",))
    shown = units(bay)
    for code in ("HR", "IT"):
        row = shown[code]
        ending = (row["ended_on"], row["ended_as"], row["successors"], row["came_from"])
        assert ending == (day, "merged", ["PRG"], [])
        assert (row["activities_open"], row["actions_open"]) == (0, 0)
    assert shown["HR"]["activities_done"] == 1
    row = shown["PRG"]
    assert (row["ended_on"], row["ended_as"], row["successors"]) == (None, None, [])
    assert row["came_from"] == ["HR", "IT"]
    assert (row["activities_done"], row["open_due_dates"]) == (0, [DUE, DUE])
    assert row["action_due_dates"] == [DUE]
    timeline = {r["activity"]: r["units"] for r in bay.ask("activity_timeline").rows}
    assert timeline == {"A1": ["HR"], "A2": ["PRG"], "A3": ["PRG"]}


def test_an_ending_to_come_changes_rows_on_its_day_without_a_new_event(bay: World) -> None:
    bay.put("district", merged(), counts_from=bay.now.date() + timedelta(days=5))
    before = units(bay)
    bay.later(6)
    bay.put("unit-X", UnitRegistered(unit="X", name="X"))
    after = units(bay)
    assert (before["HR"]["ended_on"], before["PRG"]["activities_open"]) == (None, 0)
    assert after["HR"]["ended_on"] == bay.now.date() - timedelta(days=1)
    assert after["PRG"]["activities_open"] == 2


def test_an_ending_that_is_taken_back_gives_the_work_back(bay: World) -> None:
    recorded = bay.put("district", merged())
    assert units(bay)["PRG"]["activities_open"] == 2
    bay.retract("district", merged(), recorded)
    shown = units(bay)
    assert (shown["HR"]["ended_on"], shown["HR"]["activities_open"]) == (None, 2)
    assert (shown["PRG"]["came_from"], shown["PRG"]["activities_open"]) == ([], 0)
    timeline = {r["activity"]: r["units"] for r in bay.ask("activity_timeline").rows}
    assert timeline["A3"] == ["HR"]


def test_what_is_left_passes_from_heir_to_heir(bay: World) -> None:
    split = UnitSplit(unit="HR", successors=("PRG", "IT"), heir="IT", board_reference=BOARD)
    bay.put("district", split)
    assert units(bay)["IT"]["activities_open"] == 2
    bay.later(3)
    bay.put("district", UnitDissolved(unit="IT", successor="PRG", board_reference=BOARD))
    bay.put("activity-A9", planned("A9"), on=bay.now.date() - timedelta(days=4))
    shown = units(bay)
    assert (shown["HR"]["ended_as"], shown["HR"]["successors"]) == ("split", ["IT", "PRG"])
    assert (shown["IT"]["ended_as"], shown["IT"]["came_from"]) == ("dissolved", ["HR"])
    assert shown["PRG"]["came_from"] == ["HR", "IT"]
    # The last was recorded late, for a day before the ending, and concerns the heir all the same.
    assert (shown["PRG"]["activities_open"], shown["IT"]["activities_open"]) == (3, 0)


def test_the_clock_of_an_ended_unit_stands_still(bay: World) -> None:
    bay.later(10)
    bay.put("district", merged())
    bay.later(200)
    bay.put("unit-X", UnitRegistered(unit="X", name="X"))
    shown = units(bay)
    assert (shown["HR"]["days_in_stage"], shown["PRG"]["days_in_stage"]) == (11, 211)
    assert (shown["HR"]["stalled"], shown["PRG"]["stalled"]) == (None, True)


def test_rules_pass_over_units_that_have_ended(bay: World) -> None:
    submitted = EvidenceSubmitted(
        evidence="E1",
        title="Survey",
        kind="survey",
        digest=DIGEST,
        location="archive",
        collected_from=DUE - timedelta(days=400),
        collected_to=DUE - timedelta(days=390),
        source_key="principals",
    )
    bay.put("evidence-E1", submitted)
    for level in (2, 1):
        rated = IndicatorRated(
            about="unit:HR",
            indicator="D3.1",
            level=level,
            rubric_version="1.0",
            evidence=("E1",),
            raters=("a-steward",),
        )
        bay.put("assessment-unit.HR", rated)
    bay.later(100)
    asked: dict[str, dict[str, object]] = {
        "cadence": {
            "period": "month",
            "subject": "unit",
            "first_stage": "S1",
            "last_stage": "S5",
        },
        "stalled_unit": {"days": {f"S{n}": 60 for n in range(1, 6)}, "summer_half_days": 1},
        "stale_evidence": {"warn_days": 90, "fire_days": 180, "minimum_indicators": 1},
        "rating_regression": {"minimum_fall": 1},
        "activities_completed": {"scope": "unit", "count": 1},
    }
    before = {rule: fired(bay, rule, given) for rule, given in asked.items()}
    bay.put("district", UnitDissolved(unit="HR", successor="PRG", board_reference=BOARD))
    after = {rule: fired(bay, rule, given) for rule, given in asked.items()}
    assert {rule: "unit:HR" in about for rule, about in before.items()} == dict.fromkeys(
        asked, True
    )
    assert {rule: "unit:HR" in about for rule, about in after.items()} == dict.fromkeys(
        asked, False
    )
    assert "unit:PRG" in after["cadence"]


def test_a_completed_activity_counts_for_those_it_was_given_to(bay: World) -> None:
    handed = ActivityReassigned(activity="A2", owner="a-head", units=("IT",))
    bay.put("activity-A2", handed, about=("unit:HR",))
    bay.put("district", UnitDissolved(unit="HR", successor="PRG", board_reference=BOARD))
    for name in ("A2", "A3"):
        bay.put(f"activity-{name}", ActivityCompleted(activity=name, evidence=("E1",)))
    given: dict[str, object] = {"scope": "unit", "count": 1}
    assert fired(bay, "activities_completed", given) == {"unit:IT", "unit:PRG"}
    shown = units(bay)
    assert [shown[code]["activities_done"] for code in ("HR", "IT", "PRG")] == [1, 1, 1]


def test_a_restart_returns_to_the_first_stage_and_is_work_that_counts(bay: World) -> None:
    bay.later(30)
    begun = UnitRestarted(unit="HR", from_stage="S3", cause="leader_change", charter="New head")
    bay.put("unit-HR", begun)
    row = units(bay)["HR"]
    today = bay.now.date()
    assert (row["stage"], row["stage_entered_on"], row["last_qualifying_on"]) == (
        "S1",
        today,
        today,
    )
