"""Rows 13 to 28, October to December 2025: the payroll crisis, the first reviews, HR installs."""

from datetime import date

from cot_flows.scenarios.marrow_bay.meetings import (
    Decided,
    approved,
    held,
    prepared,
)
from cot_flows.scenarios.marrow_bay.people import (
    ANALYST,
    HEADS,
    NETWORKS,
    PRINCIPAL,
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
    key_ratings,
    moved,
    planned,
    rated,
)
from cot_flows.scenarios.marrow_bay.slots import HELP_TO_PARTNERSHIPS, QUARTERLY
from cot_flows.scenarios.marrow_bay.step import OPEN, Step
from domain.action import CompleteActionItem, OpenActionItem, VerifyActionItem

SESSION = Work("A13-ild-session-1", "ILD learning session 1 of 12", ("PSU",), 2, HEADS["PSU"])
PARTNERS = Work(
    "A19-hr-partners", "Six HR partners named; $74,000 from vacant posts", ("HR",), 3, HEADS["HR"]
)
IT_CHARTER = Work("A20-it-charter", "Design charter: a desk per network", ("IT",), 3, HEADS["IT"])
FAC_CREWS = Work(
    "A22-fac-crews", "Crew leads named, triage form live in three schools", ("FAC",), 3,
    HEADS["FAC"],
)  # fmt: skip
ROOT_CAUSE = Work(
    "A23-payroll-team", "Payroll root-cause project team", ("PAY", "IT", "HR"), 3, HEADS["PAY"],
    ("D3.2",),
)  # fmt: skip
SIXTH = Work("A24-sixth-ild", "Sixth ILD starts; the last 10 partnerships formed", ("PSU",), 1)
PDSA_1 = Work(
    "A25-pdsa-1", "Mid-hire check-in with six principals; predicts 12 days saved", ("HR",), 3,
    HEADS["HR"], ("D5.4",),
)  # fmt: skip
FIN_CHARTER = Work("A26-fin-charter", "Design charter: budget partners", ("FIN",), 3, HEADS["FIN"])
IT_SERVICES = Work("A27-it-services", "Service list of IT finished", ("IT",), 3, HEADS["IT"])
IT_SCOPE = Work("A40-it-scope", "Scope cut to a service desk", ("IT",), 3, HEADS["IT"])
"""Planned before IT goes quiet; its completion in March ends the stall (row 40)."""

SECOND_LOOK = {
    "HR": "1111111 1111 1",
    "TL": "1111011 1111 1",
    "PSU": "1111011 1111 1",
    "FAC": "1121101 1111 1",
    "IT": "1111011 1010 1",
    "FIN": "1011110 1110 1",
}
"""Levels of the key indicators in the middle of the first year."""

_PAYROLL_TEAM = (HEADS["PAY"], HEADS["PSU"], STEWARD, ANALYST)


def _issue_desk() -> tuple[Step, ...]:
    item = OpenActionItem(
        action="X17-issue-desk",
        title="Open an issue desk that takes payroll questions off the ILDs",
        review=OPEN,
        unit="PAY",
        owner=HEADS["PAY"],
        due_on=date(2025, 11, 14),
        shows_it_worked="Fewer than five payroll interruptions of ILDs a month",
        critical=True,
    )
    return (Step(17, date(2025, 10, 23), item, slot=HELP_TO_PARTNERSHIPS),)


def _six_networks() -> tuple[Step, ...]:
    day, cited = date(2025, 12, 1), ("A24-sixth-ild-shown", "E24-principals", "E24-staff")
    each = (rated(24, day, f"network:{name}", {"D1.1": 2}, cited) for name in NETWORKS)
    return tuple(step for steps in each for step in steps)


STEPS: tuple[Step, ...] = (
    *done(13, date(2025, 9, 15), date(2025, 10, 1), SESSION),
    *rated(13, date(2025, 10, 1), "district:all", {"D2.1": 1}, ("A13-ild-session-1-shown",)),
    evidence(
        14, date(2025, 10, 6), "E14-underpaid", "Payroll run underpays 1,140 people", ("PAY",),
        RECORDS,
    ),
    evidence(
        15, date(2025, 10, 17), "E15-sample-1", "Calendar sample 1: 31% of time with principals",
        ("PSU",), Source("calendar-sample", "calendar-sample", 5, 5, independent=True),
    ),
    *rated(15, date(2025, 10, 17), "district:all", {"D2.2": 0}, ("E15-sample-1",)),
    *held(
        17, date(2025, 10, 23), HELP_TO_PARTNERSHIPS,
        (
            Decided(
                "change", "No route for operations: an issue desk takes them off the ILDs",
                ("E15-sample-1", "E14-underpaid"), "PAY",
            ),
        ),
        _PAYROLL_TEAM, actions=_issue_desk(),
    ),
    evidence(
        14, date(2025, 10, 27), "E14-interruptions", "41 interruptions of ILDs by payroll",
        ("PAY",), Source("ild-log", "service-record", 5, 5),
    ),
    prepared(18, date(2025, 10, 27), QUARTERLY),
    *held(
        18, date(2025, 10, 30), QUARTERLY,
        (
            Decided("change", "A3, units can absorb operations, is weak", ("E14-interruptions",)),
            Decided("advance", "Design of HR approved", ("A9-hr-charter-shown",), "HR", "S3"),
        ),
        TEAM, next_on=date(2026, 1, 28),
    ),
    *done(19, date(2025, 10, 1), date(2025, 11, 3), PARTNERS),
    *moved(19, date(2025, 11, 3), "HR", "S3", ("A19-hr-partners-shown",), review=QUARTERLY),
    *done(20, date(2025, 10, 13), date(2025, 11, 10), IT_CHARTER),
    *moved(20, date(2025, 11, 10), "IT", "S2", ("A20-it-charter-shown",)),
    evidence(
        21, date(2025, 11, 14), "E21-desk", "Issue desk open, first day's log", ("PAY",), RECORDS
    ),
    Step(
        21, date(2025, 11, 14),
        CompleteActionItem(action="X17-issue-desk", evidence=("E21-desk",)), actor=HEADS["PAY"],
    ),
    Step(21, date(2025, 11, 17), VerifyActionItem(action="X17-issue-desk")),
    *approved(
        22, date(2025, 11, 12), "FAC", "S3", ("A12-fac-charter-shown",),
        (HEADS["FAC"], STEWARD, ANALYST, PRINCIPAL),
    ),
    *done(22, date(2025, 10, 6), date(2025, 11, 18), FAC_CREWS),
    *moved(22, date(2025, 11, 18), "FAC", "S3", ("A22-fac-crews-shown",), review="R2-FAC-2025-11"),
    *baselined(23, date(2025, 11, 24), "PAY", "0110100 0110 1"),
    planned(23, date(2025, 11, 24), date(2026, 4, 24), ROOT_CAUSE),
    evidence(24, date(2025, 12, 1), "E24-principals", "Principals on their ILD", (), PRINCIPALS),
    evidence(24, date(2025, 12, 1), "E24-staff", "ILDs on their span", (), STAFF),
    *done(24, date(2025, 11, 3), date(2025, 12, 1), SIXTH),
    *_six_networks(),
    planned(25, date(2025, 12, 4), date(2025, 12, 16), PDSA_1),
    *done(26, date(2025, 11, 10), date(2025, 12, 8), FIN_CHARTER),
    *moved(26, date(2025, 12, 8), "FIN", "S2", ("A26-fin-charter-shown",)),
    planned(40, date(2025, 12, 10), date(2026, 3, 31), IT_SCOPE),
    *(
        step for unit, levels in SECOND_LOOK.items()
        for step in key_ratings(27, date(2025, 12, 11), unit, levels)
    ),
    *done(27, date(2025, 11, 12), date(2025, 12, 15), IT_SERVICES),
    *completed(28, date(2025, 12, 16), PDSA_1),
)  # fmt: skip
