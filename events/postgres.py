"""The log on PostgreSQL. One append is one round trip to one function of the database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString, cast
from uuid import UUID

import orjson
from psycopg import Connection, Cursor
from psycopg.errors import InvalidParameterValue
from psycopg.rows import TupleRow

from domain.ids import is_subject
from domain.message import Happened
from events.admission import (
    require_district,
    require_log,
    require_sound,
    require_within_calendar,
    require_zoned,
)
from events.codec import Codec, Encoded
from events.envelope import Clock, Head, History, RecordedEvent, StoredEvent
from events.errors import (
    AppendRefused,
    BatchPartlyKnown,
    ClockAhead,
    ConditionFailed,
    IdReused,
    LogDiffers,
    LogError,
    LogRefused,
    NotOnRecord,
    TimeNotYetKnown,
    TimeRefused,
    UnknownFact,
    UnknownLog,
    ValuesHeld,
    WrongExpectedVersion,
)
from events.statements import statement
from events.store import Appended, StreamWrite, Unless
from events.withdrawal import withdraws

Connect = Callable[[], AbstractContextManager[Connection[TupleRow]]]
"""Lends a connection in autocommit mode, under a role that may append and read."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the append function answered."""

    outcome: str
    positions: Sequence[int] | None
    recorded_at: datetime | None
    detail: Mapping[str, object] | None


class PostgresStore:
    """The log of all districts in one database."""

    def __init__(self, connect: Connect, codec: Codec, withdrawing: Connect | None = None) -> None:
        """Use connections of `connect`; nothing is opened before the first call.

        `withdrawing` lends connections under the one role that may have values withdrawn; without
        it appends that withdraw are refused.
        """
        self._connect = connect
        self._codec = codec
        self._withdrawing = withdrawing

    def create_log(
        self, district: str, *, clock: Clock, time_zone: str, begins_at: datetime | None = None
    ) -> bool:
        """Begin a district's log; see the port."""
        require_log(district, clock, time_zone, begins_at)
        given = {"district": district, "clock": clock, "time_zone": time_zone, "at": begins_at}
        try:
            with self._connect() as connection:
                row = connection.execute(statement("read/create_log"), given).fetchone()
        except InvalidParameterValue as error:
            raise LogRefused(
                f"the database server knows no time zone {time_zone!r}: bring its time zones up to "
                "date, or give another"
            ) from error
        outcome = row[0] if row else None
        if outcome == "differs":
            raise LogDiffers(
                f"district {district} exists with another clock or time zone than {clock}, "
                f"{time_zone}: neither can be changed; choose another name"
            )
        return outcome == "created"

    def append(
        self,
        district: str,
        writes: Sequence[StreamWrite],
        *,
        recorded_at: datetime | None = None,
        unless: Unless | None = None,
    ) -> Appended:
        """Record events; see the port."""
        parameters = append_parameters(self._codec, district, writes, recorded_at, unless)
        if is_withdrawal(writes):
            answer = self._withdraw(district, parameters)
        else:
            with self._connect() as connection:
                answer = call_append(connection.cursor(binary=True), parameters)
        return self.result_of(district, writes, answer)

    def _withdraw(self, district: str, parameters: Mapping[str, Any]) -> Outcome:
        if self._withdrawing is None:
            raise AppendRefused(
                f"values of {district} cannot be withdrawn through this store: it has no "
                "connection under the role cot_redactor"
            )
        with self._withdrawing() as connection:
            return call_withdraw(connection.cursor(binary=True), parameters)

    def result_of(self, district: str, writes: Sequence[StreamWrite], answer: Outcome) -> Appended:
        """Turn the database's answer into a result, or into the error that it stands for."""
        positions, moment = answer.positions, answer.recorded_at
        if answer.outcome == "appended" and moment is not None:
            return Appended(tuple(positions or ()), moment, recognised=False)
        if answer.outcome == "known" and moment is not None:
            self._require_same_content(district, writes)
            return Appended(tuple(positions or ()), moment, recognised=True)
        raise refusal(district, answer)

    def _require_same_content(self, district: str, writes: Sequence[StreamWrite]) -> None:
        given = {new.event_id: (write.stream, new) for write in writes for new in write.events}
        for stored in self._stored("read/find", district=district, ids=list(given)):
            stream, new = given[stored.event_id]
            if stored.stream != stream or not self._codec.same_content(new, stored):
                raise IdReused(district, stored.event_id)

    def read_stream(
        self, district: str, stream: str, *, up_to: int | None = None
    ) -> list[RecordedEvent]:
        """Return a stream's events; see the port."""
        return self._recorded("read/stream", district=district, stream=stream, up_to=up_to)

    def read_log(self, district: str, *, after: int, limit: int) -> list[RecordedEvent]:
        """Return a page of the log; see the port."""
        return self._recorded("read/log", district=district, after=after, limit=limit)

    def read_subjects(
        self, district: str, subjects: Sequence[str], *, up_to: int | None = None
    ) -> list[RecordedEvent]:
        """Return the events about subjects; see the port."""
        given = list(subjects)
        return self._recorded("read/subjects", district=district, subjects=given, up_to=up_to)

    def history(self, district: str, name: str, *, up_to: int | None = None) -> History:
        """Return what deciders fold; see the port."""
        form = "read/history_of_subject" if is_subject(name) else "read/history"
        given = {"district": district, "name": name, "up_to": up_to}
        with self._connect() as connection:
            rows = connection.cursor(binary=True).execute(statement(form), given).fetchall()
        words: dict[int, Happened] = {}
        decode = self._codec.decode_data
        for _, position, place, kind, shape, actor, occurred_on, effective_from, data in rows:
            event = decode(district, position, kind, shape, data)
            words[place] = Happened(event, place, actor, occurred_on, effective_from)
        # Sorted always: a correction may concern a subject that its fact did not.
        facts = tuple(words[place] for place in sorted(words))
        return History(max((row[0] for row in rows), default=0), facts)

    def find(self, district: str, event_id: UUID) -> RecordedEvent | None:
        """Return one event by id; see the port."""
        found = self._recorded("read/find", district=district, ids=[event_id])
        return found[0] if found else None

    def find_stored(self, district: str, event_id: UUID) -> StoredEvent | None:
        """Return one event by id as it is stored, with the bytes that were hashed, or None."""
        found = self._stored("read/find", district=district, ids=[event_id])
        return found[0] if found else None

    def head(self, district: str) -> Head:
        """Return where the log ends; see the port."""
        require_district(district)
        heads = self._heads(district)
        if not heads:
            raise UnknownLog(district)
        return heads[0]

    def heads(self) -> list[Head]:
        """Return all heads; see the port."""
        return self._heads(None)

    def position_known_at(self, district: str, when: datetime | date) -> int:
        """Return what was known at a time; see the port."""
        require_zoned(when)
        require_district(district)
        require_within_calendar(when)
        moment, is_present = when, False
        if not isinstance(moment, datetime):
            moment, is_present = self._end_of_day(district, moment)
        given = {"district": district, "at": moment}
        with self._connect() as connection:
            row = connection.execute(statement("read/known_at"), given).fetchone()
        outcome, position = row or ("no_log", 0)
        if outcome == "no_log":
            raise UnknownLog(district)
        if outcome == "future" and not is_present:
            raise TimeNotYetKnown(when)
        return int(position)

    def refresh_statistics(self) -> None:
        """Let the planner see what a bulk of appends has made of the log."""
        with self._connect() as connection:
            connection.execute(statement("read/refresh_statistics"))

    def announce(self, district: str) -> None:
        """Wake those who follow the log, in a transaction of its own."""
        with self._connect() as connection:
            connection.execute(statement("read/announce"), {"district": district})

    def _end_of_day(self, district: str, day: date) -> tuple[datetime, bool]:
        given = {"district": district, "day": day}
        with self._connect() as connection:
            row = connection.execute(statement("read/end_of_day"), given).fetchone()
        if row is None:
            raise UnknownLog(district)
        return row[0], bool(row[1])

    def _heads(self, district: str | None) -> list[Head]:
        with self._connect() as connection:
            rows = connection.execute(statement("read/heads"), {"district": district}).fetchall()
        return [
            Head(district=r[0], position=r[1], recorded_at=r[2], clock=r[3], time_zone=r[4])
            for r in rows
        ]

    def _recorded(self, name: LiteralString, **given: object) -> list[RecordedEvent]:
        return [self._codec.decode(stored) for stored in self._stored(name, **given)]

    def _stored(self, name: LiteralString, **given: object) -> list[StoredEvent]:
        with self._connect() as connection:
            cursor = connection.cursor(binary=True)
            return [_stored(row) for row in cursor.execute(statement(name), given).fetchall()]


def append_parameters(
    codec: Codec,
    district: str,
    writes: Sequence[StreamWrite],
    recorded_at: datetime | None,
    unless: Unless | None,
) -> dict[str, object]:
    """Return the parameters of the append function; raises what encoding raises."""
    require_sound(district, writes, recorded_at)
    encoded: list[Encoded] = []
    stream_of: list[int] = []
    for number, write in enumerate(writes, start=1):
        encoded += [codec.encode(new) for new in write.events]
        stream_of += [number] * len(write.events)
    return {
        "district": district,
        "streams": [write.stream for write in writes],
        "expected": [write.expected.version for write in writes],
        "ids": [each.event_id for each in encoded],
        "stream_of": stream_of,
        "contents": [each.content for each in encoded],
        "corrects": _corrects(writes),
        "personal": _personal(encoded),
        "at": recorded_at,
        "unless_subject": unless and unless.subject,
        "unless_types": list(unless.types) if unless else None,
        "unless_after": unless and unless.after,
    }


def _corrects(writes: Sequence[StreamWrite]) -> list[UUID] | None:
    facts = [n.corrects for write in writes for n in write.events if n.corrects is not None]
    return facts or None


def _personal(encoded: Iterable[Encoded]) -> str | None:
    values = [
        {"event": number, "field": v.field, "salt": v.salt.hex(), "value": v.value}
        for number, each in enumerate(encoded, start=1)
        for v in each.personal
    ]
    return orjson.dumps(values).decode() if values else None


def call_append(cursor: Cursor[TupleRow], parameters: Mapping[str, Any]) -> Outcome:
    """Call the append function and return its answer. The statement is prepared at once."""
    one = _of_one_event(parameters)
    name, given = ("read/append", parameters) if one is None else ("read/append_one", one)
    return _outcome(cursor, name, given, parameters)


def call_withdraw(cursor: Cursor[TupleRow], parameters: Mapping[str, Any]) -> Outcome:
    """Call the function that appends and withdraws in one, and return its answer."""
    return _outcome(cursor, "read/withdraw", parameters, parameters)


def is_withdrawal(writes: Sequence[StreamWrite]) -> bool:
    """Whether an append takes personal values away."""
    return any(withdraws(new.event) for write in writes for new in write.events)


def _outcome(
    cursor: Cursor[TupleRow],
    name: LiteralString,
    given: Mapping[str, Any],
    parameters: Mapping[str, Any],
) -> Outcome:
    row = cursor.execute(statement(name), given, prepare=True).fetchone()
    if row is None:
        raise LogError("the append function gave no answer")
    outcome, positions, recorded_at, detail = row
    if outcome == "appended":
        count = len(parameters["ids"])
        positions = list(range(positions[0], positions[0] + count)) if count else []
    return Outcome(outcome, positions, recorded_at, detail)


def _of_one_event(parameters: Mapping[str, Any]) -> dict[str, object] | None:
    """Return the same parameters without arrays, for one event in one stream and no condition."""
    streams, ids = parameters["streams"], parameters["ids"]
    if len(ids) != 1 or len(streams) != 1 or parameters["unless_subject"] is not None:
        return None
    return {
        "district": parameters["district"],
        "stream": streams[0],
        "expected": parameters["expected"][0],
        "id": ids[0],
        "content": parameters["contents"][0],
        "personal": parameters["personal"],
        "at": parameters["at"],
    }


def refusal(district: str, answer: Outcome) -> LogError:
    """Return the error that a refusing answer stands for."""
    detail = dict(answer.detail or {})
    match answer.outcome:
        case "wrong_version":
            return WrongExpectedVersion(
                district,
                str(detail["stream"]),
                _whole(detail["expected"]),
                _whole(detail["actual"]),
            )
        case "condition_failed":
            return ConditionFailed(
                district, str(detail["subject"]), str(detail["type"]), _whole(detail["position"])
            )
        case "partly_known":
            return BatchPartlyKnown(district, _whole(detail["known"]), _whole(detail["given"]))
        case "unknown_fact":
            return UnknownFact(district, str(detail["corrects"]))
        case "time_refused":
            return TimeRefused(
                f"the log of {district} keeps a {detail['clock']} clock: "
                + _advice(str(detail["clock"]), detail)
            )
        case "clock_ahead":
            return ClockAhead(
                f"the log of {district} ends at {detail['head']}, later than the server's clock "
                f"({detail['server']}): set the server's clock right before appending"
            )
        case "held":
            return ValuesHeld(district, _whole(detail["position"]), str(detail["hold"]))
        case "not_on_record":
            return NotOnRecord(district, UUID(str(detail["event"])), str(detail["field"]))
        case "no_log":
            return UnknownLog(district)
        case other:
            return LogError(f"the append function answered {other!r}: program and schema differ")


def _advice(clock: str, detail: Mapping[str, object]) -> str:
    if clock == "server":
        return "leave the recording time to it"
    return f"give a recording time not before {detail['head']} (given: {detail['given']})"


def _whole(value: object) -> int:
    return cast(int, value)


def _stored(row: TupleRow) -> StoredEvent:
    district, position, stream, version, event_id, at, fact, content, leaf, upcast, personal = row
    values = orjson.loads(personal) if personal else {}
    kept = {field: (bytes.fromhex(salt), value) for field, (salt, value) in values.items()}
    current = upcast.encode() if upcast else content
    # By place, as in the codec.
    return StoredEvent(
        district, position, stream, version, event_id, at, fact, content, leaf, current, kept
    )
