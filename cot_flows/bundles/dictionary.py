"""The data dictionary of a bundle: every event type and its fields, every view and its columns."""

import inspect
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from cot_flows.bootstrap import Engine
from domain.message import DomainEvent
from events.document import Envelope
from projections.statements import statement

LONGEST_TYPE = 120


def dictionary(engine: Engine) -> dict[str, Any]:
    """Return the dictionary: `envelope`, `events` by name and `views` by name."""
    with engine.reading() as connection:
        rows = connection.execute(statement("sql/installed/data_dictionary")).fetchall()
    views = dict[str, Any]()
    for view, meaning, column, kind, comment in rows:
        told = views.setdefault(view, {"meaning": meaning, "columns": []})
        told["columns"].append({"name": column, "type": kind, "meaning": comment})
    return {
        "envelope": Envelope.model_json_schema(),
        "events": {name: _event(each) for name, each in sorted(engine.codec.types.items())},
        "views": views,
    }


def in_words(told: Mapping[str, Any]) -> str:
    """Return the dictionary as a page for people."""
    opening = files("cot_flows.bundles").joinpath("dictionary.md").read_text(encoding="utf-8")
    parts = [opening, "\n## Envelope\n\n", _fields(told["envelope"], ())]
    for name, event in told["events"].items():
        version = f"Schema version {event['schema_version']}."
        parts.append(f"\n## {name}\n\n{event['meaning']}\n\n{version}\n\n")
        parts.append(_fields(event["schema"], event["personal"]))
    for name, view in told["views"].items():
        rows = [(each["name"], each["type"], each["meaning"]) for each in view["columns"]]
        parts.append(f"\n## View {name}\n\n{view['meaning']}\n\n")
        parts.append(_table(("column", "type", "meaning"), rows))
    return "".join(parts)


def _event(event_type: type[DomainEvent]) -> dict[str, Any]:
    return {
        "meaning": inspect.getdoc(event_type) or "",
        "schema_version": event_type.schema_version,
        "personal": sorted(event_type.personal),
        "schema": event_type.model_json_schema(),
    }


def _fields(schema: Mapping[str, Any], personal: Iterable[str]) -> str:
    required = set(schema.get("required", ()))
    rows = [
        (
            f"`{name}`",
            _kind(told)[:LONGEST_TYPE],
            "yes" if name in required else "no",
            "personal" if name in personal else "",
        )
        for name, told in schema.get("properties", {}).items()
    ]
    return _table(("field", "type", "required", ""), rows)


def _kind(told: Mapping[str, Any]) -> str:
    if "anyOf" in told:
        return " or ".join(_kind(each) for each in told["anyOf"])
    if "enum" in told or "const" in told:
        return ", ".join(map(str, told.get("enum", [told.get("const")])))
    if "$ref" in told:
        return str(told["$ref"]).rpartition("/")[2]
    if told.get("type") == "array":
        return f"list of {_kind(told.get('items', {}))}"
    kind = str(told.get("type", "any"))
    return f"{kind} ({told['format']})" if "format" in told else kind


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(str(e).replace('|', '/') for e in line)} |\n" for line in lines)
