"""The shipped review policies, and how parameters of a rule are checked."""

import json
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from domain.cadence_parameters import CadenceParameters
from domain.catalogue import Policies, Policy, shipped_policies
from domain.errors import InvalidData
from domain.policy_parameters import (
    RuleName,
    StalledUnitParameters,
    parse_parameters,
)

STALLED: dict[str, Any] = {
    "days": {"S1": 60, "S2": 60, "S3": 45, "S4": 45, "S5": 90},
    "summer_half_days": 1,
}
PLANNED = {"S1": 90, "S2": 120, "S3": 120, "S4": 180, "S5": 365}
GAP: dict[str, Any] = {
    "measure": "case-days",
    "group": "poor",
    "compared_with": "rich",
    "ratio": "0.80",
    "months": 2,
    "minimum_n": 10,
}
SIGNAL: dict[str, Any] = {
    "measure": "case-days",
    "baseline_points": 12,
    "run_length": 7,
    "trend_length": 7,
    "signals": "worse",
}
STALE = {"warn_days": 90, "fire_days": 180, "minimum_indicators": 2}
BY_UNIT = {"period": "month", "subject": "unit", "first_stage": "S1", "last_stage": "S5"}

AGAIN = {
    "rrule": "DTSTART:20260112\nRRULE:FREQ=MONTHLY;BYDAY=2MO",
    "dates": "2026-01-12 2026-02-09",
    "subject": "district",
}
WIDENS = {"measure": "m", "group": "g", "compared_with": "h", "amount": "2", "minimum_n": 10}
TOO_MANY = " ".join((date(2026, 1, 1) + timedelta(days=n)).isoformat() for n in range(401))


def test_every_rule_has_a_shipped_policy_but_the_one_that_needs_a_districts_own_days() -> None:
    shipped = {policy.rule for policy in shipped_policies().policies}
    assert set(get_args(RuleName)) - shipped == {"recurrence"}


def test_the_defaults_open_the_reviews_the_proposal_names() -> None:
    shipped = {
        policy.slug: (policy.review_type, policy.due_working_days)
        for policy in shipped_policies().policies
    }
    assert shipped == {
        "unit-monthly-review": ("R2", 5),
        "district-quarterly-review": ("R4", 10),
        "network-review": ("R3", 5),
        "stalled-unit": ("R6", 10),
        "rating-regression": ("R6", 10),
        "stale-evidence": ("R6", 20),
        "activities-completed-unit": ("R8", 20),
        "activities-completed-dimension": ("R8", 20),
        "overstay": ("R6", 15),
        "owner-gap": ("R6", 5),
        "overdue-actions": ("R6", 10),
        "missed-reviews": ("R4", 10),
        "partnership-interruptions": ("R6", 10),
        "time-with-principals": ("R6", 10),
        "equity-gap": ("R6", 15),
        "process-signal": ("R6", 10),
        "contested-assumption": ("R4", 10),
        "contested-theory": ("R5", 20),
        "late-record": ("R6", 15),
        "leadership-change": ("R6", 10),
        "external-shock": ("R6", 10),
        "outcome-gap": ("R6", 15),
    }


def test_a_unit_counts_as_stalled_after_the_days_of_its_stage() -> None:
    parameters = shipped_policies().policy("stalled-unit").parameters
    assert isinstance(parameters, StalledUnitParameters)
    assert parameters.as_mapping() == STALLED


def test_activities_are_counted_by_ten_in_a_unit_and_25_in_a_dimension() -> None:
    counts = [
        policy.parameters.as_mapping()
        for policy in shipped_policies().policies
        if policy.rule == "activities_completed"
    ]
    assert counts == [{"scope": "unit", "count": 10}, {"scope": "dimension", "count": 25}]


def test_parameters_survive_being_stored_and_read_again() -> None:
    for policy in shipped_policies().policies:
        stored = json.loads(json.dumps(policy.parameters.as_mapping()))
        assert parse_parameters(policy.rule, stored) == policy.parameters


def test_what_a_policy_leaves_out_stays_out_when_stored() -> None:
    quarterly = shipped_policies().policy("district-quarterly-review").parameters
    assert quarterly.as_mapping() == {"period": "quarter", "subject": "district"}


def test_a_dumped_policy_keeps_its_parameters() -> None:
    policy = shipped_policies().policy("stalled-unit")
    assert Policy.model_validate_json(policy.model_dump_json()) == policy


def test_an_unknown_policy_is_refused_with_the_policies_that_exist() -> None:
    with pytest.raises(InvalidData, match="no shipped policy 'weekly'; the policies are unit-"):
        shipped_policies().policy("weekly")


def test_two_policies_with_one_slug_are_refused() -> None:
    document = shipped_policies().model_dump()
    policies = (*document["policies"], document["policies"][0])
    with pytest.raises(ValidationError, match="same slug: unit-monthly-review"):
        Policies.model_validate(document | {"policies": policies})


def test_a_policy_with_parameters_of_another_rule_is_refused() -> None:
    stalled = shipped_policies().policy("stalled-unit").model_dump()
    with pytest.raises(ValidationError, match="warn_days is unknown"):
        Policy.model_validate(stalled | {"parameters": STALE})


def test_a_policy_with_an_unknown_rule_is_refused() -> None:
    stalled = shipped_policies().policy("stalled-unit").model_dump()
    with pytest.raises(ValidationError, match="rule"):
        Policy.model_validate(stalled | {"rule": "bored_unit"})


def test_an_unknown_rule_is_refused_with_the_rules_that_exist() -> None:
    with pytest.raises(InvalidData, match="no rule 'bored_unit'; use one of: cadence, recurr"):
        parse_parameters("bored_unit", {})


@pytest.mark.parametrize(
    ("rule", "parameters", "complaint"),
    [
        ("stalled_unit", {**STALLED, "summer_half_days": 3}, "summer_half_days is 3, but: "),
        ("stalled_unit", {**STALLED, "days": {**STALLED["days"], "S3": 4}}, r"days\.S3 is 4"),
        ("stalled_unit", {**STALLED, "days": {"S1": 60}}, "lacks the stages S2, S3, S4, S5"),
        ("stalled_unit", {"days": STALLED["days"]}, "summer_half_days is missing, add it"),
        ("stale_evidence", {**STALE, "warn_days": 180}, r"warn_days \(180\) must be less"),
        ("stale_evidence", {**STALE, "fire_days": "180"}, "fire_days is '180', but: "),
        ("stale_evidence", {**STALE, "fire_days": 180.0}, "fire_days is 180.0, but: "),
        ("stale_evidence", {**STALE, "minimum_indicators": True}, "minimum_indicators is True"),
        ("stale_evidence", {**STALE, "days": 3}, "days is unknown, remove it or use one of: warn"),
        ("rating_regression", {"minimum_fall": 0}, "minimum_fall is 0"),
        ("activities_completed", {"scope": "network", "count": 3}, "scope is 'network'"),
        ("cadence", {**BY_UNIT, "period": "week"}, "period is 'week'"),
        ("recurrence", {**AGAIN, "dates": ""}, "'' is no day"),
        ("recurrence", {**AGAIN, "dates": "2026-01-12 2026-02-30"}, "'2026-02-30' is no day"),
        ("recurrence", {**AGAIN, "dates": "20260112"}, "'20260112' is written 2026-01-12 here"),
        ("recurrence", {**AGAIN, "dates": "2026-01-12 2026-01-12"}, "each once, in order"),
        ("recurrence", {**AGAIN, "dates": TOO_MANY}, "it names 401 days; at most 400"),
        ("recurrence", {**AGAIN, "rrule": ""}, "rrule is ''"),
        ("recurrence", {**AGAIN, "subject": "unit"}, "need first_stage and last_stage"),
        ("cadence", {**BY_UNIT, "subject": "district"}, "a district has no stage"),
        ("cadence", {"period": "month", "subject": "unit"}, "need first_stage and last_stage"),
        ("cadence", {**BY_UNIT, "first_stage": "S5", "last_stage": "S1"}, "S5 comes after .* S1"),
        ("cadence", {**BY_UNIT, "last_stage": "S6"}, "last_stage is 'S6'"),
        ("overstay", {"planned_days": {"S1": 90}, "percent": 150}, "planned_days lacks .* S2, S3"),
        ("overstay", {"planned_days": PLANNED, "percent": 99}, "percent is 99, but: "),
        ("overstay", {"planned_days": PLANNED, "percent": "1.5"}, "percent is '1.5', but: "),
        ("owner_gap", {"working_days": -1}, "working_days is -1, but: "),
        ("owner_gap", {}, "working_days is missing, add it"),
        ("overdue_actions", {"count": 3}, "critical_working_days is missing, add it"),
        ("overdue_actions", {"count": 0, "critical_working_days": 10}, "count is 0, but: "),
        ("missed_reviews", {"in_a_row": 0}, "in_a_row is 0, but: "),
        ("interruptions", {"count": 3, "window_days": 0}, "window_days is 0, but: "),
        ("measure_below", {"measure": "m", "below": "40,5"}, "below is '40,5', but: "),
        ("measure_below", {"measure": "m", "below": 40}, "below is 40, but: "),
        ("measure_below", {"measure": "m", "below": "4", "about": "unit:HR"}, "about is 'unit:HR'"),
        ("interruptions", {"count": 3, "window_days": 9, "about": "dimension:6"}, "about is 'dim"),
        ("equity_gap", {**GAP, "compared_with": "poor"}, "poor is compared with itself: name"),
        ("equity_gap", {**GAP, "ratio": "1.01"}, "ratio is 1.01: give one above 0 and at most 1"),
        ("equity_gap", {**GAP, "ratio": "0"}, "ratio is 0: give one above 0"),
        ("equity_gap", {**GAP, "ratio": 0.8}, "ratio is 0.8, but: "),
        ("equity_gap", {**GAP, "months": 0}, "months is 0, but: "),
        ("process_signal", {**SIGNAL, "baseline_points": 11}, "baseline_points is 11, but: "),
        ("process_signal", {**SIGNAL, "signals": "better"}, "signals is 'better', but: "),
        ("process_signal", {**SIGNAL, "baseline_from": "May"}, "write it as year-month-day"),
        ("contested_assumption", {"minimum_assumptions": 0}, "minimum_assumptions is 0, but: "),
        ("late_record", {"minimum_days_late": 0, "look_back_days": 9}, "minimum_days_late is 0"),
        (
            "late_record",
            {"minimum_days_late": 1, "look_back_days": 9, "looked_at_with": "district"},
            "looked_at_with is 'district'",
        ),
        ("leadership_change", {"unit": "a b", "look_back_days": 9}, "unit is 'a b', but: "),
        ("gap_widening", {**WIDENS, "amount": "0"}, "amount is 0: give one above 0"),
        ("gap_widening", {**WIDENS, "compared_with": "g"}, "g is compared with itself"),
        ("external_shock", {"kinds": "rumour", "look_back_days": 9}, "name each once"),
    ],
)
def test_wrong_parameters_are_refused_by_name(
    rule: str, parameters: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(InvalidData, match=complaint) as refusal:
        parse_parameters(rule, parameters)
    assert f"rule {rule!r}" in str(refusal.value)


def test_every_wrong_parameter_is_named_at_once() -> None:
    with pytest.raises(InvalidData, match=r"warn_days is missing.*fire_days is -1"):
        parse_parameters("stale_evidence", {"fire_days": -1, "minimum_indicators": 2})


def test_a_cadence_for_units_keeps_its_span_of_stages() -> None:
    parameters = parse_parameters("cadence", BY_UNIT)
    assert isinstance(parameters, CadenceParameters)
    assert (parameters.first_stage, parameters.last_stage) == ("S1", "S5")
