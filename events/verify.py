"""The invariant checker of the log: reads every event again and names the first that is wrong.

It shows that nothing was altered since it was recorded, not that it was true when entered. Without
a checkpoint kept elsewhere it cannot see that the end of a log was cut off.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import orjson
from psycopg import Connection
from psycopg.rows import DictRow, TupleRow, dict_row

from events.canonical import canonical_bytes, commitment
from events.codec import Codec
from events.envelope import Head, StoredEvent
from events.errors import InvalidDocument
from events.leaf import leaf_hash
from events.statements import statement

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """An invariant that does not hold: which, in which district, at which position, and how."""

    check: str
    district: str
    position: int
    message: str


@dataclass(slots=True)
class _Walk:
    """What the checker remembers while it goes along one log."""

    district: str
    codec: Codec
    misindexed: Mapping[int, str]
    withdrawn: Collection[tuple[int, str]]
    missing: list[tuple[int, str]] = field(default_factory=list)
    position: int = 0
    recorded_at: datetime | None = None
    versions: dict[str, int] = field(default_factory=dict)


def verify_log(
    connection: Connection[TupleRow],
    codec: Codec,
    head: Head,
    on_progress: Callable[[int], None] = lambda _: None,
    on_leaf: Callable[[bytes], None] = lambda _: None,
) -> list[Finding]:
    """Return what is wrong with a district's log, in order of position; empty when all holds.

    Checked: positions dense, stream versions dense, recording times never decreasing, leaf hash
    equal to the bytes, columns and current document equal to the content, subjects and personal
    values as committed, no value missing but those that the log says were withdrawn, and none of
    these still there, every document valid for its type, the head where the log ends, nothing
    beyond it.
    `on_progress` is told the last position read, `on_leaf` each leaf hash as stored. Others may
    append meanwhile: what they record after `head` is not looked at.
    """
    walk = _Walk(
        head.district, codec, _misindexed(connection, head), _withdrawn(connection, head.district)
    )
    findings: list[Finding] = []
    for rows in _pages(connection, head):
        facts = _corrected_facts(connection, head.district, rows)
        for row in rows:
            on_leaf(row["leaf_hash"])
            row["corrected_fact"] = facts.get(_corrects(row))
            findings += [
                Finding(check, head.district, row["position"], message)
                for check, message in _wrong(walk, row)
            ]
        on_progress(walk.position)
    findings += [
        Finding("head", head.district, position, message)
        for position, message in _wrong_at_the_end(connection, walk, head)
    ]
    findings += [
        Finding("withdrawals", head.district, position, f"the value of {name} is gone, unexplained")
        for position, name in _unexplained(connection, walk)
    ]
    return sorted(findings, key=lambda finding: finding.position)


def _withdrawn(connection: Connection[TupleRow], district: str) -> frozenset[tuple[int, str]]:
    """Return every value that the log says was withdrawn: position, and name of the field."""
    rows = connection.execute(statement("verify/withdrawn"), {"district": district}).fetchall()
    return frozenset((position, name) for position, name in rows)


def _unexplained(connection: Connection[TupleRow], walk: _Walk) -> list[tuple[int, str]]:
    if not walk.missing:
        return []
    # Asked again: what was withdrawn while the checker read, a later event explains.
    told = _withdrawn(connection, walk.district)
    return [each for each in walk.missing if each not in told]


def _wrong_at_the_end(
    connection: Connection[TupleRow], walk: _Walk, head: Head
) -> Iterator[tuple[int, str]]:
    if walk.position != head.position:
        told = f"the head says position {head.position}, the log ends at {walk.position}"
        yield walk.position + 1, told
    elif walk.recorded_at is not None and walk.recorded_at != head.recorded_at:
        yield head.position, f"recorded at {walk.recorded_at}, the head says {head.recorded_at}"
    given = {"district": head.district}
    beyond = connection.execute(statement("verify/beyond_head"), given).fetchone()
    if beyond is not None:
        yield beyond[0], f"beyond the head lies one more {beyond[1]}"


def _pages(connection: Connection[TupleRow], head: Head) -> Iterator[list[DictRow]]:
    after = 0
    while True:
        given = {
            "district": head.district,
            "after": after,
            "up_to": head.position,
            "limit": PAGE,
        }
        with connection.cursor(row_factory=dict_row, binary=True) as cursor:
            rows = cursor.execute(statement("verify/page"), given).fetchall()
        if not rows:
            return
        yield rows
        after = rows[-1]["position"]


def _misindexed(connection: Connection[TupleRow], head: Head) -> dict[int, str]:
    """Return by position where the index of subjects and the events differ, in words."""
    given = {"district": head.district, "up_to": head.position}
    rows = connection.execute(statement("verify/subject_index"), given).fetchall()
    return {
        position: f"the index of subjects {'has' if is_indexed else 'lacks'} {subject!r}"
        for position, subject, is_indexed in rows
    }


def _corrected_facts(
    connection: Connection[TupleRow], district: str, rows: list[DictRow]
) -> dict[UUID | None, int]:
    """Return the fact position of each event that an event of the page says it corrects."""
    ids = [corrects for row in rows if (corrects := _corrects(row)) is not None]
    if not ids:
        return {}
    given = {"district": district, "ids": ids}
    return dict(connection.execute(statement("verify/corrected_facts"), given).fetchall())


def _corrects(row: DictRow) -> UUID | None:
    try:
        return UUID(orjson.loads(row["content"])["corrects"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return None  # Not readable, or corrects nothing; the first is told where it is read.


def _wrong(walk: _Walk, row: DictRow) -> Iterator[tuple[str, str]]:
    yield from _out_of_order(walk, row)
    expected = leaf_hash(
        district=walk.district,
        position=row["position"],
        stream=row["stream"],
        stream_version=row["stream_version"],
        recorded_at=row["recorded_at"],
        content=row["content"],
    )
    if expected != row["leaf_hash"]:
        yield "leaf", "the leaf hash is not that of the stored bytes, place and time"
    try:
        content = orjson.loads(row["content"])
        canonical = canonical_bytes(content)
    except (ValueError, InvalidDocument) as error:
        yield "content", f"the content cannot be read: {error}"
        return
    if canonical != row["content"] or not isinstance(content, dict):
        yield "content", "the content is not in canonical form"
        return
    if not _says_the_same(row["data"], content.get("data")):
        yield "document", "the data is not what the content says"
    yield from _beside(row, content)
    yield from _values(walk, row, content)
    if row["position"] in walk.misindexed:
        yield "subjects", walk.misindexed[row["position"]]
    try:
        walk.codec.decode(_as_stored(walk.district, row))
    except InvalidDocument as error:
        yield "schema", str(error)


def _says_the_same(data: str, told: object) -> bool:
    try:
        return canonical_bytes({"data": orjson.loads(data)}) == canonical_bytes({"data": told})
    except (ValueError, InvalidDocument):
        return False


def _out_of_order(walk: _Walk, row: DictRow) -> Iterator[tuple[str, str]]:
    if row["position"] != walk.position + 1:
        yield "positions", f"position {walk.position + 1} is missing"
    walk.position = row["position"]
    before = walk.versions.get(row["stream"], 0)
    if row["stream_version"] != before + 1:
        yield "stream versions", f"version {before + 1} of stream {row['stream']} is missing"
    walk.versions[row["stream"]] = row["stream_version"]
    if walk.recorded_at is not None and row["recorded_at"] < walk.recorded_at:
        yield "recording times", f"recorded at {row['recorded_at']}, before its predecessor"
    walk.recorded_at = row["recorded_at"]


def _beside(row: DictRow, content: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Compare with the content what is stored beside it."""
    derived = {
        "event_id": str(row["event_id"]),
        "type": row["type"],
        "schema_version": row["schema_version"],
        "occurred_on": row["occurred_on"].isoformat(),
        "effective_from": row["effective_from"].isoformat(),
        "precision": row["precision"],
        "actor": row["actor"],
        "source": row["source"],
        "subjects": row["subjects"],
    }
    for name, value in derived.items():
        if content.get(name) != value:
            yield "columns", f"{name} is {value!r}, the content says {content.get(name)!r}"
    if not row["comes_later_agrees"]:
        yield "columns", "comes_later is not what effective date and recording time say"
    fact = row["corrected_fact"] if content.get("corrects") else row["position"]
    if row["fact_position"] != fact:
        yield "columns", f"fact_position is {row['fact_position']}, not {fact}"


def _values(walk: _Walk, row: DictRow, content: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Compare the personal values with the commitments to them, and with what was withdrawn."""
    told = content.get("commitments")
    commitments = told if isinstance(told, dict) else {}
    values = _personal(row)
    for name, (salt, value) in values.items():
        if commitment(salt, name, value) != commitments.get(name):
            yield "commitments", f"the value of {name} is not the one that was committed to"
        if (row["position"], name) in walk.withdrawn:
            yield "withdrawals", f"the value of {name} was withdrawn, and is there"
    walk.missing += [(row["position"], name) for name in commitments if name not in values]


def _personal(row: DictRow) -> dict[str, tuple[bytes, str]]:
    values = orjson.loads(row["personal"]) if row["personal"] else {}
    return {name: (bytes.fromhex(salt), value) for name, (salt, value) in values.items()}


def _as_stored(district: str, row: DictRow) -> StoredEvent:
    event_id: UUID = row["event_id"]
    return StoredEvent(
        district=district,
        position=row["position"],
        stream=row["stream"],
        stream_version=row["stream_version"],
        event_id=event_id,
        recorded_at=row["recorded_at"],
        fact_position=row["fact_position"],
        content=row["content"],
        leaf_hash=row["leaf_hash"],
        current=row["upcast"].encode() if row["upcast"] else row["content"],
        personal=_personal(row),
    )
