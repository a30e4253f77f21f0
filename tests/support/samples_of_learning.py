"""Samples of how a district learns: measurements, partnerships, its theory, tests of change."""

from datetime import date

from domain.facts.finding import (
    ExternalFindingRecorded,
    FindingPlanSubmitted,
    FindingStatusReported,
)
from domain.facts.measurement import MeasureDefined, MeasurementRecorded
from domain.facts.partnership import (
    PartnershipEnded,
    PartnershipFormed,
    PartnershipInterrupted,
    PartnershipSessionLogged,
)
from domain.facts.pdsa import TestDecided, TestPlanned, TestRun, TestStudied
from domain.facts.theory import (
    Assumption,
    AssumptionEvidenceLinked,
    AssumptionStatusChanged,
    TheoryOfActionAdopted,
    TheoryOfActionRevised,
)
from domain.message import DomainEvent

_MEASUREMENT: tuple[DomainEvent, ...] = (
    MeasureDefined(
        measure="case-days",
        version=1,
        title="Working days from opening a case to its resolution, median",
        unit_of_measure="working days",
        better="lower",
        minimum_n=10,
    ),
    MeasurementRecorded(
        measurement="ebc0e65d-41ce-586a-9646-ef67e8385821",
        measure="case-days",
        measure_version=1,
        about="unit:HR",
        period_from=date(2026, 3, 1),
        period_to=date(2026, 3, 31),
        period_precision="month",
        group="poverty-q4",
        value="11.5",
        n=16,
        unit_of_measure="working days",
        better="lower",
        evidence=("E-case-files",),
    ),
)

_PARTNERSHIP: tuple[DomainEvent, ...] = (
    PartnershipFormed(
        partnership="P-031",
        director="a-director-e",
        school="S-031",
        principal="p-031",
        network="E",
    ),
    PartnershipSessionLogged(
        partnership="P-031",
        minutes=90,
        place="classroom",
        moves=("modeling", "joint-observation"),
        topic="cycle-of-inquiry",
    ),
    PartnershipInterrupted(
        partnership="P-031", half_days_lost=3, cause="payroll-error", unit="PAY"
    ),
    PartnershipEnded(partnership="P-031", cause="principal-left"),
)

_THEORY: tuple[DomainEvent, ...] = (
    TheoryOfActionAdopted(
        version=1,
        statements=("If directors partner with principals all year, then teaching improves.",),
        assumptions=(
            Assumption(
                assumption="A1",
                text="Directors learn to teach principals when they are taught themselves.",
                measure="director-practice",
            ),
            Assumption(
                assumption="A3",
                text="Central units can absorb the operations that directors give up.",
                measure="time-with-principals",
            ),
        ),
    ),
    AssumptionEvidenceLinked(assumption="A3", evidence=("E-calendar-sample",), direction="against"),
    AssumptionStatusChanged(assumption="A3", status="weak", evidence=("E-calendar-sample",)),
    TheoryOfActionRevised(
        from_version=1,
        to_version=2,
        changed=(
            Assumption(
                assumption="A7",
                text="Office managers keep operations away from principals.",
                measure="time-with-principals",
            ),
        ),
        dropped=("A5",),
        rationale="Office managers were missing from the first version",
        note="The principals' panel asked for it",
        review="R5-2026",
    ),
)

_TEST: tuple[DomainEvent, ...] = (
    TestPlanned(
        test="T-mid-hire-1",
        unit="HR",
        question="Does a check-in in the middle of hiring fill posts sooner?",
        prediction="Twelve days saved from posting to start",
        predicted_value="12",
        measure="days-saved",
        who="six-principals",
        when="mid-hire-check-in",
        where="network-a",
        data_plan="Dates of posting and start of each post, compared with last autumn",
        assumption="A2",
        due_on=date(2025, 12, 16),
    ),
    TestRun(test="T-mid-hire-1", as_planned="partly"),
    TestStudied(
        test="T-mid-hire-1",
        outcome="Seven days saved; two principals could not be reached",
        matched="missed",
        evidence=("E-hiring-dates",),
    ),
    TestDecided(test="T-mid-hire-1", decision="adapt", next_test="T-mid-hire-2"),
)

_FINDING: tuple[DomainEvent, ...] = (
    ExternalFindingRecorded(
        finding="SA-2026-03-4",
        kind="audit_finding",
        source="state-auditor",
        reference="Report 2026-03, finding 4",
        condition="Two of five hiring files lack the record of an interview",
        criteria="Board policy 4112 asks for one in every file",
        cause="No one checks a file before an offer",
        effect="Offers cannot be explained afterwards",
        recommendation="Check every file before the offer",
        units=("HR",),
        plan_due_on=date(2025, 10, 15),
    ),
    FindingPlanSubmitted(
        finding="SA-2026-03-4",
        plan="A checklist is signed before every offer",
        owner="a-hr-head",
        evidence=("E-plan-1",),
    ),
    FindingStatusReported(
        finding="SA-2026-03-4", period="2026-Q1", status="under_way", evidence=("E-files-2",)
    ),
)
LEARNING: tuple[DomainEvent, ...] = (*_MEASUREMENT, *_PARTNERSHIP, *_THEORY, *_TEST, *_FINDING)
