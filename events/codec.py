"""From events to canonical bytes and back, with a registry of types. Unknown is an error."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple, get_args
from uuid import UUID

import orjson
from pydantic import ValidationError

from domain.message import Classification, DomainEvent, Precision, Source
from events.canonical import (
    canonical_bytes,
    commitment,
    is_plain,
    normal_text,
    write_plain,
)
from events.document import AnyDocument, Documents, Envelope
from events.envelope import NewEvent, RecordedEvent, Salts, StoredEvent
from events.errors import InvalidDocument, UnknownEventType

LARGEST_CONTENT = 65535
"""The most bytes that one event may take; the table's check agrees."""

NOTHING_WITHHELD: frozenset[str] = frozenset()
PRECISIONS = frozenset(get_args(Precision))
SOURCES = frozenset(get_args(Source))
CLASSIFICATIONS = frozenset(get_args(Classification))

Place = Callable[[], str]
"""Says for a message where a document is: asked only when something is wrong with it."""


class PersonalValue(NamedTuple):
    """A committed value kept beside the log. `field` is `reason` or `data.<name>`."""

    field: str
    salt: bytes
    value: str


class Encoded(NamedTuple):
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
        event = new.event
        name = event.type_name()
        if self._types.get(name) is not type(event):
            raise UnknownEventType(f"event type {name} is not registered")
        data = event.model_dump(mode="json")
        personal = self._committed(new, data) if event.personal or new.reason is not None else ()
        content = self._content(new, data, personal)
        if len(content) > LARGEST_CONTENT:
            raise InvalidDocument(
                f"event {new.event_id}: {name} takes {len(content)} bytes, more than "
                f"{LARGEST_CONTENT}: keep the document elsewhere and record its digest"
            )
        return Encoded(new.event_id, content, personal)

    def _committed(self, new: NewEvent, data: dict[str, object]) -> tuple[PersonalValue, ...]:
        """Take the personal values out of the data and give each a salt."""
        committed = {f"data.{field}": data.pop(field) for field in new.event.personal}
        committed["reason"] = new.reason
        return tuple(
            PersonalValue(field, self._salts(), normal_text(str(value), field))
            for field, value in sorted(committed.items())
            if value is not None
        )

    def _content(
        self, new: NewEvent, data: dict[str, object], personal: tuple[PersonalValue, ...]
    ) -> bytes:
        """Return the canonical bytes; refuse what could be stored and then never be read again.

        Objects can be made without validation, and normalising can lengthen a text past its limit:
        so what was written is read. The quick way is for the usual fact, in ASCII and soundly
        wrapped; it reads the data alone. Whatever it does not take goes the slow way, which reads
        the whole document and says what is wrong.
        """
        if is_plain(data) and _is_soundly_wrapped(new):
            written = write_plain(data)
            if written is not None and self._is_readable(new.event, written, data, personal):
                content = write_plain(_document(new, orjson.Fragment(written), personal))
                if content is not None:
                    return content
        content = canonical_bytes(_in_texts(_document(new, data, personal)))
        values = {value.field: value.value for value in personal}
        document, _ = self._read(content, values, lambda: f"event {new.event_id}")
        if list(document.subjects) != sorted(set(document.subjects)):
            raise InvalidDocument(f"event {new.event_id}: subjects must come sorted, each once")
        return content

    def _is_readable(
        self,
        event: DomainEvent,
        written: bytes,
        data: Mapping[str, object],
        personal: tuple[PersonalValue, ...],
    ) -> bool:
        event_type = type(event)
        if event.personal and personal:
            values = {value.field: value.value for value in personal}
            written = orjson.dumps({**data, **_personal_fields(event_type, values)})
        try:
            event_type.model_validate_json(written)
        except ValidationError:
            return False
        return True

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
        commitments = document.commitments
        # By place, in the order of the fields: by name it takes twice as long.
        return RecordedEvent(
            stored.district,
            stored.position,
            stored.stream,
            stored.stream_version,
            stored.recorded_at,
            stored.fact_position,
            stored.leaf_hash,
            event,
            document.event_id,
            document.occurred_on,
            document.precision,
            document.effective_from,
            document.actor,
            document.source,
            document.correlation_id,
            document.subjects,
            document.causation_id,
            document.on_behalf_of,
            document.approved_by,
            values.get("reason"),
            document.classification,
            document.corrects,
            frozenset(commitments.keys() - values.keys()) if commitments else NOTHING_WITHHELD,
        )

    def decode_data(
        self, district: str, position: int, name: str, schema_version: int, data: str
    ) -> DomainEvent:
        """Return a recorded event from its data alone, without personal values.

        Raises InvalidDocument or UnknownEventType, naming the position.
        """
        event_type = self._types.get(name)
        try:
            if event_type is not None and schema_version <= event_type.schema_version:
                return event_type.model_validate_json(data)
        except ValidationError as error:
            where = f"position {position} of {district}"
            raise InvalidDocument(f"{where}: {name}.{_first(error)}") from error
        raise self._unknown(f"position {position} of {district}", name, schema_version)

    def _unknown(self, where: str, name: str, version: int) -> UnknownEventType:
        event_type = self._types.get(name)
        if event_type is None:
            return UnknownEventType(f"{where}: event type {name!r} is not registered")
        return UnknownEventType(
            f"{where}: {name} has schema version {version}, this code knows "
            f"{event_type.schema_version}: install the newer program"
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
        if event_type is None or version > event_type.schema_version:
            raise self._unknown(where, name, version)
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


def _is_soundly_wrapped(new: NewEvent) -> bool:
    """Say whether the envelope holds what its types say: it is made without validation."""
    subjects = new.subjects
    return (
        new.precision in PRECISIONS
        and new.source in SOURCES
        and new.classification in CLASSIFICATIONS
        and type(new.occurred_on) is date
        and type(new.effective_from) is date
        and type(new.event_id) is UUID
        and type(new.correlation_id) is UUID
        and (new.causation_id is None or type(new.causation_id) is UUID)
        and (new.corrects is None or type(new.corrects) is UUID)
        and type(new.actor) is str
        and (new.on_behalf_of is None or type(new.on_behalf_of) is str)
        and (new.approved_by is None or type(new.approved_by) is str)
        and type(subjects) is tuple
        and all(type(subject) is str for subject in subjects)
        and all(first < second for first, second in pairwise(subjects))
    )


def _in_texts(document: Mapping[str, object]) -> dict[str, object]:
    return {name: _text(value) for name, value in document.items()}


def _text(value: object) -> object:
    match value:
        case UUID():
            return str(value)
        case date():
            return value.isoformat()
        case _:
            return value


def _document(
    new: NewEvent, data: object, personal: tuple[PersonalValue, ...]
) -> dict[str, object]:
    # In the order of the canonical form, which is then quicker to write.
    return {
        "actor": new.actor,
        "approved_by": new.approved_by,
        "causation_id": new.causation_id,
        "classification": new.classification,
        "commitments": {v.field: commitment(v.salt, v.field, v.value) for v in personal},
        "correlation_id": new.correlation_id,
        "corrects": new.corrects,
        "data": data,
        "effective_from": new.effective_from,
        "event_id": new.event_id,
        "occurred_on": new.occurred_on,
        "on_behalf_of": new.on_behalf_of,
        "precision": new.precision,
        "schema_version": new.event.schema_version,
        "source": new.source,
        "subjects": new.subjects,
        "type": new.event.type_name(),
    }
