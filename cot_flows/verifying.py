"""Verification of a district: every invariant of its log, and of the rows computed from it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from cot_flows.bootstrap import Engine
from events.verify import verify_log
from projections.checking import check

LIMIT = (
    "This shows that nothing was altered since it was recorded, not that it was true when entered; "
    "only a copy kept elsewhere could show that the end of the log was cut off."
)


@dataclass(frozen=True, slots=True)
class Fault:
    """An invariant that does not hold: which, where (a position or a row's key), and how."""

    check: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What verification found. `positions` is how many events were read and checked."""

    district: str
    positions: int
    clock: str
    findings: tuple[Fault, ...]

    def as_dict(self) -> dict[str, object]:
        """Return the report by stable keys."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Return the report in words."""
        told = [f"{self.district}: {self.positions} events read and checked."]
        if self.clock == "simulated":
            told.append("Its clock is simulated: recording times were supplied, not observed.")
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
    with engine.appending() as connection:
        found = verify_log(connection, engine.codec, head, on_progress)
    faults = [Fault(f.check, f"position {f.position}", f.message) for f in found]
    with engine.projecting() as connection:
        rows = check(connection, district)
    faults += [Fault(f.check, f.where, f.message) for f in rows]
    return VerifyReport(district, head.position, head.clock, tuple(faults))
