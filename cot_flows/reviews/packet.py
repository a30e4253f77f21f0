"""What a review's packet is made from: the projections as known at a position, on a day.

The content is canonical JSON, so the same position and day always give the same bytes and digest;
how it looks to people is made from it elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from cot_flows.bootstrap import Engine
from cot_flows.errors import UnknownThing
from cot_flows.handling import FINISHED, folded
from domain.action import ActionState
from domain.facts.action import ActionItemOpened
from events.active import active
from events.canonical import canonical_bytes
from projections.reading import read

Row = dict[str, object]
OURS = ("district", "key")
"""Columns of rows that say nothing about what is reviewed."""


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet's bytes, their digest `sha256:<hex>`, and a few words on each of its parts."""

    content: bytes
    digest: str
    inputs: tuple[str, ...]
    position: int
    day: date


def packet(engine: Engine, district: str, review: str, position: int, day: date) -> Packet:
    """Return a review's packet as known at a position and effective on a day.

    Raises UnknownThing when the review was not open by then, and BeyondTheHead.
    """
    parts = _Reading(engine, district, position, day).parts(review)
    document = {
        "review": review,
        "as_known_position": position,
        "as_effective_on": day.isoformat(),
        **{name: _plain(rows) for name, rows in parts.items()},
    }
    content = canonical_bytes(document)
    inputs = tuple(f"{name}: {len(rows)}" for name, rows in parts.items())
    return Packet(content, f"sha256:{sha256(content).hexdigest()}", inputs, position, day)


def packet_inputs(engine: Engine, district: str, review: str, position: int, day: date) -> bytes:
    """Return a packet's canonical JSON: what its digest is taken over."""
    return packet(engine, district, review, position, day).content


class _Reading:
    """The projections of one district at one position and day."""

    def __init__(self, engine: Engine, district: str, position: int, day: date) -> None:
        self._engine, self._district = engine, district
        self._position, self._day = position, day

    def parts(self, review: str) -> dict[str, list[Row]]:
        """Return the packet's parts by name; the review's own row tells its causes and facts."""
        own = self._rows("review_queue", [f"review:{review}"])
        if not own:
            raise UnknownThing(
                f"review {review!r} is not on record at position {self._position} and on "
                f"{self._day}: see `cot reviews --all`"
            )
        about = str(own[0]["about"])
        kind = about.partition(":")[0]
        units = [about] if kind == "unit" else [] if kind == "network" else None
        return {
            "causes": own,
            "units": self._rows("unit_progress", units),
            "ratings": self._ratings(about, kind),
            "activities": self._activities(about, kind),
            "actions": self._actions(None if kind == "district" else about),
        }

    def _rows(self, projection: str, keys: Sequence[str] | None) -> list[Row]:
        if keys is not None and not keys:
            return []
        with self._engine.reading() as connection:
            answer = read(
                connection,
                projection,
                self._district,
                keys=keys,
                position=self._position,
                effective_on=self._day,
                today=self._day,
            )
        # The log that holds the digest tells the district; the content is about the review.
        return [{n: v for n, v in row.items() if n not in OURS} for row in answer.rows]

    def _ratings(self, about: str, kind: str) -> list[Row]:
        rows = self._rows("evidence_freshness", None if kind == "dimension" else _keys(about))
        wanted = about.partition(":")[2]
        return [row for row in rows if kind != "dimension" or str(row["dimension"]) == wanted]

    def _activities(self, about: str, kind: str) -> list[Row]:
        subject = about.partition(":")[2]
        if kind == "unit":
            return self._rows("activity_timeline", self._named("activity:", about))
        rows = self._rows("activity_timeline", None if kind != "network" else [])
        return [row for row in rows if kind != "dimension" or str(row["dimension"]) == subject]

    def _named(self, prefix: str, about: str) -> list[str]:
        events = self._engine.store.read_subjects(self._district, [about], up_to=self._position)
        return sorted({s for each in events for s in each.subjects if s.startswith(prefix)})

    def _actions(self, about: str | None) -> list[Row]:
        """Return the action items that are owed by then, of a subject's reviews and its unit."""
        store = self._engine.store
        queue = self._rows("review_queue", None)
        named = {f"review:{row['review']}" for row in queue if about in (None, row["about"])}
        subjects = sorted(named if about is None else {*named, about})
        found: dict[str, Row] = {}
        for each in active(store.read_subjects(self._district, subjects, up_to=self._position)):
            opened = each.event
            if not isinstance(opened, ActionItemOpened) or each.effective_from > self._day:
                continue
            events = store.read_stream(self._district, each.stream, up_to=self._position)
            state = folded(each.stream, events)
            if isinstance(state, ActionState) and state.phase not in FINISHED:
                found[opened.action] = {**opened.model_dump(), "owner": state.owner}
        return [found[name] for name in sorted(found)]


def _keys(about: str) -> list[str] | None:
    return None if about.startswith("district:") else [about]


def _plain(value: object) -> object:
    """Return a value of a row as canonical JSON can hold it: days and numbers as texts."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, Sequence):
        return [_plain(each) for each in value]
    if isinstance(value, UUID):
        return str(value)
    return str(value)
