"""The measures of a subject, with where each went: what worsened comes first."""

from decimal import Decimal

from cot_flows.reviews.inputs.measured import Measured, Value
from cot_flows.reviews.inputs.reading import Entry

PERIODS = 6
"""How many values of a measure are shown, the latest."""

ORDER = ("worse", "better", "same", "first", "withheld")
"""Which trends are shown first."""


def measures(found: Measured) -> list[Entry]:
    """Return the measures of service, feedback and outcome over all schools, worst first."""
    told = [
        _entry(found, name, values)
        for name, values in found.of_all_schools("service", "feedback", "outcome")
    ]
    told.sort(key=lambda each: ORDER.index(str(each["trend"])))
    return told


def _entry(found: Measured, name: str, values: list[Value]) -> Entry:
    latest = values[-1][1]
    shown = [found.told(each) for each in values[-PERIODS:]]
    return {
        "measure": name,
        "title": found.title(latest),
        "kind": found.kind(latest),
        "unit_of_measure": latest.unit_of_measure,
        "better": latest.better,
        "trend": _trend(latest.better, [each["value"] for each in shown]),
        "values": shown,
        "positions": sorted(recorded.position for recorded, _ in values[-PERIODS:]),
    }


def _trend(better: str, values: list[object]) -> str:
    if values[-1] is None:
        return "withheld"
    told = [Decimal(str(each)) for each in values if each is not None]
    if len(told) == 1:
        return "first"
    if told[-1] == told[-2]:
        return "same"
    return "better" if (told[-1] > told[-2]) == (better == "higher") else "worse"
