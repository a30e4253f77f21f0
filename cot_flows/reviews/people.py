"""Whose business a date is: heads, the stewardship team, the owners of policies and actions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from cot_flows.reviews.deadlines import ActionDeadline, Deadlines, HoldEnd, ReviewDeadline
from cot_flows.reviews.policies import adopted_policies
from domain.actor import ActorState
from domain.facts.district import ActorRegistered, ActorRetired, StewardshipTeamChartered
from domain.ids import DISTRICT_STREAM
from events.active import active
from events.envelope import RecordedEvent
from events.store import EventStore

CHAIR_ROLE, SUPERINTENDENT_ROLE = "chair", "superintendent"
ANOTHER_NAME = {"stewardship_chair": CHAIR_ROLE}
"""What policies call a role, where people are registered under another word."""


@dataclass(frozen=True, slots=True)
class People:
    """Who has which part in a district.

    `roles` are those of actors who still act; `heads` the heads of units by code; `owners` the role
    that owns each policy's reviews.
    """

    roles: Mapping[str, str]
    heads: Mapping[str, str]
    owners: Mapping[str, str]
    chair: str | None
    team: frozenset[str]

    def with_role(self, role: str) -> frozenset[str]:
        """Return the actors of a role; the chair is the one of the team."""
        if role == CHAIR_ROLE and self.chair is not None:
            return frozenset({self.chair})
        return frozenset(actor for actor, held in self.roles.items() if held == role)

    def of_review(self, review: ReviewDeadline) -> frozenset[str]:
        """Return whom a review concerns: the unit's head or else the team, and its owners."""
        owners = self.with_role(self.owners.get(review.policy, "steward"))
        kind, _, code = review.about.partition(":")
        return owners | (self._head(code) if kind == "unit" else self.team)

    def of_action(self, action: ActionDeadline) -> frozenset[str]:
        """Return whom an action item concerns: its one owner."""
        return frozenset({action.owner})

    def of_hold(self, hold: HoldEnd) -> frozenset[str]:
        """Return whom the end of a hold concerns: the unit's head and the chair."""
        return self._head(hold.unit) | self.with_role(CHAIR_ROLE)

    def over(self, action: ActionDeadline) -> frozenset[str]:
        """Return the head of the unit that an action item concerns."""
        return frozenset() if action.unit is None else self._head(action.unit)

    def _head(self, unit: str) -> frozenset[str]:
        return frozenset({self.heads[unit]}) if unit in self.heads else frozenset()


def read_people(store: EventStore, deadlines: Deadlines, more: Collection[str] = ()) -> People:
    """Return who has which part, of those that the dates name and of `more` actors."""
    district, position, day = deadlines.district, deadlines.position, deadlines.day
    charter = _charter(active(store.read_stream(district, DISTRICT_STREAM, up_to=position)), day)
    team = frozenset() if charter is None else frozenset((charter.chair, *charter.members))
    owners = {each.owner for each in deadlines.actions}
    named = {*deadlines.heads.values(), *owners, *team, *more}
    policies = adopted_policies(store, district, day, up_to=position)
    roles = {actor: role for actor in sorted(named) if (role := role_of(store, deadlines, actor))}
    return People(
        roles=roles,
        heads={unit: head for unit, head in deadlines.heads.items() if head in roles},
        owners={
            each.policy: ANOTHER_NAME.get(each.owner_role, each.owner_role) for each in policies
        },
        chair=charter.chair if charter and charter.chair in roles else None,
        team=team & roles.keys(),
    )


def role_of(store: EventStore, deadlines: Deadlines, actor: str) -> str | None:
    """Return the role of an actor who is registered and still acts, else None."""
    stream = ActorState.stream(actor)
    role: str | None = None
    for each in active(store.read_stream(deadlines.district, stream, up_to=deadlines.position)):
        match each.event:
            case ActorRegistered(role=registered):
                role = registered
            case ActorRetired():
                role = None
            case _:
                pass
    return role


def _charter(events: list[RecordedEvent], day: date) -> StewardshipTeamChartered | None:
    found = [
        each.event
        for each in sorted(events, key=lambda each: (each.effective_from, each.fact_position))
        if isinstance(each.event, StewardshipTeamChartered) and each.effective_from <= day
    ]
    return found[-1] if found else None
