"""Rows 46 to 56, April to June 2026: a survey retracted and run again, theory v2."""

from datetime import date

from cot_flows.scenarios.marrow_bay.meetings import (
    Called,
    Decided,
    called,
    held,
    looked_back,
    prepared,
)
from cot_flows.scenarios.marrow_bay.new_chair import PROMISED_IN_APRIL, PROMISED_IN_JUNE
from cot_flows.scenarios.marrow_bay.people import (
    ANALYST,
    ENDING,
    HEADS,
    PROGRAMS,
    STEWARD,
    SUPERINTENDENT,
    TEAM,
)
from cot_flows.scenarios.marrow_bay.phrases import (
    PRINCIPALS,
    RECORDS,
    STAFF,
    Source,
    Work,
    completed,
    done,
    evidence,
    key_ratings,
    planned,
    rated,
)
from cot_flows.scenarios.marrow_bay.slots import QUARTERLY, called_for
from cot_flows.scenarios.marrow_bay.step import Step
from cot_flows.scenarios.marrow_bay.sy2025_q2 import ROOT_CAUSE
from cot_flows.scenarios.marrow_bay.sy2025_q3 import FROM_SURVEY, MID_YEAR
from domain.evidence import RetractEvidence
from domain.facts.reorganization import HandedOver
from domain.reorganization import MergeUnits

PDSA_2 = Work(
    "A53-pdsa-2", "PDSA-2: case owners named at hand-over; adopted", ("HR",), 3, HEADS["HR"],
    ("D3.1", "D5.4"),
)  # fmt: skip
SPREAD = Work("A54-hr-spread", "Spread to networks C and D, 42 schools", ("HR",), 3, HEADS["HR"])
THEORY_2 = Work(
    "A56-theory-v2", "Theory v2: office managers added, A5 dropped", ("CAB",), 4, SUPERINTENDENT,
    ("D4.2",),
)  # fmt: skip
THEORY_REVIEW = Called("R5-2026", "R5", "district:all", "Annual theory-of-action review")

THIRD_LOOK = {
    "HR": "2122212 2222 2",
    "TL": "1221111 2121 1",
    "PSU": "1121111 1121 2",
    "FAC": "1121111 1121 1",
    "IT": "1121011 1110 1",
    "FIN": "1111111 1120 1",
}
"""Levels of the key indicators at the end of the first year; HR's D3.1 comes with row 53."""

TITLE_I_PLANS = Work("A57-title-i", "Title I plans of the new year", ("FED",), 3, HEADS["FED"])
"""Open when FED ends: handed to PRG and to an owner there (row 57)."""

NOBODY_HELD = ("HR", "PSU", "FAC")
"""The units in pilot: their monthly reviews of June lapse while nobody chairs the team (row 59)."""

_LOOKED = date(2026, 5, 11)
_SURVEYED_AGAIN = ("E48-hr-survey", *MID_YEAR[1:])


def monthly_reviews_nobody_holds() -> tuple[Step, ...]:
    """Return the calls to the reviews that lapse; nobody says so, the calendar does."""
    return tuple(
        called(
            59, date(2026, 6, 29), date(2026, 7, 13),
            Called(f"R2-{unit}-2026-07", "R2", f"unit:{unit}", f"Monthly review of {unit}"),
        )
        for unit in NOBODY_HELD
    )  # fmt: skip


STEPS: tuple[Step, ...] = (
    Step(
        46, date(2026, 3, 30), RetractEvidence(evidence=MID_YEAR[0]),
        reason="The link was forwarded to people who are not principals",
    ),
    evidence(
        48, date(2026, 4, 13), "E48-hr-survey", "Survey run again with single-use links: 54%",
        ("HR",), Source("principals", "survey", 48, 62, independent=True),
    ),
    *rated(48, date(2026, 4, 13), "unit:HR", FROM_SURVEY, _SURVEYED_AGAIN),
    *completed(23, date(2026, 4, 24), ROOT_CAUSE),
    prepared(51, date(2026, 4, 24), QUARTERLY),
    *held(
        51, date(2026, 4, 29), QUARTERLY,
        (Decided("change", "Theory v2 proposed: office managers added", ("E48-hr-survey",)),),
        TEAM, next_on=date(2026, 7, 29), actions=PROMISED_IN_APRIL,
    ),
    planned(53, date(2026, 4, 20), date(2026, 5, 11), PDSA_2),
    *completed(53, _LOOKED, PDSA_2),
    *(
        step for unit, levels in THIRD_LOOK.items()
        for step in key_ratings(53, _LOOKED, unit, levels)
    ),
    *looked_back(
        date(2026, 5, 6), "unit:PSU", "Cases brought by ILDs carry further than talks",
        "A24-sixth-ild-shown", TEAM,
    ),
    *looked_back(
        date(2026, 5, 20), "unit:HR", "An owner at hand-over saves more than a check-in",
        "A53-pdsa-2-shown", TEAM,
    ),
    *monthly_reviews_nobody_holds(),
    *looked_back(
        date(2026, 6, 30), "unit:FAC", "Triage holds where the crew lead knows the principal",
        "A45-fac-served-shown", TEAM,
    ),
    *done(54, date(2026, 5, 11), date(2026, 5, 18), SPREAD),
    evidence(55, date(2026, 5, 26), "E55-leaving", "Superintendent leaves on 06-30", ("CAB",)),
    *key_ratings(53, date(2026, 6, 8), "ADA", "1111111 1210 1"),
    *key_ratings(53, date(2026, 6, 8), "MLL", "1111011 1110 1"),
    *key_ratings(53, date(2026, 6, 8), "NUT", "1111100 1110 1"),
    *key_ratings(53, date(2026, 6, 9), "PAY", "1111100 1110 1"),
    *held(
        53, date(2026, 6, 9), called_for("PAY"),
        (Decided("continue", "Rated anew; design waits for the budget", ("E-PAY-2606-staff",)),),
        (HEADS["PAY"], STEWARD, ANALYST),
    ),
    planned(56, date(2026, 5, 4), date(2026, 6, 3), THEORY_2),
    called(56, date(2026, 5, 20), date(2026, 6, 3), THEORY_REVIEW),
    evidence(56, date(2026, 6, 3), "E56-principals", "Principals' panel on v1", (), PRINCIPALS),
    evidence(56, date(2026, 6, 3), "E56-staff", "Cabinet and stewards on v1", (), STAFF),
    evidence(56, date(2026, 6, 3), "E56-assumptions", "Evidence by assumption", (), RECORDS),
    *held(
        56, date(2026, 6, 3), THEORY_REVIEW.identifier,
        (Decided("change", "Theory v2 adopted, A5 dropped with reasons", ("E56-assumptions",)),),
        TEAM, actions=PROMISED_IN_JUNE,
    ),
    *completed(56, date(2026, 6, 3), THEORY_2),
    *rated(
        56, date(2026, 6, 3), "district:all", {"D4.2": 2},
        ("E56-principals", "E56-staff", "E56-assumptions"),
    ),
    planned(57, date(2026, 6, 10), date(2026, 7, 10), TITLE_I_PLANS),
    Step(
        57, date(2026, 6, 15),
        MergeUnits(
            units=ENDING, successor=PROGRAMS, successor_name="Programs and Federal Funds",
            board_reference="Budget 2026-27",
            work=(
                HandedOver(
                    item="activity:A57-title-i", unit=PROGRAMS, owner=HEADS[ENDING[0]]
                ),
            ),
        ),
        effective_from=date(2026, 7, 1),
    ),
    evidence(57, date(2026, 6, 15), "E57-budget", "Board: 14 central posts cut", ("CAB",), RECORDS),
)  # fmt: skip
