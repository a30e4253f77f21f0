"""Facts about units that end: merged, split, dissolved, and what became of their open work.

They lie in the district's own stream: one fact ends several units at once, and every decision
looks there. What a unit leaves behind, its evidence included, passes to its heir.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.facts.fields import Slug, Title
from domain.ids import subject
from domain.message import DomainEvent

OpenItem = Annotated[str, Field(pattern=r"^(activity|action):[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
"""An open piece of work, such as `activity:A-7` or `action:X-3`."""


class HandedOver(BaseModel):
    """An open piece of work goes to a unit and to a person, as its own stream records too."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    item: OpenItem
    unit: Slug
    owner: Slug


class _Ending(DomainEvent):
    """Units end. `board_reference` is the title under which the board decided it."""

    board_reference: Title
    work: tuple[HandedOver, ...] = ()

    def ending(self) -> tuple[str, ...]:
        """Return the units that end."""
        raise TypeError(f"{type(self).__name__} does not name the units that end")

    def succeeding(self) -> tuple[str, ...]:
        """Return the units that come after them; the first is the heir."""
        raise TypeError(f"{type(self).__name__} does not name successors")

    def subjects(self) -> tuple[str, ...]:
        """Return the district, every unit that ends or comes after, and the work handed over."""
        units = (subject("unit", code) for code in (*self.ending(), *self.succeeding()))
        return (subject("district", "all"), *units, *(each.item for each in self.work))


class UnitsMerged(_Ending):
    """Units end on the effective day; one unit goes on in their place and is their heir."""

    units: tuple[Slug, ...] = Field(min_length=2)
    successor: Slug

    def ending(self) -> tuple[str, ...]:
        """Return the merged units."""
        return self.units

    def succeeding(self) -> tuple[str, ...]:
        """Return the one successor."""
        return (self.successor,)


class UnitSplit(_Ending):
    """A unit ends on the effective day; several go on. The heir is one of them."""

    unit: Slug
    successors: tuple[Slug, ...] = Field(min_length=2)
    heir: Slug

    def ending(self) -> tuple[str, ...]:
        """Return the unit that was split."""
        return (self.unit,)

    def succeeding(self) -> tuple[str, ...]:
        """Return the successors, the heir first."""
        return (self.heir, *(each for each in self.successors if each != self.heir))


class UnitDissolved(_Ending):
    """A unit ends on the effective day; another unit is its heir."""

    unit: Slug
    successor: Slug

    def ending(self) -> tuple[str, ...]:
        """Return the unit that was dissolved."""
        return (self.unit,)

    def succeeding(self) -> tuple[str, ...]:
        """Return the heir."""
        return (self.successor,)
