"""Facts about computed rows: they were computed from the log once more, and were equal or not."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.facts.fields import DigestText, Slug
from domain.ids import subject
from domain.message import DomainEvent

Scope = Literal["all", "sample"]
"""Whether all rows of a projection were compared, or those of keys drawn by a seed."""

RowKey = Annotated[str, Field(min_length=1, max_length=200)]
"""The key of a row, such as `unit:HR`, as it was found."""


class _OfProjection(DomainEvent):
    """A fact about the rows of one projection.

    The rows stood at `position` and day `effective_on`; those of `keys` out of `keys_total` keys
    were computed again. A sample is drawn by `seed`, so that anyone can draw it again.
    `rows_digest` is that of the rows as the log gives them.
    """

    projection: Slug
    position: int = Field(ge=1)
    effective_on: date
    scope: Scope
    seed: Slug | None = None
    keys: int = Field(ge=0)
    keys_total: int = Field(ge=0)
    rows: int = Field(ge=0)
    query_digest: DigestText
    rows_digest: DigestText
    product_version: str = Field(min_length=1, max_length=40)

    def subjects(self) -> tuple[str, ...]:
        """Return the attestations of the projection: no key's row depends on them."""
        return (subject("attestation", self.projection),)


class ProjectionAttested(_OfProjection):
    """The stored rows are those that the log gives, up to the position."""


class ProjectionDiffered(_OfProjection):
    """Stored rows are not those that the log gives: how many, the first of them, its columns."""

    differing: int = Field(ge=1)
    first_key: RowKey
    columns: tuple[Slug, ...] = Field(min_length=1)
