"""Changes and events as JSON holds them, by stable keys."""

from collections.abc import Mapping, Sequence

from cot_flows.records.rights import Classes
from cot_flows.replaying.difference import Difference, Known
from cot_flows.replaying.words import name_of
from domain.access import restricted
from domain.message import Classification
from events.envelope import RecordedEvent
from projections.comparing import RowChange


def event_entry(recorded: RecordedEvent, classes: Sequence[Classification]) -> dict[str, object]:
    """Return an event without its personal texts; one of a restricted class without what it says.

    `classification` is the recorded class, `restricted` all classes that need a right.
    """
    needed = restricted(classes)
    says = recorded.event.model_dump(
        mode="json", exclude_none=True, exclude=set(recorded.event.personal)
    )
    return {
        "position": recorded.position,
        "type": recorded.type_name,
        "in_words": name_of(recorded),
        "recorded_at": recorded.recorded_at,
        "occurred_on": recorded.occurred_on,
        "precision": recorded.precision,
        "effective_from": recorded.effective_from,
        "actor": recorded.actor,
        "subjects": recorded.subjects,
        "classification": recorded.classification,
        "restricted": needed,
        "fact_position": recorded.fact_position,
        "says": {} if needed else says,
    }


def row_entry(change: RowChange) -> dict[str, object]:
    """Return a changed row: which, and each field as it was and as it is."""
    return {
        "projection": change.projection,
        "key": change.key,
        "identity": change.identity,
        "did": _did(change),
        "fields": [
            {"field": each.field, "before": each.before, "after": each.after}
            for each in change.fields
        ],
    }


def difference_document(found: Difference, classes: Classes) -> dict[str, object]:
    """Return a difference: the two moments, the changed rows, the events in between by group."""
    return {
        "district": found.district,
        "before": _moment(found.before),
        "after": _moment(found.after),
        "unit": found.unit,
        "changes": [row_entry(each.row) | {"by": each.by} for each in found.changes],
        "events": {
            name: [event_entry(each, classes(each)) for each in events]
            for name, events in found.events.items()
        },
    }


def _moment(known: Known) -> Mapping[str, object]:
    return {
        "known_at_position": known.position,
        "known_on": known.known_on,
        "effective_on": known.effective_on,
    }


def _did(change: RowChange) -> str:
    if change.before is None:
        return "appeared"
    return "went" if change.after is None else "changed"
