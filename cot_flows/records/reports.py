"""What auditors ask about the record itself, one function a question. None of them writes."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from cot_flows.records.holding import HoldRow, hold_rows, whole_log
from cot_flows.records.own_matters import SelfApproval, violations
from domain.facts.access import EVERY_ACCESS, EVERY_REFUSAL, AttemptRefused, RecordsAccessed
from domain.facts.redaction import (
    EVERY_REDACTION,
    RedactionApproved,
    RedactionDeclined,
    RedactionRequested,
    ValuesWithdrawn,
)
from domain.facts.retention import EVERY_DISPOSITION, RecordsDisposed
from events.envelope import RecordedEvent
from events.store import EventStore

HELD_RULE = "under_legal_hold"


@dataclass(frozen=True, slots=True)
class RedactedItem:
    """Fields of one event that were withdrawn: of what, when, by which law, who agreed.

    `kind` is redaction or disposition; `under` its id, `recorded_position` that of its event.
    """

    kind: str
    under: str
    position: int
    event_id: UUID
    event_type: str
    fields: tuple[str, ...]
    basis: str
    withdrawn_at: datetime
    withdrawn_by: str
    approved_by: tuple[str, ...]
    recorded_position: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that a rule of the record refused: who tried what, when, and what was told."""

    position: int
    recorded_at: datetime
    actor: str
    attempt: str
    rule: str
    target: str
    explanation: str


@dataclass(frozen=True, slots=True)
class HeldReport:
    """What is held, and every attempt to touch it."""

    holds: tuple[HoldRow, ...]
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class SelfApprovals:
    """What was recorded against the rule, which should be nothing, and what was tried in vain."""

    violations: tuple[SelfApproval, ...]
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One restricted event that somebody read, and for what; a withdrawn purpose is None."""

    position: int
    recorded_at: datetime
    actor: str
    role: str
    purpose: str | None
    event_position: int
    event_id: UUID
    event_type: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RedactionRow:
    """One redaction as it stands: asked for, approved by nobody, one or two, and how it ended."""

    redaction: str
    status: str
    basis: str
    asked_by: str
    asked_on: date
    approved_by: tuple[str, ...]
    targets: tuple[tuple[int, str, tuple[str, ...]], ...]
    ended_on: date | None


def redacted_items(store: EventStore, district: str) -> list[RedactedItem]:
    """Return everything that was withdrawn, redacted or disposed of, in the order of the log."""
    subjects = [EVERY_REDACTION, EVERY_DISPOSITION]
    return [item for each in store.read_subjects(district, subjects) for item in _items_of(each)]


def _items_of(recorded: RecordedEvent) -> list[RedactedItem]:
    event = recorded.event
    if isinstance(event, ValuesWithdrawn):
        kind, under, basis, approvers = "redaction", event.redaction, event.basis, event.approved_by
    elif isinstance(event, RecordsDisposed):
        kind, under, basis = "disposition", event.disposition, event.citation
        approvers = (recorded.approved_by,) if recorded.approved_by else ()
    else:
        return []
    return [
        RedactedItem(
            kind=kind,
            under=under,
            position=each.position,
            event_id=each.event_id,
            event_type=each.type,
            fields=each.fields,
            basis=basis,
            withdrawn_at=recorded.recorded_at,
            withdrawn_by=recorded.actor,
            approved_by=approvers,
            recorded_position=recorded.position,
        )
        for each in event.withdrawn
    ]


def redactions(store: EventStore, district: str) -> list[RedactionRow]:
    """Return every redaction as it stands, in the order in which they were asked for."""
    rows: dict[str, RedactionRow] = {}
    for each in store.read_subjects(district, [EVERY_REDACTION]):
        event = each.event
        match event:
            case RedactionRequested():
                rows[event.redaction] = RedactionRow(
                    redaction=event.redaction,
                    status="asked for",
                    basis=event.basis,
                    asked_by=each.actor,
                    asked_on=each.occurred_on,
                    approved_by=(),
                    targets=tuple((of.position, of.type, of.fields) for of in event.targets),
                    ended_on=None,
                )
            case RedactionApproved():
                before = rows[event.redaction]
                approvers = (*before.approved_by, each.actor)
                status = "approved" if len(approvers) > 1 else "asked for"
                rows[event.redaction] = _moved(before, status, approvers, None)
            case RedactionDeclined() | ValuesWithdrawn():
                before = rows[event.redaction]
                status = "withdrawn" if isinstance(event, ValuesWithdrawn) else "declined"
                ended = each.occurred_on
                rows[event.redaction] = _moved(before, status, before.approved_by, ended)
            case _:
                pass
    return list(rows.values())


def _moved(
    row: RedactionRow, status: str, approved_by: tuple[str, ...], ended_on: date | None
) -> RedactionRow:
    return replace(row, status=status, approved_by=approved_by, ended_on=ended_on)


def attempts(store: EventStore, district: str) -> list[Attempt]:
    """Return every attempt that was refused and recorded, in the order of the log."""
    return [
        Attempt(
            position=each.position,
            recorded_at=each.recorded_at,
            actor=each.actor,
            attempt=event.attempt,
            rule=event.rule,
            target=event.target,
            explanation=event.explanation,
        )
        for each in store.read_subjects(district, [EVERY_REFUSAL])
        if isinstance(event := each.event, AttemptRefused)
    ]


def held_report(store: EventStore, district: str) -> HeldReport:
    """Return what is held, how much that is, and every attempt to touch it."""
    tried = [each for each in attempts(store, district) if each.rule == HELD_RULE]
    return HeldReport(tuple(hold_rows(store, district)), tuple(tried))


def self_approvals(store: EventStore, district: str) -> SelfApprovals:
    """Return what anybody approved, verified or rated that was their own, done or tried."""
    others = (HELD_RULE, "class_not_readable")
    tried = [each for each in attempts(store, district) if each.rule not in others]
    return SelfApprovals(tuple(violations(whole_log(store, district))), tuple(tried))


def access_log(store: EventStore, district: str) -> list[AccessRow]:
    """Return who read restricted records, which and for what, in the order of the log."""
    return [
        AccessRow(
            position=each.position,
            recorded_at=each.recorded_at,
            actor=each.actor,
            role=event.role,
            purpose=each.reason,
            event_position=item.position,
            event_id=item.event_id,
            event_type=item.type,
            classes=item.classes,
        )
        for each in store.read_subjects(district, [EVERY_ACCESS])
        if isinstance(event := each.event, RecordsAccessed)
        for item in event.items
    ]
