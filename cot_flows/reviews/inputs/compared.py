"""Money planned and spent, and what outside partners promised and did: as measures tell it.

Ledgers and contracts are kept elsewhere. What comes from them is a measure of its own kind; where
it names the measure of the plan, the two stand side by side, period by period.
"""

from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from cot_flows.reviews.inputs.measured import Measured, Value
from cot_flows.reviews.inputs.reading import Entry, places_of

PERIODS = 3
"""How many periods of a measure are shown, the latest."""

SHARE = Decimal("0.01")
"""To how much the share of the plan is told, rounded down."""

Period = tuple[date, date]


def compared(found: Measured, kind: Literal["money", "partner"]) -> list[Entry]:
    """Return the measures of a kind, each with its plan; what missed it comes first."""
    values = dict(found.of_all_schools(kind))
    plans = {name: _plan(found, each) for name, each in values.items()}
    told = [
        _entry(found, name, each, values.get(plans[name] or "", []))
        for name, each in values.items()
        # A plan stands beside what it is the plan of, and by itself only without that.
        if name not in plans.values()
    ]
    return sorted(told, key=lambda each: not each["missed"])


def _plan(found: Measured, values: list[Value]) -> str | None:
    meaning = found.meaning(values[-1][1])
    return None if meaning is None else meaning.against


def _entry(found: Measured, name: str, values: list[Value], planned: list[Value]) -> Entry:
    latest = values[-1][1]
    done, plan = _by_period(values), _by_period(planned)
    periods = sorted(done.keys() | plan.keys(), key=lambda each: (each[1], each[0]))[-PERIODS:]
    told = [_period(found, each, done.get(each), plan.get(each)) for each in periods]
    short = [each for each in told if each["share"] is not None]
    return {
        "measure": name,
        "title": found.title(latest),
        "plan": found.title(planned[-1][1]) if planned else None,
        "unit_of_measure": latest.unit_of_measure,
        "better": latest.better,
        "missed": bool(short) and _short(latest.better, short[-1]),
        "values": told,
        "positions": sorted({place for each in told for place in places_of(each)}),
    }


def _by_period(values: list[Value]) -> dict[Period, Value]:
    return {(each[1].period_from, each[1].period_to): each for each in values}


def _period(found: Measured, period: Period, done: Value | None, plan: Value | None) -> Entry:
    value = None if done is None else found.told(done)
    planned = None if plan is None else found.told(plan)
    numbers = [None if each is None else each["value"] for each in (value, planned)]
    return {
        "period_from": period[0],
        "period_to": period[1],
        "value": value,
        "planned": planned,
        "share": _share(*numbers),
        "positions": sorted(
            place for each in (value, planned) if each is not None for place in places_of(each)
        ),
    }


def _share(value: object, planned: object) -> Decimal | None:
    if value is None or planned is None or Decimal(str(planned)) <= 0:
        return None
    return (Decimal(str(value)) / Decimal(str(planned))).quantize(SHARE, ROUND_DOWN)


def _short(better: str, period: Entry) -> bool:
    """Say whether more was used than planned, or less done than promised."""
    value, planned = (
        Decimal(str(each["value"]))
        for each in (period["value"], period["planned"])
        if isinstance(each, dict)
    )
    return value > planned if better == "lower" else value < planned
