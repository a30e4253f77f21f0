"""The report: its sections about a stretch of a district's log, and a sample of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from cot_flows.audit_report import facts, records
from cot_flows.audit_report.sample import sample
from cot_flows.audit_report.section import MakeSection, Section, Span
from cot_flows.bootstrap import Engine
from cot_flows.errors import NotConfigured
from cot_flows.projecting import day_of
from domain.decisions import APPROVAL_AFTER, REASON_AFTER
from events.envelope import Head

SECTIONS: tuple[MakeSection, ...] = (
    facts.back_dated,
    facts.entry_lag,
    facts.replaced,
    facts.relied_on,
    facts.own_approvals,
    facts.gaps,
    facts.alike,
    facts.dated_ahead,
    records.withdrawn,
    records.held,
    records.own_attempts,
    records.readings,
    records.findings,
)
"""What is told, in this order; the sample comes last."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """How a sample is drawn: seed, how many events, and where their proofs go, if anywhere.

    `up_to` is the last position of the report in which it was drawn before.
    """

    seed: str
    size: int
    folder: Path | None = None
    up_to: int | None = None


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was found: the days and positions asked about, and titled tables."""

    head: Head
    span: Span
    first: date | None
    last: date | None
    seed: str
    sections: Sequence[Section]

    @property
    def wrong(self) -> int:
        """Return how many rows of all tables should not be there."""
        return sum(section.wrong for section in self.sections)

    def as_dict(self) -> dict[str, object]:
        """Return the report by stable keys."""
        return {
            "district": self.head.district,
            "clock": self.head.clock,
            "from": self.first,
            "to": self.last,
            "after_position": self.span.after,
            "up_to_position": self.span.up_to,
            "known_at_position": self.span.head,
            "limits": {
                "reason_after_days": REASON_AFTER.days,
                "approval_after_days": APPROVAL_AFTER.days,
            },
            "seed": self.seed,
            "wrong": self.wrong,
            "sections": {section.name: section.as_dict() for section in self.sections},
        }


def span_of(engine: Engine, head: Head, first: date | None, last: date | None) -> Span:
    """Return the positions recorded from a day to a day, both included; None: all there are.

    Raises NotConfigured for days that are none, or in the future.
    """
    today = day_of(head)
    if first is not None and (first > (last or today) or first > today):
        raise NotConfigured(f"nothing is recorded from {first} to {last or today}: turn them round")
    if last is not None and last > today:
        raise NotConfigured(f"{last} has not come: today is {today} in {head.district}")
    known_at = engine.store.position_known_at
    after = 0 if first is None else known_at(head.district, first - timedelta(days=1))
    ends_today = last is None or last == today
    up_to = head.position if ends_today or last is None else known_at(head.district, last)
    return Span(head.district, after, up_to, head.position)


def audit_report(
    engine: Engine, head: Head, first: date | None, last: date | None, drawing: Drawing
) -> AuditReport:
    """Make the report on what was recorded from a day to a day. Raises NotConfigured.

    Every section asks one query whose answer is short whatever the log's length.
    """
    span = span_of(engine, head, first, last)
    if drawing.up_to is not None:
        if not span.after <= drawing.up_to <= span.up_to:
            raise NotConfigured(
                f"these days hold the positions {span.after + 1} to {span.up_to}, and "
                f"{drawing.up_to} is none of them"
            )
        span = replace(span, up_to=drawing.up_to)
    sections = [make(engine, span) for make in SECTIONS]
    sections.append(sample(engine, span, drawing.seed, drawing.size, drawing.folder))
    return AuditReport(head, span, first, last, drawing.seed, sections)
