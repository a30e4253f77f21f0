"""Rows 8, 14 to 16, 24, 34 and 62: 62 partnerships, what payroll took of them, three samples."""

from datetime import date, timedelta

from cot_flows.scenarios.marrow_bay.people import ILDS, NETWORKS
from cot_flows.scenarios.marrow_bay.step import Step
from domain.measurement import RecordMeasurement
from domain.partnership import FormPartnership, InterruptPartnership

SCHOOLS = {"A": 11, "B": 10, "C": 11, "D": 10, "E": 10, "F": 10}
"""Schools of each network; network E waits for its director until December."""

TIME = "time-with-principals"
INTERRUPTIONS = 41
"""How often payroll's error took a director away, one half day each, in three weeks of October."""

_FIRST, _LAST = date(2025, 9, 5), date(2025, 12, 1)
_HANDED_IN = (date(2025, 10, 20), date(2025, 10, 27))
"""The days on which the directors hand in their logs: of the first two weeks, and of the third."""


def _numbered() -> tuple[tuple[int, str], ...]:
    networks = (name for name in NETWORKS for _ in range(SCHOOLS[name]))
    return tuple(enumerate(networks, start=1))


def _formed() -> tuple[Step, ...]:
    steps: list[Step] = []
    for number, network in _numbered():
        row, day = (24, _LAST) if network == "E" else (8, _FIRST)
        command = FormPartnership(
            partnership=f"P-{number:02}",
            director=ILDS[network],
            school=f"school-{number:02}",
            principal=f"p-{number:03}",
            network=network,
        )
        steps.append(Step(row, day, command))
    return tuple(steps)


def _interrupted() -> tuple[Step, ...]:
    working = [number for number, network in _numbered() if network != "E"][:INTERRUPTIONS]
    steps: list[Step] = []
    for place, number in enumerate(working):
        week, weekday = place // 14, place % 5
        command = InterruptPartnership(
            partnership=f"P-{number:02}", half_days_lost=1, cause="payroll-error", unit="PAY"
        )
        occurred = date(2025, 10, 6) + timedelta(days=7 * week + weekday)
        steps.append(Step(14, _HANDED_IN[week // 2], command, occurred_on=occurred))
    return tuple(steps)


def _sample(row: int, week: tuple[date, date], value: str, n: int, evidence: str) -> Step:
    first, last = week
    command = RecordMeasurement(
        measure=TIME,
        about="district:all",
        period_from=first,
        period_to=last,
        value=value,
        n=n,
        evidence=(evidence,),
    )
    return Step(row, last, command)


STEPS: tuple[Step, ...] = (
    *_formed(),
    *_interrupted(),
    _sample(15, (date(2025, 10, 13), date(2025, 10, 17)), "31", 5, "E15-sample-1"),
    _sample(34, (date(2026, 1, 26), date(2026, 2, 2)), "61", 6, "E34-sample-2"),
    _sample(62, (date(2026, 8, 17), date(2026, 8, 24)), "47", 6, "E62-sample-3"),
)
