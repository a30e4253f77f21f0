"""Rows 3, 18, 25, 28, 33, 49 to 51, 53 and 56: what the district assumes, tries and measures."""

from datetime import date

from cot_flows.scenarios.marrow_bay.meetings import Decided, held
from cot_flows.scenarios.marrow_bay.partnerships import TIME
from cot_flows.scenarios.marrow_bay.people import ANALYST, CHAIR, HEADS, PRINCIPAL, STEWARD
from cot_flows.scenarios.marrow_bay.phrases import RECORDS, evidence
from cot_flows.scenarios.marrow_bay.slots import called_for
from cot_flows.scenarios.marrow_bay.step import OPEN, Step
from domain.action import (
    AcceptActionItem,
    CompleteActionItem,
    OpenActionItem,
    VerifyActionItem,
)
from domain.facts.measurement import Better
from domain.measurement import DefineMeasure, RecordMeasurement
from domain.pdsa import DecideTest, PlanTest, RunTest, StudyTest
from domain.theory import (
    AdoptTheoryOfAction,
    ChangeAssumptionStatus,
    LinkAssumptionEvidence,
    ProposedAssumption,
    ReviseTheoryOfAction,
)

_ADOPTED, _REVISED = date(2025, 8, 5), date(2026, 6, 3)
CASE_DAYS, HIRE_DAYS = "case-days", "days-to-hire"

_MEASURES: tuple[tuple[str, str, str, Better], ...] = (
    (TIME, "Directors' time with principals", "percent", "higher"),
    (CASE_DAYS, "Days until a case of a school is closed", "days", "lower"),
    (HIRE_DAYS, "Days from vacancy to hire", "days", "lower"),
    ("interruptions", "Half days that units take from partnerships", "half days", "lower"),
    ("principals-satisfied", "Principals satisfied with a unit", "percent", "higher"),
    ("own-questions", "Questions to which units collect evidence", "questions", "higher"),
)

_ASSUMPTIONS = (
    ("A1", "Principals who learn inside the job lead teaching better", TIME),
    ("A2", "A partner who knows a network's schools serves them better", CASE_DAYS),
    ("A3", "Units can absorb operations, so that directors need not", "interruptions"),
    ("A4", "Fewer programs leave time for common standards", "principals-satisfied"),
    ("A5", "Faster hiring follows from a better form", HIRE_DAYS),
    ("A6", "Units that collect evidence change what they do", "own-questions"),
)


def _defined() -> tuple[Step, ...]:
    return tuple(
        Step(
            3,
            _ADOPTED,
            DefineMeasure(
                measure=name, title=title, unit_of_measure=unit, better=better, minimum_n=5
            ),
        )
        for name, title, unit, better in _MEASURES
    )


def _judged(row: int, day: date, direction: str, status: str, shown: str) -> tuple[Step, ...]:
    link = {"assumption": "A3", "evidence": (shown,), "direction": direction}
    judged = {"assumption": "A3", "status": status, "evidence": (shown,)}
    return (
        Step(row, day, LinkAssumptionEvidence.model_validate(link)),
        Step(row, day, ChangeAssumptionStatus.model_validate(judged)),
    )


def _planned(row: int, day: date, due: date, test: str, prediction: str, days: str | None) -> Step:
    command = PlanTest(
        test=test,
        unit="HR",
        question="Does an owner who looks in halfway save days?",
        prediction=prediction,
        predicted_value=days,
        measure=HIRE_DAYS if days else None,
        who="six-principals",
        when="mid-hire-check-in",
        where="networks-a-and-b",
        data_plan="Days counted from the list of cases",
        assumption="A2",
        due_on=due,
    )
    return Step(row, day, command)


def case_days(
    row: int, day: date, month: tuple[date, date], high: str, low: str
) -> tuple[Step, ...]:
    """Return the steps that record HR's case days of a month, poorest quarter and richest."""
    first, last = month
    return tuple(
        Step(
            row,
            day,
            RecordMeasurement(
                measure=CASE_DAYS,
                about="unit:HR",
                period_from=first,
                period_to=last,
                group=group,
                value=value,
                n=15,
                source_reference="Case list of HR, by quarter of poverty",
            ),
        )
        for group, value in (("poverty-highest", high), ("poverty-lowest", low))
    )


_CLERK = "X50-clerk"
_EQUITY = date(2026, 4, 21)


def _equity_actions() -> tuple[Step, ...]:
    item = OpenActionItem(
        action=_CLERK,
        title="Fill the bilingual clerk's post of network E; 1.5 posts, $96,000",
        review=OPEN,
        unit="HR",
        owner=HEADS["HR"],
        due_on=date(2026, 5, 29),
        shows_it_worked="Case days of the poorest quarter within 0.80 of the others",
    )
    return (Step(50, _EQUITY, item, slot=called_for("HR")),)


STEPS: tuple[Step, ...] = (
    *_defined(),
    Step(
        3, _ADOPTED,
        AdoptTheoryOfAction(
            version=1,
            statements=("If units take operations off directors, principals lead teaching",),
            assumptions=tuple(
                ProposedAssumption(assumption=number, text=text, measure=measure)
                for number, text, measure in _ASSUMPTIONS
            ),
        ),
    ),
    *_judged(18, date(2025, 10, 30), "against", "weak", "E14-interruptions"),
    Step(
        21, date(2025, 10, 24), AcceptActionItem(action="X17-issue-desk"), actor=HEADS["PAY"]
    ),
    _planned(25, date(2025, 12, 4), date(2025, 12, 16), "PDSA-1", "12 days saved", "12"),
    Step(25, date(2025, 12, 11), RunTest(test="PDSA-1", as_planned="yes")),
    evidence(28, date(2025, 12, 16), "E28-days", "7 days saved", ("HR",), RECORDS),
    Step(
        28, date(2025, 12, 16),
        StudyTest(
            test="PDSA-1", outcome="7 days saved", matched="missed", evidence=("E28-days",)
        ),
    ),
    Step(
        28, date(2025, 12, 16), DecideTest(test="PDSA-1", decision="adapt", next_test="PDSA-2")
    ),
    *_judged(33, date(2026, 1, 28), "for", "open", "E21-desk"),
    *case_days(49, date(2026, 3, 10), (date(2026, 2, 1), date(2026, 2, 28)), "10.9", "6.9"),
    *case_days(49, date(2026, 4, 14), (date(2026, 3, 1), date(2026, 3, 31)), "11.5", "6.8"),
    evidence(50, _EQUITY, "E50-vacancy", "Clerk's post of network E vacant", ("HR",), RECORDS),
    *held(
        50, _EQUITY, called_for("HR"),
        (Decided("change", "Loads weighed anew, a post filled", ("E50-vacancy",), "HR"),),
        (HEADS["HR"], HEADS["EQO"], STEWARD, ANALYST, PRINCIPAL),
        actions=_equity_actions(),
    ),
    Step(50, date(2026, 4, 22), AcceptActionItem(action=_CLERK), actor=HEADS["HR"]),
    evidence(50, date(2026, 5, 28), "E50-filled", "The clerk's post is filled", ("HR",), RECORDS),
    Step(
        50, date(2026, 5, 28), CompleteActionItem(action=_CLERK, evidence=("E50-filled",)),
        actor=HEADS["HR"],
    ),
    Step(50, date(2026, 6, 1), VerifyActionItem(action=_CLERK), actor=CHAIR),
    _planned(53, date(2026, 4, 20), date(2026, 5, 11), "PDSA-2", "38 of 40 cases owned", None),
    Step(53, date(2026, 5, 8), RunTest(test="PDSA-2", as_planned="yes")),
    evidence(53, date(2026, 5, 11), "E53-owned", "38 of 40 cases owned", ("HR",), RECORDS),
    Step(
        53, date(2026, 5, 11),
        StudyTest(
            test="PDSA-2", outcome="38 of 40 cases owned", matched="met", evidence=("E53-owned",)
        ),
    ),
    Step(53, date(2026, 5, 11), DecideTest(test="PDSA-2", decision="adopt")),
    Step(
        56, _REVISED,
        ReviseTheoryOfAction(
            from_version=1,
            to_version=2,
            changed=(
                ProposedAssumption(
                    assumption="A7",
                    text="Office managers free principals from operations",
                    measure=TIME,
                ),
            ),
            dropped=("A5",),
            rationale="Hiring gained from owners of cases, not from the form",
            review="R5-2026",
        ),
    ),
)  # fmt: skip
