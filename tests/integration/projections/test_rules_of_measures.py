"""Rules about measures: a value below its limit, a group served worse, a signal in a chart."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from uuid import UUID

import pytest
from statprocon.charts.xmr.base import Base as XmR

from domain.facts.measurement import Better, MeasureDefined, MeasurementRecorded
from domain.facts.reorganization import UnitDissolved
from tests.integration.projections.asking import ask, keys, positions
from tests.integration.projections.world import World

HR, MEASURE = "unit:HR", "case-days"
POOR, RICH = "poverty-highest", "poverty-lowest"


def define(world: World, measure: str, better: Better, minimum_n: int = 10) -> None:
    defined = MeasureDefined(
        measure=measure,
        version=1,
        title="A measure",
        unit_of_measure="days",
        better=better,
        minimum_n=minimum_n,
    )
    world.put(f"measure-{measure}", defined)


def value(
    about: str,
    first: date,
    number: str,
    *,
    measure: str = MEASURE,
    group: str = "all",
    n: int = 20,
    better: Better = "lower",
) -> MeasurementRecorded:
    """A value for the month that begins on a day."""
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return MeasurementRecorded(
        measurement=f"M-{measure}-{about.replace(':', '-')}-{first}-{group}",
        measure=measure,
        measure_version=1,
        about=about,
        period_from=first,
        period_to=last,
        period_precision="month",
        group=group,
        value=number,
        n=n,
        unit_of_measure="days",
        better=better,
        source_reference="Case system",
    )


def put(world: World, fact: MeasurementRecorded, corrects: UUID | None = None) -> int:
    world.put(f"measurement-{fact.measurement}", fact, corrects=corrects)
    return world.head()


def month(number: int) -> date:
    """The first day of a month, counted from January 2024 as 0."""
    return date(2024 + number // 12, number % 12 + 1, 1)


def series(world: World, numbers: Iterable[str], *, start: int = 0, about: str = HR) -> list[int]:
    return [put(world, value(about, month(start + i), each)) for i, each in enumerate(numbers)]


TIME = "time-with-principals"


def test_a_newest_value_below_the_limit_fires_and_one_at_the_limit_does_not(world: World) -> None:
    define(world, TIME, "higher", minimum_n=5)
    low = value("district:all", month(0), "39.9", measure=TIME, n=6, better="higher")
    event_id = world.put("measurement-1", low)
    first = world.head()
    (found,) = ask(world, "time-with-principals")
    assert keys([found]) == [("district:all", str(first))]
    assert positions(found) == [first]
    world.put("measurement-1", low.model_copy(update={"value": "40.0"}), corrects=event_id)
    assert ask(world, "time-with-principals") == []
    assert keys(ask(world, "time-with-principals", position=first)) == keys([found])
    put(world, value("network:A", month(0), "12", measure=TIME, n=6, better="higher"))
    put(world, value("network:A", month(1), "47", measure=TIME, n=6, better="higher"))
    assert ask(world, "time-with-principals") == []


def test_a_policy_may_have_its_reviews_of_a_measure_about_a_dimension(world: World) -> None:
    define(world, TIME, "higher", minimum_n=5)
    for about in ("district:all", "network:A"):
        put(world, value(about, month(0), "31", measure=TIME, n=6, better="higher"))
    found = ask(world, "time-with-principals", about="dimension:2")
    at = world.head()
    assert keys(found) == [("dimension:2", str(at - 1)), ("dimension:2", str(at))]
    assert "of district:all is 31" in found[0].title


def test_a_value_with_too_few_behind_it_is_never_told(world: World) -> None:
    define(world, TIME, "higher", minimum_n=10)
    put(world, value("district:all", month(0), "3", measure=TIME, n=9, better="higher"))
    assert ask(world, "time-with-principals") == []


def gap(world: World, months: Iterable[tuple[int, str, str]], better: Better = "lower") -> None:
    for number, poor, rich in months:
        put(world, value(HR, month(number), poor, group=POOR, better=better))
        put(world, value(HR, month(number), rich, group=RICH, better=better))


def test_two_months_in_a_row_below_parity_fire_once_and_name_both_groups(world: World) -> None:
    define(world, MEASURE, "lower")
    gap(world, [(0, "7.0", "6.8"), (1, "11.2", "6.9")])
    assert ask(world, "equity-gap") == []
    gap(world, [(2, "11.5", "6.8")])
    (found,) = ask(world, "equity-gap")
    first = positions(found)[0]
    assert keys([found]) == [(HR, str(first))]
    assert len(found.facts) == 4
    assert any("poverty-lowest 6.8" in shows for _, shows in found.facts)
    known = world.head()
    gap(world, [(3, "12", "6")])
    assert keys(ask(world, "equity-gap")) == keys([found])
    gap(world, [(4, "7.0", "6.8")])
    assert ask(world, "equity-gap") == []
    assert ask(world, "equity-gap", position=known) == [found]


def test_parity_at_the_ratio_is_no_gap_and_a_month_between_ends_the_row(world: World) -> None:
    define(world, MEASURE, "lower")
    gap(world, [(0, "10", "8"), (1, "10", "8"), (3, "10", "7.99"), (5, "10", "7.99")])
    assert ask(world, "equity-gap") == []


def test_where_higher_is_better_the_ratio_is_the_other_way_round(world: World) -> None:
    define(world, MEASURE, "higher")
    gap(world, [(0, "79", "100"), (1, "79.9", "100")], "higher")
    assert keys(ask(world, "equity-gap")) != []
    gap(world, [(2, "100", "79")], "higher")
    assert ask(world, "equity-gap") == []


def test_a_group_with_too_few_schools_is_compared_with_nobody(world: World) -> None:
    define(world, MEASURE, "lower", minimum_n=5)
    for number in (0, 1):
        put(world, value(HR, month(number), "20", group=POOR, n=9))
        put(world, value(HR, month(number), "5", group=RICH))
    assert ask(world, "equity-gap") == []
    assert len(ask(world, "equity-gap", minimum_n=9)) == 1


STEADY = ("10", "12", "10", "12", "10", "12", "10", "12", "10", "12", "10", "12")
"""Mean 11, moving range 2: the limits are 11 - 5.32 = 5.68 and 11 + 5.32 = 16.32."""


@pytest.mark.parametrize(
    ("newest", "fires"), [("16.32", False), ("16.33", True), ("5.68", False), ("5.67", True)]
)
def test_a_value_outside_the_limits_fires_and_one_on_them_does_not(
    world: World, newest: str, fires: bool
) -> None:
    define(world, MEASURE, "lower")
    placed = series(world, (*STEADY, newest))
    expected = [(HR, f"outside-{placed[-1]}")] if fires else []
    assert keys(ask(world, "process-signal", signals="either")) == expected
    towards_worse = expected if newest.startswith("16") else []
    assert keys(ask(world, "process-signal")) == towards_worse


def test_without_twelve_values_nothing_is_a_signal(world: World) -> None:
    define(world, MEASURE, "lower")
    series(world, (*STEADY[:10], "99"))
    assert ask(world, "process-signal", signals="either") == []


def test_seven_values_on_one_side_are_a_signal_that_stays_the_same(world: World) -> None:
    define(world, MEASURE, "lower")
    series(world, (*STEADY, "10"))
    placed = series(world, ("11.5", "12", "11.2", "12", "11.1", "12"), start=13)
    assert ask(world, "process-signal") == []
    placed += series(world, ("11.5",), start=19)
    (found,) = ask(world, "process-signal")
    assert keys([found]) == [(HR, f"run-{placed[0]}")]
    assert positions(found) == placed
    series(world, ("12",), start=20)
    assert keys(ask(world, "process-signal")) == keys([found])
    series(world, ("11",), start=21)  # on the mean: on neither side
    assert ask(world, "process-signal") == []


def test_seven_values_that_only_rise_are_a_trend_and_equal_ones_are_none(world: World) -> None:
    define(world, MEASURE, "lower")
    series(world, STEADY)
    placed = series(world, ("9", "9.5", "10", "10.5", "11", "11.5"), start=12)
    assert ask(world, "process-signal") == []
    placed += series(world, ("12",), start=18)
    (found,) = ask(world, "process-signal")
    assert keys([found]) == [(HR, f"trend-{placed[0]}")]
    assert positions(found) == placed
    series(world, ("12",), start=19)
    assert ask(world, "process-signal") == []


def test_a_baseline_stays_until_the_policy_names_another_day(world: World) -> None:
    define(world, MEASURE, "lower")
    series(world, STEADY)
    series(world, ("30", "32") * 6, start=12)
    assert [key.split("-")[0] for _, key in keys(ask(world, "process-signal"))] == [
        "outside",
        "run",
    ]
    since = month(12).isoformat()
    assert ask(world, "process-signal", baseline_from=since) == []


def test_another_subject_of_a_measure_has_a_chart_of_its_own(world: World) -> None:
    define(world, MEASURE, "lower")
    series(world, STEADY, about="unit:IT")
    series(world, (*STEADY, "40"))
    series(world, (*STEADY, "40"), about="network:A")
    assert [about for about, _ in keys(ask(world, "process-signal"))] == [HR]


def test_values_of_a_unit_that_is_no_more_are_no_signal(world: World) -> None:
    define(world, MEASURE, "lower")
    series(world, (*STEADY, "40"))
    assert len(ask(world, "process-signal")) == 1
    world.put("district", UnitDissolved(unit="HR", successor="IT", board_reference="B-1"))
    assert ask(world, "process-signal") == []


def limits(numbers: tuple[str, ...]) -> tuple[Decimal, Decimal]:
    """Lower and upper limit of an individuals chart, as the published rule has them."""
    values = [Decimal(each) for each in numbers]
    ranges = [abs(b - a) for a, b in pairwise(values)]
    reach = Decimal("2.66") * sum(ranges, Decimal()) / len(ranges)
    mean = sum(values, Decimal()) / len(values)
    return mean - reach, mean + reach


PERCENT = (
    "81.3", "79.6", "82.1", "80.4", "78.8", "81.9", "80.2", "79.1", "82.5", "80.0", "81.1", "79.7",
)  # fmt: skip


@pytest.mark.parametrize("direction", [1, -1])
def test_the_limits_are_those_of_an_individuals_chart_to_the_last_digit(
    world: World, direction: int
) -> None:
    define(world, MEASURE, "lower")
    lower, upper = limits(PERCENT)
    edge = (upper if direction > 0 else lower).quantize(Decimal("0.000001"))
    step = Decimal("0.000001") * direction
    series(world, PERCENT)
    known = world.head()
    put(world, value(HR, month(12), str(edge - step)))
    assert ask(world, "process-signal", signals="either") == []
    put(world, value(HR, month(13), str(edge + step)))
    (found,) = ask(world, "process-signal", signals="either")
    assert found.cause_key.startswith("outside-")
    assert ask(world, "process-signal", signals="either", position=known) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_signals_are_those_of_another_maker_of_these_charts(world: World, seed: int) -> None:
    define(world, MEASURE, "lower")
    chance = Random(seed)
    tenths = [chance.randint(900, 1100) + (130 if i > 14 else 0) for i in range(30)]
    tenths[27] += 900
    numbers = [f"{each // 10}.{each % 10}" for each in tenths]
    placed = series(world, numbers)
    seen = set[str]()
    for count in range(12, len(numbers) + 1):
        chart = XmR([Decimal(each) for each in numbers[:count]], subset_end_index=12)
        found = ask(
            world, "process-signal", position=placed[count - 1], signals="either", run_length=8
        )
        kinds = {key.split("-")[0] for _, key in keys(found)}
        assert ("outside" in kinds) == chart.rule_1_x_indices_beyond_limits()[-1]
        assert ("run" in kinds) == chart.rule_2_runs_about_central_line()[-1]
        seen |= kinds
    assert {"outside", "run"} <= seen, "a series that shows nothing proves nothing"
