"""The record of a review: what it decided, who owes what, and whether it worked, from the log."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from cot_flows.bootstrap import Engine
from cot_flows.errors import UnknownThing
from cot_flows.handling import folded
from cot_flows.reviews.inputs.reading import Entry
from cot_flows.reviews.inputs.window import packet_in_force
from cot_flows.reviews.packet import plain_object
from domain.action import ActionState
from domain.facts.action import ActionItemOpened
from domain.facts.review import (
    DecisionRecorded,
    ReviewClosed,
    ReviewHeld,
    ReviewScheduled,
    ReviewTriggered,
)
from domain.facts.review_course import EffectCheckDue, ReviewEffectChecked
from domain.ids import subject
from domain.review_state import ReviewState
from events.active import active
from events.canonical import canonical_bytes
from events.envelope import RecordedEvent

FORMAT = 1
"""The shape of the record's content."""


@dataclass(frozen=True, slots=True)
class Record:
    """A review's record: canonical JSON, its digest, and the position and day of its latest fact.

    Made again, it is the same until something is recorded about the review or its actions.
    """

    document: dict[str, object]
    content: bytes
    digest: str
    position: int
    day: date


def review_record(
    engine: Engine, district: str, review: str, *, up_to: int | None = None
) -> Record:
    """Return the record of a review that decided something. Raises UnknownThing."""
    stream = engine.store.read_stream(district, ReviewState.stream(review), up_to=up_to)
    if not stream:
        raise UnknownThing(f"there is no review {review!r} in {district} at that moment")
    facts = active(stream)
    decisions = [_decision(each, each.event) for each in facts if _decides(each)]
    if not decisions:
        raise UnknownThing(
            f"review {review} decided nothing yet: record what it decides with "
            f"`cot record record-decision --review {review} …`"
        )
    owed = _actions(engine, district, review, up_to)
    last = max(
        [each.position for each in stream] + [place for _, places in owed for place in places]
    )
    document = plain_object(
        {
            "format": FORMAT,
            "review": review,
            "as_known_position": last,
            **_course(facts),
            "packet": _packet(stream),
            "decisions": decisions,
            "actions": [entry for entry, _ in owed],
        }
    )
    content = canonical_bytes(document)
    (latest,) = engine.store.read_log(district, after=last - 1, limit=1)
    digest = f"sha256:{sha256(content).hexdigest()}"
    return Record(document, content, digest, last, latest.recorded_at.date())


def _decides(recorded: RecordedEvent) -> bool:
    return isinstance(recorded.event, DecisionRecorded)


def _decision(recorded: RecordedEvent, event: object) -> Entry:
    if not isinstance(event, DecisionRecorded):
        raise TypeError(f"{recorded.type_name} is no decision")
    return {
        "decision": event.decision,
        "title": event.title,
        "unit": event.unit,
        "to_stage": event.to_stage,
        "evidence": event.evidence,
        "insufficient": event.insufficient,
        # Dissent and remarks are somebody's: that there are some is said, not what they say.
        "note_withheld": event.note is not None or bool(recorded.withheld),
        "positions": [recorded.position],
    }


def _packet(stream: list[RecordedEvent]) -> Entry | None:
    found = packet_in_force(stream)
    if found is None:
        return None
    recorded, frozen = found
    return {
        "digest": frozen.digest,
        "as_known_position": frozen.as_known_position,
        "as_effective_on": frozen.as_effective_on,
        "positions": [recorded.position],
    }


def _course(facts: list[RecordedEvent]) -> Entry:
    course: Entry = dict.fromkeys(
        ("review_type", "about", "title", "due_on", "held", "closed", "effect_due", "effect")
    )
    for each in facts:
        at = {"on": each.occurred_on, "positions": [each.position]}
        match each.event:
            case ReviewScheduled() | ReviewTriggered() as opened:
                course |= {
                    "review_type": opened.review_type,
                    "about": opened.about,
                    "title": opened.title,
                    "due_on": opened.due_on,
                }
            case ReviewHeld(present=present):
                course["held"] = {"present": present, **at}
            case ReviewClosed(next_on=next_on):
                course["closed"] = {"next_on": next_on, **at}
            case EffectCheckDue(due_on=due_on):
                course["effect_due"] = {"due_on": due_on, **at}
            case ReviewEffectChecked() as checked:
                course["effect"] = {
                    "verdict": checked.verdict,
                    "evidence": checked.evidence,
                    "insufficient": checked.insufficient,
                    **at,
                }
            case _:
                pass
    return course


def _actions(
    engine: Engine, district: str, review: str, up_to: int | None
) -> list[tuple[Entry, list[int]]]:
    found: dict[str, tuple[Entry, list[int]]] = {}
    named = engine.store.read_subjects(district, [subject("review", review)], up_to=up_to)
    for each in active(named):
        opened = each.event
        if not isinstance(opened, ActionItemOpened) or opened.review != review:
            continue
        events = engine.store.read_stream(district, each.stream, up_to=up_to)
        state = folded(each.stream, events)
        if not isinstance(state, ActionState):
            raise TypeError(f"the stream {each.stream} holds a {type(state).__name__}")
        places = [event.position for event in events]
        found[opened.action] = (
            {
                "action": opened.action,
                "title": opened.title,
                "owner": state.owner,
                "due_on": state.due_on,
                "shows_it_worked": opened.shows_it_worked,
                "critical": opened.critical,
                "phase": state.phase,
                "positions": places,
            },
            places,
        )
    return [found[name] for name in sorted(found)]
