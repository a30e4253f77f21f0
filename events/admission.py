"""What may come into a log at all: checks that every store makes before it looks at the log."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from events.canonical import normal_text
from events.envelope import Clock
from events.errors import (
    AppendRefused,
    LogRefused,
    TimeNotYetKnown,
    TimeRefused,
    UnknownLog,
)
from events.store import StreamWrite

DISTRICT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
"""What a district's name looks like; the database checks the same."""

LAST_YEAR = 9999
"""No log will know that year's days: in another time zone its last one is beyond the calendar."""

NOT_A_PLACE = re.compile(r"(posix|right)/.*|localtime|posixrules")
"""Files of a system's zone directory that name no zone, or one with leap seconds."""


def require_log(district: str, clock: Clock, time_zone: str, begins_at: datetime | None) -> None:
    """Refuse to begin a log that could not be kept. Raises LogRefused."""
    if not DISTRICT.fullmatch(district):
        raise LogRefused(
            f"{district!r} cannot name a district: use at most 63 small letters, digits and hyphens"
        )
    if not _names_a_zone(time_zone):
        raise LogRefused(f"{time_zone!r} is no time zone: give one such as America/Chicago")
    if begins_at is None:
        return
    if clock == "server":
        raise LogRefused(f"{district} is to keep a server clock: leave its first time out")
    if begins_at.tzinfo is None:
        raise LogRefused(f"the first time of {district} has no time zone: add one ({begins_at})")


def _names_a_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return NOT_A_PLACE.fullmatch(name) is None


def require_district(district: str) -> None:
    """Refuse a name that no district can have, before it is looked up. Raises UnknownLog."""
    if not DISTRICT.fullmatch(district):
        raise UnknownLog(district)


def require_sound(
    district: str, writes: Sequence[StreamWrite], recorded_at: datetime | None
) -> None:
    """Refuse an append that no log could take.

    Raises UnknownLog, AppendRefused, TimeRefused, InvalidDocument. Streams and event ids must come
    once, stream names be plain text, a recording time have a zone.
    """
    require_district(district)
    streams = [write.stream for write in writes]
    if len(set(streams)) < len(streams):
        raise AppendRefused(f"a stream comes twice in one append to {district}: join its events")
    for stream in streams:
        if not stream or normal_text(stream, "stream") != stream:
            raise AppendRefused(f"{stream!r} cannot name a stream: use plain text in NFC")
    ids = [new.event_id for write in writes for new in write.events]
    if len(set(ids)) < len(ids):
        raise AppendRefused(f"an event id comes twice in one append to {district}")
    if recorded_at is not None and recorded_at.tzinfo is None:
        raise TimeRefused(f"the recording time {recorded_at} has no time zone: add one")


def require_zoned(when: datetime | date) -> None:
    """Refuse a time that could mean several moments. Raises ValueError."""
    if isinstance(when, datetime) and when.tzinfo is None:
        raise ValueError(f"{when.isoformat()} has no time zone: add one, or ask for a date")


def require_within_calendar(when: datetime | date) -> None:
    """Refuse a time whose day has no end that the database could hold. Raises TimeNotYetKnown."""
    if when.year >= LAST_YEAR:
        raise TimeNotYetKnown(when)
