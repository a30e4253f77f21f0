"""Writes docs/reference/events.md from the event types: `python -m tests.support.event_reference`."""

import inspect
from pathlib import Path
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

from cot_flows.cli.recording import RECORDED
from domain.facts.every import EVENT_TYPES
from domain.message import DomainEvent

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "events.md"
HEAD = """# Events

What can be recorded, in reading order. Fields marked *personal* enter the hashed bytes only as commitments; their values can be withdrawn. Every event also
has an envelope: id, type, schema version, when it occurred and how exactly that is known, from when it counts, actor, on whose behalf, who approved a late
record, source, reason (personal), correlation, causation, classification, the event it corrects, and its subjects.

This page is made from the code: `python -m tests.support.event_reference`. A test fails when they differ.
"""


def page() -> str:
    """Return the page as it should be."""
    commands = ", ".join(f"`{command.__name__}`" for command in RECORDED)
    tail = (
        f"\n## Commands\n\nEach is a subcommand of `cot record`: {commands}.\n\n"
        "Those about keys and checkpoints are not: `cot keys`, `cot seal` and `cot witness` make "
        "them, because what they say must be computed. Nor are those by which the program records "
        "what it did or saw itself: attestations (`cot attest`), accesses and refused attempts.\n"
    )
    return HEAD + "".join(_section(event_type) for event_type in EVENT_TYPES) + tail


def _section(event_type: type[DomainEvent]) -> str:
    doc = inspect.getdoc(event_type) or ""
    rows = [
        f"| `{name}` | {_kind(info.annotation)} | {'yes' if info.is_required() else 'no'} |"
        + (" personal |" if name in event_type.personal else " |")
        for name, info in event_type.model_fields.items()
    ]
    table = "\n".join(["| field | type | required | |", "|---|---|---|---|", *rows])
    version = f"Schema version {event_type.schema_version}."
    return f"\n## {event_type.type_name()}\n\n{doc}\n\n{version}\n\n{table}\n"


def _kind(annotation: object) -> str:
    """Return a type as the page shows it, without constraints."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kind(arguments[0])
    if origin is Literal:
        return ", ".join(f"`{each}`" for each in arguments)
    if origin in (Union, UnionType):
        return " or ".join(_kind(each) for each in arguments)
    if origin is not None:
        return f"{_kind(origin)} of {', '.join(_kind(e) for e in arguments if e is not ...)}"
    if annotation is type(None):
        return "nothing"
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
