"""Which units ended, when, and who came after them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from domain.facts.reorganization import UnitDissolved, UnitsMerged, UnitSplit


@dataclass(frozen=True, slots=True)
class Ending:
    """A unit is no more from a day on. Its heir, the first of its successors, has what it left."""

    on: date
    successors: tuple[str, ...]

    @property
    def heir(self) -> str:
        """Return the unit to which passes whatever was not handed to another by name."""
        return self.successors[0]


@dataclass(frozen=True, slots=True)
class Endings:
    """The endings of a district's units, by the code of the unit that ended."""

    by_unit: Mapping[str, Ending]

    def of(self, unit: str) -> Ending | None:
        """Return how a unit ended or will end, or None."""
        return self.by_unit.get(unit)

    def came_from(self, unit: str) -> tuple[str, ...]:
        """Return the units that ended with this one as a successor."""
        return tuple(code for code, each in self.by_unit.items() if unit in each.successors)

    def heirs_of(self, unit: str) -> Iterator[str]:
        """Yield the heir of a unit, the heir's heir, and so on; nothing if it has not ended."""
        seen = {unit}
        while (ending := self.by_unit.get(unit)) is not None and ending.heir not in seen:
            unit = ending.heir
            seen.add(unit)
            yield unit

    def after(self, event: UnitsMerged | UnitSplit | UnitDissolved, day: date) -> "Endings":
        """Return the endings after one more, effective on a day."""
        ending = Ending(day, event.succeeding())
        return Endings({**self.by_unit, **dict.fromkeys(event.ending(), ending)})


NONE = Endings({})
"""The endings of a district in which no unit has ended."""
