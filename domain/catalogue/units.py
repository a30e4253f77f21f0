"""The catalogue of central office units, from which a district picks and splits."""

from functools import cache
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from domain.errors import InvalidData
from domain.shipped import Text, repeated, shipped_text


class CatalogueUnit(BaseModel):
    """One unit as it often is (``before``), and as it works when transformed (``after``)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,4}$")]
    name: Text
    before: Text
    after: Text
    evidence: Text


class UnitCatalogue(BaseModel):
    """All units of one version of the catalogue."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Text
    label: Text
    units: tuple[CatalogueUnit, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        codes = [unit.code for unit in self.units]
        if twice := repeated(codes):
            raise InvalidData(f"the unit catalogue has codes twice: {', '.join(twice)}")
        return self

    def unit(self, code: str) -> CatalogueUnit:
        """The unit with this code. Raises InvalidData when the catalogue has none."""
        for unit in self.units:
            if unit.code == code:
                return unit
        known = ", ".join(unit.code for unit in self.units)
        raise InvalidData(f"the unit catalogue has no unit {code!r}; its units are {known}")


@cache
def shipped_units() -> UnitCatalogue:
    """The catalogue that ships with the product, read once from its file."""
    return UnitCatalogue.model_validate_json(shipped_text("domain.catalogue", "units_v1.json"))
