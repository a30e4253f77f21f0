"""A file of review policies, checked: the same shape as the one that ships with the product.

{"version": "1.1-trial", "label": "Stalled units sooner",
 "policies": [{"slug": "stalled-unit", "rule": "stalled_unit", "review_type": "R6",
               "parameters": {…}, "due_working_days": 10, "owner_role": "steward",
               "description": "Why these numbers"}]}
"""

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from cot_flows.errors import PolicyFileRefused
from domain.catalogue import Policies, Policy
from domain.facts.district import ReviewPolicyAdopted
from projections.rules import rule_named

LARGEST = 1_000_000
"""Bytes; a file of policies has a few thousand."""

Place = tuple[int | str, ...]


def read_policies(path: Path) -> Policies:
    """Return the policies of a file. Raises PolicyFileRefused naming every fault in it."""
    return parse_policies(read_text(path), path.name)


def read_text(path: Path) -> str:
    """Return the text of a file of policies. Raises PolicyFileRefused when it cannot be read."""
    try:
        if path.stat().st_size > LARGEST:
            raise PolicyFileRefused(f"{path.name} is larger than 1 MB: that is no file of policies")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyFileRefused(
            f"{path} cannot be read as UTF-8 text: check the path and who may read it"
        ) from error


def parse_policies(text: str, name: str) -> Policies:
    """Return the policies of a text. Raises PolicyFileRefused naming every fault in it."""
    try:
        return Policies.model_validate_json(text)
    except ValidationError as refusal:
        given = _policies_in(text)
        found = [(error["loc"], error["type"], error["msg"]) for error in refusal.errors()]
        # Where policies are refused, pydantic also counts those that are left: none is too few.
        inside = any(len(where) > 1 for where, _, _ in found)
        faults = [
            f"  - {_named(where, given)}: {_in_words(kind, message)}"
            for where, kind, message in found
            if not (inside and kind == "too_short")
        ]
        listed = "\n".join(faults)
        raise PolicyFileRefused(
            f"{name} is refused; mend this and check again:\n{listed}"
        ) from None


def as_adopted(policies: Policies) -> tuple[ReviewPolicyAdopted, ...]:
    """Return the policies as the log would hold them after their adoption."""
    return tuple(_adopted(policy) for policy in policies.policies)


def _adopted(policy: Policy) -> ReviewPolicyAdopted:
    return ReviewPolicyAdopted(
        policy=policy.slug,
        rule=policy.rule,
        rule_digest=rule_named(policy.rule).digest,
        review_type=policy.review_type,
        parameters=policy.parameters.as_mapping(),
        due_working_days=policy.due_working_days,
        owner_role=policy.owner_role,
    )


def _policies_in(text: str) -> list[object]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return []
    policies = given.get("policies") if isinstance(given, dict) else None
    return policies if isinstance(policies, list) else []


def _named(where: Place, given: Sequence[object]) -> str:
    """Return a place in the file in words: the policy by its slug, and the field."""
    match where:
        case ():
            return "the file"
        case ("policies", int(number), *rest):
            policy = given[number] if number < len(given) else None
            slug = policy.get("slug") if isinstance(policy, dict) else None
            name = f"policy {slug}" if slug else f"policy number {number + 1}"
            return ", ".join((name, *(f"field {each}" for each in rest)))
        case _:
            return f"field {'.'.join(str(each) for each in where)}"


def _in_words(kind: str, message: str) -> str:
    match kind:
        case "missing":
            return "is missing, add it"
        case "extra_forbidden":
            return "is unknown, remove it"
        case "model_type":
            return "must be an object in braces"
        case "too_short":
            return "names no policy; name at least one"
        case _:
            return message.removeprefix("Value error, ")
