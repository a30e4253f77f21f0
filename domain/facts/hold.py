"""Facts about legal holds: what must be kept as it is until counsel releases it in writing."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from domain.facts.fields import Slug, Title
from domain.ids import subject
from domain.message import DomainEvent


class _OfLegalHold(DomainEvent):
    """A fact about one legal hold."""

    final: ClassVar[bool] = True

    hold: Slug
    units: tuple[Slug, ...] = Field(default=(), max_length=100)
    streams: tuple[str, ...] = Field(default=(), max_length=100)

    def subjects(self) -> tuple[str, ...]:
        """Return the hold, and the units it names."""
        units = (subject("unit", unit) for unit in self.units)
        return (subject("legal-hold", self.hold), *units)


class LegalHoldPlaced(_OfLegalHold):
    """Counsel or an authority orders that records be kept. It holds from its recording on.

    Held is every event that concerns one of the `units` or stands in one of the `streams`, and
    happened between the days; neither units nor streams: the whole district. `matter` names the
    case, `authority` who ordered it.
    """

    matter: Title
    authority: Title
    happened_from: date | None = None
    happened_to: date | None = None


class LegalHoldReleased(_OfLegalHold):
    """Counsel's written word releases the units and streams named here, or the `whole` hold.

    What concerns another unit of the hold as well stays held. `directive` names the letter.
    """

    directive: Title
    whole: bool = False
