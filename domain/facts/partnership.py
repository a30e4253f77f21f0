"""Facts about a partnership: one instructional leadership director with one principal."""

from pydantic import Field

from domain.facts.fields import Slug
from domain.ids import subject
from domain.message import DomainEvent


class _OfPartnership(DomainEvent):
    """A fact about one partnership; its school, network and director are added by the decider."""

    partnership: Slug

    def subjects(self) -> tuple[str, ...]:
        """Return the partnership."""
        return (subject("partnership", self.partnership),)


class PartnershipFormed(_OfPartnership):
    """A director and a principal begin to work together on the principal's instructional problem.

    `director` is an actor id; `principal` is a pseudonym, never a name. A school and a principal
    are in one partnership at a time.
    """

    director: Slug
    school: Slug
    principal: Slug
    network: Slug

    def subjects(self) -> tuple[str, ...]:
        """Return the partnership, its school, its network and its director."""
        return (
            subject("partnership", self.partnership),
            subject("school", self.school),
            subject("network", self.network),
            subject("actor", self.director),
        )


class PartnershipSessionLogged(_OfPartnership):
    """The two worked together, on the day the envelope says.

    `moves` are the teaching moves the director used, such as modeling; `topic` is a code, so that
    nothing about the principal's performance is on record.
    """

    minutes: int = Field(ge=1, le=1440)
    place: Slug
    moves: tuple[Slug, ...] = ()
    topic: Slug


class PartnershipInterrupted(_OfPartnership):
    """A central unit's business took time from the partnership.

    Time lost is counted in half days: that is how exactly calendars are kept, and whole numbers
    add up without rounding.
    """

    half_days_lost: int = Field(ge=1)
    cause: Slug
    unit: Slug

    def subjects(self) -> tuple[str, ...]:
        """Return the partnership and the unit that caused it."""
        return (subject("partnership", self.partnership), subject("unit", self.unit))


class PartnershipEnded(_OfPartnership):
    """The two work together no more; `cause` is a code, such as principal-left."""

    cause: Slug
