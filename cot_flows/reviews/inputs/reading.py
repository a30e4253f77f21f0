"""One district as known at a position and effective on a day: where every part is read from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cot_flows.bootstrap import Engine
from events.active import active
from events.envelope import RecordedEvent
from projections.lineage import Behind, behind
from projections.reading import read

Row = dict[str, object]
Entry = dict[str, object]
"""One line of a part: names, days and numbers, and the `positions` of the events behind them."""

PAGE = 2000
"""Events that are read from the log at a time."""

DISTRICT = "district:all"


@dataclass(frozen=True, slots=True)
class Reading:
    """The district at one position and day."""

    engine: Engine
    district: str
    position: int
    day: date

    def rows(self, projection: str, keys: Sequence[str] | None = None) -> list[Row]:
        """Return a projection's rows for some keys (None: all)."""
        if keys is not None and not keys:
            return []
        with self.engine.reading() as connection:
            answer = read(
                connection,
                projection,
                self.district,
                keys=keys,
                position=self.position,
                effective_on=self.day,
                today=self.day,
            )
        return answer.rows

    def counting(self, events: Iterable[RecordedEvent]) -> list[RecordedEvent]:
        """Return which of some events count on the day, in the order of their facts."""
        return [each for each in active(events) if each.effective_from <= self.day]

    def concerning(self, subjects: Iterable[str]) -> list[RecordedEvent]:
        """Return the events that concern any of the subjects and count on the day."""
        return self.counting(self.recorded(subjects))

    def recorded(self, subjects: Iterable[str]) -> list[RecordedEvent]:
        """Return every event recorded by then that concerns any of the subjects."""
        named = sorted(set(subjects))
        if not named:
            return []
        return self.engine.store.read_subjects(self.district, named, up_to=self.position)

    def stream(self, name: str) -> list[RecordedEvent]:
        """Return a stream's events as recorded by then."""
        return self.engine.store.read_stream(self.district, name, up_to=self.position)

    def since(self, about: str, after: int) -> list[RecordedEvent]:
        """Return what was recorded about a subject after a position and counts from the day."""
        events = self._log(after) if about == DISTRICT else self.recorded([about])
        return [
            each for each in events if each.position > after and each.effective_from <= self.day
        ]

    def behind(self, key: str) -> list[Behind]:
        """Return the events about a key that count on the day, without their contents."""
        with self.engine.reading() as connection:
            found = behind(connection, self.district, key, position=self.position)
        return [each for each in found if each.counts and each.effective_from <= self.day]

    def _log(self, after: int) -> list[RecordedEvent]:
        found: list[RecordedEvent] = []
        while after < self.position:
            limit = min(PAGE, self.position - after)
            found += self.engine.store.read_log(self.district, after=after, limit=limit)
            after += limit
        return found


def positions(events: Iterable[RecordedEvent]) -> list[int]:
    """Return the positions of events, in order."""
    return sorted({each.position for each in events})


def places_of(entry: Entry) -> list[int]:
    """Return the positions that an entry names."""
    found = entry["positions"]
    return [int(each) for each in found] if isinstance(found, list) else []


def dimension_of(about: str) -> int | None:
    """Return the number of the dimension that a review is about, or None."""
    kind, _, name = about.partition(":")
    return int(name) if kind == "dimension" and name.isdigit() else None


def keys_of(about: str) -> list[str] | None:
    """Return the keys whose rows belong to a subject; None: all of them."""
    return [about] if about.partition(":")[0] in {"unit", "network"} else None
