"""Recording a plan in resumable chunks, and reconstructing a history on a simulated clock."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from cot_flows.handling import Handling, Request
from cot_flows.imports.plan import ChangedRow, ImportPlan, UnitToDate, UnitToRegister
from cot_flows.imports.rows import ImportRow
from domain.facts.unit import UnitRegistered
from domain.ids import derived_id, subject
from events.envelope import Head
from events.store import Unless
from projections.checkpoint import FailPoint

CHUNK = 200
"""Rows in one append: large enough to be quick, small enough to resume."""

NOON, EVENING = time(12), time(18)
Told = Callable[[str], None]


@dataclass(slots=True)
class Done:
    """What an import has recorded so far, through all its attempts.

    `late` counts rows that became known before the simulated clock stood there. `refused` names
    what the sweeps at the ends of months could not record.
    """

    recorded: int = 0
    corrected: int = 0
    units: int = 0
    dated_back: int = 0
    late: int = 0
    refused: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recording:
    """How an import records: through whom, for whom, and where it may be interrupted in tests.

    `reason` is why changed rows are corrected; without one they are left alone.
    """

    handling: Handling
    actor: str
    reason: str | None
    told: Told
    fail_point: FailPoint
    done: Done

    def units(self, plan: ImportPlan, units: Sequence[UnitToRegister], at: datetime | None) -> None:
        """Register units in one append."""
        district = plan.origin.district
        requests = [
            Request(
                command=each.command,
                event_id=derived_id("import unit", district, each.command.unit),
                actor=self.actor,
                effective_from=each.effective_from,
                reason="named by an imported record",
                source="import",
            )
            for each in units
        ]
        if requests:
            self.handling.handle_new(district, requests, recorded_at=at)
            self.done.units += len(requests)

    def older(self, plan: ImportPlan, units: Sequence[UnitToDate], at: datetime | None) -> None:
        """Correct registrations, so that each unit counts from its earliest fact."""
        district = plan.origin.district
        for each in units:
            named = (district, str(each.corrects), each.effective_from.isoformat())
            request = Request(
                command=each.command,
                event_id=derived_id("import unit dated back", *named),
                actor=self.actor,
                effective_from=each.effective_from,
                reason=f"an imported record tells of {each.command.unit} on {each.effective_from}",
                source="import",
                corrects=each.corrects,
            )
            self.fail_point("before-dating-back")
            # Another import may have gone further back meanwhile: then it is planned again.
            about = subject("unit", each.command.unit)
            unless = Unless(about, (UnitRegistered.type_name(),), each.position)
            self.handling.handle(district, request, recorded_at=at, unless=unless)
            self.done.dated_back += 1

    def rows(self, plan: ImportPlan, rows: Sequence[ImportRow], at: datetime | None) -> None:
        """Record rows, a chunk in each append."""
        for start in range(0, len(rows), CHUNK):
            chunk = [self._request(plan, row) for row in rows[start : start + CHUNK]]
            self.fail_point("before-append")
            self.handling.handle_new(plan.origin.district, chunk, recorded_at=at)
            self.done.recorded += len(chunk)
            self.fail_point("after-append")
            self.told(f"Recorded {self.done.recorded} rows")
            self.fail_point("between-chunks")

    def correction(self, plan: ImportPlan, changed: ChangedRow, at: datetime | None) -> None:
        """Record a changed row as a correction of what counts."""
        row = changed.row
        self.fail_point("before-append")
        request = Request(
            command=plan.origin.command(row),
            event_id=plan.origin.correction_id(row, changed.corrects),
            actor=self.actor,
            occurred_on=row.occurred.first,
            precision=row.precision,
            reason=self.reason,
            source="import",
            classification=plan.origin.classification,
            correlation_id=plan.origin.correlation_id,
            corrects=changed.corrects,
        )
        self.handling.handle(plan.origin.district, request, recorded_at=at)
        self.done.corrected += 1
        self.fail_point("after-append")

    def _request(self, plan: ImportPlan, row: ImportRow) -> Request:
        return Request(
            command=plan.origin.command(row),
            event_id=plan.origin.event_id(row),
            actor=self.actor,
            occurred_on=row.occurred.first,
            precision=row.precision,
            source="import",
            classification=plan.origin.classification,
            correlation_id=plan.origin.correlation_id,
        )


class SimulatedClock:
    """The clock of a log that is being reconstructed; it only goes on.

    `on_month_end` is called at the evening of each month's last day that it passes.
    """

    def __init__(self, head: Head, on_month_end: Callable[[datetime], object]) -> None:
        """Begin where the log stands."""
        self._zone = ZoneInfo(head.time_zone)
        self._on_month_end = on_month_end
        self.at = head.recorded_at

    def advance(self, day: date) -> bool:
        """Go on to noon of a day; False when the clock stood later already, and stays there."""
        moment = datetime.combine(day, NOON, self._zone)
        for last in month_ends(self.at.astimezone(self._zone).date(), day):
            evening = datetime.combine(last, EVENING, self._zone)
            if evening >= self.at:
                self._on_month_end(evening)
                self.at = evening
        on_time = moment >= self.at
        self.at = max(self.at, moment)
        return on_time


def record_now(recording: Recording, plan: ImportPlan) -> None:
    """Record a plan at the server's time, in the order of the file; corrections last."""
    recording.units(plan, plan.units, None)
    recording.older(plan, plan.older, None)
    recording.rows(plan, plan.new, None)
    if recording.reason is not None:
        for changed in plan.changed:
            recording.correction(plan, changed, None)


def reconstruct(
    recording: Recording,
    plan: ImportPlan,
    head: Head,
    on_month_end: Callable[[datetime], object],
) -> None:
    """Record a plan on a simulated clock: each row when it became known, oldest knowledge first.

    Rows that became known before the log's head get the head's time and are counted.
    """
    clock = SimulatedClock(head, on_month_end)
    waiting = {each.command.unit: each for each in plan.units}
    older = {each.command.unit: each for each in plan.older}

    def register(rows: Sequence[ImportRow]) -> None:
        codes = sorted({row.unit for row in rows})
        recording.units(plan, [waiting.pop(each) for each in codes if each in waiting], clock.at)
        recording.older(plan, [older.pop(each) for each in codes if each in older], clock.at)

    for day, rows in known_days(plan.new):
        if not clock.advance(day):
            recording.done.late += len(rows)
        register(rows)
        recording.rows(plan, rows, clock.at)
    if recording.reason is not None:
        for changed in sorted(plan.changed, key=lambda each: _by_knowledge(each.row)):
            clock.advance(changed.row.known_by)
            register([changed.row])
            recording.correction(plan, changed, clock.at)


def _by_knowledge(row: ImportRow) -> tuple[date, str]:
    return row.known_by, row.external_id


def known_days(rows: Sequence[ImportRow]) -> Iterator[tuple[date, list[ImportRow]]]:
    """Yield the days on which rows became known, in order, with their rows."""
    for day, of_day in groupby(sorted(rows, key=_by_knowledge), key=lambda row: row.known_by):
        yield day, list(of_day)


def month_ends(after: date, until: date) -> Iterator[date]:
    """Yield the last day of each month from `after` (included) to before `until`."""
    first = after.replace(day=1)
    while first < until:
        following = (first + timedelta(days=32)).replace(day=1)
        last = following - timedelta(days=1)
        if after <= last < until:
            yield last
        first = following
