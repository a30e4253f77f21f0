"""What a log shows to outsiders: one event's proof, and how a checkpoint continues another."""

from uuid import UUID

from cot_flows.bootstrap import Engine
from cot_flows.errors import UnknownThing
from cot_flows.sealing.standing import standing
from events.errors import ForkFound, ProofRefused
from events.sealing.checkpoint import Checkpoint
from events.sealing.merkle import require_consistent
from events.sealing.note import encode
from events.sealing.proof import Proof, Sealed
from events.sealing.witness import Request


def prove(engine: Engine, district: str, event_id: UUID) -> Proof:
    """Return the proof of one event under the last checkpoint. Raises UnknownThing."""
    stored = engine.store.find_stored(district, event_id)
    if stored is None:
        raise UnknownThing(f"no event {event_id} in {district}: see `cot events`")
    checkpoint, note = standing(engine, district).note()
    if stored.position > checkpoint.size:
        raise UnknownThing(
            f"event {event_id} is at position {stored.position}, and the last checkpoint covers "
            f"{checkpoint.size}: run `cot seal` first"
        )
    engine.trees.grow(district, checkpoint.size)  # After a restore nothing is kept yet.
    with engine.trees.tree(district, checkpoint.size) as tree:
        path = tuple(tree.inclusion(stored.position - 1))
    sealed = Sealed(
        district,
        stored.position,
        stored.stream,
        stored.stream_version,
        stored.recorded_at,
        stored.content,
    )
    proof = Proof(sealed, path, note)
    proof.require_included()  # A proof that would not verify is told here, not to its reader.
    return proof


def request_from(engine: Engine, district: str, old: int, size: int | None = None) -> Request:
    """Return the request by which a witness that saw `old` events cosigns a checkpoint."""
    checkpoint, note = standing(engine, district).note(size)
    if old > checkpoint.size:
        raise UnknownThing(
            f"the checkpoint covers {checkpoint.size} events, the witness saw {old}: name a later "
            "checkpoint, or seal first"
        )
    engine.trees.grow(district, checkpoint.size)
    with engine.trees.tree(district, checkpoint.size) as tree:
        return Request(old, tuple(tree.consistency(old)), note)


def require_same_log(engine: Engine, district: str, one: Checkpoint, two: Checkpoint) -> None:
    """Refuse two checkpoints unless this log continues both. Raises ForkFound."""
    head = engine.store.head(district)
    older, newer = sorted((one, two), key=lambda each: each.size)
    if newer.size > head.position:
        raise ForkFound(
            f"the log of {district} has {head.position} events, a checkpoint {newer.size}: its end "
            "was cut off, or this is an older copy of it"
        )
    engine.trees.grow(district, head.position)
    with engine.trees.tree(district, newer.size) as tree:
        proof, found = tree.consistency(older.size), tree.root()
    try:
        require_consistent(older.size, older.root, newer.size, newer.root, proof)
    except ProofRefused as error:
        raise ForkFound(
            f"FORK: the checkpoint of {newer.size} events (root {encode(newer.root)}) and that of "
            f"{older.size} (root {encode(older.root)}) are not of one history, or not of this log "
            f"(root of {newer.size} events here: {encode(found)}). Keep both and ask whose they are"
        ) from error


def require_not_contradicting(one: Checkpoint, two: Checkpoint) -> bool:
    """Whether two checkpoints of one size agree; False when only the log can tell.

    Raises ForkFound when they contradict each other, ProofRefused when they are of two logs.
    """
    if one.origin != two.origin:
        raise ProofRefused(
            f"the checkpoints are of two logs, {one.origin} and {two.origin}: nothing to compare"
        )
    if one.size != two.size:
        return False
    if one.root != two.root:
        raise ForkFound(
            f"FORK: two roots for {one.size} events of {one.origin}, {encode(one.root)} and "
            f"{encode(two.root)}: two histories were shown. Keep both files"
        )
    return True
