"""An event and a change of a row, in plain words and without personal texts."""

import re
from collections.abc import Mapping, Sequence

from domain.access import restricted
from domain.message import Classification
from events.envelope import RecordedEvent
from projections.comparing import RowChange

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def name_of(recorded: RecordedEvent) -> str:
    """Return what happened, as a few words: `Unit stage entered`."""
    return _HUMP.sub(" ", recorded.type_name).capitalize()


def sentence(recorded: RecordedEvent, classes: Sequence[Classification]) -> str:
    """Return what an event says, field by field; one of a restricted class says only which."""
    needed = restricted(classes)
    if needed:
        return f"({', '.join(needed)}: not told here)"
    fields = recorded.event.model_dump(
        mode="json", exclude_none=True, exclude=set(recorded.event.personal)
    )
    return "; ".join(f"{name.replace('_', ' ')}: {value(each)}" for name, each in fields.items())


def value(told: object) -> str:
    """Return a value as a sentence holds it."""
    match told:
        case None:
            return "nothing"
        case True:
            return "yes"
        case False:
            return "no"
        case list() | tuple():
            return ", ".join(value(each) for each in told) or "none"
        case Mapping():
            return ", ".join(f"{name} {value(each)}" for name, each in told.items()) or "none"
        case _:
            return str(told)


def called(change: RowChange) -> str:
    """Return what a changed row is about: `unit:HR`, or `unit:HR, D3.1` for a rating."""
    return ", ".join(change.identity)


def lines(change: RowChange) -> list[str]:
    """Return a changed row as lines: what appeared, went, or changed from what to what."""
    if change.before is None or change.after is None:
        did, row = ("appears", change.after) if change.before is None else ("goes", change.before)
        told = [f"{k.replace('_', ' ')} {value(v)}" for k, v in (row or {}).items() if _says(k, v)]
        return [f"{did}: {'; '.join(told)}"]
    return [
        f"{each.field.replace('_', ' ')}: {value(each.before)} → {value(each.after)}"
        for each in change.fields
    ]


def _says(name: str, told: object) -> bool:
    nothing = told is None or told is False or told in (0, [], {}, "")
    return not nothing and name not in {"district", "key", "last_event_position"}
