"""From events to canonical bytes and back, with a registry of types. Unknown is an error."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import orjson
from pydantic import ValidationError

from domain.message import DomainEvent
from events.canonical import canonical_bytes, commitment, normal_text
from events.document import AnyDocument, Documents, Envelope
from events.envelope import NewEvent, RecordedEvent, Salts, StoredEvent
from events.errors import InvalidDocument, UnknownEventType

LARGEST_CONTENT = 65535
"""The most bytes that one event may take; the table's check agrees."""

Place = Callable[[], str]
"""Says for a message where a document is: asked only when something is wrong with it."""


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
        self._documents = Documents(self._types.values())

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
        content = canonical_bytes(_document(new, plain, personal))
        self._require_readable(new, content, personal)
        return Encoded(new.event_id, content, personal)

    def _require_readable(
        self, new: NewEvent, content: bytes, personal: tuple[PersonalValue, ...]
    ) -> None:
        """Refuse what could be stored and then never be read again.

        Objects can be made without validation, and normalising can lengthen a text past its limit.
        """
        if len(content) > LARGEST_CONTENT:
            raise InvalidDocument(
                f"event {new.event_id}: {new.event.type_name()} takes {len(content)} bytes, more "
                f"than {LARGEST_CONTENT}: keep the document elsewhere and record its digest"
            )
        values = {value.field: value.value for value in personal}
        document, _ = self._read(content, values, lambda: f"event {new.event_id}")
        if list(document.subjects) != sorted(set(document.subjects)):
            raise InvalidDocument(f"event {new.event_id}: subjects must come sorted, each once")

    def same_content(self, new: NewEvent, stored: StoredEvent) -> bool:
        """Say whether the stored event holds the same fact, its salts being applied again.

        After a withdrawal the fields still on record are compared.
        """
        salts = {field: salt for field, (salt, _) in stored.personal.items()}
        told = AnyDocument.model_validate(stored.document)
        encoded = self.encode(new)
        again = orjson.loads(encoded.content)
        again["commitments"] = {
            value.field: commitment(salts[value.field], value.field, value.value)
            if value.field in salts
            else told.commitments.get(value.field)
            for value in encoded.personal
        }
        # Recorded before the type's newest schema version: the upcast document is what is compared.
        again["schema_version"] = told.schema_version
        return canonical_bytes(again) == canonical_bytes(stored.document)

    def decode(self, stored: StoredEvent) -> RecordedEvent:
        """Return the recorded event; raises InvalidDocument naming position and what is wrong."""
        values = {field: value for field, (_, value) in stored.personal.items()}
        document, event = self._read(
            stored.current, values, lambda: f"position {stored.position} of {stored.district}"
        )
        return RecordedEvent(
            district=stored.district,
            position=stored.position,
            stream=stored.stream,
            stream_version=stored.stream_version,
            recorded_at=stored.recorded_at,
            fact_position=stored.fact_position,
            leaf_hash=stored.leaf_hash,
            event=event,
            event_id=document.event_id,
            occurred_on=document.occurred_on,
            precision=document.precision,
            effective_from=document.effective_from,
            actor=document.actor,
            source=document.source,
            correlation_id=document.correlation_id,
            subjects=document.subjects,
            causation_id=document.causation_id,
            on_behalf_of=document.on_behalf_of,
            approved_by=document.approved_by,
            reason=values.get("reason"),
            classification=document.classification,
            corrects=document.corrects,
            withheld=frozenset(document.commitments.keys() - values.keys()),
        )

    def _read(
        self, content: bytes, values: Mapping[str, str], where: Place
    ) -> tuple[Envelope, DomainEvent]:
        """Return an envelope and its event; refuses a document naming what is wrong with it."""
        try:
            document = self._documents.read(content)
            if not values or values.keys() == {"reason"}:
                return document, document.data
            event_type = type(document.data)
            fields = orjson.loads(content)["data"] | _personal_fields(event_type, values)
            return document, event_type.model_validate_json(orjson.dumps(fields))
        except ValidationError:
            return self._read_in_steps(content, values, where())

    def _read_in_steps(
        self, content: bytes, values: Mapping[str, str], where: str
    ) -> tuple[Envelope, DomainEvent]:
        """Read envelope and event apart: for older schema versions, and to say what is wrong."""
        try:
            found = AnyDocument.model_validate_json(content)
        except ValidationError as error:
            raise InvalidDocument(f"{where}: the envelope: {_first(error)}") from error
        return found, self._event(found, values, where)

    def _event(self, envelope: AnyDocument, values: Mapping[str, str], where: str) -> DomainEvent:
        name, version = envelope.type, envelope.schema_version
        event_type = self._types.get(name)
        if event_type is None:
            raise UnknownEventType(f"{where}: event type {name!r} is not registered")
        if version > event_type.schema_version:
            raise UnknownEventType(
                f"{where}: {name} has schema version {version}, this code knows "
                f"{event_type.schema_version}: install the newer program"
            )
        personal = _personal_fields(event_type, values)
        try:
            return event_type.model_validate_json(orjson.dumps(envelope.data | personal))
        except ValidationError as error:
            raise InvalidDocument(f"{where}: {name}.{_first(error)}") from error


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def _personal_fields(event_type: type[DomainEvent], values: Mapping[str, str]) -> dict[str, object]:
    names = {field: f"data.{field}" for field in event_type.personal}
    return {field: values[name] for field, name in names.items() if name in values}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _document(
    new: NewEvent, data: Mapping[str, object], personal: tuple[PersonalValue, ...]
) -> dict[str, object]:
    # In the order of the canonical form, which is then quicker to write.
    return {
        "actor": new.actor,
        "approved_by": new.approved_by,
        "causation_id": _text(new.causation_id),
        "classification": new.classification,
        "commitments": {v.field: commitment(v.salt, v.field, v.value) for v in personal},
        "correlation_id": str(new.correlation_id),
        "corrects": _text(new.corrects),
        "data": data,
        "effective_from": new.effective_from.isoformat(),
        "event_id": str(new.event_id),
        "occurred_on": new.occurred_on.isoformat(),
        "on_behalf_of": new.on_behalf_of,
        "precision": new.precision,
        "schema_version": new.event.schema_version,
        "source": new.source,
        "subjects": list(new.subjects),
        "type": new.event.type_name(),
    }
