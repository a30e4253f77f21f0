"""Whether anybody approved, verified or rated what was their own: looked for in the whole log."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.facts.action import ActionItemCompleted, ActionItemVerified
from domain.facts.assessment import IndicatorRated
from domain.facts.evidence import EvidenceSubmitted, EvidenceVerified
from domain.facts.redaction import RedactionApproved, RedactionRequested
from domain.facts.unit import UnitHeadAssigned, UnitHeadVacated
from domain.message import DomainEvent
from events.envelope import RecordedEvent


@dataclass(frozen=True, slots=True)
class SelfApproval:
    """Something recorded that the same person did and approved, verified, or rated alone."""

    position: int
    event_type: str
    actor: str
    how: str


@dataclass(slots=True)
class _Doers:
    """Who did each thing so far, and who heads each unit."""

    did: dict[str, set[str]] = field(default_factory=dict)
    heads: dict[str, set[str]] = field(default_factory=dict)

    def note(self, event: DomainEvent, me: set[str]) -> None:
        """Take in one more event."""
        match event:
            case UnitHeadAssigned(unit=unit, head=head):
                self.heads.setdefault(unit, set()).add(head)
            case UnitHeadVacated(unit=unit, head=head):
                self.heads.get(unit, set()).discard(head)
            case _:
                thing = _done(event)
                if thing is not None:
                    self.did[thing] = me

    def own(self, event: DomainEvent, me: set[str]) -> str | None:
        """Return how an event settles a matter of those who record it; None if it does not."""
        thing = _settled(event)
        if thing is not None and me & self.did.get(thing, set()):
            return f"settled {thing}, which the same person had brought"
        if isinstance(event, IndicatorRated):
            heads = self.heads.get(event.about.removeprefix("unit:"), set())
            if set(event.raters) <= heads:
                return f"rated {event.about} alone, as its head"
        return None


def _done(event: DomainEvent) -> str | None:
    match event:
        case EvidenceSubmitted(evidence=name):
            return f"evidence {name}"
        case ActionItemCompleted(action=name):
            return f"action item {name}"
        case RedactionRequested(redaction=name):
            return f"redaction {name}"
        case _:
            return None


def _settled(event: DomainEvent) -> str | None:
    match event:
        case EvidenceVerified(evidence=name):
            return f"evidence {name}"
        case ActionItemVerified(action=name):
            return f"action item {name}"
        case RedactionApproved(redaction=name):
            return f"redaction {name}"
        case _:
            return None


def violations(recorded: Iterable[RecordedEvent]) -> list[SelfApproval]:
    """Return every event of a log by which somebody settled a matter of their own."""
    doers = _Doers()
    found: list[SelfApproval] = []
    for each in recorded:
        me = {each.actor} | ({each.on_behalf_of} if each.on_behalf_of else set())
        how = doers.own(each.event, me)
        if each.approved_by in me and how is None and each.type_name != "AttemptRefused":
            how = "was approved by who recorded it"
        if how is not None:
            found.append(SelfApproval(each.position, each.type_name, each.actor, how))
        doers.note(each.event, me)
    return found
