"""Checks one played log against the story, each row as known at the end of its day."""

from collections.abc import Iterator, Mapping
from datetime import date
from statistics import median
from zoneinfo import ZoneInfo

from cot_flows.bootstrap import Engine
from cot_flows.handling import folded
from cot_flows.projecting import today_of
from cot_flows.scenarios.marrow_bay.expectations import EXPECTED, VACANT, Expected
from cot_flows.scenarios.marrow_bay.replay import MARROW_BAY
from domain.actor import ActorState
from domain.assessment import AssessmentState
from domain.district import DistrictState
from domain.rubric import shipped_rubric
from events.store import EventStore
from projections.reading import read

Rows = Mapping[str, Mapping[str, object]]


def check(engine: Engine, *, district: str = MARROW_BAY, until: date | None = None) -> list[str]:
    """Return what differs from the story, a sentence each; nothing if all is as it says.

    `until` leaves out what is expected after a day, for a scenario that was played up to it.
    """
    differences: list[str] = []
    for expected in EXPECTED:
        if until is None or (expected.known_on is not None and expected.known_on <= until):
            differences += Check(engine, district, expected).differences()
    return differences


def _known_at(store: EventStore, district: str, day: date | None) -> int:
    """Return what was known at the end of a day; all that is known when the log ends with it."""
    head = store.head(district)
    if day is None or day >= head.recorded_at.astimezone(ZoneInfo(head.time_zone)).date():
        return head.position
    return store.position_known_at(district, day)


class Check:
    """One expectation against one log."""

    def __init__(self, engine: Engine, district: str, expected: Expected) -> None:
        """Look up the position that the expectation is about."""
        store = engine.store
        self._engine, self._district, self._expected = engine, district, expected
        self._position = _known_at(store, district, expected.known_on)
        self._day = expected.effective_on or expected.known_on or today_of(engine, district)

    def differences(self) -> list[str]:
        """Return what differs."""
        known = self._expected.known_on or "now"
        moment = f"row {self._expected.row}, known on {known}, on {self._day}"
        return [f"{moment}: {what}" for what in self._found()]

    def _found(self) -> Iterator[str]:
        expected = self._expected
        if expected.stages or expected.shows or expected.lacks:
            yield from self._units()
        if expected.open_reviews:
            yield from self._reviews()
        for (about, indicator), level in expected.levels.items():
            seen = self._ratings(about).level_on(indicator, self._day)
            if seen != level:
                yield f"{indicator} of {about} is {seen}, not {level}"
        for unit, middle in expected.medians.items():
            seen_middle = self._median(unit)
            if seen_middle != middle:
                yield f"the median of {unit} is {seen_middle}, not {middle}"
        if expected.chair is not None and self._chair() != expected.chair:
            yield f"the chair is {self._chair()}, not {expected.chair}"

    def _units(self) -> Iterator[str]:
        rows = self._rows("unit_progress", "unit")
        for unit, stage in self._expected.stages.items():
            seen = rows[unit]["stage"] if unit in rows else "not registered"
            if seen != stage:
                yield f"{unit} is in {seen}, not in {stage}"
        for wanted, by_unit in ((True, self._expected.shows), (False, self._expected.lacks)):
            for unit, overlays in by_unit.items():
                for overlay in overlays:
                    if bool(rows[unit][overlay]) is not wanted:
                        yield f"{unit} {'does not show' if wanted else 'shows'} {overlay}"

    def _reviews(self) -> Iterator[str]:
        open_now = {
            (row["review_type"], row["about"]): row["due_on"]
            for row in self._rows("review_queue", "review").values()
            if row["ended_as"] is None
        }
        for slot, due_on in self._expected.open_reviews.items():
            seen = open_now.get((slot.review_type, slot.about), "not open")
            if seen != due_on:
                yield f"{slot.review_type} about {slot.about} is due {seen}, not {due_on}"

    def _rows(self, projection: str, key: str) -> Rows:
        with self._engine.reading() as connection:
            answer = read(
                connection,
                projection,
                self._district,
                position=self._position,
                effective_on=self._day,
                today=self._day,
            )
        return {str(row[key]): row for row in answer.rows}

    def _ratings(self, about: str) -> AssessmentState:
        stream = AssessmentState.stream(about)
        events = self._engine.store.read_stream(self._district, stream, up_to=self._position)
        state = folded(stream, events)
        if not isinstance(state, AssessmentState):
            raise TypeError(f"the stream {stream} holds a {type(state).__name__}")
        return state

    def _median(self, unit: str) -> float | None:
        ratings = self._ratings(f"unit:{unit}")
        levels = [ratings.level_on(code, self._day) for code in shipped_rubric().baseline]
        known = [level for level in levels if level is not None]
        return median(known) if len(known) == len(levels) else None

    def _chair(self) -> str | None:
        store, district = self._engine.store, self._district
        stream = DistrictState.stream("")
        state = folded(stream, store.read_stream(district, stream, up_to=self._position))
        if not isinstance(state, DistrictState) or state.chair is None:
            return None
        person = ActorState.stream(state.chair)
        acting = folded(person, store.read_stream(district, person, up_to=self._position))
        retired = isinstance(acting, ActorState) and acting.retired
        return VACANT if retired else state.chair
