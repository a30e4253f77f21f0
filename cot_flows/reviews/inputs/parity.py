"""How evenly a subject serves the groups of schools; groups that are too small are kept back."""

from datetime import date
from decimal import Decimal

from cot_flows.reviews.inputs.measured import Measured, Value
from cot_flows.reviews.inputs.reading import Entry, places_of
from domain.facts.measurement import EVERY_SCHOOL
from domain.parity import FEWEST, band, complements, family, parity_ratio, too_small

Period = tuple[date, date]
Cells = dict[str, Entry]


def parity(found: Measured) -> list[Entry]:
    """Return the groups of the latest period by measure and family, the most unequal first."""
    told = [_entry(found, periods) for periods in _by_family(found).values()]
    return sorted(told, key=lambda each: (each["least_ratio"] is None, each["least_ratio"]))


def kept_back(found: Measured) -> frozenset[int]:
    """Return the positions of values that no part of a packet may tell.

    A value that a correction has replaced is told no more than the one that counts.
    """
    hidden = [
        each
        for periods in _by_family(found).values()
        for values in periods.values()
        for each in values
        if _cells(found, values)[each[1].group]["kept_back"] is not None
    ]
    whole = [
        each
        for values in found.values.values()
        for each in values
        if each[1].group == EVERY_SCHOOL and each[1].n < found.least(each[1])
    ]
    return frozenset(
        place
        for recorded, _ in (*hidden, *whole)
        for place in (recorded.position, recorded.fact_position)
    )


def _by_family(found: Measured) -> dict[tuple[str, str], dict[Period, list[Value]]]:
    """Return the values of groups by measure and family, and then by period in time."""
    by_family: dict[tuple[str, str], dict[Period, list[Value]]] = {}
    for name, values in sorted(found.values.items()):
        for each in values:
            event = each[1]
            if event.group != EVERY_SCHOOL:
                periods = by_family.setdefault((name, family(event.group)), {})
                periods.setdefault((event.period_from, event.period_to), []).append(each)
    return dict(sorted(by_family.items()))


def _entry(found: Measured, periods: dict[Period, list[Value]]) -> Entry:
    told = [_cells(found, values) for values in periods.values()]
    latest = list(periods.values())[-1][0][1]
    groups = [
        cell | dict(zip(("periods_below", "positions"), _running(name, told), strict=True))
        for name, cell in sorted(told[-1].items())
    ]
    ratios = [each["ratio"] for each in groups if isinstance(each["ratio"], Decimal)]
    return {
        "measure": latest.measure,
        "title": found.title(latest),
        "family": family(latest.group),
        "unit_of_measure": latest.unit_of_measure,
        "better": latest.better,
        "period_from": latest.period_from,
        "period_to": latest.period_to,
        "least_ratio": min(ratios, default=None),
        "groups": groups,
        "positions": sorted({place for each in groups for place in places_of(each)}),
    }


def _cells(found: Measured, values: list[Value]) -> Cells:
    """Return the groups of one family in one period, in the order of their values."""
    counts = {each[1].group: each[1].n for each in values}
    least = {each[1].group: found.least(each[1]) for each in values}
    small = too_small(counts, least)
    beside = complements(counts, least, small)
    shown = [Decimal(v[1].value) for v in values if v[1].group not in small | beside]
    cells: Cells = {}
    for recorded, event in values:
        best = (min if event.better == "lower" else max)(shown, default=None)
        kept = event.group in small | beside
        # With one group left there is nothing to compare it with.
        ratio = (
            None
            if kept or best is None or len(shown) == 1
            else parity_ratio(Decimal(event.value), best, event.better)
        )
        cells[event.group] = {
            "group": event.group,
            "value": None if kept else event.value,
            "n": None if kept else event.n,
            "kept_back": _why(event.group, small, beside),
            "fewer_than": max(FEWEST, least[event.group]) if event.group in small else None,
            "ratio": ratio,
            "band": None if ratio is None else band(ratio),
            "positions": [recorded.position],
        }
    return cells


def _why(group: str, small: frozenset[str], beside: frozenset[str]) -> str | None:
    if group in small:
        return "too few"
    return "beside too few" if group in beside else None


def _running(group: str, told: list[Cells]) -> tuple[int, list[int]]:
    """Return for how many periods up to the latest a group is below, and the events behind it."""
    count = 0
    places = places_of(told[-1][group])
    for cells in reversed(told):
        if group not in cells or cells[group]["band"] != "act":
            break
        count += 1
        places += [place for each in cells.values() for place in places_of(each)]
    return count, sorted(set(places))
