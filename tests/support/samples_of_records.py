"""One sample of every fact about the record itself: withdrawn, held, disposed, read, refused."""

from datetime import date
from uuid import UUID

from domain.facts.access import AccessedItem, AttemptRefused, RecordClassified, RecordsAccessed
from domain.facts.hold import LegalHoldPlaced, LegalHoldReleased
from domain.facts.redaction import (
    RedactionApproved,
    RedactionDeclined,
    RedactionRequested,
    ValuesWithdrawn,
)
from domain.facts.retention import RecordsDisposed, RetentionRule, RetentionRulesAdopted
from domain.message import DomainEvent, WithdrawnValues

NOTE = UUID("0f000000-0000-4000-8000-0000000000a1")
TARGET = WithdrawnValues(
    event_id=NOTE, position=311, type="ActivityProgressNoted", fields=("data.note", "reason")
)

RECORDS: tuple[DomainEvent, ...] = (
    RedactionRequested(redaction="RD-2026-05", basis="34 CFR 99.30", targets=(TARGET,)),
    RedactionApproved(redaction="RD-2026-05"),
    RedactionDeclined(redaction="RD-2026-06"),
    ValuesWithdrawn(
        redaction="RD-2026-05",
        basis="34 CFR 99.30",
        approved_by=("a-002", "a-001"),
        withdrawn=(TARGET,),
    ),
    LegalHoldPlaced(
        hold="LH-2026-04",
        units=("TRN", "SAF"),
        matter="Bus collision of 2026-04-02",
        authority="Counsel's notice of 2026-04-06",
        happened_from=date(2025, 7, 1),
    ),
    LegalHoldReleased(hold="LH-2026-04", units=("SAF",), directive="Letter of 2026-11-09"),
    RetentionRulesAdopted(
        rules_version="2026",
        rules=(
            RetentionRule(
                rule="notes",
                title="Notes on work done",
                types=("ActivityProgressNoted",),
                years=3,
                citation="Example: schedule of the district, item 12",
            ),
        ),
    ),
    RecordsDisposed(
        disposition="notes-2029-07-02-1",
        rule="notes",
        rules_version="2026",
        years=3,
        citation="Example: schedule of the district, item 12",
        withdrawn=(TARGET,),
    ),
    RecordsAccessed(
        access="AC-1",
        role="chair",
        items=(
            AccessedItem(
                event_id=NOTE,
                position=311,
                type="PartnershipSessionLogged",
                classes=("personnel",),
            ),
        ),
    ),
    RecordClassified(event_id=NOTE, position=311, classification="student-derived"),
    AttemptRefused(
        refusal="0f000000-0000-4000-8000-0000000000b1",
        attempt="ApproveRedaction",
        rule="self_approval",
        target="redaction-RD-2026-05",
        explanation="'a-004' asked for redaction RD-2026-05 and may not approve it",
    ),
)
