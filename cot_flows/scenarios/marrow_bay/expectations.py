"""What the story says must be seen after each row, as data; the check reads it as of then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cot_flows.scenarios.marrow_bay.people import (
    CHAIR,
    CHIEF_OF_STAFF,
    FIRST_WAVE,
    NETWORKS,
    SECOND_WAVE,
    UNITS,
    UNITS_AFTER,
)
from cot_flows.scenarios.marrow_bay.slots import HELP_TO_PARTNERSHIPS, QUARTERLY, called_for
from cot_flows.scenarios.marrow_bay.step import Slot
from cot_flows.scenarios.marrow_bay.timeline import LAST_DAY

Levels = Mapping[tuple[str, str], int]
"""Level by subject and indicator, such as `("unit:HR", "D3.1")`."""

VACANT: Final = "vacant"
"""Stands for a chair of the stewardship team who acts no more."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be seen as known at the end of a day, effective on a day.

    `known_on` left out means all that is known; `effective_on` left out means the day known on.
    `shows` and `lacks` hold overlays by unit: stalled, on_hold, head_vacant, contested.
    `open_reviews` holds the due date by slot. `chair` is an actor, or VACANT.
    """

    row: int
    known_on: date | None
    effective_on: date | None = None
    stages: Mapping[str, str] = field(default_factory=dict)
    levels: Levels = field(default_factory=dict)
    medians: Mapping[str, float] = field(default_factory=dict)
    shows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open_reviews: Mapping[Slot, date] = field(default_factory=dict)
    chair: str | None = None


def _moved(row: int, day: date, unit: str, stage: str) -> Expected:
    return Expected(row, day, stages={unit: stage})


def _district(row: int, day: date, indicator: str, level: int) -> Expected:
    return Expected(row, day, levels={("district:all", indicator): level})


_HR_OWNERS = ("unit:HR", "D3.1")
_AUDITED = date(2026, 3, 1)

END_STATE: Final[Mapping[str, str]] = dict.fromkeys(UNITS_AFTER, "S0") | {
    "HR": "S5",
    "PSU": "S4",
    "TL": "S4",
    "FAC": "S3",
    "FIN": "S3",
    "IT": "S3",
    "SPED": "S2",
    "MLL": "S2",
    "NUT": "S2",
    "ADA": "S2",
    "TRN": "S1",
    "PAY": "S1",
    "PRG": "S1",
}
"""Stages at the end of 2026."""

AS_THEN = Expected(39, _AUDITED, stages={"HR": "S4"}, levels={_HR_OWNERS: 2})
"""HR as known on 2026-03-01, the day of the month's checkpoint."""

AS_NOW = Expected(42, None, _AUDITED, stages={"HR": "S4"}, levels={_HR_OWNERS: 1})
"""HR on the same day as it is known now, with the late record of 2026-03-12."""

EXPECTED: Final[tuple[Expected, ...]] = (
    Expected(1, date(2025, 7, 8), chair=CHAIR),
    Expected(2, date(2025, 7, 28), stages=dict.fromkeys(UNITS, "S0")),
    _district(3, date(2025, 8, 5), "D4.1", 1),
    Expected(
        5, date(2025, 8, 22),
        stages=dict.fromkeys(FIRST_WAVE, "S1"), medians=dict.fromkeys(FIRST_WAVE, 0.5),
    ),
    _moved(6, date(2025, 8, 25), "PSU", "S2"),
    Expected(
        7, date(2025, 9, 2), stages={"PSU": "S3"},
        levels={(f"network:{name}", "D1.1"): int(name != "E") for name in NETWORKS},
    ),
    _moved(9, date(2025, 9, 15), "HR", "S2"),
    _moved(10, date(2025, 9, 22), "TL", "S2"),
    _district(11, date(2025, 9, 24), "D4.4", 2),
    _moved(12, date(2025, 9, 29), "FAC", "S2"),
    _district(13, date(2025, 10, 1), "D2.1", 1),
    _district(14, date(2025, 10, 6), "D2.2", 1),
    _district(15, date(2025, 10, 17), "D2.2", 0),
    Expected(16, date(2025, 10, 20), open_reviews={HELP_TO_PARTNERSHIPS: date(2025, 11, 3)}),
    _moved(19, date(2025, 11, 3), "HR", "S3"),
    _moved(20, date(2025, 11, 10), "IT", "S2"),
    _moved(22, date(2025, 11, 18), "FAC", "S3"),
    Expected(23, date(2025, 11, 24), stages={"PAY": "S1"}, medians={"PAY": 0.5}),
    Expected(
        24, date(2025, 12, 1), levels={(f"network:{name}", "D1.1"): 2 for name in NETWORKS}
    ),
    _moved(26, date(2025, 12, 8), "FIN", "S2"),
    Expected(27, date(2025, 12, 15), lacks={"IT": ("stalled", "head_vacant")}),
    _moved(29, date(2026, 1, 12), "HR", "S4"),
    Expected(30, date(2026, 1, 15), shows={"IT": ("head_vacant",)}, lacks={"IT": ("stalled",)}),
    Expected(31, date(2026, 1, 20), stages=dict.fromkeys(SECOND_WAVE, "S1")),
    _moved(32, date(2026, 1, 22), "TL", "S3"),
    Expected(
        34, date(2026, 2, 2), stages={"PSU": "S4"}, levels={("district:all", "D2.2"): 2}
    ),
    Expected(35, date(2026, 2, 9), stages={"SPED": "S1"}, shows={"SPED": ("on_hold",)}),
    Expected(37, date(2026, 2, 13), levels={_HR_OWNERS: 2}),
    Expected(
        38, date(2026, 2, 13), stages={"IT": "S2"}, shows={"IT": ("stalled", "head_vacant")},
        open_reviews={called_for("IT"): date(2026, 3, 2)},
    ),
    AS_THEN,
    Expected(40, date(2026, 3, 3), shows={"IT": ("stalled",)}, lacks={"IT": ("head_vacant",)}),
    Expected(40, date(2026, 3, 10), stages={"IT": "S2"}, lacks={"IT": ("stalled",)}),
    Expected(41, date(2026, 3, 11), levels={_HR_OWNERS: 2}, shows={"SPED": ("on_hold",)}),
    Expected(42, date(2026, 3, 12), levels={_HR_OWNERS: 1}),
    AS_NOW,
    Expected(43, date(2026, 3, 16), stages={"HR": "S4"}),
    _moved(45, date(2026, 3, 24), "FAC", "S4"),
    Expected(46, date(2026, 3, 30), shows={"HR": ("contested",)}),
    Expected(48, date(2026, 4, 13), lacks={"HR": ("contested",)}),
    Expected(53, date(2026, 5, 11), levels={_HR_OWNERS: 2}),
    _district(56, date(2026, 6, 3), "D4.2", 2),
    Expected(58, date(2026, 7, 1), stages={"PRG": "S0"}, chair=VACANT),
    _moved(66, date(2026, 9, 22), "PRG", "S1"),
    Expected(
        60, date(2026, 8, 4), chair=CHIEF_OF_STAFF,
        open_reviews={QUARTERLY: date(2026, 10, 28)},
    ),
    Expected(
        61, date(2026, 8, 7), stages={"FAC": "S4"},
        open_reviews={called_for("FAC"): date(2026, 8, 21)},
    ),
    Expected(61, date(2026, 8, 10), stages={"FAC": "S3"}, levels={("unit:FAC", "D3.3"): 1}),
    Expected(
        62, date(2026, 8, 24), levels={("district:all", "D2.2"): 1},
        open_reviews={HELP_TO_PARTNERSHIPS: date(2026, 9, 8)},
    ),
    _moved(63, date(2026, 9, 1), "FIN", "S3"),
    _moved(64, date(2026, 9, 8), "HR", "S5"),
    _moved(65, date(2026, 9, 14), "TL", "S4"),
    Expected(
        66, date(2026, 10, 12), stages={"IT": "S3", "MLL": "S2", "NUT": "S2", "ADA": "S2"}
    ),
    _moved(69, date(2026, 10, 28), "HR", "S5"),
    Expected(71, date(2026, 11, 16), stages={"SPED": "S2"}, lacks={"SPED": ("on_hold",)}),
    Expected(72, date(2026, 12, 10), stages=END_STATE),
    Expected(72, None, LAST_DAY, stages=END_STATE),
)  # fmt: skip
