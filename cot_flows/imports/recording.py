"""Recording a plan in resumable chunks, and reconstructing a history on a simulated clock."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from cot_flows.handling import Handling, Request
from cot_flows.imports.plan import ImportPlan, UnitToRegister
from cot_flows.imports.rows import ImportRow
from domain.ids import derived_id
from events.envelope import Head
from events.store import EventStore
from projections.checkpoint import FailPoint

CHUNK = 200
"""Rows in one append: large enough to be quick, small enough to resume."""

NOON, EVENING = time(12), time(18)
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Recording:
    """How an import records: through whom, for whom, and where it may be interrupted in tests."""

    store: EventStore
    handling: Handling
    actor: str
    told: Told
    fail_point: FailPoint

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

    def rows(self, plan: ImportPlan, rows: Sequence[ImportRow], at: datetime | None) -> None:
        """Record rows in one append."""
        self.fail_point("before-append")
        requests = [self._request(plan, row) for row in rows]
        self.handling.handle_new(plan.origin.district, requests, recorded_at=at)
        self.fail_point("after-append")

    def _request(self, plan: ImportPlan, row: ImportRow) -> Request:
        return Request(
            command=plan.origin.command(row),
            event_id=plan.origin.event_id(row),
            actor=self.actor,
            occurred_on=row.occurred.first,
            precision=row.precision,
            source="import",
            classification="public" if plan.origin.public else "internal",
            correlation_id=derived_id("import", plan.origin.district, plan.origin.source),
        )

    def corrections(self, plan: ImportPlan, reason: str, at: datetime | None) -> int:
        """Record changed rows as corrections, one append each; returns how many were new."""
        recorded = 0
        for changed in plan.changed:
            request = replace(
                self._request(plan, changed.row),
                event_id=plan.origin.correction_id(changed.row, changed.corrects),
                reason=reason,
                corrects=changed.corrects,
            )
            self.fail_point("before-correction")
            result = self.handling.handle(plan.origin.district, request, recorded_at=at)
            recorded += not result.recognised
        return recorded


def record_now(recording: Recording, plan: ImportPlan) -> None:
    """Record a plan at the server's time, in chunks in the order of the file."""
    recording.units(plan, plan.units, None)
    for start in range(0, len(plan.new), CHUNK):
        chunk = plan.new[start : start + CHUNK]
        recording.rows(plan, chunk, None)
        recording.told(f"Recorded {start + len(chunk)} of {len(plan.new)} rows")
        recording.fail_point("between-chunks")


def reconstruct(
    recording: Recording,
    plan: ImportPlan,
    head: Head,
    on_month_end: Callable[[datetime], object],
) -> int:
    """Record a plan on a simulated clock: each row when it became known, oldest knowledge first.

    `on_month_end` is called at the evening of each month's last day that passes on the way. Rows
    that became known before the log's head get the head's time; returns how many.
    """
    zone, clock = ZoneInfo(head.time_zone), head.recorded_at
    waiting = {each.command.unit: each for each in plan.units}
    late = done = 0
    for day, rows in known_days(plan.new):
        moment = datetime.combine(day, NOON, zone)
        for evening in month_ends(clock.astimezone(zone).date(), day):
            at = datetime.combine(evening, EVENING, zone)
            if at >= clock:
                on_month_end(at)
                clock = at
        late += len(rows) if moment < clock else 0
        clock = max(clock, moment)
        named = [waiting.pop(code) for code in sorted({row.unit for row in rows} & set(waiting))]
        recording.units(plan, named, clock)
        for start in range(0, len(rows), CHUNK):
            recording.rows(plan, rows[start : start + CHUNK], clock)
        done += len(rows)
        recording.told(f"{day}: {done} of {len(plan.new)} rows have become known")
        recording.fail_point("between-chunks")
    return late


def known_days(rows: Sequence[ImportRow]) -> Iterator[tuple[date, list[ImportRow]]]:
    """Yield the days on which rows became known, in order, with their rows."""
    ordered = sorted(rows, key=lambda row: (row.known_by, row.external_id))
    for day, of_day in groupby(ordered, key=lambda row: row.known_by):
        yield day, list(of_day)


def month_ends(after: date, until: date) -> Iterator[date]:
    """Yield the last day of each month from `after` (included) to before `until`."""
    first = after.replace(day=1)
    while True:
        following = (first + timedelta(days=32)).replace(day=1)
        last = following - timedelta(days=1)
        if last >= until:
            return
        if last >= after:
            yield last
        first = following
