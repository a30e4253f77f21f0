"""The oracle of tail completeness: a follower that reads on, and what it must have read."""

from dataclasses import dataclass, field
from uuid import UUID

from events.envelope import RecordedEvent
from events.follow import Checkpoints, batches
from events.store import EventStore


@dataclass
class Tail:
    """A follower with a checkpoint, that remembers everything it was given."""

    store: EventStore
    checkpoints: Checkpoints
    district: str
    name: str = "tail"
    size: int = 7
    seen: list[RecordedEvent] = field(default_factory=list)

    def read_on(self) -> int:
        """Read from the checkpoint to the end and move it after every batch; count the events."""
        at = self.checkpoints.load(self.name, self.district)
        read = 0
        for batch in batches(self.store, self.district, after=at, size=self.size):
            self.seen += batch
            read += len(batch)
            last = batch[-1].position
            assert self.checkpoints.swap(self.name, self.district, expected=at, position=last)
            at = last
        return read


@dataclass(frozen=True)
class Verdict:
    """What is wrong with what a tail saw, compared with what writers know to be committed."""

    missed: frozenset[UUID]
    doubled: frozenset[UUID]
    phantoms: frozenset[UUID]
    in_order: bool

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return self.in_order and not (self.missed or self.doubled or self.phantoms)


def verdict(tail: Tail, committed: set[UUID], uncertain: frozenset[UUID] = frozenset()) -> Verdict:
    """Judge a tail. `uncertain` events may have been committed or not: their writers died."""
    seen = [each.event_id for each in tail.seen]
    positions = [each.position for each in tail.seen]
    return Verdict(
        missed=frozenset(committed - set(seen)),
        doubled=frozenset(each for each in seen if seen.count(each) > 1),
        phantoms=frozenset(set(seen) - committed - uncertain),
        in_order=positions == list(range(1, len(positions) + 1)),
    )
