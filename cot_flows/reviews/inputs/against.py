"""The disconfirming part: every fact at hand that speaks against the work going well.

It is always there. When it is empty, that is said, and the people are asked what they would look
for; a packet that only confirms is not fit to decide on.
"""

from collections.abc import Iterable, Mapping

from cot_flows.reviews.inputs.reading import Entry
from domain.facts.activity import ActivityAbandoned
from domain.facts.theory import AssumptionEvidenceLinked, AssumptionStatusChanged
from domain.facts.unit import GateCriterionAttested, UnitStageReverted
from events.envelope import RecordedEvent


def disconfirming(
    parts: Mapping[str, list[Entry]], counting: Iterable[RecordedEvent]
) -> list[Entry]:
    """Return falls, disputes, misses and gaps: from the packet's other parts, and the window."""
    found = [
        _against(
            "fall",
            f"{each['about']} {each['indicator']}: {each['before']} to {each['level']}",
            each,
        )
        for each in parts["ratings"]
        if each["arrow"] == "down"
    ]
    found += [
        _against("dispute", f"{each['what']}: {each['state']}", each) for each in parts["contested"]
    ]
    found += [
        _against("miss", f"test {each['test']}: the prediction was missed", each)
        for each in parts["tests"]
        if each["matched"] == "missed"
    ]
    found += [
        _against("miss", f"measure {each['measure']} got worse", each)
        for each in parts["measurements"]
        if each["trend"] == "worse"
    ]
    found += [
        _against("miss", f"action {each['action']} is {each['days_late']} days late", each)
        for each in parts["actions"]
        if each["days_late"]
    ]
    found += [
        _against("miss", f"{each['title']} missed its plan", each)
        for name in ("money", "partners")
        for each in parts[name]
        if each["missed"]
    ]
    return (
        found
        + [entry for each in parts["parity"] for entry in _of_groups(each)]
        + [entry for each in counting for entry in _of_window(each)]
    )


def _of_groups(table: Entry) -> list[Entry]:
    groups = table["groups"]
    return [
        _against("gap", f"{table['title']}: parity of {each['group']} is {each['ratio']}", each)
        for each in (groups if isinstance(groups, list) else ())
        if each["band"] == "act"
    ]


def _of_window(recorded: RecordedEvent) -> list[Entry]:
    match recorded.event:
        case ActivityAbandoned(activity=activity):
            kind, shows = "miss", f"activity {activity} was abandoned"
        case UnitStageReverted(unit=unit, from_stage=before, to_stage=now):
            kind, shows = "fall", f"unit {unit} went back from {before} to {now}"
        case GateCriterionAttested(unit=unit, criterion=criterion, met=False):
            kind, shows = "miss", f"unit {unit} does not meet {criterion}"
        case AssumptionEvidenceLinked(assumption=assumption, direction="against"):
            kind, shows = "evidence against", f"assumption {assumption}"
        case AssumptionStatusChanged(
            assumption=assumption, status="weak" | "contested" | "dropped" as s
        ):
            kind, shows = "fall", f"assumption {assumption} is {s}"
        case _:
            return []
    return [{"kind": kind, "shows": shows, "positions": [recorded.position]}]


def _against(kind: str, shows: str, entry: Entry) -> Entry:
    return {"kind": kind, "shows": shows, "positions": entry["positions"]}
