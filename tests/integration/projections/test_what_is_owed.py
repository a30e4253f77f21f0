"""Action items as they stand, and ratings whose evidence was successfully disputed."""

from datetime import timedelta

from domain.facts.action import (
    ActionItemAccepted,
    ActionItemDueDateMoved,
    ActionItemEscalated,
    ActionItemReassigned,
)
from domain.facts.assessment import IndicatorRated, RatingReaffirmed
from domain.facts.evidence import EvidenceDisputed, EvidenceDisputeSettled, EvidenceSubmitted
from domain.facts.unit import UnitRegistered
from projections.rules import evaluate, rule_named
from tests.integration.projections.history import DIGEST, DUE, action, triggered
from tests.integration.projections.world import World

FINDING = "It counts other schools"


def _item(world: World) -> tuple[dict[str, object], dict[str, dict[str, object]]]:
    world.refresh_all()
    (row,) = world.ask("review_queue").rows
    assert isinstance(row["actions"], list)
    units = {str(each["unit"]): each for each in world.ask("unit_progress").rows}
    return row["actions"][0], units


def test_an_action_item_is_shown_with_the_owner_the_date_and_the_escalation_it_has(
    world: World,
) -> None:
    for unit in ("HR", "IT"):
        world.put(f"unit-{unit}", UnitRegistered(unit=unit, name=unit))
    about = ("review:V1", "unit:HR")
    world.put("review-V1", triggered("V1"))
    world.put("action-T1", action("T1", "V1"))
    world.put("action-T1", ActionItemAccepted(action="T1"), about=about)
    world.put("action-T1", ActionItemEscalated(action="T1", level="head"), about=about)
    item, units = _item(world)
    assert item == {
        "action": "T1",
        "title": "Meet the schools",
        "owner": "a-head",
        "unit": "HR",
        "accepted": True,
        "due_on": str(DUE),
        "escalated_to": "head",
        "status": "open",
    }
    assert (units["HR"]["actions_open"], units["HR"]["actions_escalated"]) == (1, 1)
    later = DUE + timedelta(days=30)
    world.put(
        "action-T1", ActionItemReassigned(action="T1", owner="a-clerk", unit="IT"), about=about
    )
    moved = ActionItemDueDateMoved(action="T1", from_due_on=DUE, due_on=later)
    world.put("action-T1", moved, about=("review:V1", "unit:IT"))
    item, units = _item(world)
    assert (item["owner"], item["unit"], item["accepted"]) == ("a-clerk", "IT", False)
    assert (item["due_on"], item["escalated_to"]) == (str(later), None)
    assert units["HR"]["actions_open"] == 0
    assert (units["IT"]["action_due_dates"], units["IT"]["actions_escalated"]) == ([later], 0)


def submitted(evidence: str) -> EvidenceSubmitted:
    """A survey."""
    return EvidenceSubmitted(
        evidence=evidence,
        title="Survey",
        kind="survey",
        digest=DIGEST,
        location="archive",
        collected_from=DUE,
        collected_to=DUE,
        source_key=evidence,
    )


def rated(level: int, *evidence: str) -> IndicatorRated:
    """A rating of HR."""
    return IndicatorRated(
        about="unit:HR",
        indicator="D3.1",
        level=level,
        rubric_version="1.0",
        evidence=evidence,
        raters=("a-steward",),
    )


def _rating(world: World) -> tuple[object, ...]:
    world.refresh_all()
    (row,) = world.ask("evidence_freshness").rows
    (unit,) = world.ask("unit_progress").rows
    return (
        row["level"],
        row["contested"],
        row["disputed_evidence"],
        row["sources"],
        unit["contested"],
    )


def test_an_upheld_dispute_contests_a_rating_until_it_is_reaffirmed(world: World) -> None:
    world.put("unit-HR", UnitRegistered(unit="HR", name="Human resources"))
    for evidence in ("E1", "E2"):
        world.put(f"evidence-{evidence}", submitted(evidence))
    world.put("assessment-unit.HR", rated(2, "E1", "E2"))
    world.put("evidence-E1", EvidenceDisputed(evidence="E1", finding=FINDING))
    assert _rating(world) == (2, False, 0, 2, 0)
    upheld = EvidenceDisputeSettled(evidence="E1", outcome="upheld", finding=FINDING)
    world.put("evidence-E1", upheld)
    assert _rating(world) == (2, True, 1, 1, 1)
    reaffirmed = RatingReaffirmed.model_validate(rated(2, "E2").model_dump() | {"despite": ("E1",)})
    world.put("assessment-unit.HR", reaffirmed)
    assert _rating(world) == (2, False, 0, 1, 0)


def test_a_corrected_rating_is_contested_no_more(world: World) -> None:
    world.put("unit-HR", UnitRegistered(unit="HR", name="Human resources"))
    for evidence in ("E1", "E2"):
        world.put(f"evidence-{evidence}", submitted(evidence))
    first = world.put("assessment-unit.HR", rated(2, "E1"))
    upheld = EvidenceDisputeSettled(evidence="E1", outcome="upheld", finding=FINDING)
    world.put("evidence-E1", upheld)
    assert _rating(world) == (2, True, 1, 0, 1)
    world.put("assessment-unit.HR", rated(1, "E2"), about=("evidence:E1",), corrects=first)
    assert _rating(world) == (1, False, 0, 1, 0)


def test_a_reaffirmed_level_is_no_fall_and_hides_none(world: World) -> None:
    world.put("assessment-unit.HR", rated(3, "E1"))
    world.put("assessment-unit.HR", rated(1, "E1"))
    fell = world.head()
    reaffirmed = RatingReaffirmed.model_validate(rated(1, "E2").model_dump() | {"despite": ("E1",)})
    world.put("assessment-unit.HR", reaffirmed)
    found = evaluate(
        world.connection("cot_reader"),
        rule_named("rating_regression"),
        world.district,
        position=world.head(),
        today=world.now.date(),
        parameters={"minimum_fall": 1},
    )
    assert [(each.about, each.cause_key) for each in found] == [("unit:HR", str(fell))]
