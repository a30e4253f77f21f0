"""From events to canonical bytes and back, with a registry of types. Unknown is an error."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.message import Classification, DomainEvent, Precision, Source
from events.canonical import canonical_bytes, commitment, normal_text
from events.envelope import NewEvent, RecordedEvent, Salts, StoredEvent
from events.errors import InvalidDocument, UnknownEventType


class _Envelope(BaseModel):
    """The content of an event as bytes hold it; every key is there, none beside them."""

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
    data: dict[str, object]


@dataclass(frozen=True, slots=True)
class PersonalValue:
    """A committed value kept beside the log. `field` is `reason` or `data.<name>`."""

    field: str
    salt: bytes
    value: str


@dataclass(frozen=True, slots=True)
class Encoded:
    """The canonical content of an event and the personal values that it commits to."""

    event_id: UUID
    content: bytes
    personal: tuple[PersonalValue, ...]


class Codec:
    """Writes and reads the events of one registry."""

    def __init__(self, event_types: Iterable[type[DomainEvent]], salts: Salts) -> None:
        """Register the types by name; raises ValueError when a name comes twice."""
        self._types: dict[str, type[DomainEvent]] = {}
        self._salts = salts
        for event_type in event_types:
            if event_type.type_name() in self._types:
                raise ValueError(f"event type {event_type.type_name()} is registered twice")
            self._types[event_type.type_name()] = event_type

    @property
    def types(self) -> Mapping[str, type[DomainEvent]]:
        """Return the registered types by name."""
        return self._types

    def encode(self, new: NewEvent) -> Encoded:
        """Return content and personal values; raises InvalidDocument or UnknownEventType."""
        name = new.event.type_name()
        if self._types.get(name) is not type(new.event):
            raise UnknownEventType(f"event type {name} is not registered")
        plain = new.event.model_dump(mode="json")
        committed = {f"data.{field}": plain.pop(field) for field in new.event.personal}
        committed["reason"] = new.reason
        personal = tuple(
            PersonalValue(field, self._salts(), normal_text(value, field))
            for field, value in sorted(committed.items())
            if value is not None
        )
        return Encoded(new.event_id, canonical_bytes(_document(new, plain, personal)), personal)

    def same_content(self, new: NewEvent, stored: StoredEvent) -> bool:
        """Say whether the stored event holds the same fact, its salts being applied again.

        After a withdrawal the fields still on record are compared.
        """
        salts = {field: salt for field, (salt, _) in stored.personal.items()}
        unsalted = orjson.loads(stored.content)
        encoded = self.encode(new)
        again = orjson.loads(encoded.content)
        again["commitments"] = {
            value.field: commitment(salts[value.field], value.field, value.value)
            if value.field in salts
            else unsalted["commitments"].get(value.field)
            for value in encoded.personal
        }
        return canonical_bytes(again) == stored.content

    def decode(self, stored: StoredEvent) -> RecordedEvent:
        """Return the recorded event; raises InvalidDocument naming position and what is wrong."""
        where = f"position {stored.position} of {stored.district}"
        try:
            envelope = _Envelope.model_validate(stored.document)
        except ValidationError as error:
            raise InvalidDocument(f"{where}: the envelope: {_first(error)}") from error
        values = {field: value for field, (_, value) in stored.personal.items()}
        return RecordedEvent(
            district=stored.district,
            position=stored.position,
            stream=stored.stream,
            stream_version=stored.stream_version,
            recorded_at=stored.recorded_at,
            fact_position=stored.fact_position,
            leaf_hash=stored.leaf_hash,
            event=self._event(envelope, values, where),
            event_id=envelope.event_id,
            occurred_on=envelope.occurred_on,
            precision=envelope.precision,
            effective_from=envelope.effective_from,
            actor=envelope.actor,
            source=envelope.source,
            correlation_id=envelope.correlation_id,
            subjects=envelope.subjects,
            causation_id=envelope.causation_id,
            on_behalf_of=envelope.on_behalf_of,
            approved_by=envelope.approved_by,
            reason=values.get("reason"),
            classification=envelope.classification,
            corrects=envelope.corrects,
            withheld=frozenset(envelope.commitments) - frozenset(values),
        )

    def _event(self, envelope: _Envelope, values: Mapping[str, str], where: str) -> DomainEvent:
        name, version = envelope.type, envelope.schema_version
        event_type = self._types.get(name)
        if event_type is None:
            raise UnknownEventType(f"{where}: event type {name!r} is not registered")
        if version > event_type.schema_version:
            raise UnknownEventType(
                f"{where}: {name} has schema version {version}, this code knows "
                f"{event_type.schema_version}: install the newer program"
            )
        personal = {
            field: values[f"data.{field}"]
            for field in event_type.personal
            if f"data.{field}" in values
        }
        try:
            return event_type.model_validate_json(orjson.dumps(envelope.data | personal))
        except ValidationError as error:
            raise InvalidDocument(f"{where}: {name}.{_first(error)}") from error


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _document(
    new: NewEvent, data: Mapping[str, object], personal: tuple[PersonalValue, ...]
) -> dict[str, object]:
    return {
        "event_id": str(new.event_id),
        "type": new.event.type_name(),
        "schema_version": new.event.schema_version,
        "occurred_on": new.occurred_on.isoformat(),
        "precision": new.precision,
        "effective_from": new.effective_from.isoformat(),
        "actor": new.actor,
        "on_behalf_of": new.on_behalf_of,
        "approved_by": new.approved_by,
        "source": new.source,
        "correlation_id": str(new.correlation_id),
        "causation_id": _text(new.causation_id),
        "classification": new.classification,
        "corrects": _text(new.corrects),
        "subjects": list(new.subjects),
        "commitments": {v.field: commitment(v.salt, v.field, v.value) for v in personal},
        "data": data,
    }
