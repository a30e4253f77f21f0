"""Taking a fact back. A correction is an event of the same type; a retraction is this one."""

from domain.facts.fields import Slug
from domain.ids import subject
from domain.message import DomainEvent


class FactRetracted(DomainEvent):
    """The fact named by the envelope's `corrects` was recorded in error and counts no more.

    `type_retracted` repeats the type of the fact, for readers. The decider adds the subjects of
    the fact and of all its corrections.
    """

    type_retracted: Slug

    def subjects(self) -> tuple[str, ...]:
        """Return the kind of subject that only retractions have."""
        return (subject("retraction", self.type_retracted),)
