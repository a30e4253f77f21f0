"""Strategies for commands on a small district, from small sets of ids, so that many of them meet."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from domain.action import (
    CompleteActionItem,
    DropActionItem,
    OpenActionItem,
    VerifyActionItem,
)
from domain.activity import (
    AbandonActivity,
    CompleteActivity,
    NoteProgress,
    PlanActivity,
    ReportActivity,
    StartActivity,
)
from domain.actor import RegisterActor, RetireActor
from domain.assessment import RateIndicator
from domain.catalogue import shipped_gates
from domain.evidence import RetractEvidence, SubmitEvidence, VerifyEvidence
from domain.facts.review import TriggerFact
from domain.finding import RecordExternalFinding, ReportFindingStatus, SubmitFindingPlan
from domain.measurement import DefineMeasure, RecordMeasurement
from domain.message import Command
from domain.partnership import (
    EndPartnership,
    FormPartnership,
    InterruptPartnership,
    LogPartnershipSession,
)
from domain.pdsa import DecideTest, PlanTest, RunTest, StudyTest
from domain.review import (
    CloseReview,
    HoldReview,
    MergeTrigger,
    RecordDecision,
    ScheduleReview,
    TriggerReview,
)
from domain.review_course import (
    CancelReview,
    CheckReviewEffect,
    FreezeReviewPacket,
    MergeReview,
    PostponeReview,
)
from domain.stages import AttestGateCriterion, EnterStage, RevertStage, WaiveGateCriterion
from domain.theory import (
    AdoptTheoryOfAction,
    ChangeAssumptionStatus,
    LinkAssumptionEvidence,
    ProposedAssumption,
    ReviseTheoryOfAction,
)
from domain.unit import (
    AssignUnitHead,
    LiftUnitHold,
    PutUnitOnHold,
    RegisterUnit,
    VacateUnitHead,
)
from tests.support.districts import PEOPLE
from tests.support.samples import DIGEST
from tests.support.specification import TODAY

Commands = st.SearchStrategy[Command]


def some(*names: str) -> st.SearchStrategy[str]:
    return st.sampled_from(names)


def made(command: type[Command], **fields: st.SearchStrategy[Any]) -> Commands:
    """Draw a command of a type from strategies for its fields."""
    return st.fixed_dictionaries(fields).map(command.model_validate)


def several(names: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(names, min_size=least, max_size=3, unique=True).map(tuple)


PERSON = some(*PEOPLE)
UNIT = some("HR", "IT", "PAY")
EVIDENCE = some("E1", "E2", "E3", "ES", "E9")
ACTIVITY = some("A1", "A2")
REVIEW = some("R1", "R2")
ACTION = some("X1")
STAGE = some("S1", "S2", "S3")
DAY = st.integers(-20, 40).map(lambda days: TODAY + timedelta(days=days))
TITLE = st.just("A title")
CRITERIA = [
    {"stage": stage.code, "criterion": each.id}
    for stage in shipped_gates().stages[:3]
    for each in stage.exit_criteria
]

PEOPLE_AND_UNITS: tuple[Commands, ...] = (
    made(RegisterActor, actor=some("a-new", "a-chair"), role=some("head")),
    made(RetireActor, actor=some("a-new", "a-deputy")),
    made(RegisterUnit, unit=UNIT, name=TITLE),
    made(AssignUnitHead, unit=UNIT, head=PERSON, acting=st.booleans()),
    made(VacateUnitHead, unit=UNIT, head=PERSON),
    made(PutUnitOnHold, unit=UNIT, until=DAY, approver=PERSON),
    made(LiftUnitHold, unit=UNIT),
)
STAGES: tuple[Commands, ...] = (
    st.builds(
        lambda unit, which, met: AttestGateCriterion(unit=unit, met=met, **which),
        UNIT,
        st.sampled_from(CRITERIA),
        st.booleans(),
    ),
    st.builds(
        lambda unit, which, until: WaiveGateCriterion(
            unit=unit, approver="a-chair", until=until, **which
        ),
        UNIT,
        st.sampled_from(CRITERIA),
        DAY,
    ),
    made(EnterStage, unit=UNIT, to_stage=STAGE),
    made(RevertStage, unit=UNIT, to_stage=STAGE, review=REVIEW, evidence=several(EVIDENCE, 1)),
)
WORK: tuple[Commands, ...] = (
    made(
        PlanActivity,
        activity=ACTIVITY,
        title=TITLE,
        units=several(UNIT, 1),
        dimension=st.integers(1, 5),
        owner=PERSON,
        starts_on=DAY,
        due_on=DAY,
    ),
    made(StartActivity, activity=ACTIVITY),
    made(NoteProgress, activity=ACTIVITY, schools_percent=st.none() | st.integers(0, 100)),
    made(CompleteActivity, activity=ACTIVITY, evidence=several(EVIDENCE)),
    made(AbandonActivity, activity=ACTIVITY),
    made(
        ReportActivity,
        activity=ACTIVITY,
        external_id=ACTIVITY,
        kind=some("role_created"),
        unit=UNIT,
        dimension=st.integers(1, 5),
        title=TITLE,
        last_day=DAY,
    ),
    made(
        SubmitEvidence,
        evidence=EVIDENCE,
        title=TITLE,
        kind=some("survey"),
        digest=st.just(DIGEST),
        location=TITLE,
        collected_from=st.just(TODAY),
        collected_to=st.just(TODAY),
        source_key=some("s1", "s2"),
        units=several(UNIT),
    ),
    made(VerifyEvidence, evidence=EVIDENCE, method=TITLE),
    made(RetractEvidence, evidence=EVIDENCE, replacement=st.none() | EVIDENCE),
    made(
        RateIndicator,
        about=some("unit:HR", "unit:IT", "district:all", "network:A"),
        indicator=some("D3.1", "D5.1", "D1.1", "D2.2"),
        level=st.integers(0, 3),
        rubric_version=some("1.0"),
        evidence=several(EVIDENCE),
        raters=several(PERSON, 1),
    ),
)
MEASURES: tuple[Commands, ...] = (
    made(
        DefineMeasure,
        measure=some("m1", "m2"),
        version=st.integers(1, 3),
        title=TITLE,
        unit_of_measure=some("days"),
        better=some("higher", "lower"),
    ),
    made(
        RecordMeasurement,
        measure=some("m1"),
        about=some("unit:HR", "unit:IT", "district:all"),
        period_from=DAY,
        period_to=DAY,
        group=some("all", "g1"),
        value=some("1", "-2.5", "much"),
        n=st.none() | st.integers(0, 20),
        evidence=several(EVIDENCE),
    ),
)
PARTNERSHIP = some("P1", "P2", "P3")
PARTNERSHIPS: tuple[Commands, ...] = (
    made(
        FormPartnership,
        partnership=PARTNERSHIP,
        director=PERSON,
        school=some("S1", "S2"),
        principal=some("p-1", "p-2"),
        network=some("A"),
    ),
    made(
        LogPartnershipSession,
        partnership=PARTNERSHIP,
        minutes=st.integers(1, 240),
        place=some("classroom"),
        topic=some("inquiry"),
    ),
    made(
        InterruptPartnership,
        partnership=PARTNERSHIP,
        half_days_lost=st.integers(1, 4),
        cause=st.none() | some("payroll-error"),
        unit=UNIT,
    ),
    made(EndPartnership, partnership=PARTNERSHIP, cause=some("principal-left")),
)
TIES = st.one_of(PARTNERSHIPS[0], PARTNERSHIPS[-1])
ASSUMPTION = some("A1", "A2")
PROPOSED = st.builds(
    lambda number, measure: ProposedAssumption(assumption=number, text="So", measure=measure),
    ASSUMPTION,
    st.none() | some("m1"),
)
THEORY: tuple[Commands, ...] = (
    made(
        AdoptTheoryOfAction,
        version=st.integers(1, 3),
        statements=st.just(("If so, then so",)),
        assumptions=several(PROPOSED, 1),
        review=st.none() | REVIEW,
    ),
    made(
        ReviseTheoryOfAction,
        from_version=st.integers(1, 2),
        to_version=st.integers(2, 3),
        changed=several(PROPOSED),
        dropped=several(ASSUMPTION),
        rationale=TITLE,
        review=REVIEW,
    ),
    made(
        LinkAssumptionEvidence,
        assumption=ASSUMPTION,
        evidence=several(EVIDENCE, 1),
        direction=some("for", "against"),
    ),
    made(
        ChangeAssumptionStatus,
        assumption=ASSUMPTION,
        status=some("open", "weak", "dropped"),
        evidence=several(EVIDENCE),
        insufficient=st.booleans(),
    ),
)
TEST = some("T1", "T2")
TESTS: tuple[Commands, ...] = (
    made(
        PlanTest,
        test=TEST,
        unit=UNIT,
        question=TITLE,
        prediction=st.none() | TITLE,
        predicted_value=st.none() | some("12"),
        measure=st.none() | some("m1"),
        who=some("principals"),
        when=some("weekly"),
        where=some("network-a"),
        data_plan=TITLE,
        assumption=st.none() | ASSUMPTION,
        due_on=DAY,
    ),
    made(RunTest, test=TEST, as_planned=some("yes", "partly", "no")),
    made(
        StudyTest,
        test=TEST,
        outcome=TITLE,
        matched=some("met", "missed"),
        evidence=several(EVIDENCE),
    ),
    made(DecideTest, test=TEST, decision=some("adopt", "adapt"), next_test=st.none() | TEST),
)
CAUSE: dict[str, st.SearchStrategy[Any]] = {
    "review": REVIEW,
    "policy": some("p"),
    "rule": some("cadence"),
    "rule_digest": st.just(DIGEST),
    "cause_key": some("1", "2"),
    "as_of_position": st.just(1),
    "as_of_date": st.just(TODAY),
    "facts": st.just((TriggerFact(position=1, shows="it changed"),)),
}
OPENING: dict[str, st.SearchStrategy[Any]] = {
    **CAUSE,
    "review_type": some("R6"),
    "about": UNIT.map("unit:{}".format),
    "title": TITLE,
    "due_on": DAY,
}
REVIEWS: tuple[Commands, ...] = (
    made(ScheduleReview, **OPENING),
    made(TriggerReview, **OPENING),
    made(MergeTrigger, **CAUSE),
    made(HoldReview, review=REVIEW, present=several(PERSON, 1)),
    made(
        RecordDecision,
        review=REVIEW,
        decision=some("continue", "revert", "advance", "none"),
        title=TITLE,
        unit=st.none() | UNIT,
        to_stage=st.none() | STAGE,
        evidence=several(EVIDENCE),
        insufficient=st.booleans(),
    ),
    made(CloseReview, review=REVIEW),
    made(
        FreezeReviewPacket,
        review=REVIEW,
        digest=st.just(DIGEST),
        as_known_position=st.just(1),
        as_effective_on=st.just(TODAY),
        inputs=st.just(("unit: 1 row",)),
    ),
    made(PostponeReview, review=REVIEW, due_on=DAY),
    made(MergeReview, review=REVIEW, into=REVIEW),
    made(CancelReview, review=REVIEW, ground=some("trigger_void"), evidence=several(EVIDENCE)),
    made(
        CheckReviewEffect,
        review=REVIEW,
        verdict=some("worked", "too_early"),
        evidence=several(EVIDENCE),
        insufficient=st.booleans(),
    ),
    made(
        OpenActionItem,
        action=ACTION,
        title=TITLE,
        review=REVIEW,
        unit=st.none() | UNIT,
        owner=PERSON,
        due_on=DAY,
        shows_it_worked=TITLE,
    ),
    made(CompleteActionItem, action=ACTION, evidence=several(EVIDENCE)),
    made(VerifyActionItem, action=ACTION),
    made(DropActionItem, action=ACTION),
)
FINDINGS: tuple[Commands, ...] = (
    made(
        RecordExternalFinding,
        finding=some("F1", "F2"),
        kind=some("audit_finding", "state_order"),
        source=some("state-auditor"),
        reference=TITLE,
        condition=TITLE,
        criteria=TITLE,
        units=several(UNIT),
        plan_due_on=DAY,
    ),
    made(
        SubmitFindingPlan,
        finding=some("F1", "F2"),
        plan=TITLE,
        owner=PERSON,
        evidence=several(EVIDENCE),
    ),
    made(
        ReportFindingStatus,
        finding=some("F1", "F2"),
        period=some("2026-Q1"),
        status=some("under_way", "closed"),
        evidence=several(EVIDENCE),
    ),
)
COMMANDS = st.one_of(
    *PEOPLE_AND_UNITS,
    *STAGES,
    *WORK,
    *MEASURES,
    *PARTNERSHIPS,
    *THEORY,
    *TESTS,
    *FINDINGS,
    *REVIEWS,
)
