"""What changed around a subject since the last packet: leaders, rules, money, units, partners."""

from collections.abc import Iterable
from typing import Literal

from cot_flows.records.rights import Classes
from cot_flows.reviews.inputs.reading import DISTRICT, Entry
from domain.access import restricted
from domain.facts.activity import ActivityAnnounced, ActivityReported
from domain.facts.district import (
    RubricCrosswalkPublished,
    RubricPublished,
    SchoolCalendarPublished,
    StewardshipTeamChartered,
)
from domain.facts.reorganization import UnitDissolved, UnitsMerged, UnitSplit
from domain.facts.theory import TheoryOfActionAdopted, TheoryOfActionRevised
from domain.facts.unit import UnitHeadAssigned, UnitHeadVacated
from domain.message import DomainEvent
from events.envelope import RecordedEvent

Area = Literal["leader", "rules", "money", "units", "partner"]

LISTED = 20
"""How many facts are told, the newest."""

OF_PUBLICATIONS: dict[str, Area] = {
    "leader_appointed": "leader",
    "leader_departed": "leader",
    "governance_changed": "rules",
    "policy_adopted": "rules",
    "theory_of_action_published": "rules",
    "budget_reallocated": "money",
    "position_count_changed": "money",
    "unit_created": "units",
    "unit_dissolved": "units",
    "unit_merged": "units",
    "unit_restructured": "units",
    "external_partner_engaged": "partner",
}
"""By the kind of a published fact: what it is a change of. Other kinds are the unit's own work."""

OF_FACTS: dict[type[DomainEvent], tuple[Area, str]] = {
    UnitHeadAssigned: ("leader", "unit {unit} has a head"),
    UnitHeadVacated: ("leader", "unit {unit} has no head"),
    StewardshipTeamChartered: ("leader", "a stewardship team was chartered"),
    SchoolCalendarPublished: ("rules", "school calendar {calendar_version} was published"),
    RubricPublished: ("rules", "rubric {rubric_version} was published"),
    RubricCrosswalkPublished: ("rules", "a crosswalk between rubrics was published"),
    TheoryOfActionAdopted: ("rules", "version {version} of the theory of action was adopted"),
    TheoryOfActionRevised: ("rules", "the theory of action was revised to version {to_version}"),
}
"""By the type of a fact: what it is a change of, and its words."""


def outside(counting: Iterable[RecordedEvent], about: str, classes: Classes) -> list[Entry]:
    """Return the newest facts of the window that bear on a subject from outside of it."""
    found = [
        entry
        for each in counting
        if about == DISTRICT or about not in each.subjects
        for entry in _entries(each, classes)
    ]
    return found[-LISTED:]


def _entries(recorded: RecordedEvent, classes: Classes) -> list[Entry]:
    area, shows = _said(recorded)
    if area is None:
        return []
    needed = restricted(classes(recorded))
    return [
        {
            "area": area,
            "shows": f"not told here: {', '.join(needed)}" if needed else shows,
            "effective_from": recorded.effective_from,
            "positions": [recorded.position],
        }
    ]


def _said(recorded: RecordedEvent) -> tuple[Area | None, str]:
    """Return what a fact is a change of, and what it says; None for one that is no such change."""
    match recorded.event:
        case ActivityReported(kind=kind, title=title):
            return OF_PUBLICATIONS.get(kind), title
        case ActivityAnnounced(kind=kind, title=title):
            return OF_PUBLICATIONS.get(kind), f"announced: {title}"
        case UnitsMerged() | UnitSplit() | UnitDissolved() as ended:
            return "units", f"ended: {', '.join(ended.ending())}"
        case event:
            area, words = OF_FACTS.get(type(event), (None, ""))
            return area, words.format_map(event.model_dump()) if area else ""
