"""The sections about facts: late, replaced, relied on, approved by oneself, missing, alike."""

from cot_flows.audit_report.section import Row, Section, Span, asked, counted
from cot_flows.bootstrap import Engine
from domain.actor import APPROVING_ROLES
from domain.decisions import APPROVAL_AFTER, REASON_AFTER
from domain.facts.action import ActionItemEscalated
from domain.facts.activity import ActivityAnnounced, ActivityReported
from domain.facts.review_course import (
    EffectCheckDue,
    ReviewEscalated,
    ReviewLapsed,
    ReviewPacketFrozen,
    ReviewReminderSent,
)
from domain.message import Classification

PUBLISHED = [kind.type_name() for kind in (ActivityReported, ActivityAnnounced)]
"""Dated by their source: how late they are recorded says nothing about who records them."""

BY_CALENDAR = [
    kind.type_name()
    for kind in (
        ActionItemEscalated,
        EffectCheckDue,
        ReviewEscalated,
        ReviewLapsed,
        ReviewPacketFrozen,
        ReviewReminderSent,
    )
]
"""What the scheduler catches up on under the day it was due."""

OPEN_REASONS: frozenset[Classification] = frozenset({"public", "internal"})
"""The classes of events whose reasons a report shows."""


def back_dated(engine: Engine, span: Span) -> Section:
    """Return who recorded what late, by how many days, why, and with whose approval."""
    rows = asked(
        engine,
        "back_dated",
        span,
        reason_after=REASON_AFTER.days,
        approval_after=APPROVAL_AFTER.days,
        published=PUBLISHED,
        by_calendar=BY_CALENDAR,
        approving=sorted(APPROVING_ROLES),
    )
    total, wrong = counted(rows), counted(rows, "wrong")
    return Section(
        name="back_dated",
        title=f"Recorded more than {REASON_AFTER.days} days late",
        meaning=f"A reason is needed after {REASON_AFTER.days} days, the approval of another "
        f"person ({' or '.join(sorted(APPROVING_ROLES))}) after {APPROVAL_AFTER.days}. Where only "
        "a month or year is known, the least lateness counts.",
        columns={
            "position": "Position",
            "type": "Fact",
            "actor": "By",
            "occurred_on": "Of",
            "recorded_on": "Recorded",
            "days_late": "Days late",
            "reason": "Why",
            "approved_by": "Approved by",
            "unexplained": "No reason",
            "unapproved": "Not approved",
        },
        rows=[_with_reason(engine, span, row) for row in rows],
        total=total,
        wrong=wrong,
        wrong_means="recorded beyond a limit without the reason or approval it takes",
    )


def entry_lag(engine: Engine, span: Span) -> Section:
    """Return how late facts were recorded, by unit."""
    rows = asked(engine, "entry_lag", span, published=PUBLISHED)
    return Section(
        name="entry_lag",
        title="Days between a fact and its record, by unit",
        meaning="Half of a unit's facts were recorded within the median, nine of ten within the "
        "next column. The row without a unit counts facts about none. What publications date and "
        "the scheduler records is left out.",
        columns={
            "unit": "Unit",
            "facts": "Facts",
            "median_days": "Median",
            "p90_days": "Nine tenths",
            "longest_days": "Longest",
        },
        rows=rows,
        total=len(rows),
    )


def replaced(engine: Engine, span: Span) -> Section:
    """Return the corrections and retractions, beside the facts they replace."""
    rows = asked(engine, "replaced", span)
    total = counted(rows)
    return Section(
        name="replaced",
        title="Corrected or taken back",
        meaning="The earlier record stays readable at its own position.",
        columns={
            "position": "Position",
            "how": "How",
            "actor": "By",
            "recorded_on": "Recorded",
            "fact": "Fact",
            "fact_position": "Of position",
            "fact_actor": "First by",
            "reason": "Why",
            "approved_by": "Approved by",
        },
        rows=[_with_reason(engine, span, row) for row in rows],
        total=total,
    )


def relied_on(engine: Engine, span: Span) -> Section:
    """Return what relied on evidence that fell, and whether somebody decided again."""
    rows = asked(engine, "relied_on", span)
    total = counted(rows)
    return Section(
        name="relied_on",
        title="What relied on evidence that fell",
        meaning="Every line ends re-decided, at a position, or contested until somebody decides "
        "again. Nothing is recomputed silently.",
        columns={
            "position": "Fell at",
            "evidence": "Evidence",
            "how": "How",
            "relied": "What relied on it",
            "about": "About",
            "indicator": "Indicator",
            "relied_position": "At",
            "ends": "Ends",
            "re_decided_at": "Re-decided at",
        },
        rows=rows,
        total=total,
    )


def own_approvals(engine: Engine, span: Span) -> Section:
    """Return what somebody approved or verified of their own."""
    rows = asked(engine, "own_approvals", span)
    total = counted(rows)
    return Section(
        name="own_approvals",
        title="Own work approved or verified",
        meaning="None is expected: the rules refuse it.",
        columns={
            "position": "Position",
            "type": "Fact",
            "actor": "By",
            "recorded_on": "Recorded",
            "how": "How",
        },
        rows=rows,
        total=total,
        wrong=total,
        wrong_means="approved or verified by the person whose work it is",
    )


def gaps(engine: Engine, span: Span) -> Section:
    """Return the positions that are missing."""
    rows = asked(engine, "gaps", span)
    total = counted(rows)
    return Section(
        name="gaps",
        title="Missing positions",
        meaning="Positions are dense: a hole means that something was removed. See `cot verify`.",
        columns={"first_missing": "From", "last_missing": "To", "missing": "Missing"},
        rows=rows,
        total=total,
        wrong=total,
        wrong_means="stretches of the log are missing",
    )


def alike(engine: Engine, span: Span) -> Section:
    """Return facts that say the same twice."""
    rows = asked(engine, "alike", span)
    total, wrong = counted(rows), counted(rows, "wrong")
    return Section(
        name="alike",
        title="Recorded more than once",
        meaning="The same said of the same thing and day under different ids: a question, no "
        "fault by itself. One id twice cannot be: then the database was tampered with.",
        columns={
            "stream": "Stream",
            "type": "Fact",
            "occurred_on": "Of",
            "times": "Times",
            "first_position": "First at",
            "last_position": "Last at",
            "one_id": "One id",
        },
        rows=rows,
        total=total,
        wrong=wrong,
        wrong_means="ids are borne by more than one event",
    )


def dated_ahead(engine: Engine, span: Span) -> Section:
    """Return facts of days that had not come when they were recorded."""
    rows = asked(engine, "dated_ahead", span, may_come=[ActivityAnnounced.type_name()])
    total = counted(rows)
    return Section(
        name="dated_ahead",
        title="Dated after their record",
        meaning="A fact has happened when it is recorded; only announced plans may lie ahead.",
        columns={
            "position": "Position",
            "type": "Fact",
            "actor": "By",
            "occurred_on": "Of",
            "recorded_on": "Recorded",
        },
        rows=rows,
        total=total,
        wrong=total,
        wrong_means="said to have happened after they were recorded",
    )


def _with_reason(engine: Engine, span: Span, row: Row) -> Row:
    """Return a row with the reason of its event: a personal text, so read from the store."""
    position = int(str(row["position"]))
    (recorded,) = engine.store.read_log(span.district, after=position - 1, limit=1)
    if recorded.classification not in OPEN_REASONS:
        reason: str | None = f"not shown ({recorded.classification})"
    elif "reason" in recorded.withheld:
        reason = "withheld"
    else:
        reason = recorded.reason
    return row | {"reason": reason}
