"""Verification of a district: every invariant of its log, and of the rows computed from it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from cot_flows.bootstrap import Engine
from cot_flows.sealing.verifying import Reckoned, SealFault, seal_faults, sizes_of
from domain.sealing import SEALING_STREAM
from events.envelope import Head, RecordedEvent
from events.errors import InvalidDocument
from events.sealing.nodes import misplaced_nodes
from events.verify import verify_log
from projections.checking import check

LIMIT = (
    "This shows that nothing was altered since it was recorded, not that it was true when entered; "
    "only a copy or a checkpoint kept elsewhere could show that the end of the log was cut off."
)


@dataclass(frozen=True, slots=True)
class Fault:
    """An invariant that does not hold: which, where (a position or a row's key), and how."""

    check: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What verification found. `positions` is how many events were read and checked.

    `checkpoints` is how many there are, and `sealed` how many events the last one covers.
    """

    district: str
    positions: int
    clock: str
    findings: tuple[Fault, ...]
    checkpoints: int = 0
    sealed: int = 0

    def as_dict(self) -> dict[str, object]:
        """Return the report by stable keys."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Return the report in words."""
        told = [f"{self.district}: {self.positions} events read and checked."]
        if self.clock == "simulated":
            told.append("Its clock is simulated: recording times were supplied, not observed.")
        told.append(
            f"{self.checkpoints} checkpoints, the last of {self.sealed} events."
            if self.checkpoints
            else "No checkpoint was sealed yet: `cot keys create`, then `cot seal`."
        )
        if not self.findings:
            return [*told, "Every invariant holds.", LIMIT]
        first = self.findings[0]
        told.append(f"FIRST FAULT at {first.where}: {first.check}: {first.message}")
        told += [f"  {f.where}: {f.check}: {f.message}" for f in self.findings[1:20]]
        return [*told, f"{len(self.findings)} faults in all."]


def verify(
    engine: Engine, district: str, *, on_progress: Callable[[int], None] = lambda _: None
) -> VerifyReport:
    """Check a district's log event by event, then the rows of its projections."""
    head = engine.store.head(district)
    facts, unreadable = _sealing_facts(engine, head)
    reckoned = Reckoned(sizes_of(facts))
    with engine.appending() as connection:
        found = verify_log(connection, engine.codec, head, on_progress, reckoned.add)
        misplaced = misplaced_nodes(
            connection, district, reckoned.tiles, engine.store.head(district).position
        )
    faults = [Fault(f.check, f"position {f.position}", f.message) for f in found]
    faults += [
        Fault("checkpoints", f"position {f.position}", f.message)
        for f in (*unreadable, *seal_faults(facts, reckoned, misplaced))
    ]
    faults += [Fault("kept tree", f"position {place}", told) for place, told in misplaced]
    with engine.projecting() as connection:
        rows = check(connection, district)
    faults += [Fault(f.check, f.where, f.message) for f in rows]
    sealed = max(reckoned.sizes, default=0)
    return VerifyReport(
        district, head.position, head.clock, tuple(faults), len(reckoned.sizes), sealed
    )


def _sealing_facts(
    engine: Engine, head: Head
) -> tuple[Sequence[RecordedEvent], Sequence[SealFault]]:
    """Return the facts about sealing, or none and the fault when they cannot be read."""
    try:
        return engine.store.read_stream(head.district, SEALING_STREAM, up_to=head.position), ()
    except InvalidDocument as error:
        return (), (SealFault(1, f"the facts about sealing cannot be read: {error}"),)
