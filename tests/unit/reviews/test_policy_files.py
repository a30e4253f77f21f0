"""A file of policies is read, or refused with every fault by policy and field."""

import json
from pathlib import Path
from typing import Any

import pytest

from cot_flows.errors import PolicyFileRefused
from cot_flows.reviews.policy_files import as_adopted, parse_policies, read_policies
from domain.catalogue.policies import shipped_policies
from domain.shipped import shipped_text

SHIPPED = shipped_text("domain.catalogue", "policies_v1.json")


def changed(slug: str, **fields: Any) -> str:
    document = json.loads(SHIPPED)
    for policy in document["policies"]:
        if policy["slug"] == slug:
            policy.update(fields)
            for name in [name for name, value in fields.items() if value is None]:
                del policy[name]
    return json.dumps(document)


def test_the_shipped_file_is_well_formed() -> None:
    policies = as_adopted(parse_policies(SHIPPED, "shipped"))
    assert len(policies) == len(shipped_policies().policies)
    assert all(each.rule_digest.startswith("sha256:") for each in policies)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"rule": "gut_feeling"}, ["policy stalled-unit", "field rule", "'stale_evidence'"]),
        ({"owner_role": None}, ["policy stalled-unit", "field owner_role", "is missing, add it"]),
        ({"due_working_days": 0}, ["field due_working_days", "greater than or equal to 1"]),
        ({"colour": "red"}, ["field colour", "is unknown, remove it"]),
        (
            {"parameters": {"days": {"S1": 1}, "summer_half_days": 1}},
            ["policy stalled-unit, field parameters", "days.S1 is 1", "greater than or equal to 5"],
        ),
    ],
)
def test_a_fault_is_named_by_policy_and_field(fields: dict[str, Any], says: list[str]) -> None:
    with pytest.raises(PolicyFileRefused) as refused:
        parse_policies(changed("stalled-unit", **fields), "trial.json")
    assert [each for each in says if each not in str(refused.value)] == []
    assert "no policy" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "Invalid JSON"),
        ("[]", "the file: must be an object"),
        ('{"version": "1", "label": "x", "policies": []}', "name at least one"),
        ('{"version": "1", "label": "x", "policies": [3]}', "policy number 1: must be an object"),
    ],
)
def test_what_is_no_file_of_policies_is_refused(text: str, says: str) -> None:
    with pytest.raises(PolicyFileRefused, match=says):
        parse_policies(text, "trial.json")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyFileRefused, match="check the path"):
        read_policies(tmp_path / "none.json")
