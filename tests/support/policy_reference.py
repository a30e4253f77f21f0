"""Writes docs/reference/review-policies.md: `python -m tests.support.policy_reference`."""

import json
from pathlib import Path

from domain.catalogue import shipped_policies
from domain.catalogue.policies import Policy

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "review-policies.md"
HEAD = """# Review policies

What ships as defaults and opens reviews. `cot init` adopts all of them; `cot record adopt-review-policy` changes one, adds another under a name of
its own, or ends one. A rule is a query over the log; a trigger stores the query's digest and the events that made it fire. One cause opens one review:
where a review of that type about that subject is open, the cause joins it. What the calendar asks for waits for that one to end, while it has its day.

Four rules are the district's to fill in: `measure_below`, `equity_gap`, `gap_widening` and `process_signal` name a measure, the two of gaps two school
groups as well.

No policy ships with the rule `recurrence`: it takes a district's own days. Write its `rrule` (RFC 5545) into a file of policies and let `cot policy expand`
add the days it comes to; one on which schools are closed becomes the next working day. The days are stored, and no library or later calendar changes them.

Where several rules ask about one matter, a policy may say so, and the second cause joins the first by itself: `about` (such as `dimension:2`) makes the
reviews of `interruptions` and `measure_below` be about that dimension, whatever was found; `looked_at_with` (`unit`) lets the rule `late_record` look at
what the packet of a network, a dimension or the district lacks in the review of the unit whose packet lacks it too. Left out, each subject has its own.

Changes from outside are seen only as far as events tell of them: heads who leave, another chair. Audit findings and
orders of a state or court are recorded with `cot record record-external-finding`; legal holds are people's to bring before a review.

This page is made from the shipped policies: `python -m tests.support.policy_reference`. A test fails when they differ.
"""


def page() -> str:
    """Return the page as it should be."""
    return HEAD + "".join(_section(policy) for policy in shipped_policies().policies)


def _section(policy: Policy) -> str:
    given = json.dumps(policy.parameters.as_mapping())
    return (
        f"\n## {policy.slug}\n\n{policy.description}\n\n"
        f"Rule `{policy.rule}`; opens {policy.review_type}, due in {policy.due_working_days} "
        f"working days, seen to by the {policy.owner_role.replace('_', ' ')}; parameters "
        f"`{given}`.\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
