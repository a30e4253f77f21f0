"""Rows 29 to 45, January to March 2026: pilots, a hold, a stalled unit, a late record."""

from dataclasses import replace
from datetime import date

from cot_flows.scenarios.marrow_bay.meetings import (
    Called,
    Decided,
    approved,
    called,
    held,
    looked_back,
    prepared,
)
from cot_flows.scenarios.marrow_bay.people import (
    ANALYST,
    CHAIR,
    DEPUTY_CIO,
    HEADS,
    PRINCIPAL,
    SECOND_WAVE,
    STEWARD,
    TEAM,
)
from cot_flows.scenarios.marrow_bay.phrases import (
    PRINCIPALS,
    RECORDS,
    STAFF,
    Source,
    Work,
    baselined,
    completed,
    done,
    evidence,
    moved,
    rated,
)
from cot_flows.scenarios.marrow_bay.slots import QUARTERLY, called_for
from cot_flows.scenarios.marrow_bay.step import Step
from cot_flows.scenarios.marrow_bay.sy2025_q2 import IT_SCOPE
from domain.finding import RecordExternalFinding, SubmitFindingPlan
from domain.unit import AssignUnitHead, PutUnitOnHold, VacateUnitHead

FIRST_SERVED = Work(
    "A29-hr-served", "First served: networks A and B, 21 schools", ("HR",), 3, HEADS["HR"]
)
PROGRAM_TEAMS = Work(
    "A32-tl-roles", "Roles redefined, two program teams folded into one", ("TL",), 3, HEADS["TL"]
)
FAC_SERVED = Work("A45-fac-served", "First served: network A", ("FAC",), 3, HEADS["FAC"])

BASELINES = {
    "SPED": "0110100 0110 1",
    "MLL": "0011010 1010 1",
    "TRN": "0110010 0110 1",
    "NUT": "1010100 0110 1",
    "ADA": "0010110 1100 1",
    "FED": "0110100 1010 0",
}
"""Second wave. FED begins lower: five indicators at 1."""

FROM_SURVEY = {"D3.3": 2, "D3.5": 2, "D3.6": 1, "D5.1": 2}
"""What HR's mid-year survey of principals was used for: four ratings (rows 44, 46 and 48)."""

MID_YEAR = ("E44-hr-survey", "E44-hr-staff", "E44-hr-records")

_STATE = Source("state-monitoring", "audit", independent=True)
FINDINGS = evidence(
    35, date(2026, 2, 9), "E35-findings", "State monitoring findings", ("SPED",), _STATE
)
ORDER = RecordExternalFinding(
    finding="F35-state-monitoring",
    kind="state_order",
    source="state-education-agency",
    reference="Monitoring report on special education",
    condition="Plans for students are written late, and services begin later still",
    criteria="Services begin within the days that the state sets",
    recommendation="A corrective plan",
    units=("SPED",),
    plan_due_on=date(2026, 3, 11),
)
"""The rule that watches for such opens the unit's review in the night (row 35)."""

PLAN = SubmitFindingPlan(
    finding=ORDER.finding,
    plan="Corrective plan filed on day 30",
    owner=HEADS["SPED"],
    evidence=("E41-plan",),
)

_QUARTERLY_RATED = date(2026, 2, 13)
QUARTERLY_RATING = rated(
    37, _QUARTERLY_RATED, "unit:HR", {"D3.1": 2}, ("E37-principals", "E37-staff", "E37-records")
)[0]
"""D3.1 of HR at 2, on three sources, without the case-file check of three days before."""

LATE_CHECK = Step(
    36,
    date(2026, 3, 12),
    evidence(
        36, date(2026, 2, 10), "E36-case-files", "9 of 40 open cases have no named owner", ("HR",),
        Source("case-file-check", "case-file-check", independent=True),
    ).command,
    actor=ANALYST,
    occurred_on=date(2026, 2, 10),
    reason="The check of 10 February lay unrecorded with the auditor of case files",
)  # fmt: skip
CORRECTION = replace(
    rated(42, date(2026, 3, 12), "unit:HR", {"D3.1": 1}, ("E36-case-files", "E37-staff"))[0],
    occurred_on=_QUARTERLY_RATED,
    effective_from=_QUARTERLY_RATED,
    reason="The case-file check of 10 February was not known when D3.1 was rated",
    corrects=QUARTERLY_RATING.name,
)
MONTHLY = Called("R2-HR-2026-03", "R2", "unit:HR", "Monthly review of HR")
"""Its packet covers the day of the quarterly rating that is corrected a week later."""

_HR = (HEADS["HR"], STEWARD, ANALYST, PRINCIPAL)


def _head(unit: str) -> tuple[str, ...]:
    return (HEADS[unit], STEWARD, ANALYST, PRINCIPAL)


STEPS: tuple[Step, ...] = (
    *approved(29, date(2026, 1, 7), "HR", "S4", ("A25-pdsa-1-shown",), _HR),
    *done(29, date(2025, 12, 15), date(2026, 1, 12), FIRST_SERVED),
    *moved(29, date(2026, 1, 12), "HR", "S4", ("A29-hr-served-shown",), review="R2-HR-2026-01"),
    Step(30, date(2026, 1, 15), VacateUnitHead(unit="IT", head=HEADS["IT"])),
    *(
        step for unit in SECOND_WAVE
        for step in baselined(31, date(2026, 1, 20), unit, BASELINES[unit])
    ),
    *approved(32, date(2026, 1, 20), "TL", "S3", ("A10-tl-charter-shown",), _head("TL")),
    *done(32, date(2025, 12, 15), date(2026, 1, 22), PROGRAM_TEAMS),
    *moved(32, date(2026, 1, 22), "TL", "S3", ("A32-tl-roles-shown",), review="R2-TL-2026-01"),
    prepared(33, date(2026, 1, 23), QUARTERLY),
    *held(
        33, date(2026, 1, 28), QUARTERLY,
        (
            Decided("change", "A3 back to open: the issue desk absorbs operations", ("E21-desk",)),
            Decided("advance", "PSU approved for pilot", ("A24-sixth-ild-shown",), "PSU", "S4"),
        ),
        TEAM, next_on=date(2026, 4, 29),
    ),
    evidence(
        34, date(2026, 2, 2), "E34-sample-2", "Calendar sample 2: 61% of time with principals",
        ("PSU",), Source("calendar-sample", "calendar-sample", 6, 6, independent=True),
    ),
    *rated(34, date(2026, 2, 2), "district:all", {"D2.2": 2}, ("E34-sample-2",)),
    *moved(34, date(2026, 2, 2), "PSU", "S4", ("E34-sample-2",), review=QUARTERLY),
    FINDINGS,
    Step(35, date(2026, 2, 9), ORDER),
    Step(
        35, date(2026, 2, 9),
        PutUnitOnHold(unit="SPED", until=date(2026, 11, 13), approver=CHAIR),
        reason="Corrective plan after the state's monitoring",
    ),
    # The sweep of 2026-02-09 opens SPED's review by itself, due on 2026-02-24.
    *held(
        35, date(2026, 2, 10), called_for("SPED"),
        (Decided("hold", "Stays on hold for the corrective plan", ("E35-findings",), "SPED"),),
        _head("SPED"),
    ),
    evidence(37, date(2026, 2, 13), "E37-principals", "Principals on cases", ("HR",), PRINCIPALS),
    evidence(37, date(2026, 2, 13), "E37-staff", "HR partners on their cases", ("HR",), STAFF),
    evidence(37, date(2026, 2, 13), "E37-records", "Case list of HR read", ("HR",), RECORDS),
    QUARTERLY_RATING,
    # Row 38 is the sweep of 2026-02-13: it opens IT's review by itself, due on 2026-03-02.
    Step(40, date(2026, 3, 3), AssignUnitHead(unit="IT", head=DEPUTY_CIO, acting=True)),
    *held(
        40, date(2026, 3, 3), called_for("IT"),
        (
            Decided(
                "change", "Deputy acts as head; scope cut to the service desk",
                ("A27-it-services-shown",), "IT",
            ),
        ),
        (DEPUTY_CIO, STEWARD, ANALYST),
    ),
    called(42, date(2026, 2, 25), date(2026, 3, 4), MONTHLY),
    *held(
        42, date(2026, 3, 4), MONTHLY.identifier,
        (Decided("continue", "Pilot goes on, D3.1 at 2", ("E37-records",), "HR"),), _HR,
    ),
    *completed(40, date(2026, 3, 10), IT_SCOPE),
    evidence(41, date(2026, 3, 11), "E41-plan", "Corrective plan filed on day 30", ("SPED",)),
    Step(41, date(2026, 3, 11), PLAN),
    LATE_CHECK,
    CORRECTION,
    # The rule finds a packet about HR and one about the dimension: one review, with two causes.
    *held(
        43, date(2026, 3, 16), called_for("HR"),
        (
            Decided(
                "change", "Stay in pilot, no new networks until D3.1 is 2 again",
                ("E36-case-files",), "HR",
            ),
        ),
        _HR,
    ),
    evidence(
        44, date(2026, 3, 19), MID_YEAR[0], "Mid-year principal survey: 58% satisfied with HR",
        ("HR",), Source("principals", "survey", 51, 62, independent=True),
    ),
    evidence(44, date(2026, 3, 19), MID_YEAR[1], "HR partners asked", ("HR",), STAFF),
    evidence(44, date(2026, 3, 19), MID_YEAR[2], "HR service data", ("HR",), RECORDS),
    *rated(44, date(2026, 3, 20), "unit:HR", FROM_SURVEY, MID_YEAR),
    *looked_back(
        date(2026, 3, 5), "dimension:3", "Case owners are named first where crews have names",
        "A29-hr-served-shown", TEAM,
    ),
    *approved(45, date(2026, 3, 18), "FAC", "S4", ("A22-fac-crews-shown",), _head("FAC")),
    *done(45, date(2026, 2, 17), date(2026, 3, 24), FAC_SERVED),
    *moved(45, date(2026, 3, 24), "FAC", "S4", ("A45-fac-served-shown",), review="R2-FAC-2026-03"),
)  # fmt: skip
