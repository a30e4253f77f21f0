"""Facts about levels: an indicator rated for a subject under a rubric version."""

from pydantic import Field

from domain.facts.fields import Level, Slug, Subject
from domain.ids import subject
from domain.message import DomainEvent


class IndicatorRated(DomainEvent):
    """A subject stands at a level of an indicator, on the cited evidence, as the raters see it.

    A correction is the same type with the envelope's `corrects`; so is a correction of that.
    """

    about: Subject
    indicator: Slug
    level: Level
    rubric_version: Slug
    evidence: tuple[Slug, ...] = Field(min_length=1)
    raters: tuple[Slug, ...] = Field(min_length=1)

    def subjects(self) -> tuple[str, ...]:
        """Return who is rated, the indicator's dimension, and each cited piece of evidence."""
        dimension = subject("dimension", self.indicator[1:2])
        cited = (subject("evidence", e) for e in self.evidence)
        return (self.about, dimension, *cited)


class RatingReaffirmed(DomainEvent):
    """A contested rating was decided again: its level stands, on evidence that may be relied on.

    `despite` names the evidence the rating rested on that was retracted or whose dispute was
    upheld. Level and rubric version are those of the rating.
    """

    about: Subject
    indicator: Slug
    level: Level
    rubric_version: Slug
    despite: tuple[Slug, ...] = Field(min_length=1)
    evidence: tuple[Slug, ...] = Field(min_length=1)
    raters: tuple[Slug, ...] = Field(min_length=1)

    def subjects(self) -> tuple[str, ...]:
        """Return who is rated, the indicator's dimension, and the evidence of then and now."""
        dimension = subject("dimension", self.indicator[1:2])
        cited = (subject("evidence", e) for e in (*self.despite, *self.evidence))
        return (self.about, dimension, *cited)
