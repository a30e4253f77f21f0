"""The content of an event as bytes hold it, and its validation in one pass for known types."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property, reduce
from operator import or_
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Discriminator, TypeAdapter, create_model

from domain.message import Classification, DomainEvent, Precision, Source


class Envelope(BaseModel):
    """What surrounds every event's `data`; every key is there, none beside them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_id: UUID
    type: str
    schema_version: int
    occurred_on: date
    precision: Precision
    effective_from: date
    actor: str
    on_behalf_of: str | None
    approved_by: str | None
    source: Source
    correlation_id: UUID
    causation_id: UUID | None
    classification: Classification
    corrects: UUID | None
    subjects: tuple[str, ...]
    commitments: dict[str, str]


class AnyDocument(Envelope):
    """A document of any type and version, its data not yet looked at."""

    data: dict[str, object]


class Document(Envelope):
    """A document whose data is an event, without the values of its personal fields."""

    data: DomainEvent


class Documents:
    """Reads documents of the newest schema version of each of some types."""

    def __init__(self, event_types: Iterable[type[DomainEvent]]) -> None:
        """Take the types; what reads them is made when it is first used."""
        self._event_types = tuple(event_types)

    def read(self, content: bytes) -> Document:
        """Return the document; raises pydantic's ValidationError for every other."""
        document: Document = self._adapter.validator.validate_json(content)
        return document

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        """One validator for all types: one pass over the bytes, not one for each layer."""
        forms: Any = [_form(event_type) for event_type in self._event_types]
        if len(forms) == 1:
            return TypeAdapter(forms[0])
        # The types are only known when a registry is made, so no checker can follow them.
        union: Any = Annotated[reduce(or_, forms), Discriminator("type")]  # pyrefly: ignore
        return TypeAdapter(union)


def _form(event_type: type[DomainEvent]) -> type[Document]:
    fields: dict[str, Any] = {
        "type": (Literal[event_type.type_name()], ...),  # pyrefly: ignore
        "schema_version": (Literal[event_type.schema_version], ...),  # pyrefly: ignore
        "data": (event_type, ...),
    }
    return create_model(f"{event_type.type_name()}Document", __base__=Document, **fields)
