"""Rows 3 to 12, July to September 2025: theory of action, first baselines, first designs."""

from datetime import date

from cot_flows.scenarios.marrow_bay.meetings import (
    approved,
)
from cot_flows.scenarios.marrow_bay.people import (
    ANALYST,
    CHIEF_OF_STAFF,
    HEADS,
    PRINCIPAL,
    STEWARD,
    SUPERINTENDENT,
)
from cot_flows.scenarios.marrow_bay.phrases import (
    PRINCIPALS,
    RECORDS,
    STAFF,
    Source,
    Work,
    baselined,
    done,
    evidence,
    moved,
    rated,
)
from cot_flows.scenarios.marrow_bay.step import Step

THEORY = Work(
    "A3-theory-v1", "Theory of action v1: 6 assumptions, each with a measure", ("CAB",), 4,
    SUPERINTENDENT, ("D4.1",),
)  # fmt: skip
POSTS = Work(
    "A6-six-posts", "Three area posts closed, six ILD posts designed", ("PSU",), 1, HEADS["PSU"]
)
FIVE_START = Work("A7-five-ilds", "Five ILDs start; the post of network E is vacant", ("PSU",), 1)
PARTNERSHIPS = Work("A8-partnerships", "52 of 62 partnerships formed", ("PSU",), 1, HEADS["PSU"])
HR_CHARTER = Work(
    "A9-hr-charter", "Design charter: an HR partner for each network (assumption A2)", ("HR",), 3,
    HEADS["HR"], ("D3.1",),
)  # fmt: skip
TL_CHARTER = Work(
    "A10-tl-charter", "Design charter: one set of teaching standards, fewer programs", ("TL",), 3,
    HEADS["TL"], ("D3.3",),
)  # fmt: skip
COACHING = Work(
    "A11-coaching", "University coaching partner, $185,000 over 18 months, tied to A1", ("CAB",), 4,
    CHIEF_OF_STAFF, ("D4.4",),
)  # fmt: skip
FAC_CHARTER = Work(
    "A12-fac-charter", "Design charter: work orders triaged by network and learning impact",
    ("FAC",), 3, HEADS["FAC"], ("D3.3",),
)  # fmt: skip

BASELINES = {
    "HR": "0010110 1010 1",
    "TL": "0110010 1100 1",
    "PSU": "1010010 0110 1",
    "FAC": "0110100 0110 1",
    "IT": "1010001 1010 1",
    "FIN": "0010110 0110 1",
}
"""Levels of the twelve key indicators: six at 0 and six at 1, so the median is one half."""

_DESK_STUDY = Source("calendar-desk-study", "calendar-sample")
_BASELINED = date(2025, 8, 22)
_CHOICE = (HEADS["PSU"], STEWARD, ANALYST, PRINCIPAL)


def _networks() -> tuple[Step, ...]:
    # D1 indicators are rated for a network, not for the unit that supervises: the span is each
    # network's own. Five get their own ILD; E still waits for one.
    day, cited = date(2025, 9, 2), (f"{FIVE_START.identifier}-shown",)
    started = (rated(7, day, f"network:{name}", {"D1.1": 1}, cited) for name in "ABCDF")
    vacant = rated(7, day, "network:E", {"D1.1": 0}, cited)
    return (*(step for steps in started for step in steps), *vacant)


STEPS: tuple[Step, ...] = (
    # The theory of action has no aggregate: what shows it is the activity and its rating.
    *done(3, date(2025, 7, 21), date(2025, 8, 5), THEORY),
    *rated(3, date(2025, 8, 5), "district:all", {"D4.1": 1}, ("A3-theory-v1-shown",)),
    evidence(
        4, date(2025, 8, 18), "E4-hr-survey", "Principal survey: 41% satisfied with HR", ("HR",),
        Source("principals", "survey", 58, 62, independent=True),
    ),
    *(
        step for unit, levels in BASELINES.items()
        for step in baselined(5, _BASELINED, unit, levels)
    ),
    *done(6, date(2025, 7, 30), date(2025, 8, 25), POSTS),
    *moved(6, date(2025, 8, 25), "PSU", "S2", ("A6-six-posts-shown",)),
    *approved(7, date(2025, 8, 29), "PSU", "S3", ("A6-six-posts-shown",), _CHOICE),
    *done(7, date(2025, 8, 26), date(2025, 9, 2), FIVE_START),
    *moved(7, date(2025, 9, 2), "PSU", "S3", ("A7-five-ilds-shown",), review="R2-PSU-2025-08"),
    *_networks(),
    # Partnerships have no aggregate either: an activity of the unit that forms them.
    *done(8, date(2025, 8, 26), date(2025, 9, 5), PARTNERSHIPS),
    *done(9, date(2025, 8, 25), date(2025, 9, 15), HR_CHARTER),
    *moved(9, date(2025, 9, 15), "HR", "S2", ("A9-hr-charter-shown",)),
    # Row 15 compares with this: 58% of time, but from one source, which allows level 1 only.
    evidence(
        15, date(2025, 9, 19), "E15-desk-study", "Desk study of ILD calendars: 58%", ("PSU",),
        _DESK_STUDY,
    ),
    *rated(15, date(2025, 9, 19), "district:all", {"D2.2": 1}, ("E15-desk-study",)),
    *done(10, date(2025, 9, 2), date(2025, 9, 22), TL_CHARTER),
    *moved(10, date(2025, 9, 22), "TL", "S2", ("A10-tl-charter-shown",)),
    *done(11, date(2025, 9, 8), date(2025, 9, 24), COACHING),
    evidence(11, date(2025, 9, 24), "E11-staff", "Cabinet asked about outside money", (), STAFF),
    evidence(11, date(2025, 9, 24), "E11-principals", "Principals asked", (), PRINCIPALS),
    evidence(11, date(2025, 9, 24), "E11-grants", "Grants read: each names A1", (), RECORDS),
    *rated(
        11, date(2025, 9, 24), "district:all", {"D4.4": 2},
        ("A11-coaching-shown", "E11-staff", "E11-principals", "E11-grants"),
    ),
    *done(12, date(2025, 9, 8), date(2025, 9, 29), FAC_CHARTER),
    *moved(12, date(2025, 9, 29), "FAC", "S2", ("A12-fac-charter-shown",)),
)  # fmt: skip
