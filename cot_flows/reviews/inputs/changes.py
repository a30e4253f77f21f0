"""What was recorded since the last review looked: new facts, late ones, and corrections."""

from cot_flows.records.rights import Classes
from cot_flows.reviews.inputs.reading import Entry
from cot_flows.reviews.inputs.window import Window
from domain.access import restricted
from domain.facts.correction import FactRetracted
from domain.facts.measurement import MeasurementRecorded
from events.active import active
from events.envelope import RecordedEvent

OF_VALUES = frozenset({"value", "n"})
"""What a measurement says only where the packet holds back what has too few behind it."""

LISTED = 200
"""How many facts of each group are listed, the newest; all of them are counted."""


def changes(events: list[RecordedEvent], since: Window, classes: Classes) -> Entry:
    """Return the facts recorded in the window, by group, in their order.

    A correction or a retraction is one whatever its date; late is what counted already when the
    last packet was made, and was not known then. What reviews record of themselves is left out.
    A fact of a restricted class is named without what it says.
    """
    # A fact of the window may have been taken back by an event that concerns the subject as well.
    standing = {each.position for each in active(events)}
    groups: dict[str, list[Entry]] = {"new": [], "late": [], "corrections": []}
    for each in events:
        if not each.type_name.startswith("Review"):
            told_of = not restricted(classes(each))
            counts = each.position in standing
            groups[_group(each, since)].append(_entry(each, told=told_of, counts=counts))
    told: Entry = {"window": since.entry()}
    for name, found in groups.items():
        told[name] = {"count": len(found), "facts": found[-LISTED:]}
    return told


def _group(recorded: RecordedEvent, since: Window) -> str:
    if recorded.corrects is not None or isinstance(recorded.event, FactRetracted):
        return "corrections"
    return "late" if recorded.effective_from <= since.day else "new"


def _entry(recorded: RecordedEvent, *, told: bool, counts: bool) -> Entry:
    unsaid = set(recorded.event.personal)
    if isinstance(recorded.event, MeasurementRecorded):
        unsaid |= OF_VALUES
    says = recorded.event.model_dump(mode="json", exclude_none=True, exclude=unsaid)
    return {
        "type": recorded.type_name,
        "occurred_on": recorded.occurred_on,
        "precision": recorded.precision,
        "effective_from": recorded.effective_from,
        "classification": recorded.classification,
        "says": says if told else {},
        "counts": counts,
        "fact_position": recorded.fact_position,
        "positions": [recorded.position],
    }
