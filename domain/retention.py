"""Retention: how long personal values are kept, and what is disposed of when their time is up."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain import actor
from domain.actor import REDACTING_ROLES
from domain.deciding import doers, fact, listed, one
from domain.errors import Rejected
from domain.facts.fields import Slug
from domain.facts.retention import RecordsDisposed, RetentionRule, RetentionRulesAdopted
from domain.hold import HoldState, require_not_held
from domain.message import Circumstances, Command, Decision, Happened, Named, WithdrawnValues
from domain.world import State, World

RETENTION = "retention"
"""The stream of the rules of retention, and of what was disposed of under them."""

LAST_YEAR = 9999

KEPT_ALWAYS = frozenset(
    {
        "RedactionRequested",
        "RedactionDeclined",
        "ValuesWithdrawn",
        "LegalHoldPlaced",
        "LegalHoldReleased",
        "RecordsDisposed",
        "RetentionRulesAdopted",
        "RecordsAccessed",
        "AttemptRefused",
    }
)
"""Why something was withdrawn, held, or looked at is never disposed of by a rule."""


class AdoptRetentionRules(Command):
    """Adopt the rules by which the district keeps and disposes; they replace the earlier ones."""

    rules_version: Slug = Field(description="New version, such as 2026")
    rules: tuple[RetentionRule, ...] = Field(
        min_length=1, max_length=100, description="Every rule with its years and its citation"
    )


class DisposeRecords(Command):
    """Remove the personal values of events whose time is up; needs another person's approval."""

    disposition: Slug = Field(description="New id of the disposition")
    rule: Slug = Field(description="Rule of retention under which it is done")
    events: tuple[UUID, ...] = Field(
        min_length=1, max_length=200, description="Ids of the events, of which each must be due"
    )


RetentionCommand = AdoptRetentionRules | DisposeRecords
COMMANDS: tuple[type[Command], ...] = (AdoptRetentionRules, DisposeRecords)


@dataclass(frozen=True, slots=True)
class RetentionState(State):
    """The rules in force, their version, all versions so far, and the ids of dispositions."""

    category: ClassVar[str] = RETENTION

    version: str = ""
    rules: tuple[RetentionRule, ...] = ()
    versions: tuple[str, ...] = ()
    dispositions: frozenset[str] = frozenset()

    @classmethod
    def stream(cls, identifier: str) -> str:
        """Return the one stream of retention, whatever the identifier."""
        return RETENTION

    def rule_for(self, event_type: str, classes: tuple[str, ...]) -> RetentionRule | None:
        """Return the rule that an event falls under: of those about it, the longest; or none."""
        if event_type in KEPT_ALWAYS:
            return None
        about = [
            rule
            for rule in self.rules
            if (not rule.types or event_type in rule.types)
            and (not rule.classes or set(rule.classes) & set(classes))
        ]
        return max(about, key=lambda rule: rule.years, default=None)


initial = RetentionState()


def evolve(state: RetentionState, happened: Happened) -> RetentionState:
    """Return the state after one more fact about retention."""
    match happened.event:
        case RetentionRulesAdopted(rules_version=version, rules=rules):
            versions = (*state.versions, version)
            return replace(state, version=version, rules=rules, versions=versions)
        case RecordsDisposed(disposition=disposition):
            return replace(state, dispositions=state.dispositions | {disposition})
        case _:
            return state


def kept_until(rule: RetentionRule, named: Named) -> date:
    """Return the last day on which a rule keeps an event's values."""
    since = max(named.ends_on, named.recorded_on)
    year = min(since.year + rule.years, LAST_YEAR)
    try:
        return since.replace(year=year)
    except ValueError:  # February 29: the day after it, so that nothing goes too early.
        return date(year, 3, 1)


def needs(command: RetentionCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    return (RETENTION, HoldState.stream(""))


def decide(
    command: RetentionCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about retention; `circumstances.named` are its events. Raises Rejected."""
    state = world.get(RetentionState)
    match command:
        case AdoptRetentionRules():
            adopting = "rules of retention are adopted"
            actor.require_role(world, circumstances.actor, REDACTING_ROLES, adopting)
            _require_rules(command, state)
            return one(RETENTION, fact(RetentionRulesAdopted, command), new=state == initial)
        case DisposeRecords():
            rule = _require_rule(command, state)
            _require_approval(circumstances, world)
            for each in circumstances.named:
                _require_due(each, rule, state, circumstances.today)
            require_not_held(circumstances.named)
            disposed = fact(
                RecordsDisposed,
                command,
                rules_version=state.version,
                years=rule.years,
                citation=rule.citation,
                withdrawn=tuple(_whole(each) for each in circumstances.named),
            )
            return one(RETENTION, disposed)


def _whole(named: Named) -> WithdrawnValues:
    return WithdrawnValues(
        event_id=named.event_id,
        position=named.position,
        type=named.type,
        fields=tuple(sorted(named.on_record)),
    )


def _require_rules(command: AdoptRetentionRules, state: RetentionState) -> None:
    if command.rules_version in state.versions:
        raise Rejected(
            "id_already_used",
            f"version {command.rules_version} of the retention rules was adopted already; choose "
            "another",
        )
    names = [rule.rule for rule in command.rules]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Rejected("rule_twice", f"{listed(twice)} comes twice among the rules; name it once")


def _require_rule(command: DisposeRecords, state: RetentionState) -> RetentionRule:
    if command.disposition in state.dispositions:
        raise Rejected(
            "id_already_used", f"disposition {command.disposition} is on record; choose another id"
        )
    for rule in state.rules:
        if rule.rule == command.rule:
            return rule
    raise Rejected(
        "unknown_retention_rule",
        f"no retention rule {command.rule!r} is in force; in force: "
        f"{listed(rule.rule for rule in state.rules)}; adopt rules with `cot retention adopt`",
    )


def _require_approval(circumstances: Circumstances, world: World) -> None:
    approver = circumstances.approved_by
    roles = listed(sorted(REDACTING_ROLES))
    if approver is None:
        raise Rejected(
            "disposed_without_approval",
            f"a disposition needs the approval of another person with one of the roles {roles}; "
            "name that person in approved_by",
        )
    if approver in doers(circumstances):
        raise Rejected(
            "self_approval", f"{approver!r} may not approve what {approver!r} disposes of"
        )
    state = actor.require_active(world, approver, "the approver")
    if state.role not in REDACTING_ROLES or state.kind != "person":
        raise Rejected(
            "approver_without_role",
            f"the approver {approver!r} has the role {state.role}; it takes a person with one of "
            f"{roles}",
        )


def _require_due(named: Named, rule: RetentionRule, state: RetentionState, today: date) -> None:
    what = f"the {named.type} at position {named.position}"
    if state.rule_for(named.type, named.classes) != rule:
        raise Rejected(
            "kept_by_another_rule", f"{what} does not fall under {rule.rule}; leave it out"
        )
    until = kept_until(rule, named)
    if today <= until:
        raise Rejected(
            "not_due", f"{what} is kept until {until} under {rule.rule}; dispose of it after that"
        )
    if not named.on_record:
        raise Rejected(
            "already_withdrawn", f"{what} has no personal value on record any more; leave it out"
        )
