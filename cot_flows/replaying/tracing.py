"""Why a value is what it is: the events behind it, and the value from these events alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Literal

from cot_flows.bootstrap import Engine
from cot_flows.errors import NotConfigured, UnknownThing
from cot_flows.moments import Moment
from cot_flows.replaying.alone import rows_alone
from cot_flows.replaying.bearing import ENDING, Asked, bearing
from domain.attestation import AttestationState
from domain.facts.attestation import ProjectionAttested
from domain.facts.correction import FactRetracted
from domain.message import ALL_SUBJECTS
from events.active import active
from events.envelope import RecordedEvent
from projections.catalogue import projection_named
from projections.comparing import BOOKKEEPING
from projections.reading import read

Verdict = Literal["re-derives", "differs"]

LINKING = ("evidence:", "activity:", "action:")
"""Subjects whose events bear on a unit that only some of them name."""

DISTRICT = "district:all"


@dataclass(frozen=True, slots=True)
class Behind:
    """An event behind a value: whether it counts there, and what came in its place."""

    recorded: RecordedEvent
    counts: bool
    replaced_by: int | None


@dataclass(frozen=True, slots=True)
class Traced:
    """A value, the events behind it, and what the query gives for these events alone.

    `query_digest` is that of the query in force. `recorded_digest` is the one that a value was
    once recorded under: as given, else that of the last attestation known then; None: neither.
    """

    asked: Asked
    district: str
    position: int
    effective_on: date
    value: object
    alone: object
    events: tuple[Behind, ...]
    query_digest: str
    product_version: str
    recorded_digest: str | None

    @property
    def verdict(self) -> Verdict:
        """Return whether the value comes out of the events listed alone."""
        return "re-derives" if self.value == self.alone else "differs"

    @property
    def same_query(self) -> bool | None:
        """Return whether the query in force is the recorded one; None: none is on record."""
        return None if self.recorded_digest is None else self.recorded_digest == self.query_digest


def trace(
    engine: Engine, moment: Moment, asked: Asked, *, recorded_digest: str | None = None
) -> Traced:
    """Return what is behind a column of a row, and derive it anew from that alone.

    Reads only. Raises UnknownThing when there is no such row at the moment, NotConfigured when
    the row has no such column.
    """
    projection = projection_named(asked.projection)
    position = moment.head.position if moment.position is None else moment.position
    row, day = _row(engine, moment, asked, position)
    every = around(engine, moment.district, asked.key, position)
    listed = bearing(asked, every)
    rows = rows_alone(engine, moment.head, projection, asked.key, listed, day)
    alone = [each for each in rows if _is_asked(asked, each)]
    return Traced(
        asked=asked,
        district=moment.district,
        position=position,
        effective_on=day,
        value=row[asked.field],
        alone=alone[0][asked.field] if alone else None,
        events=tuple(_behind(listed, day)),
        query_digest=f"sha256:{projection.query_digest}",
        product_version=version("cot-flows"),
        recorded_digest=recorded_digest or _attested(engine, moment.district, asked, position),
    )


def around(engine: Engine, district: str, key: str, position: int) -> list[RecordedEvent]:
    """Return every event that a key's row can depend on, known at a position, in order.

    Those that name the key or concern all keys; for a unit also those about evidence, activities
    and action items that these name, and those of units joined to it by an ending.
    """
    store = engine.store
    whole = store.read_subjects(district, [DISTRICT], up_to=position)
    endings = [each for each in whole if each.type_name in ENDING]
    of_endings = {each.fact_position for each in endings}
    keys = _joined(key, endings)
    named = store.read_subjects(district, [*keys, ALL_SUBJECTS], up_to=position)
    linked = {
        name for each in named for name in each.subjects if name.startswith(LINKING) and key != name
    }
    found = {each.position: each for each in named}
    if not key.startswith(("review:", "activity:")):
        more = store.read_subjects(district, sorted(linked), up_to=position)
        found |= {each.position: each for each in more}
    found |= {e.position: e for e in whole if e.fact_position in of_endings}
    return [found[place] for place in sorted(found)]


def _joined(key: str, endings: Sequence[RecordedEvent]) -> list[str]:
    """Return a unit with all units joined to it by endings; any other key alone."""
    joined, before = {key}, 0
    while len(joined) > before:
        before = len(joined)
        for each in endings:
            units = {name for name in each.subjects if name.startswith("unit:")}
            joined |= units if units & joined else set()
    return sorted(joined)


def _row(
    engine: Engine, moment: Moment, asked: Asked, position: int
) -> tuple[dict[str, object], date]:
    with engine.reading() as connection:
        answer = read(
            connection,
            asked.projection,
            moment.district,
            keys=[asked.key],
            position=position,
            effective_on=moment.effective_on,
            today=moment.today,
        )
    rows = [row for row in answer.rows if _is_asked(asked, row)]
    if not rows:
        what = asked.key if asked.indicator is None else f"{asked.indicator} of {asked.key}"
        raise UnknownThing(f"there is nothing on record of {what} in {moment.district} then")
    if asked.field not in rows[0]:
        there = ", ".join(sorted(set(rows[0]) - BOOKKEEPING))
        raise NotConfigured(f"there is no field {asked.field!r} there; take one of: {there}")
    return rows[0], answer.effective_on


def _is_asked(asked: Asked, row: dict[str, object]) -> bool:
    return asked.indicator is None or row["indicator"] == asked.indicator


def _behind(events: Sequence[RecordedEvent], day: date) -> list[Behind]:
    standing = {each.position for each in active(events)}
    found: list[Behind] = []
    for each in events:
        later = [
            e.position
            for e in events
            if e.fact_position == each.fact_position and e.position > each.position
        ]
        counts = each.position in standing and each.effective_from <= day
        taken_back = isinstance(each.event, FactRetracted)
        found.append(Behind(each, counts and not taken_back, min(later, default=None)))
    return found


def _attested(engine: Engine, district: str, asked: Asked, position: int) -> str | None:
    name = AttestationState.stream(asked.projection)
    told = [e.event for e in active(engine.store.read_stream(district, name, up_to=position))]
    attested = [each for each in told if isinstance(each, ProjectionAttested)]
    return attested[-1].query_digest if attested else None
