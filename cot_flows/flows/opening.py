"""What flows share: opening the product, and which districts are meant."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import BaseModel, ConfigDict, Field

from cot_flows.bootstrap import Engine, open_engine
from cot_flows.errors import UnknownDistrict
from cot_flows.settings import Settings


class Parameters(BaseModel):
    """Base of all flow parameters: no unknown ones, checked by Prefect's server too."""

    model_config = ConfigDict(extra="forbid")


class ForDistricts(Parameters):
    """One district, or all when none is named."""

    district: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}$",
        description="Short name of a district; all when left out",
    )


@contextmanager
def product() -> Iterator[Engine]:
    """Open the product by the settings of the environment, for one run."""
    with open_engine(Settings()) as engine:
        yield engine


def districts(engine: Engine, district: str | None) -> list[str]:
    """Return the districts that are meant. Raises UnknownDistrict."""
    known = [head.district for head in engine.store.heads()]
    if district is None:
        return known
    if district not in known:
        raise UnknownDistrict(f"there is no district {district!r}; there are: {', '.join(known)}")
    return [district]
