"""Rows 34, 40 and 64: whether what a review decided worked, said some months later."""

from datetime import date

from cot_flows.scenarios.marrow_bay.learning import case_days
from cot_flows.scenarios.marrow_bay.phrases import RECORDS, evidence
from cot_flows.scenarios.marrow_bay.slots import HELP_TO_PARTNERSHIPS, called_for
from cot_flows.scenarios.marrow_bay.step import OPEN, Slot, Step
from domain.facts.review_course import EffectVerdict
from domain.review_course import CheckReviewEffect


def _said(row: int, day: date, slot: Slot, verdict: EffectVerdict, shown: str) -> Step:
    command = CheckReviewEffect(review=OPEN, verdict=verdict, evidence=(shown,))
    return Step(row, day, command, slot=slot)


_RATIO = date(2026, 9, 8)

STEPS: tuple[Step, ...] = (
    _said(34, date(2026, 2, 2), HELP_TO_PARTNERSHIPS, "worked", "E34-sample-2"),
    _said(40, date(2026, 5, 15), called_for("IT"), "partly", "A40-it-scope-shown"),
    *case_days(64, _RATIO, (date(2026, 8, 1), date(2026, 8, 31)), "7.8", "6.7"),
    evidence(64, _RATIO, "E64-ratio", "Case days by poverty: ratio 0.86", ("HR",), RECORDS),
    _said(64, _RATIO, called_for("HR"), "worked", "E64-ratio"),
)  # fmt: skip
