"""Sealing a log: a signed checkpoint over all that is recorded, if anything is new.

A checkpoint is an event of the log it seals, and covers what was recorded before it. Before it is
signed, the tree as kept must still lead to the root of the checkpoint before: what was signed once
is never contradicted by a later signature.
"""

from dataclasses import dataclass
from datetime import datetime

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.errors import NoSealingKey
from cot_flows.handling import Handling, Request
from cot_flows.reviews.causes import SCHEDULER
from cot_flows.sealing.keys import Keys
from cot_flows.sealing.standing import Standing, standing
from domain.errors import Rejected
from domain.ids import derived_id
from domain.sealing import SEALING_STREAM, SealCheckpoint
from events.envelope import Head
from events.errors import ForkFound, IdReused
from events.sealing.checkpoint import Checkpoint
from events.sealing.note import encode, read_vkey
from events.statements import statement

OVERTAKEN = frozenset({"checkpoint_not_larger", "nothing_to_seal"})
"""The rules that refuse when another sealer was quicker: then all is done."""


@dataclass(frozen=True, slots=True)
class SealReport:
    """What sealing came to: the last checkpoint, and whether this call made it.

    `position` is where the checkpoint itself is recorded, if this call did. `lacking` says why
    nothing could be sealed, where that was not an error.
    """

    district: str
    clock: str
    sealed: bool
    size: int
    root: str | None
    position: int | None = None
    lacking: str | None = None

    def lines(self) -> list[str]:
        """Return the report in words."""
        if self.lacking is not None:
            return [f"{self.district}: not sealed: {self.lacking}"]
        if self.sealed:
            told = f"{self.district}: sealed {self.size} events at position {self.position}."
        else:
            told = f"{self.district}: nothing new since the checkpoint of {self.size} events."
        if self.clock == "simulated":
            told += " Its clock is simulated: recording times were supplied, not observed."
        return [told, *([f"Root {self.root}"] if self.root else [])]


def seal(engine: Engine, district: str, *, recorded_at: datetime | None = None) -> SealReport:
    """Seal all that is recorded, unless nothing but sealing is new.

    Raises NoSealingKey when no key is in force or this home does not have it, ForkFound when the
    log contradicts its last checkpoint: then nothing is signed. `recorded_at` is the moment in a
    log with a simulated clock; left out, it is where the clock stands.
    """
    head = engine.store.head(district)
    now = standing(engine, district)
    if not _has_news(engine, head, now.state.size):
        return _as_it_stands(head, now)
    if now.state.key is None:
        raise NoSealingKey(
            f"no key signs the checkpoints of {district} yet: create one with `cot keys create`"
        )
    key = read_vkey(now.state.key)
    private = Keys(engine.settings).load(district, key)
    root = _grown_root(engine, head, now)
    note = Checkpoint(key.name, head.position, root).signed(private)
    command = SealCheckpoint(
        size=head.position, root=encode(root), note=str(note), vkey=str(key), unsealed=1
    )
    request = Request(
        command=command,
        event_id=derived_id("checkpoint", district, str(head.position)),
        actor=SCHEDULER,
        source="scheduler",
    )
    at = (recorded_at or head.recorded_at) if head.clock == "simulated" else None
    try:
        done = Handling(engine.store, utc_now).handle(district, request, recorded_at=at)
    except Rejected as refusal:
        if refusal.rule not in OVERTAKEN:
            raise
        return _as_it_stands(head, standing(engine, district))
    except IdReused:
        return _as_it_stands(head, standing(engine, district))
    if done.recognised:
        return _as_it_stands(head, standing(engine, district))
    engine.store.announce(district)
    return SealReport(
        district,
        head.clock,
        sealed=True,
        size=head.position,
        root=encode(root),
        position=done.positions[0],
    )


def seal_if_possible(
    engine: Engine, district: str, *, recorded_at: datetime | None = None
) -> SealReport:
    """Seal, or say why that cannot be here: a log without a key is not an error of its flows."""
    try:
        return seal(engine, district, recorded_at=recorded_at)
    except NoSealingKey as lacking:
        head, now = engine.store.head(district), standing(engine, district)
        return SealReport(
            district,
            head.clock,
            sealed=False,
            size=now.state.size,
            root=now.state.roots.get(now.state.size),
            lacking=str(lacking),
        )


def _has_news(engine: Engine, head: Head, after: int) -> bool:
    given = {
        "district": head.district,
        "after": after,
        "up_to": head.position,
        "stream": SEALING_STREAM,
    }
    with engine.reading() as connection:
        row = connection.execute(statement("sealing/unsealed"), given).fetchone()
    return bool(row and row[0])


def _grown_root(engine: Engine, head: Head, now: Standing) -> bytes:
    """Return the root over the whole log, having shown that it continues the last checkpoint."""
    engine.trees.grow(head.district, head.position)
    size = now.state.size
    if size:
        with engine.trees.tree(head.district, size) as before:
            found = encode(before.root())
        if found != now.state.roots[size]:
            raise ForkFound(
                f"the log of {head.district} contradicts its checkpoint of {size} events: its root "
                f"is {found} now and was {now.state.roots[size]}. Nothing was sealed. Run "
                "`cot verify` to find the first event that was altered, keep this database as it "
                "is, and restore the log from a backup"
            )
    with engine.trees.tree(head.district, head.position) as tree:
        return tree.root()


def _as_it_stands(head: Head, now: Standing) -> SealReport:
    size = now.state.size
    return SealReport(
        head.district, head.clock, sealed=False, size=size, root=now.state.roots.get(size)
    )
