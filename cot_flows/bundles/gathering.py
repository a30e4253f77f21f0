"""What goes into a bundle, read out of the log and checked on the way."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import orjson

from cot_flows.bootstrap import Engine
from cot_flows.bundles.scope import Withheld
from cot_flows.errors import BundleRefused
from cot_flows.records.rights import StoredClasses, stored_classes_in
from cot_flows.sealing.standing import Standing
from domain.facts.sealing import (
    CheckpointCosigned,
    CheckpointSealed,
    SealingKeyLost,
    SealingKeyPublished,
    SealingKeyRotated,
)
from events.envelope import RecordedEvent
from events.leaf import leaf_hash, microseconds
from events.sealing.merkle import Frontier
from events.sealing.note import encode
from events.statements import statement

PAGE = 2000
Told = Callable[[int], None]


class Lines(NamedTuple):
    """One event as lines of a bundle: itself, and its personal values."""

    event: bytes
    values: tuple[bytes, ...]


class Row(NamedTuple):
    """One event as the page of a bundle holds it."""

    position: int
    stream: str
    stream_version: int
    recorded_at: datetime
    content: bytes
    leaf: bytes
    personal: list[tuple[str, str, str]] | None


def checkpoint_rows(engine: Engine, district: str, now: Standing) -> list[dict[str, object]]:
    """Return every checkpoint with its cosignatures, and the proof that it continues the last."""
    rows = list[dict[str, object]]()
    before = 0
    engine.trees.grow(district, now.state.size)
    for position, size in checkpoint_places(now).items():
        with engine.trees.tree(district, size) as tree:
            proof = [encode(each) for each in tree.consistency(before)]
        note = str(now.note(size)[1])
        rows.append({"size": size, "position": position, "note": note, "proof": proof})
        before = size
    return rows


def checkpoint_places(now: Standing) -> dict[int, int]:
    """Return the size of each checkpoint by the position at which it is recorded."""
    return {
        each.position: each.event.size
        for each in now.facts
        if isinstance(each.event, CheckpointSealed)
    }


def key_rows(now: Standing) -> dict[str, object]:
    """Return the keys up to the last checkpoint, each with who vouched, and the witnesses."""
    last = max(checkpoint_places(now))
    rows = list[dict[str, object]]()
    for each in now.facts:
        if each.position < last:
            _add_key(rows, each)
    found = (each.event for each in now.facts)
    witnesses = {event.witness for event in found if isinstance(event, CheckpointCosigned)}
    return {"keys": rows, "witnesses": sorted(witnesses)}


def _add_key(rows: list[dict[str, object]], recorded: RecordedEvent) -> None:
    event, position = recorded.event, recorded.position
    match event:
        case SealingKeyPublished() | SealingKeyRotated():
            statement_ = None
            if isinstance(event, SealingKeyRotated):
                rows[-1] |= {"until_position": position, "ended": "rotated"}
                statement_ = event.statement
            rows.append(
                {
                    "vkey": event.vkey,
                    "from_position": position,
                    "until_position": None,
                    "ended": None,
                    "statement": statement_,
                }
            )
        case SealingKeyLost():
            rows[-1] |= {"until_position": position, "ended": "lost"}
        case _:
            pass


def event_lines(
    engine: Engine, district: str, now: Standing, withheld: Withheld, told: Told
) -> Iterator[Lines]:
    """Yield every sealed event, having shown that leaves and roots are what was sealed.

    Raises BundleRefused at the first that is not: a bundle that would not verify is not made.
    """
    classes = stored_classes_in(engine.store, district)
    frontier = Frontier()
    for row in _rows(engine, district, now.state.size):
        _require_as_hashed(district, row, frontier.size + 1)
        frontier.add(row.leaf)
        sealed = now.state.roots.get(frontier.size)
        if sealed is not None and encode(frontier.root()) != sealed:
            raise _altered(district, f"up to position {frontier.size}")
        yield _lines(row, withheld, classes)
        told(row.position)
    if frontier.size != now.state.size:
        raise _altered(district, f"at position {frontier.size + 1}")


def _rows(engine: Engine, district: str, size: int) -> Iterator[Row]:
    after = 0
    while after < size:
        given = {"district": district, "after": after, "up_to": size, "limit": PAGE}
        with engine.reading() as connection:
            page = connection.execute(statement("bundle/page"), given).fetchall()
        yield from (Row(*each) for each in page)
        if not page:
            return
        after = int(page[-1][0])


def _require_as_hashed(district: str, row: Row, position: int) -> None:
    found = leaf_hash(
        district=district,
        position=row.position,
        stream=row.stream,
        stream_version=row.stream_version,
        recorded_at=row.recorded_at,
        content=row.content,
    )
    if row.position != position or found != row.leaf:
        raise _altered(district, f"at position {position}")


def _lines(row: Row, withheld: Withheld, classes_of: StoredClasses) -> Lines:
    scope = withheld.scope
    document = orjson.loads(row.content)
    given = document["classification"]
    classes = classes_of(UUID(document["event_id"]), document["type"], given)
    if not scope.shows(row.stream, classes):
        withheld.leave_out(given, classes)
        return Lines(_line({"leaf": row.leaf.hex(), "position": row.position}), ())
    values = row.personal or []
    withheld.not_on_record += len(document["commitments"]) - len(values)
    event = _line(
        {
            "content": row.content.decode(),
            "leaf": row.leaf.hex(),
            "position": row.position,
            "recorded_at": microseconds(row.recorded_at),
            "stream": row.stream,
            "stream_version": row.stream_version,
        }
    )
    if not scope.shows_values(classes):
        withheld.values.update(f"{document['type']} {field}" for field, _, _ in values)
        return Lines(event, ())
    return Lines(event, tuple(_value(row.position, *each) for each in values))


def _value(position: int, field: str, salt: str, value: str) -> bytes:
    return _line({"field": field, "position": position, "salt": salt, "value": value})


def _line(told: Mapping[str, object]) -> bytes:
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


def _altered(district: str, where: str) -> BundleRefused:
    return BundleRefused(
        f"the log of {district} is not what was sealed, {where}: no bundle was made. Run "
        "`cot verify`, and keep this database as it is"
    )
