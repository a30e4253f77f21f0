"""The import as commands and flows call it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.errors import ImportRefused, NotConfigured
from cot_flows.handling import Handling
from cot_flows.imports.mapping import read_mapping
from cot_flows.imports.plan import ImportPlan, Origin, make_plan
from cot_flows.imports.reading import read_rows
from cot_flows.imports.recording import Done, Recording, Told, reconstruct, record_now
from cot_flows.imports.rows import COLUMNS, ImportRow, RowError, check_rows
from cot_flows.projecting import day_of
from cot_flows.reviews.sweep import sweep
from domain.facts.district import DistrictEstablished
from domain.ids import DISTRICT_STREAM
from events.envelope import Head
from events.errors import BatchPartlyKnown, ConditionFailed, WrongExpectedVersion
from events.store import EventStore
from projections.checkpoint import FailPoint, no_fail_point

ATTEMPTS = 3
MANY = 50
"""Rows after which the planner is shown what the log has become."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or in a dry run would do. The keys of `as_dict` are stable.

    `rejected` counts rows with faults, however many each has; `reason` is why all was refused.
    `changed` rows say other than what counts and were left alone unless corrected. `late_known`
    rows became known, by their source's date, before the simulated clock stood there.
    `units_dated_back` count from a fact that is older than those known before.
    `refused_causes` are causes of reviews that the sweeps of a reconstruction could not record.
    """

    recorded: int
    recognised: int
    rejected: int
    changed: int
    corrected: int
    units_registered: int
    late_known: int
    dry_run: bool = False
    units_dated_back: int = 0
    changes: tuple[str, ...] = ()
    errors: tuple[RowError, ...] = ()
    refused_causes: tuple[str, ...] = ()
    reason: str | None = None

    @classmethod
    def of_refusal(cls, refusal: ImportRefused, *, dry_run: bool = False) -> Self:
        """Return the report of an import that was refused: nothing recorded, and the reason."""
        errors = tuple(each for each in refusal.errors if isinstance(each, RowError))
        rejected = len({(each.file, each.row) for each in errors})
        return cls(0, 0, rejected, 0, 0, 0, 0, dry_run, errors=errors, reason=str(refusal))

    def as_dict(self) -> dict[str, object]:
        """Return the report by stable keys."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Return the report in words."""
        would = " would be" if self.dry_run else ""
        done = f"{self.recorded} rows{would} recorded, {self.recognised} recognised, "
        told = [f"{done}{self.units_registered} units{would} registered."]
        if self.units_dated_back:
            told.append(f"{self.units_dated_back} units{would} counted from an earlier fact.")
        if self.late_known:
            told.append(f"{self.late_known} rows were known before the log's clock; they say so.")
        if self.changed:
            did = (
                f"{would.strip()} corrected".strip()
                if self.corrected
                else "left as recorded; --correct records them"
            )
            told.append(f"{self.changed} rows changed since they were recorded: {did}.")
            told += [f"  {change}" for change in self.changes]
        told += [f"A month's sweep was refused: {cause}." for cause in self.refused_causes]
        return told


def import_activities(  # noqa: PLR0913 - one parameter for each option that people set
    engine: Engine,
    district: str,
    files: Sequence[Path],
    *,
    actor: str,
    mapping: Path | None = None,
    sheet: str | None = None,
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
    if correct and not (reason or "").strip():
        raise NotConfigured("corrections need a reason: give --reason")
    head = engine.store.head(district)
    rows = checked_rows(engine.store, head, files, sheet)
    units = read_mapping(mapping) if mapping else {}
    handling = Handling(engine.store, utc_now)
    because = reason if correct else None
    recording = Recording(handling, actor, because, on_progress, fail_point, Done())
    origin = Origin(district, source, source_public)
    first = plan = make_plan(engine.store, origin, rows, units, correct=correct)
    if correct:
        _require_correctable(plan)
    if dry_run:
        return _would(plan, correct=correct)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _record(engine, recording, plan)
            break
        except (WrongExpectedVersion, BatchPartlyKnown, ConditionFailed):
            # Another import recorded some of the rows meanwhile: look again what is left.
            if attempt == ATTEMPTS:
                raise
            plan = make_plan(engine.store, origin, rows, units, correct=correct)
    report = _did(first, recording.done, len(rows))
    if report.recorded >= MANY:
        engine.store.refresh_statistics()
    engine.store.announce(district)
    return report


def checked_rows(
    store: EventStore, head: Head, files: Sequence[Path], sheet: str | None = None
) -> list[ImportRow]:
    """Return the rows of all files, checked. Raises ImportRefused with every fault of all."""
    raws = [raw for path in files for raw in read_rows(path, COLUMNS, sheet=sheet)]
    rows, errors = check_rows(raws)
    name, present = _district_name(store, head), _present(head)
    for raw in raws:
        if raw.cells["district"] not in ("", name):
            message = f"the rows are of another district than this one, {name!r}"
            value = raw.cells["district"][:60]
            errors.append(RowError(raw.file, raw.number, "district", value, message))
    for row in rows:
        errors += _untimely(row, head, present)
    if errors:
        order = {path.name: number for number, path in enumerate(files)}
        errors.sort(key=lambda error: (order[error.file], error.row))
        bad = len({(error.file, error.row) for error in errors})
        raise ImportRefused(
            f"{bad} of {len(raws)} rows have faults, {len(errors)} in all; nothing was recorded",
            errors,
        )
    return rows


def _present(head: Head) -> date:
    """Return the date in the district; a simulated clock may stand beyond today."""
    today = utc_now().astimezone(ZoneInfo(head.time_zone)).date()
    return today if head.clock == "server" else max(today, day_of(head))


def _untimely(row: ImportRow, head: Head, present: date) -> Iterator[RowError]:
    """Yield what is wrong with the dates of a row that would be recorded in this log."""

    def fault(column: str, day: date, message: str) -> RowError:
        return RowError(row.file, row.number, column, day.isoformat(), message)

    occurred = row.occurred.first
    latest = present if head.clock == "server" else row.known_by
    if not row.planned and occurred > min(latest, present):
        message = f"lies after {min(latest, present)}, when it was reported: is it a plan?"
        yield fault("occurred_on", occurred, message)
    if row.known is not None and row.known.first > present:
        message = f"lies after {present}: nothing was published then yet"
        yield fault("recorded_from", row.known.first, message)
    # Without a publication's date a simulated clock would go on to the plan's own, and stay there.
    if row.planned and row.known is None and head.clock == "simulated" and occurred > present:
        yield fault(
            "occurred_on", occurred, "is to come: fill in recorded_from, when the plan was made"
        )


def _record(engine: Engine, recording: Recording, plan: ImportPlan) -> None:
    head = engine.store.head(plan.origin.district)
    if head.clock == "server":
        record_now(recording, plan)
    else:
        reconstruct(recording, plan, head, lambda at: _month_end(engine, head, at, recording))


def _month_end(engine: Engine, head: Head, at: datetime, recording: Recording) -> None:
    report = sweep(engine, head.district, recorded_at=at, fail_point=recording.fail_point)
    for refused in report.refused:
        # The same cause is refused at every month's end; it is told once.
        recording.done.refused[f"{refused.policy} about {refused.about}: {refused.why}"] = None


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


def _would(plan: ImportPlan, *, correct: bool) -> ImportReport:
    return ImportReport(
        recorded=len(plan.new),
        recognised=plan.recognised,
        rejected=0,
        changed=len(plan.changed),
        corrected=len(plan.changed) if correct else 0,
        units_registered=len(plan.units),
        late_known=0,
        dry_run=True,
        units_dated_back=len(plan.older),
        changes=_changes(plan),
    )


def _did(first: ImportPlan, done: Done, rows: int) -> ImportReport:
    changed = len(first.changed)
    return ImportReport(
        recorded=done.recorded,
        recognised=rows - done.recorded - changed,
        rejected=0,
        changed=changed,
        corrected=done.corrected,
        units_registered=done.units,
        late_known=done.late,
        units_dated_back=done.dated_back,
        changes=_changes(first),
        refused_causes=tuple(done.refused),
    )


def _changes(plan: ImportPlan) -> tuple[str, ...]:
    return tuple(
        f"{changed.row.external_id}: "
        + "; ".join(f"{k}: {_short(a)} → {_short(b)}" for k, (a, b) in changed.differences.items())
        for changed in plan.changed
    )


def _short(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)[:80]


def _district_name(store: EventStore, head: Head) -> str:
    for recorded in store.read_stream(head.district, DISTRICT_STREAM):
        if isinstance(recorded.event, DistrictEstablished):
            return recorded.event.name
    raise NotConfigured(f"district {head.district} is not set up: run `cot init` first")
