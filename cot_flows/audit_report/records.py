"""The sections about the record itself: withdrawn, held, refused, read; and outside findings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date

from cot_flows.audit_report.section import MOST_ROWS, Row, Section, Span
from cot_flows.bootstrap import Engine
from cot_flows.projecting import day_of
from cot_flows.records import reports
from domain.facts.finding import (
    ExternalFindingRecorded,
    FindingPlanSubmitted,
    FindingStatusReported,
)
from domain.ids import subject
from events.active import active

FINDINGS = subject("district", "all")
"""The subject that every finding bears."""


def withdrawn(engine: Engine, span: Span) -> Section:
    """Return what was redacted or disposed of: by which law, and who agreed."""
    found: list[Row] = [
        _row(each)
        for each in reports.redacted_items(engine.store, span.district)
        if _within(span, each.recorded_position)
    ]
    return _section(
        "withdrawn",
        "Redacted or disposed of",
        "The values and their salts are gone; event, leaf and commitment stay, so every proof "
        "still holds. A redaction takes two approvers, a disposition one.",
        {
            "recorded_position": "At",
            "kind": "How",
            "under": "Under",
            "position": "Of position",
            "event_type": "Fact",
            "fields": "Fields",
            "basis": "Basis",
            "approved_by": "Approved by",
        },
        found,
    )


def held(engine: Engine, span: Span) -> Section:
    """Return every attempt to touch what a legal hold covers: each was refused."""
    told = reports.held_report(engine.store, span.district)
    found: list[Row] = [_row(each) for each in told.attempts if _within(span, each.position)]
    holds = ", ".join(each.hold for each in told.holds) or "none"
    return _section(
        "held",
        "Attempts on held records",
        f"Each was refused and nothing was withdrawn. Legal holds on record: {holds}; `cot hold "
        "list` says what each covers.",
        _ATTEMPT,
        found,
    )


def own_attempts(engine: Engine, span: Span) -> Section:
    """Return who tried to approve, verify or rate what was their own: each was refused."""
    told = reports.self_approvals(engine.store, span.district)
    found: list[Row] = [_row(each) for each in told.attempts if _within(span, each.position)]
    return _section(
        "own_attempts",
        "Own work that somebody tried to approve or verify",
        "Each was refused; that it was tried stays on record.",
        _ATTEMPT,
        found,
    )


def readings(engine: Engine, span: Span) -> Section:
    """Return who read restricted records, which, and for what."""
    found: list[Row] = [
        _row(each)
        for each in reports.access_log(engine.store, span.district)
        if _within(span, each.position)
    ]
    return _section(
        "readings",
        "Restricted records that were read",
        "Recorded before they are shown. `cot access-log --out FILE` exports all.",
        {
            "position": "At",
            "actor": "By",
            "role": "As",
            "purpose": "For",
            "event_position": "Of position",
            "event_type": "Fact",
            "classes": "Classes",
        },
        found,
    )


def findings(engine: Engine, span: Span) -> Section:
    """Return the findings from outside, whether each plan came in time, and how far it is."""
    rows: dict[str, Row] = {}
    asked = engine.store.read_subjects(span.district, [FINDINGS], up_to=span.up_to)
    for each in active(asked):
        match each.event:
            case ExternalFindingRecorded() as event:
                rows[event.finding] = event.model_dump(mode="json") | {
                    "position": each.position,
                    "recorded_on": each.occurred_on.isoformat(),
                    "plan_on": None,
                    "owner": None,
                    "statuses": {},
                }
            case FindingPlanSubmitted() as event if event.finding in rows:
                planned = {"plan_on": each.occurred_on.isoformat(), "owner": event.owner}
                rows[event.finding] |= planned
            case FindingStatusReported() as event if event.finding in rows:
                told = dict(_mapping(rows[event.finding]["statuses"]))
                rows[event.finding]["statuses"] = told | {event.period: event.status}
            case _:
                pass
    today = day_of(engine.store.head(span.district)).isoformat()
    for row in rows.values():
        due = str(row["plan_due_on"])
        row["plan_late"] = str(row["plan_on"] or today) > due
        row["status"] = "; ".join(f"{at} {how}" for at, how in _mapping(row["statuses"]).items())
    late = sum(bool(row["plan_late"]) for row in rows.values())
    return _section(
        "findings",
        "Findings from outside and what was done",
        "Of each: what was found and what should be, the plan and whether it came in time, and "
        "the status by quarter. Criteria, cause, effect and recommendation are in --json.",
        {
            "finding": "Finding",
            "source": "Source",
            "condition": "Found",
            "plan_due_on": "Plan due",
            "plan_on": "Plan of",
            "plan_late": "Late",
            "owner": "Owner",
            "status": "Status",
        },
        list(rows.values()),
        wrong=late,
        wrong_means="findings without their plan in time",
    )


_ATTEMPT = {
    "position": "At",
    "actor": "By",
    "attempt": "Tried",
    "target": "On",
    "rule": "Rule",
    "explanation": "Told",
}


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _row(told: reports.RedactedItem | reports.Attempt | reports.AccessRow) -> Row:
    row: Row = {}
    row.update(asdict(told))
    return row


def _within(span: Span, position: int) -> bool:
    return span.after < position <= span.up_to


def _section(
    name: str,
    title: str,
    meaning: str,
    columns: Mapping[str, str],
    rows: Sequence[Row],
    *,
    wrong: int = 0,
    wrong_means: str | None = None,
) -> Section:
    shown = [{key: _plain(value) for key, value in row.items()} for row in rows[:MOST_ROWS]]
    return Section(name, title, meaning, columns, shown, len(rows), wrong, wrong_means)


def _plain(value: object) -> object:
    if value is None or type(value) in (str, int, bool, dict):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Iterable):
        return ", ".join(str(each) for each in value)
    return str(value)
