"""At most five measures of a subject, with where each went: what worsened comes first."""

from collections.abc import Iterable
from decimal import Decimal

from cot_flows.reviews.inputs.reading import Entry, Reading, dimension_of
from domain.facts.measurement import EVERY_SCHOOL, MeasureDefined, MeasurementRecorded
from domain.ids import subject
from events.envelope import RecordedEvent

AT_MOST = 5
"""How many measures a packet shows: more are not read in a meeting."""

PERIODS = 6
"""How many values of a measure are shown, the latest."""

ORDER = ("worse", "better", "same", "first", "withheld")
"""Which trends are shown first."""

Value = tuple[RecordedEvent, MeasurementRecorded]


def measures(reading: Reading, about: str) -> list[Entry]:
    """Return the measures of a subject over all its schools."""
    if dimension_of(about) is not None:
        return []
    by_measure: dict[str, list[Value]] = {}
    for recorded in reading.concerning([about]):
        event = recorded.event
        # District-wide values concern the district's own subject and no unit's.
        if isinstance(event, MeasurementRecorded) and (event.about, event.group) == (
            about,
            EVERY_SCHOOL,
        ):
            by_measure.setdefault(event.measure, []).append((recorded, event))
    defined = _defined(reading, by_measure)
    found = [_entry(name, values, defined) for name, values in sorted(by_measure.items())]
    found.sort(key=lambda each: ORDER.index(str(each["trend"])))
    return found[:AT_MOST]


def _defined(reading: Reading, names: Iterable[str]) -> dict[tuple[str, int], MeasureDefined]:
    return {
        (each.event.measure, each.event.version): each.event
        for each in reading.concerning(subject("measure", name) for name in names)
        if isinstance(each.event, MeasureDefined)
    }


def _entry(name: str, values: list[Value], defined: dict[tuple[str, int], MeasureDefined]) -> Entry:
    values = sorted(values, key=lambda each: (each[1].period_to, each[1].period_from))[-PERIODS:]
    latest = values[-1][1]
    meaning = defined.get((name, latest.measure_version))
    shown = [_value(each, defined) for each in values]
    return {
        "measure": name,
        "title": name if meaning is None else meaning.title,
        "unit_of_measure": latest.unit_of_measure,
        "better": latest.better,
        "trend": _trend(latest.better, [each["value"] for each in shown]),
        "values": shown,
        "positions": sorted(recorded.position for recorded, _ in values),
    }


def _value(value: Value, defined: dict[tuple[str, int], MeasureDefined]) -> Entry:
    """Return one value; with too few behind it, neither the value nor how many they are."""
    recorded, event = value
    meaning = defined.get((event.measure, event.measure_version))
    least = 1 if meaning is None else meaning.minimum_n
    kept = event.n < least
    return {
        "period_from": event.period_from,
        "period_to": event.period_to,
        "value": None if kept else event.value,
        "n": None if kept else event.n,
        "fewer_than": least if kept else None,
        "positions": [recorded.position],
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
