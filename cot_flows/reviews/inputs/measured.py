"""The values of a subject's measures as a packet may tell them: with too few behind, withheld."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cot_flows.reviews.inputs.reading import Entry, Reading, dimension_of
from domain.facts.measurement import (
    EVERY_SCHOOL,
    MeasureDefined,
    MeasureKind,
    MeasurementRecorded,
)
from domain.ids import subject
from events.envelope import RecordedEvent

Value = tuple[RecordedEvent, MeasurementRecorded]


@dataclass(frozen=True, slots=True)
class Measured:
    """Every value of a subject that counts, by measure, and what the measures mean."""

    values: dict[str, list[Value]]
    defined: dict[tuple[str, int], MeasureDefined]

    def of_all_schools(self, *kinds: MeasureKind) -> Iterator[tuple[str, list[Value]]]:
        """Give the measures of some kinds, with their values over all schools in time."""
        for name, values in sorted(self.values.items()):
            whole = [each for each in values if each[1].group == EVERY_SCHOOL]
            if whole and self.kind(whole[-1][1]) in kinds:
                yield name, whole

    def meaning(self, value: MeasurementRecorded) -> MeasureDefined | None:
        """Return what a value's measure means in the version that it follows."""
        return self.defined.get((value.measure, value.measure_version))

    def kind(self, value: MeasurementRecorded) -> MeasureKind:
        """Return the kind of a value's measure."""
        meaning = self.meaning(value)
        return "service" if meaning is None else meaning.kind

    def title(self, value: MeasurementRecorded) -> str:
        """Return the title of a value's measure."""
        meaning = self.meaning(value)
        return value.measure if meaning is None else meaning.title

    def least(self, value: MeasurementRecorded) -> int:
        """Return the fewest behind a value that its measure lets be told."""
        meaning = self.meaning(value)
        return 1 if meaning is None else meaning.minimum_n

    def told(self, value: Value) -> Entry:
        """Return one value; with too few behind it, neither the value nor how many they are."""
        recorded, event = value
        least = self.least(event)
        kept = event.n < least
        return {
            "period_from": event.period_from,
            "period_to": event.period_to,
            "value": None if kept else event.value,
            "n": None if kept else event.n,
            "fewer_than": least if kept else None,
            "positions": [recorded.position],
        }


def measured(reading: Reading, about: str) -> Measured:
    """Return the values of a subject; a dimension has none."""
    by_measure: dict[str, list[Value]] = {}
    if dimension_of(about) is not None:
        return Measured({}, {})
    for recorded in reading.concerning([about]):
        event = recorded.event
        # District-wide values concern the district's own subject and no unit's.
        if isinstance(event, MeasurementRecorded) and event.about == about:
            by_measure.setdefault(event.measure, []).append((recorded, event))
    for values in by_measure.values():
        values.sort(key=lambda each: (each[1].period_to, each[1].period_from))
    return Measured(by_measure, _defined(reading, by_measure))


def _defined(reading: Reading, names: Iterable[str]) -> dict[tuple[str, int], MeasureDefined]:
    return {
        (each.event.measure, each.event.version): each.event
        for each in reading.concerning(subject("measure", name) for name in names)
        if isinstance(each.event, MeasureDefined)
    }
