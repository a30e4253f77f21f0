"""The rules that open reviews: queries over the log that say what should be looked at, and why.

Each is one query in a file beside this one. It is given the district, a position, the date it is
evaluated for and the policy's parameters as JSON, and returns one row a firing. It writes nothing,
so the same rule may be asked about any moment of the past.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256

from psycopg import Connection
from psycopg.rows import DictRow, TupleRow, dict_row
from psycopg.types.json import Jsonb

from projections.errors import InvalidFiring, UnknownRule
from projections.statements import statement


@dataclass(frozen=True)
class Rule:
    """One rule: its name, which is also its file's, and what it looks for."""

    name: str
    title: str

    @property
    def query(self) -> bytes:
        """Return the rule's query."""
        return statement(f"rules/{self.name}")

    @cached_property
    def digest(self) -> str:
        """Return the digest of the query, as policies and triggers record it."""
        return f"sha256:{sha256(self.query).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Firing:
    """What a rule found: a subject to review, and the facts that say so.

    `cause_key` tells this cause from others of the same rule and subject: the same cause always
    has the same key. `facts` are positions in the log and what the event there shows. The due date
    is counted from `due_basis`.
    """

    about: str
    cause_key: str
    title: str
    facts: tuple[tuple[int, str], ...]
    due_basis: date


RULES: tuple[Rule, ...] = (
    Rule("cadence", "A period has begun or ended in which a review is due"),
    Rule("recurrence", "A day has come on which a review is held again and again"),
    Rule("stalled_unit", "A unit has shown no activity for long"),
    Rule("rating_regression", "The level of a rated indicator has fallen"),
    Rule("stale_evidence", "The evidence for a unit's key indicators is old"),
    Rule("activities_completed", "A number of activities was completed since the last look"),
    Rule("overstay", "A unit has been in its stage for much longer than planned"),
    Rule("owner_gap", "A unit's head or the owner of an action item has been missing for long"),
    Rule("overdue_actions", "Action items of a unit are overdue"),
    Rule("missed_reviews", "Reviews of a unit lapsed one after the other"),
    Rule("interruptions", "A unit interrupted partnerships with principals again and again"),
    Rule("measure_below", "The newest value of a measure is below a limit"),
    Rule("equity_gap", "A school group is served worse than the one it is compared with"),
    Rule("process_signal", "A unit's measure shows more than its usual variation"),
    Rule("contested_assumption", "Evidence speaks against an assumption, or for it no more"),
    Rule("late_record", "A fact came after the packet in which it was missing"),
    Rule("leadership_change", "The head of a named unit left, or the stewardship chair changed"),
    Rule("gap_widening", "The gap between two school groups grew by a set amount"),
    Rule("external_shock", "An audit found something, or a state or court ordered it"),
)


def rule_named(name: str) -> Rule:
    """Return the rule of this name; raises UnknownRule, naming those there are."""
    for rule in RULES:
        if rule.name == name:
            return rule
    raise UnknownRule(f"there is no rule {name!r}; there are {', '.join(r.name for r in RULES)}")


def evaluate(
    connection: Connection[TupleRow],
    rule: Rule,
    district: str,
    *,
    position: int,
    today: date,
    parameters: Mapping[str, object],
    since: date | None = None,
) -> list[Firing]:
    """Return what a rule finds as known at a position and effective on a day, writing nothing.

    `since` is the day from which the rule has been in force; None: from this day on. Only rules of
    the calendar look back to it, for what should have been reviewed before and is not on record.

    Raises InvalidFiring when the query gives what is no firing.
    """
    given = {
        "district": district,
        "position": position,
        "today": today,
        "parameters": Jsonb(dict(parameters)),
        "since": since or today,
    }
    with connection.transaction():
        connection.execute(statement("sql/engine/plan_for_these_values"))
        cursor = connection.cursor(row_factory=dict_row)
        rows = cursor.execute(rule.query, given).fetchall()
    return [_firing(rule, row) for row in rows]


def _firing(rule: Rule, row: DictRow) -> Firing:
    try:
        return Firing(
            about=row["about"],
            cause_key=row["cause_key"],
            title=row["title"],
            facts=tuple((int(fact["position"]), str(fact["shows"])) for fact in row["facts"]),
            due_basis=row["due_basis"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidFiring(
            f"rule {rule.name} gave a row that is no firing ({error!r}): {dict(row)}"
        ) from error
