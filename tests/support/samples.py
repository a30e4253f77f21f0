"""One realistic sample of every event type, by type name: what golden files are made from."""

from datetime import date
from typing import Any

from domain.facts.action import (
    ActionItemAccepted,
    ActionItemCompleted,
    ActionItemDropped,
    ActionItemDueDateMoved,
    ActionItemEscalated,
    ActionItemOpened,
    ActionItemReassigned,
    ActionItemVerified,
)
from domain.facts.activity import (
    ActivityAbandoned,
    ActivityAnnounced,
    ActivityCompleted,
    ActivityPlanned,
    ActivityProgressNoted,
    ActivityReassigned,
    ActivityReported,
    ActivityStarted,
)
from domain.facts.assessment import IndicatorRated, RatingReaffirmed
from domain.facts.attestation import ProjectionAttested, ProjectionDiffered
from domain.facts.correction import FactRetracted
from domain.facts.district import (
    ActorRegistered,
    ActorRetired,
    DayRange,
    DistrictEstablished,
    IndicatorMapping,
    ReviewCycleRulesAdopted,
    ReviewPolicyAdopted,
    RubricCrosswalkPublished,
    RubricIndicator,
    RubricPublished,
    SchoolCalendarPublished,
    StewardshipTeamChartered,
)
from domain.facts.evidence import (
    EvidenceDisputed,
    EvidenceDisputeSettled,
    EvidenceRetracted,
    EvidenceSubmitted,
    EvidenceVerified,
)
from domain.facts.notice import NoticeFailed, NoticeSent
from domain.facts.reorganization import HandedOver, UnitDissolved, UnitsMerged, UnitSplit
from domain.facts.unit import (
    GateCriterionAttested,
    GateWaived,
    UnitHeadAssigned,
    UnitHeadVacated,
    UnitHoldLifted,
    UnitPutOnHold,
    UnitRegistered,
    UnitRestarted,
    UnitStageEntered,
    UnitStageReverted,
)
from domain.message import DomainEvent
from tests.support.samples_of_learning import LEARNING
from tests.support.samples_of_records import RECORDS
from tests.support.samples_of_reviews import COURSE, REVIEW
from tests.support.samples_of_sealing import SEALING

DIGEST = "sha256:" + "0123456789abcdef" * 4

_DISTRICT: tuple[DomainEvent, ...] = (
    DistrictEstablished(
        name="Marrow Bay Unified", time_zone="America/Los_Angeles", clock="simulated"
    ),
    StewardshipTeamChartered(chair="a-deputy", members=("a-deputy", "a-steward", "a-analyst")),
    SchoolCalendarPublished(
        calendar_version="2025-26",
        first_day=date(2025, 7, 1),
        last_day=date(2026, 6, 30),
        closed_days=(date(2025, 9, 1), date(2025, 11, 27), date(2026, 2, 16)),
        summers=(DayRange(first=date(2025, 7, 1), last=date(2025, 8, 15)),),
    ),
    RubricPublished(
        rubric_version="1.0",
        digest=DIGEST,
        indicators=(
            RubricIndicator(code="D1.1", dimension=1, scope="network"),
            RubricIndicator(code="D2.2", dimension=2, scope="district"),
            RubricIndicator(code="D3.1", dimension=3, scope="unit"),
        ),
    ),
    RubricCrosswalkPublished(
        from_version="1.0",
        to_version="2.0",
        mapping=(
            IndicatorMapping(from_indicator="D1.1", to_indicator="D1.2", levels=(0, 1, 1, 2)),
            IndicatorMapping(from_indicator="D2.2", to_indicator="D2.2"),
            IndicatorMapping(from_indicator="D3.1"),
        ),
    ),
    ReviewPolicyAdopted(
        policy="stalled-unit",
        rule="stalled_unit",
        rule_digest=DIGEST,
        review_type="R6",
        parameters={
            "days_s1": 60,
            "days_s2": 60,
            "days_s3": 45,
            "days_s4": 45,
            "days_s5": 90,
            "summer_half_days": 1,
        },
        due_working_days=10,
        owner_role="steward",
    ),
    ReviewCycleRulesAdopted(
        freeze_working_days=3,
        packet_frozen_by="scheduler",
        chair_working_days=5,
        lapse_working_days=10,
        effect_from_days=60,
        effect_until_days=120,
        quorum=1,
        most_postponements=2,
        action_owner_working_days=1,
        action_head_working_days=5,
        action_chair_working_days=10,
        action_superintendent_working_days=20,
    ),
    ActorRegistered(actor="a-steward", role="steward", kind="person", name="Jo Example"),
    ActorRetired(actor="a-cio"),
)

_UNIT: tuple[DomainEvent, ...] = (
    UnitRegistered(unit="HR", name="Human resources", catalogue_code="HR", school_facing=True),
    UnitHeadAssigned(unit="HR", head="a-hr-head", acting=False),
    UnitHeadVacated(unit="IT", head="a-cio"),
    GateCriterionAttested(
        unit="HR", stage="S2", criterion="labour_legal_consulted", met=True, evidence=("E-minutes",)
    ),
    GateWaived(
        unit="HR", stage="S3", criterion="tool_live", approver="a-deputy", until=date(2026, 2, 1)
    ),
    UnitStageEntered(unit="HR", from_stage="S3", to_stage="S4", review="R2-2026-01-HR"),
    UnitStageReverted(
        unit="FAC",
        from_stage="S4",
        to_stage="S3",
        review="R6-2026-08-FAC",
        evidence=("E-work-orders",),
    ),
    UnitPutOnHold(
        unit="SPED",
        until=date(2026, 11, 13),
        approver="a-deputy",
        note="Corrective plan after state monitoring",
    ),
    UnitHoldLifted(unit="SPED"),
    UnitRestarted(unit="IT", from_stage="S3", cause="leader_change", charter="Help desk first"),
    UnitsMerged(
        units=("FED", "PRO"),
        successor="PRG",
        board_reference="Budget 2026-27, item 12",
        work=(HandedOver(item="activity:A-title-one", unit="PRG", owner="a-prg-head"),),
    ),
    UnitSplit(
        unit="OPS",
        successors=("FAC", "TRN"),
        heir="FAC",
        board_reference="Operations in two offices",
        work=(HandedOver(item="action:X-routes", unit="TRN", owner="a-trn-head"),),
    ),
    UnitDissolved(unit="COM", successor="SUP", board_reference="Budget 2026-27, item 14"),
)

_ACTIVITY: tuple[DomainEvent, ...] = (
    ActivityPlanned(
        activity="A-hr-partners",
        title="An HR partner for each network",
        units=("HR", "PSU"),
        dimension=3,
        owner="a-hr-head",
        starts_on=date(2025, 9, 15),
        due_on=date(2026, 1, 12),
        aims=("D3.1", "D3.3"),
    ),
    ActivityStarted(activity="A-hr-partners"),
    ActivityProgressNoted(activity="A-hr-partners", note="Six partners named", schools_percent=34),
    ActivityReassigned(activity="A-hr-partners", owner="a-hr-deputy", units=("HR", "PSU")),
    ActivityCompleted(
        activity="A-hr-partners", evidence=("E-case-files",), outcome="21 schools served"
    ),
    ActivityAbandoned(activity="A-triage", learned="Crews need dispatchers first"),
    ActivityReported(
        activity="OAK-014",
        external_id="OAK-014",
        kind="position_count_changed",
        unit="district-office",
        dimension=3,
        title="Two dozen central posts closed",
        last_day=date(2023, 8, 24),
        quantity="-24",
        quantity_unit="positions",
        source_url="https://example.org/central-office-posts",
        source_title="Example Tribune",
        known_on=date(2023, 8, 24),
        known_precision="day",
        published_summary="The board closed posts on outside advice.",
    ),
    ActivityAnnounced(
        activity="OAK-015",
        external_id="OAK-015",
        kind="role_created",
        unit="district-office",
        dimension=1,
        title="Six posts to be created",
        last_day=date(2025, 6, 30),
        quantity="6",
        quantity_unit="positions",
        known_on=date(2024, 5, 1),
        known_precision="month",
        summary="As the superintendent said at a meeting",
    ),
)

_EVIDENCE: tuple[DomainEvent, ...] = (
    EvidenceSubmitted(
        evidence="E-principal-survey",
        title="Principal survey on HR, August",
        kind="survey",
        digest=DIGEST,
        location="records/2025/hr-survey.pdf",
        collected_from=date(2025, 8, 4),
        collected_to=date(2025, 8, 15),
        source_key="principals",
        units=("HR",),
        respondents=58,
        population=62,
        independent=True,
    ),
    EvidenceVerified(evidence="E-principal-survey", method="Recounted from the raw answers"),
    EvidenceDisputed(
        evidence="E-midyear-survey",
        finding="More answers than principals",
        note="A principal saw the link in a newsletter",
    ),
    EvidenceDisputeSettled(
        evidence="E-midyear-survey",
        outcome="upheld",
        finding="12 of 74 answers came from outside",
        note="The vendor confirmed it",
    ),
    RatingReaffirmed(
        about="unit:HR",
        indicator="D3.1",
        level=2,
        rubric_version="1.0",
        despite=("E-midyear-survey",),
        evidence=("E-midyear-survey-2", "E-case-files", "E-interviews"),
        raters=("a-steward",),
    ),
    EvidenceRetracted(
        evidence="E-midyear-survey",
        replacement="E-midyear-survey-2",
        note="The link was forwarded to people who are not principals",
    ),
    IndicatorRated(
        about="unit:HR",
        indicator="D3.1",
        level=2,
        rubric_version="1.0",
        evidence=("E-principal-survey", "E-case-files", "E-interviews"),
        raters=("a-steward", "a-hr-head"),
    ),
)

_ACTION: tuple[DomainEvent, ...] = (
    ActionItemOpened(
        action="X-issue-desk",
        title="Open an issue desk for payroll",
        review="R6-2025-10-D2",
        unit="PAY",
        owner="a-pay-head",
        due_on=date(2025, 11, 14),
        shows_it_worked="Principal supervisors get no payroll calls for a month",
        critical=True,
    ),
    ActionItemAccepted(action="X-issue-desk"),
    ActionItemReassigned(action="X-issue-desk", owner="a-pay-deputy", unit="PAY"),
    ActionItemDueDateMoved(
        action="X-issue-desk", from_due_on=date(2025, 11, 14), due_on=date(2025, 12, 5)
    ),
    ActionItemEscalated(action="X-issue-desk", level="head"),
    ActionItemCompleted(action="X-issue-desk", evidence=("E-desk-log",)),
    ActionItemVerified(action="X-issue-desk"),
    ActionItemDropped(action="X-newsletter", note="The networks meet instead"),
    FactRetracted(type_retracted="ActivityProgressNoted"),
)

_NOTICE: tuple[DomainEvent, ...] = (
    NoticeSent(
        notice="N-2026-02-17-a-it-head",
        recipient="a-it-head",
        channel="mail",
        day=date(2026, 2, 17),
        digest=DIGEST,
        items=("review:R6-2026-02-IT#packet", "action:X-issue-desk#late-1"),
    ),
    NoticeFailed(
        notice="N-2026-02-18-a-it-head",
        recipient="a-it-head",
        channel="chat",
        day=date(2026, 2, 18),
        digest=DIGEST,
        items=("review:R6-2026-02-IT#moved-1",),
        attempt=1,
        failure="unreachable",
    ),
)

_OF_ROWS: dict[str, Any] = {
    "projection": "unit_progress",
    "position": 4711,
    "effective_on": date(2026, 3, 1),
    "keys": 5,
    "keys_total": 24,
    "rows": 5,
    "query_digest": DIGEST,
    "rows_digest": DIGEST,
    "product_version": "0.1.0",
}
_ATTESTATION: tuple[DomainEvent, ...] = (
    ProjectionAttested(**_OF_ROWS, scope="sample", seed="4f2a90c1"),
    ProjectionDiffered(
        **_OF_ROWS | {"keys": 24},
        scope="all",
        differing=2,
        first_key="unit:HR",
        columns=("stage", "d3"),
    ),
)

SAMPLES: dict[str, DomainEvent] = {
    event.type_name(): event
    for group in (
        _DISTRICT,
        _UNIT,
        _ACTIVITY,
        _EVIDENCE,
        LEARNING,
        REVIEW,
        COURSE,
        _ACTION,
        _NOTICE,
        _ATTESTATION,
        SEALING,
        RECORDS,
    )
    for event in group
}
