"""What the shipped rules that the story does not adopt would have opened in Marrow Bay."""

from collections import defaultdict
from datetime import date
from uuid import uuid4

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.scenarios.marrow_bay import play
from cot_flows.scenarios.marrow_bay.beginning import POLICIES, QUARTERLY
from cot_flows.scenarios.marrow_bay.timeline import sweep_days
from domain.catalogue import shipped_policies
from projections.rules import evaluate, rule_named

pytestmark = pytest.mark.slow

CADENCE = "unit-monthly-review"

Found = dict[str, dict[tuple[str, str], date]]
"""By policy, subject and cause: the first sweep to find it."""


@pytest.fixture(scope="module")
def found(engine: Engine) -> Found:
    """By policy: subject and cause of what it would have found, and the first sweep to find it."""
    district = f"marrow-bay-{uuid4().hex[:8]}"
    play(engine, district=district)
    first: dict[str, dict[tuple[str, str], date]] = defaultdict(dict)
    asked = {each.slug for each in shipped_policies().policies} - {*POLICIES, QUARTERLY, CADENCE}
    for day in sorted(sweep_days()):
        position = engine.store.position_known_at(district, day)
        for slug in sorted(asked):
            policy = shipped_policies().policy(slug)
            with engine.reading() as connection:
                firings = evaluate(
                    connection,
                    rule_named(policy.rule),
                    district,
                    position=position,
                    today=day,
                    parameters=policy.parameters.as_mapping(),
                )
            for each in firings:
                first[slug].setdefault((each.about, each.cause_key), day)
    return first


def when(found: Found, slug: str) -> dict[str, date]:
    """The first sweep that would have found something, by subject."""
    days: dict[str, date] = {}
    for (about, _), day in found.get(slug, {}).items():
        days[about] = min(day, days.get(about, day))
    return days


def test_the_vacant_head_of_it_is_found_before_the_stall(found: Found) -> None:
    # Vacant since 15 January; the stall of row 38 is found a week after this.
    assert when(found, "owner-gap") == {"unit:IT": date(2026, 2, 6)}


def test_the_new_superintendent_and_the_new_chair_are_found(found: Found) -> None:
    assert when(found, "leadership-change") == {
        "unit:CAB": date(2026, 7, 3),
        "district:all": date(2026, 8, 7),
    }


def test_units_that_overstay_are_found_once_a_quarter(found: Found) -> None:
    assert when(found, "overstay") == {
        "unit:PAY": date(2026, 4, 10),
        "unit:IT": date(2026, 5, 15),
        **{f"unit:{each}": date(2026, 6, 5) for each in ("ADA", "FED", "MLL", "NUT", "TRN")},
        "unit:FIN": date(2026, 6, 12),
        "unit:TL": date(2026, 7, 24),
        "unit:PSU": date(2026, 11, 6),
    }
    # PAY stayed in S1 to the end: once in each of three quarters, whatever the sweeps.
    assert [key for about, key in found["overstay"] if about == "unit:PAY"] == [
        "2026-Q2",
        "2026-Q3",
        "2026-Q4",
    ]


def test_nothing_else_is_found_in_a_story_without_such_facts(found: Found) -> None:
    assert set(found) == {"owner-gap", "leadership-change", "overstay", "network-review"}


def test_every_network_would_have_had_its_reviews(found: Found) -> None:
    assert sorted(when(found, "network-review")) == [f"network:{name}" for name in "ABCDEF"]
