"""What a review's packet is made from: the record as known at a position, on a day.

The content is canonical JSON, so the same position and day always give the same bytes and digest;
how it looks to people is made from it elsewhere. Every entry names the positions of the events
behind it. Columns of projections are taken by name, so a column that is added to one later leaves
the packets frozen before as they were.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from cot_flows.bootstrap import Engine
from cot_flows.errors import UnknownThing
from cot_flows.records.rights import classes_in
from cot_flows.reviews.inputs.actions import actions
from cot_flows.reviews.inputs.against import disconfirming
from cot_flows.reviews.inputs.causes import causes
from cot_flows.reviews.inputs.changes import changes
from cot_flows.reviews.inputs.compared import compared
from cot_flows.reviews.inputs.contested import contested
from cot_flows.reviews.inputs.ideas import ideas
from cot_flows.reviews.inputs.measured import measured
from cot_flows.reviews.inputs.measures import measures
from cot_flows.reviews.inputs.outside import outside
from cot_flows.reviews.inputs.parity import kept_back, parity
from cot_flows.reviews.inputs.partnerships import partnerships
from cot_flows.reviews.inputs.questions import questions
from cot_flows.reviews.inputs.ratings import medians, ratings
from cot_flows.reviews.inputs.reading import DISTRICT, Entry, Reading, places_of
from cot_flows.reviews.inputs.trials import trials
from cot_flows.reviews.inputs.units import lines_of, risks, unit_rows, units
from cot_flows.reviews.inputs.window import window
from domain.ids import subject
from events.canonical import canonical_bytes

FORMAT = 3
"""The shape of the content; it counts up when a part is added or means something else."""

AT_MOST = {"measurements": 5, "money": 5, "partners": 5, "parity": 5}
"""How many measures each of these parts shows, the worst: more are not read in a meeting."""


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
    head, parts, changed = _parts(Reading(engine, district, position, day), review)
    document = {**head, **parts, "changes": changed}
    content = canonical_bytes(plain_object(document))
    inputs = tuple(f"{name}: {len(entries)}" for name, entries in parts.items())
    groups = {name: changed[name] for name in ("new", "late", "corrections")}
    counts = (f"{n}: {each['count']}" for n, each in groups.items() if isinstance(each, dict))
    digest = f"sha256:{sha256(content).hexdigest()}"
    return Packet(content, digest, (*inputs, *counts), position, day)


def _parts(reading: Reading, review: str) -> tuple[Entry, dict[str, list[Entry]], Entry]:
    """Return the packet's head, its parts by name, and what changed since the last review."""
    own = reading.rows("review_queue", [subject("review", review)])
    if not own:
        raise UnknownThing(
            f"review {review!r} is not on record at position {reading.position} and on "
            f"{reading.day}: see `cot reviews --all`"
        )
    about = str(own[0]["about"])
    queue = reading.rows("review_queue")
    since = window(reading, review, about, queue)
    last = Reading(reading.engine, reading.district, since.after, since.day)
    events = reading.since(about, since.after)
    counting = reading.counting(events)
    # As known at the packet's position: a class raised later leaves its bytes as they were.
    classes = classes_in(reading.engine.store, reading.district, up_to=reading.position)
    around = reading.counting(reading.since(DISTRICT, since.after))
    unit = unit_rows(reading, about)
    lines = lines_of(reading, unit)
    rated = ratings(reading, about, None if since.review is None else last)
    values = measured(reading, about)
    parts: dict[str, list[Entry]] = {
        "causes": causes(reading, review, kept_back(values)),
        "actions": actions(reading, about, queue, since),
        "units": units(unit, lines),
        "medians": medians(rated),
        "ratings": rated,
        "measurements": measures(values),
        "parity": parity(values),
        "money": compared(values, "money"),
        "partners": compared(values, "partner"),
        "partnerships": partnerships(counting),
        "tests": trials(reading, counting),
        "ideas": ideas(reading, about, counting),
        "outside": outside(around, about, classes),
        "contested": contested(reading, rated, counting),
        "risks": risks(unit, lines, reading.day),
    }
    left_out = _limit(parts)
    parts["disconfirming"] = disconfirming(parts, counting)
    parts["questions"] = questions(parts)
    parts["left_out"] = left_out
    head: Entry = {
        "format": FORMAT,
        **{name: own[0][name] for name in ("review", "review_type", "about", "title", "due_on")},
        "as_known_position": reading.position,
        "as_effective_on": reading.day,
    }
    return head, parts, changes(events, since, classes)


def _limit(parts: dict[str, list[Entry]]) -> list[Entry]:
    """Cut the parts that have a limit, and return how many entries of each are left out."""
    found: list[Entry] = []
    for name, limit in AT_MOST.items():
        rest = parts[name][limit:]
        if rest:
            behind = sorted({place for each in rest for place in places_of(each)})
            found.append({"part": name, "count": len(rest), "positions": behind})
        parts[name] = parts[name][:limit]
    return found


def plain_object(entry: Mapping[str, object]) -> dict[str, object]:
    """Return an entry as canonical JSON can hold it: days and numbers with a point as texts."""
    return {name: _plain(value) for name, value in entry.items()}


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, Mapping):
        return plain_object({str(name): each for name, each in value.items()})
    if isinstance(value, Sequence):
        return [_plain(each) for each in value]
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"a packet cannot hold {value!r}")
