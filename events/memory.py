"""The log in memory: the same contract, for tests, trials and what-if. Nothing survives it.

Documents are encoded and decoded as in the database, so that what cannot be stored fails here too.
Upcasters live in the database; here every event has its type's newest schema version.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.ids import is_subject
from events.active import history_of
from events.admission import require_log, require_sound, require_within_calendar, require_zoned
from events.codec import Codec, Encoded
from events.envelope import Clock, Head, History, NewEvent, RecordedEvent, StoredEvent
from events.errors import (
    BatchPartlyKnown,
    ClockAhead,
    ConditionFailed,
    IdReused,
    LogDiffers,
    NotOnRecord,
    TimeNotYetKnown,
    TimeRefused,
    UnknownFact,
    UnknownLog,
    ValuesHeld,
    WrongExpectedVersion,
)
from events.leaf import leaf_hash
from events.store import Appended, StreamWrite, Unless
from events.withdrawal import HOLDS, Place, holds_over, last_day, taken

MOST_AHEAD = timedelta(minutes=2)
"""How far a log's head may lie ahead of the clock; the append function of the database agrees."""


@dataclass(slots=True)
class _Log:
    """One district's log. All fields are guarded by the store's lock."""

    head: Head
    stored: list[StoredEvent] = field(default_factory=list)
    by_id: dict[UUID, int] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)


class MemoryStore:
    """The log of all districts, in this process."""

    def __init__(self, codec: Codec, now: Callable[[], datetime]) -> None:
        """Hold nothing yet; `now` is the clock of logs with a server clock."""
        self._codec = codec
        self._now = now
        self._logs: dict[str, _Log] = {}
        self._lock = (
            Lock()
        )  # One append at a time gives dense positions in the order of visibility.

    def create_log(
        self, district: str, *, clock: Clock, time_zone: str, begins_at: datetime | None = None
    ) -> bool:
        """Begin a district's log; see the port."""
        require_log(district, clock, time_zone, begins_at)
        with self._lock:
            log = self._logs.get(district)
            if log is None:
                head = Head(district, 0, begins_at or self._now(), clock, time_zone)
                self._logs[district] = _Log(head)
                return True
        if (log.head.clock, log.head.time_zone) != (clock, time_zone):
            raise LogDiffers(f"district {district} exists with another clock or time zone")
        return False

    def append(
        self,
        district: str,
        writes: Sequence[StreamWrite],
        *,
        recorded_at: datetime | None = None,
        unless: Unless | None = None,
    ) -> Appended:
        """Record events; see the port."""
        news = [(write.stream, new) for write in writes for new in write.events]
        require_sound(district, writes, recorded_at)
        encoded = {new.event_id: self._codec.encode(new) for _, new in news}
        with self._lock:
            log = self._log(district)
            known = [log.by_id[new.event_id] for _, new in news if new.event_id in log.by_id]
            if known:
                return self._recognised(log, news, known)
            going = [each for _, new in news for each in taken(new.event)]
            for event_id, name in going:
                _require_withdrawable(log, event_id, name)
            _check(log, writes, unless)
            for _, new in news:
                if new.corrects is not None and new.corrects not in log.by_id:
                    raise UnknownFact(district, str(new.corrects))
            moment = self._moment(log.head, recorded_at)
            versions = dict(log.versions)
            placed: list[StoredEvent] = []
            for number, (stream, new) in enumerate(news, start=1):
                versions[stream] = versions.get(stream, 0) + 1
                position = log.head.position + number
                place = (stream, versions[stream], position)
                placed.append(_placed(log, place, new, encoded[new.event_id], moment))
            log.versions = versions
            log.stored += placed
            for event_id, name in going:
                _remove(log, event_id, name)
            log.by_id |= {stored.event_id: stored.position for stored in placed}
            if placed:
                log.head = Head(
                    district, placed[-1].position, moment, log.head.clock, log.head.time_zone
                )
            return Appended(tuple(each.position for each in placed), moment, recognised=False)

    def _recognised(
        self, log: _Log, news: Sequence[tuple[str, NewEvent]], known: list[int]
    ) -> Appended:
        if len(known) < len(news):
            raise BatchPartlyKnown(log.head.district, len(known), len(news))
        for (stream, new), position in zip(news, known, strict=True):
            stored = log.stored[position - 1]
            if stored.stream != stream or not self._codec.same_content(new, stored):
                raise IdReused(log.head.district, new.event_id)
        moment = min(log.stored[position - 1].recorded_at for position in known)
        return Appended(tuple(known), moment, recognised=True)

    def _moment(self, head: Head, given: datetime | None) -> datetime:
        if head.clock == "server":
            if given is not None:
                raise TimeRefused(f"{head.district} keeps a server clock: leave the time to it")
            now = self._now()
            if head.recorded_at > now + MOST_AHEAD:
                raise ClockAhead(
                    f"the log of {head.district} ends at {head.recorded_at}, later than the clock "
                    f"({now}): set the clock right before appending"
                )
            return max(head.recorded_at, now)
        if given is None or given < head.recorded_at:
            raise TimeRefused(
                f"{head.district} keeps a simulated clock: give a recording time not before "
                f"{head.recorded_at} (given: {given})"
            )
        return given

    def read_stream(
        self, district: str, stream: str, *, up_to: int | None = None
    ) -> list[RecordedEvent]:
        """Return a stream's events; see the port."""
        return self._select(district, up_to, lambda stored: stored.stream == stream)

    def read_log(self, district: str, *, after: int, limit: int) -> list[RecordedEvent]:
        """Return a page of the log; see the port."""
        after = max(after, 0)
        return self._select(district, after + limit, lambda stored: stored.position > after)

    def read_subjects(
        self, district: str, subjects: Sequence[str], *, up_to: int | None = None
    ) -> list[RecordedEvent]:
        """Return the events about subjects; see the port."""
        wanted = set(subjects)
        recorded = self._select(district, up_to, lambda _: True)
        return [each for each in recorded if wanted.intersection(each.subjects)]

    def history(self, district: str, name: str, *, up_to: int | None = None) -> History:
        """Return what deciders fold; see the port."""
        if is_subject(name):
            return history_of(self.read_subjects(district, [name], up_to=up_to))
        return history_of(self.read_stream(district, name, up_to=up_to))

    def find(self, district: str, event_id: UUID) -> RecordedEvent | None:
        """Return one event by id; see the port."""
        found = self._select(district, None, lambda stored: stored.event_id == event_id)
        return found[0] if found else None

    def head(self, district: str) -> Head:
        """Return where the log ends; see the port."""
        with self._lock:
            return self._log(district).head

    def heads(self) -> list[Head]:
        """Return all heads; see the port."""
        with self._lock:
            return [self._logs[district].head for district in sorted(self._logs)]

    def position_known_at(self, district: str, when: datetime | date) -> int:
        """Return what was known at a time; see the port."""
        require_zoned(when)
        with self._lock:
            log = self._log(district)
            require_within_calendar(when)
            zone, simulated = ZoneInfo(log.head.time_zone), log.head.clock == "simulated"
            present = log.head.recorded_at if simulated else self._now()
            if isinstance(when, datetime):
                moment = when
            elif simulated and when == present.astimezone(zone).date():
                return log.head.position
            else:
                next_day = datetime.combine(when + timedelta(days=1), time(), zone)
                moment = next_day.astimezone(UTC) - timedelta(microseconds=1)
            # Before the head nothing changes any more, even if the head lies ahead of the clock.
            is_future = moment > present or (moment == present and not simulated)
            if is_future and moment >= log.head.recorded_at:
                raise TimeNotYetKnown(when)
            return bisect_right([stored.recorded_at for stored in log.stored], moment)

    def _log(self, district: str) -> _Log:
        if district not in self._logs:
            raise UnknownLog(district)
        return self._logs[district]

    def _select(
        self, district: str, up_to: int | None, wanted: Callable[[StoredEvent], bool]
    ) -> list[RecordedEvent]:
        with self._lock:
            log = self._logs.get(district)
            known = None if up_to is None else max(up_to, 0)
            chosen = [s for s in (log.stored if log else ())[:known] if wanted(s)]
        return [self._codec.decode(stored) for stored in chosen]


def _check(log: _Log, writes: Sequence[StreamWrite], unless: Unless | None) -> None:
    district = log.head.district
    for write in writes:
        actual = log.versions.get(write.stream, 0)
        if write.expected.version is not None and write.expected.version != actual:
            raise WrongExpectedVersion(district, write.stream, write.expected.version, actual)
    if unless is None:
        return
    for stored in log.stored[max(unless.after, 0) :]:
        subjects, event_type = stored.document["subjects"], str(stored.document["type"])
        if isinstance(subjects, list) and unless.subject in subjects and event_type in unless.types:
            raise ConditionFailed(district, unless.subject, event_type, stored.position)


def _require_withdrawable(log: _Log, event_id: UUID, name: str) -> None:
    position = log.by_id.get(event_id)
    if position is None:
        raise NotOnRecord(log.head.district, event_id, name)
    held = holds_over(_facts_on_holds(log), _place(log.stored[position - 1]))
    if held:
        raise ValuesHeld(log.head.district, position, held[0])
    if name not in log.stored[position - 1].personal:
        raise NotOnRecord(log.head.district, event_id, name)


def _facts_on_holds(log: _Log) -> list[tuple[str, Mapping[str, object]]]:
    held = (stored.document for stored in log.stored if stored.stream == HOLDS)
    return [(str(each["type"]), cast(Mapping[str, object], each["data"])) for each in held]


def _place(stored: StoredEvent) -> Place:
    document = stored.document
    begins = date.fromisoformat(str(document["occurred_on"]))
    return Place(
        stored.stream,
        tuple(cast(list[str], document["subjects"])),
        begins,
        last_day(begins, str(document["precision"])),
    )


def _remove(log: _Log, event_id: UUID, name: str) -> None:
    place = log.by_id[event_id] - 1
    stored = log.stored[place]
    kept = {field: value for field, value in stored.personal.items() if field != name}
    log.stored[place] = stored._replace(personal=kept)


def _placed(
    log: _Log, place: tuple[str, int, int], new: NewEvent, encoded: Encoded, moment: datetime
) -> StoredEvent:
    """Return the event as stored at a place: stream, stream version, position."""
    stream, version, position = place
    corrected = None if new.corrects is None else log.stored[log.by_id[new.corrects] - 1]
    return StoredEvent(
        district=log.head.district,
        position=position,
        stream=stream,
        stream_version=version,
        event_id=new.event_id,
        recorded_at=moment,
        fact_position=position if corrected is None else corrected.fact_position,
        content=encoded.content,
        leaf_hash=leaf_hash(
            district=log.head.district,
            position=position,
            stream=stream,
            stream_version=version,
            recorded_at=moment,
            content=encoded.content,
        ),
        current=encoded.content,
        personal={value.field: (value.salt, value.value) for value in encoded.personal},
    )
