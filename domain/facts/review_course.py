"""Facts about what becomes of a review: packet, lateness, ways to end early, and its effect."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from domain.facts.fields import DigestText, Note, Slug
from domain.facts.review import OfReview, ReviewClosed
from domain.ids import subject

PacketInput = Annotated[str, Field(min_length=1, max_length=200)]
"""What a packet was made from, in a few words, such as `ratings: 12 rows`."""

CancelGround = Literal["subject_ended", "trigger_void"]
EffectVerdict = Literal["worked", "partly", "no", "too_early"]
ReminderOccasion = Literal["packet_not_frozen", "effect_check"]
EscalationOccasion = Literal["not_held", "lapsed"]
Level = Literal["chair", "superintendent"]
"""Who is told."""


class ReviewPacketFrozen(OfReview):
    """What the people will look at is fixed, as known at a position and effective on a day."""

    digest: DigestText
    as_known_position: int = Field(ge=0)
    as_effective_on: date
    inputs: tuple[PacketInput, ...] = Field(min_length=1)


class ReviewPostponed(OfReview):
    """The review is due later. The envelope's reason is the chair's; a frozen packet is void."""

    due_on: date


class ReviewMerged(OfReview):
    """The review is not held by itself: another looks at its causes too."""

    into: Slug

    def subjects(self) -> tuple[str, ...]:
        """Return both reviews, its own first."""
        return (subject("review", self.review), subject("review", self.into))


class ReviewCancelled(OfReview):
    """The review is not needed any more; evidence or the envelope's reason says why."""

    ground: CancelGround
    evidence: tuple[Slug, ...] = ()


class ReviewLapsed(OfReview):
    """Nobody held it, so many working days after it was due by that calendar. It stays visible."""

    due_on: date
    after_working_days: int = Field(ge=0)
    calendar_version: str = Field(min_length=1, max_length=80)


class ReviewReminderSent(OfReview):
    """Someone was reminded of what the review still lacks; `due_on` is when that is due."""

    occasion: ReminderOccasion
    level: Level
    due_on: date


class ReviewEscalated(OfReview):
    """A review that was not held in time was put before someone; `due_on` is when it was due."""

    occasion: EscalationOccasion
    level: Level
    due_on: date
    after_working_days: int = Field(ge=0)


class EffectCheckDue(OfReview):
    """Whether the review's decisions worked is asked from now on, and to be said by `due_on`."""

    due_on: date


class ReviewEffectChecked(OfReview):
    """Whether it worked, on evidence or saying that the evidence was insufficient."""

    personal: ClassVar[frozenset[str]] = frozenset({"note"})

    verdict: EffectVerdict
    evidence: tuple[Slug, ...] = ()
    insufficient: bool = False
    note: Note | None = None


ENDINGS = (ReviewClosed, ReviewMerged, ReviewCancelled, ReviewLapsed)
"""The facts after which a review is open no more, and its slot is free for the next one."""
