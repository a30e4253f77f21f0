"""The calendar of a district, a unit or a person, at a moment."""

from cot_flows.bootstrap import Engine
from cot_flows.calendar_feed.entries import Wanted, entries
from cot_flows.calendar_feed.writing import feed
from cot_flows.errors import UnknownThing
from cot_flows.links import links
from cot_flows.moments import Moment
from cot_flows.reviews.people import read_people
from cot_flows.reviews.reading_deadlines import read_deadlines

WHOLE = Wanted()


def calendar(engine: Engine, moment: Moment, wanted: Wanted = WHOLE) -> bytes:
    """Return the bytes of an iCalendar object: the same for the same log on the same day.

    Raises UnknownThing for a unit that is not there, or an actor who does not act.
    """
    district = moment.district
    deadlines = read_deadlines(engine, moment)
    if wanted.unit is not None and wanted.unit not in deadlines.units:
        raise UnknownThing(f"there is no unit {wanted.unit!r} in {district} at that moment")
    more = () if wanted.actor is None else (wanted.actor,)
    people = read_people(engine.store, deadlines, more)
    if wanted.actor is not None and wanted.actor not in people.roles:
        raise UnknownThing(f"nobody acts as {wanted.actor!r} in {district} at that moment")
    clock = " (simulated clock)" if deadlines.simulated else ""
    whose = wanted.unit or wanted.actor
    name = f"{district}{f': {whose}' if whose else ''}{clock}"
    shown = entries(deadlines, people, links(engine.settings, district), wanted)
    return feed(name, shown)
