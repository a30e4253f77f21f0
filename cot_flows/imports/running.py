"""The import as commands and flows call it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.errors import ImportRefused, NotConfigured
from cot_flows.handling import Handling
from cot_flows.imports.mapping import UnitMapping, read_mapping
from cot_flows.imports.plan import ImportPlan, Origin, make_plan
from cot_flows.imports.reading import read_rows
from cot_flows.imports.recording import Recording, Told, reconstruct, record_now
from cot_flows.imports.rows import COLUMNS, ImportRow, RowError, check_rows
from cot_flows.projecting import day_of
from cot_flows.reviews.sweep import sweep
from domain.facts.district import DistrictEstablished
from domain.ids import DISTRICT_STREAM
from events.envelope import Head
from events.errors import BatchPartlyKnown, WrongExpectedVersion
from events.store import EventStore
from projections.checkpoint import FailPoint, no_fail_point

ATTEMPTS = 3
MANY = 50
"""Rows after which the planner is shown what the log has become."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or in a dry run would do. The keys of `as_dict` are stable.

    `changed` rows say other than what counts and were left alone unless corrected. `late_known`
    rows became known, by their source's date, before the simulated clock stood there.
    """

    recorded: int
    recognised: int
    rejected: int
    changed: int
    corrected: int
    units_registered: int
    late_known: int
    dry_run: bool = False
    changes: tuple[str, ...] = ()
    errors: tuple[RowError, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Return the report by stable keys."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Return the report in words."""
        would = " would be" if self.dry_run else ""
        done = f"{self.recorded} rows{would} recorded, {self.recognised} recognised, "
        told = [f"{done}{self.units_registered} units{would} registered."]
        if self.late_known:
            told.append(f"{self.late_known} rows were known before the log's clock; they say so.")
        if self.changed:
            did = "corrected" if self.corrected else "left as recorded; --correct records them"
            told.append(f"{self.changed} rows changed since they were recorded: {did}.")
            told += [f"  {change}" for change in self.changes]
        return told


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an import was asked for."""

    actor: str
    dry_run: bool
    correct: bool
    reason: str | None
    told: Told
    fail_point: FailPoint


def import_activities(  # noqa: PLR0913 - one parameter for each option that people set
    engine: Engine,
    district: str,
    files: Sequence[Path],
    *,
    actor: str,
    mapping: Path | None = None,
    source: str = "activities",
    source_public: bool = False,
    dry_run: bool = False,
    correct: bool = False,
    reason: str | None = None,
    on_progress: Told = lambda _: None,
    fail_point: FailPoint = no_fail_point,
) -> ImportReport:
    """Import activity files into a district; all rows are checked before any is recorded.

    In a district with a server clock rows are recorded now; with a simulated clock each becomes
    known when its source was published. Raises ImportRefused, carrying every fault, and then
    nothing was recorded; NotConfigured when a correction has no reason.
    """
    if correct and not reason:
        raise NotConfigured("corrections need a reason: give --reason")
    head = engine.store.head(district)
    rows = checked_rows(engine.store, head, files)
    units = read_mapping(mapping) if mapping else {}
    wanted = Wanted(actor, dry_run, correct, reason, on_progress, fail_point)
    origin = Origin(district, source, source_public)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _import(engine, origin, rows, units, wanted)
        except (WrongExpectedVersion, BatchPartlyKnown):
            # Another import recorded some of the rows meanwhile: look again what is left.
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable: the loop returns or raises")


def checked_rows(store: EventStore, head: Head, files: Sequence[Path]) -> list[ImportRow]:
    """Return the rows of all files, checked. Raises ImportRefused with every fault of all."""
    raws = [raw for path in files for raw in read_rows(path, COLUMNS)]
    rows, errors = check_rows(raws)
    name, today = _district_name(store, head), day_of(head)
    for row in rows:
        if row.district != name:
            message = f"the rows are of another district than this one, {name!r}"
            errors.append(RowError(row.file, row.number, "district", row.district, message))
        latest = today if head.clock == "server" else row.known_by
        if not row.planned and row.occurred.first > latest:
            message = f"lies after {latest}, when it was reported: is it a plan?"
            day = row.occurred.first.isoformat()
            errors.append(RowError(row.file, row.number, "occurred_on", day, message))
    if errors:
        errors.sort(key=lambda error: (error.file, error.row))
        bad = len({(error.file, error.row) for error in errors})
        raise ImportRefused(
            f"{bad} of {len(raws)} rows have faults, {len(errors)} in all; nothing was recorded",
            errors,
        )
    return rows


def _import(
    engine: Engine,
    origin: Origin,
    rows: Sequence[ImportRow],
    units: Mapping[str, UnitMapping],
    wanted: Wanted,
) -> ImportReport:
    plan = make_plan(engine.store, origin, rows, units)
    if wanted.correct:
        _require_correctable(plan)
    if wanted.dry_run:
        return replace(_report(plan, late=0, corrected=0), dry_run=True)
    head = engine.store.head(origin.district)
    handling = Handling(engine.store, utc_now)
    recording = Recording(engine.store, handling, wanted.actor, wanted.told, wanted.fail_point)
    late = 0
    if head.clock == "server":
        record_now(recording, plan)
    else:
        late = reconstruct(recording, plan, head, lambda at: _month_end(engine, head, at))
    corrected = 0
    if wanted.correct and wanted.reason:
        head = engine.store.head(origin.district)
        at = head.recorded_at if head.clock == "simulated" else None
        corrected = recording.corrections(plan, wanted.reason, at)
    if len(plan.new) >= MANY:
        engine.store.refresh_statistics()
    engine.store.announce(origin.district)
    return _report(plan, late=late, corrected=corrected)


def _month_end(engine: Engine, head: Head, at: datetime) -> None:
    sweep(engine, head.district, recorded_at=at)


def _require_correctable(plan: ImportPlan) -> None:
    errors = [
        RowError(
            changed.row.file,
            changed.row.number,
            "assertion",
            "planned" if changed.row.planned else "reported",
            "was recorded the other way: record what happened as a row with an id of its own",
        )
        for changed in plan.changed
        if not changed.correctable
    ]
    if errors:
        raise ImportRefused(f"{len(errors)} changed rows cannot be corrected", errors)


def _report(plan: ImportPlan, *, late: int, corrected: int) -> ImportReport:
    changes = tuple(
        f"{changed.row.external_id}: "
        + "; ".join(f"{k}: {_short(a)} → {_short(b)}" for k, (a, b) in changed.differences.items())
        for changed in plan.changed
    )
    return ImportReport(
        recorded=len(plan.new),
        recognised=plan.recognised,
        rejected=0,
        changed=len(plan.changed),
        corrected=corrected,
        units_registered=len(plan.units),
        late_known=late,
        changes=changes,
    )


def _short(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)[:80]


def _district_name(store: EventStore, head: Head) -> str:
    for recorded in store.read_stream(head.district, DISTRICT_STREAM):
        if isinstance(recorded.event, DistrictEstablished):
            return recorded.event.name
    raise NotConfigured(f"district {head.district} is not set up: run `cot init` first")
