"""One sample of every fact about a review, from its opening to what it achieved."""

from datetime import date

from domain.facts.review import (
    DecisionRecorded,
    ReviewClosed,
    ReviewHeld,
    ReviewScheduled,
    ReviewTriggered,
    ReviewTriggerMerged,
    TriggerFact,
)
from domain.facts.review_course import (
    EffectCheckDue,
    ReviewCancelled,
    ReviewEffectChecked,
    ReviewEscalated,
    ReviewLapsed,
    ReviewMerged,
    ReviewPacketFrozen,
    ReviewPostponed,
    ReviewReminderSent,
)
from domain.message import DomainEvent

DIGEST = "sha256:" + "0123456789abcdef" * 4

REVIEW: tuple[DomainEvent, ...] = (
    ReviewScheduled(
        review="R4-2026-Q1",
        review_type="R4",
        about="district:all",
        title="Quarterly stewardship review",
        due_on=date(2026, 4, 14),
        policy="district-quarterly-review",
        rule="cadence",
        rule_digest=DIGEST,
        cause_key="2026-Q1",
        as_of_position=412,
        as_of_date=date(2026, 3, 31),
        facts=(),
    ),
    ReviewTriggered(
        review="R6-2026-02-IT",
        review_type="R6",
        about="unit:IT",
        title="Nothing has moved in IT for 60 days",
        due_on=date(2026, 3, 2),
        policy="stalled-unit",
        rule="stalled_unit",
        rule_digest=DIGEST,
        cause_key="388",
        as_of_position=401,
        as_of_date=date(2026, 2, 13),
        facts=(TriggerFact(position=388, shows="last qualifying event on 2025-12-15"),),
    ),
    ReviewTriggerMerged(
        review="R6-2026-02-IT",
        policy="stale-evidence",
        rule="stale_evidence",
        rule_digest=DIGEST,
        cause_key="D3.1",
        as_of_position=407,
        as_of_date=date(2026, 2, 20),
        facts=(TriggerFact(position=120, shows="newest evidence for D3.1 is 181 days old"),),
    ),
    ReviewHeld(review="R6-2026-02-IT", present=("a-deputy", "a-steward"), minutes_digest=DIGEST),
    DecisionRecorded(
        review="R6-2026-02-IT",
        decision="change",
        title="The deputy acts as head; scope is cut to the service desk",
        unit="IT",
        evidence=("E-service-list",),
        note="One member dissented",
    ),
    ReviewClosed(review="R6-2026-02-IT", next_on=date(2026, 4, 7)),
)

COURSE: tuple[DomainEvent, ...] = (
    ReviewPacketFrozen(
        review="R6-2026-02-IT",
        digest=DIGEST,
        as_known_position=431,
        as_effective_on=date(2026, 2, 25),
        inputs=("unit: 1 row", "ratings: 4 rows", "causes: 2"),
    ),
    ReviewPostponed(review="R2-2026-04-TL", due_on=date(2026, 5, 7)),
    ReviewMerged(review="R2-2026-02-IT", into="R6-2026-02-IT"),
    ReviewCancelled(review="R6-2026-07-FED", ground="subject_ended", evidence=("E-board-minutes",)),
    ReviewLapsed(
        review="R2-2026-07-HR",
        due_on=date(2026, 7, 10),
        after_working_days=10,
        calendar_version="2025-27",
    ),
    ReviewReminderSent(
        review="R6-2026-02-IT", occasion="effect_check", level="chair", due_on=date(2026, 7, 1)
    ),
    ReviewEscalated(
        review="R2-2026-07-HR",
        occasion="lapsed",
        level="superintendent",
        due_on=date(2026, 7, 10),
        after_working_days=10,
    ),
    EffectCheckDue(review="R6-2026-02-IT", due_on=date(2026, 7, 1)),
    ReviewEffectChecked(
        review="R6-2026-02-IT",
        verdict="partly",
        evidence=("E-service-list",),
        note="Two networks still wait",
    ),
)
