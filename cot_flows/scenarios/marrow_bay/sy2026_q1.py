"""Rows 58 to 65, July to September 2026: new leaders, a step back, HR reaches every school."""

from dataclasses import replace
from datetime import date

from cot_flows.scenarios.marrow_bay.meetings import (
    Decided,
    approved,
    held,
    looked_back,
)
from cot_flows.scenarios.marrow_bay.people import (
    ANALYST,
    CHAIR,
    CHIEF_OF_STAFF,
    HEADS,
    INTERIM,
    NEW_CIO,
    PRINCIPAL,
    PROGRAMS,
    STEWARD,
    SUPERINTENDENT,
    TEAM,
)
from cot_flows.scenarios.marrow_bay.phrases import (
    PRINCIPALS,
    RECORDS,
    Source,
    Work,
    baselined,
    completed,
    done,
    evidence,
    moved,
    rated,
)
from cot_flows.scenarios.marrow_bay.slots import HELP_TO_PARTNERSHIPS, called_for
from cot_flows.scenarios.marrow_bay.step import OPEN, RHYTHM, Step
from cot_flows.scenarios.marrow_bay.sy2025_q4 import TITLE_I_PLANS
from domain.actor import RetireActor
from domain.district import CharterStewardshipTeam
from domain.stages import RevertStage
from domain.unit import AssignUnitHead, VacateUnitHead

BUDGET_PARTNERS = Work("A63-budget-partners", "Budget partners placed", ("FIN",), 3, HEADS["FIN"])
ALL_SERVED = Work(
    "A64-hr-all-served", "All 62 schools served, inbox closed; equity ratio 0.86", ("HR",), 3,
    HEADS["HR"],
)  # fmt: skip
TL_SERVED = Work(
    "A65-tl-served", "First served: two networks on common standards", ("TL",), 3, HEADS["TL"]
)
MLL_CHARTER = Work(
    "A66-mll-charter", "Design charter: language partners", ("MLL",), 3, HEADS["MLL"]
)

NEW_TEAM = tuple(CHIEF_OF_STAFF if actor == CHAIR else actor for actor in TEAM)

_SUMMER = ("E61-principals", "E61-orders")


def _head(unit: str) -> tuple[str, ...]:
    return (HEADS[unit], STEWARD, ANALYST, PRINCIPAL)


STEPS: tuple[Step, ...] = (
    Step(58, date(2026, 7, 1), VacateUnitHead(unit="CAB", head=SUPERINTENDENT)),
    Step(58, date(2026, 7, 1), AssignUnitHead(unit="CAB", head=INTERIM, acting=True)),
    Step(57, date(2026, 7, 1), AssignUnitHead(unit=PROGRAMS, head=HEADS["FED"])),
    *completed(57, date(2026, 7, 10), replace(TITLE_I_PLANS, units=(PROGRAMS,))),
    # Nobody says that a chair is vacant: the one who chairs acts no more, and no other is named.
    Step(58, date(2026, 7, 1), RetireActor(actor=CHAIR)),
    Step(
        60, date(2026, 8, 4),
        CharterStewardshipTeam(chair=CHIEF_OF_STAFF, members=tuple(dict.fromkeys(NEW_TEAM))),
    ),
    evidence(61, date(2026, 8, 7), _SUMMER[0], "Principals on summer orders", ("FAC",), PRINCIPALS),
    evidence(61, date(2026, 8, 7), _SUMMER[1], "Bond work suspended triage", ("FAC",), RECORDS),
    *rated(61, date(2026, 8, 7), "unit:FAC", {"D3.3": 1}, _SUMMER),
    *held(
        61, date(2026, 8, 10), called_for("FAC"),
        (
            Decided(
                "revert", "Pilot back to install: triage stood still over the summer", _SUMMER,
                "FAC", "S3",
            ),
        ),
        _head("FAC"),
    ),
    Step(
        61, date(2026, 8, 10),
        RevertStage(unit="FAC", to_stage="S3", review=OPEN, evidence=_SUMMER),
        reason="Summer bond work suspended triage", slot=called_for("FAC"),
    ),
    evidence(
        62, date(2026, 8, 24), "E62-sample-3", "Calendar sample 3: 47%, in the opening weeks",
        ("PSU",), Source("calendar-sample", "calendar-sample", 6, 6, independent=True),
    ),
    *rated(62, date(2026, 8, 24), "district:all", {"D2.2": 1}, ("E62-sample-3",)),
    *held(
        62, date(2026, 9, 4), HELP_TO_PARTNERSHIPS,
        (
            Decided(
                "continue", "Opening weeks explain it; sample again in October", ("E62-sample-3",)
            ),
        ),
        (HEADS["PSU"], STEWARD, ANALYST),
    ),
    *looked_back(
        date(2026, 7, 21), "dimension:3", "Pilots that name owners close more cases",
        "A53-pdsa-2-shown", (STEWARD, ANALYST, PRINCIPAL),
    ),
    *held(
        RHYTHM, date(2026, 8, 18), called_for("SPED"),
        (Decided("continue", "On hold; ratings come with the design", ("E41-plan",), "SPED"),),
        (HEADS["SPED"], STEWARD, ANALYST),
    ),
    evidence(
        RHYTHM, date(2026, 8, 19), "E-TRN-routes", "Route plans of the new year read", ("TRN",),
        RECORDS,
    ),
    *held(
        RHYTHM, date(2026, 8, 19), called_for("TRN"),
        (Decided("continue", "Design waits for the state's report", ("E-TRN-routes",), "TRN"),),
        (HEADS["TRN"], STEWARD, ANALYST),
    ),
    *looked_back(
        date(2026, 9, 9), "unit:IT", "Desk days bring the questions that tickets hide",
        "A40-it-scope-shown", NEW_TEAM,
    ),
    *looked_back(
        date(2026, 9, 29), "unit:FIN", "Partners answer before the budget closes",
        "A63-budget-partners-shown", NEW_TEAM,
    ),
    *looked_back(
        date(2026, 8, 25), "unit:TL", "Fewer programs leave time for common standards",
        "A32-tl-roles-shown", NEW_TEAM,
    ),
    *approved(63, date(2026, 8, 27), "FIN", "S3", ("A26-fin-charter-shown",), _head("FIN")),
    *done(63, date(2026, 8, 3), date(2026, 9, 1), BUDGET_PARTNERS),
    *moved(
        63, date(2026, 9, 1), "FIN", "S3", ("A63-budget-partners-shown",), review="R2-FIN-2026-08"
    ),
    *approved(64, date(2026, 9, 3), "HR", "S5", ("A53-pdsa-2-shown",), _head("HR")),
    *done(64, date(2026, 8, 3), date(2026, 9, 8), ALL_SERVED),
    *moved(64, date(2026, 9, 8), "HR", "S5", ("A64-hr-all-served-shown",), review="R2-HR-2026-09"),
    *approved(65, date(2026, 9, 10), "TL", "S4", ("A32-tl-roles-shown",), _head("TL")),
    *done(65, date(2026, 8, 17), date(2026, 9, 14), TL_SERVED),
    *moved(65, date(2026, 9, 14), "TL", "S4", ("A65-tl-served-shown",), review="R2-TL-2026-09"),
    Step(66, date(2026, 9, 21), AssignUnitHead(unit="IT", head=NEW_CIO)),
    *baselined(66, date(2026, 9, 22), PROGRAMS, "0110100 1010 1"),
    *done(66, date(2026, 8, 31), date(2026, 9, 28), MLL_CHARTER),
    *moved(66, date(2026, 9, 28), "MLL", "S2", ("A66-mll-charter-shown",)),
)  # fmt: skip
