"""From entries to the bytes of an iCalendar object; `icalendar` escapes and folds them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from icalendar import Calendar, Event, vCalAddress

from cot_flows.calendar_feed.entries import Entry

PRODUCT = "-//cot-flows//calendar 1//EN"
MEDIA_TYPE = "text/calendar; charset=utf-8"
DOMAIN = "cot-flows"
"""What follows the id in a UID, as RFC 5545 wants it to look."""

ASK_AGAIN = timedelta(hours=6)
"""How often a subscriber should look; many look less often, hence the invitations by mail."""

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]


def feed(name: str, entries: Sequence[Entry]) -> bytes:
    """Return a calendar to subscribe to. The same entries always give the same bytes."""
    made = _calendar("PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT6H")
    for entry in entries:
        made.add_component(_event(entry))
    return bytes(made.to_ical())


def invitation(entry: Entry, *, organizer: str, attendee: str) -> bytes:
    """Return the iTIP message (RFC 5546) that moves an entry, or calls it off, in a calendar.

    `organizer` and `attendee` are mail addresses: what is made here is mailed and never recorded.
    """
    made = _calendar(method_of(entry))
    event = _event(entry)
    event.add("organizer", vCalAddress(f"mailto:{organizer}"))
    asked = {"PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE", "ROLE": "REQ-PARTICIPANT"}
    event.add("attendee", vCalAddress(f"mailto:{attendee}"), parameters=asked)
    made.add_component(event)
    return bytes(made.to_ical())


def method_of(entry: Entry) -> Method:
    """Return the method of an entry's invitation."""
    return "CANCEL" if entry.cancelled else "REQUEST"


def _calendar(method: Method) -> Calendar:
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    return made


def _event(entry: Entry) -> Event:
    made = Event()
    made.add("uid", f"{entry.uid}@{DOMAIN}")
    # RFC 5545 knows whole seconds only.
    made.add("dtstamp", entry.stamp.replace(microsecond=0))
    made.add("last-modified", entry.stamp.replace(microsecond=0))
    made.add("created", entry.created.replace(microsecond=0))
    made.add("dtstart", entry.day)
    made.add("dtend", entry.day + timedelta(days=1))
    made.add("sequence", entry.sequence)
    made.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    # A due date takes nobody's time: it must not show its readers as busy.
    made.add("transp", "TRANSPARENT")
    made.add("summary", entry.summary)
    made.add("description", entry.description)
    made.add("categories", list(entry.categories))
    made.add("url", entry.url)
    return made
