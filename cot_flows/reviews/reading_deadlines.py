"""Reading what falls due in a district.

Which reviews and holds there are, and on which day, is read from the projections; how often a date
has moved, when, and the action items, from the events of the same streams as known at the same
position. No personal text is read.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from cot_flows.bootstrap import Engine
from cot_flows.moments import Moment
from cot_flows.reviews.courses import Course, course_of, sets_date
from cot_flows.reviews.deadlines import ENDED, ActionDeadline, Deadlines, HoldEnd, ReviewDeadline
from cot_flows.reviews.policies import calendar_in_force
from events.active import active
from events.envelope import RecordedEvent
from projections.reading import Answer, read

RECENTLY = timedelta(days=90)
"""How long what has ended is still shown, so that subscribers hear of its end."""

LOOKED_AFTER = timedelta(days=365)
"""How long after a review's end its action items are still looked for, if none is open."""


def read_deadlines(engine: Engine, moment: Moment) -> Deadlines:
    """Return what falls due in a district, at a moment: the open, and what ended recently."""
    reviews, units = _asked(engine, moment, "review_queue"), _asked(engine, moment, "unit_progress")
    # Counted from the log's own time: the same log must give the same answer on another day.
    since = reviews.time.astimezone(ZoneInfo(moment.head.time_zone)).date()
    rows = [row for row in reviews.rows if _is_looked_after(row, since - LOOKED_AFTER)]
    named = [str(row["key"]) for row in rows]
    known, day = reviews.position, reviews.effective_on
    events = engine.store.read_subjects(moment.district, named, up_to=known) if named else []
    streams = _by_stream(events, day)
    found = [_review(row, course_of(streams[f"review-{row['review']}"])) for row in rows]
    actions = [
        _action(name, course_of(stream))
        for name, stream in streams.items()
        if name.startswith("action-") and stream[0].type_name == "ActionItemOpened"
    ]
    return Deadlines(
        district=moment.district,
        position=known,
        time=reviews.time,
        day=day,
        simulated=moment.head.clock == "simulated",
        calendar=calendar_in_force(engine.store, moment.district, day, up_to=known),
        heads={str(row["unit"]): str(row["head"]) for row in units.rows if row["head"]},
        units={str(row["unit"]): str(row["name"]) for row in units.rows},
        reviews=tuple(each for each in found if _is_recent(each.ended_on, since)),
        actions=tuple(each for each in actions if each and _is_recent(each.ended_on, since)),
        holds=tuple(_holds(engine, units, since)),
    )


def _asked(engine: Engine, moment: Moment, projection: str) -> Answer:
    with engine.reading() as connection:
        return read(
            connection,
            projection,
            moment.district,
            position=moment.head.position if moment.position is None else moment.position,
            effective_on=moment.effective_on,
            today=moment.today,
        )


def _is_looked_after(row: Mapping[str, object], since: date) -> bool:
    closed_on = row["closed_on"]
    return bool(row["actions_open"]) or not isinstance(closed_on, date) or closed_on >= since


def _is_recent(ended_on: date | None, today: date) -> bool:
    return ended_on is None or ended_on >= today - RECENTLY


def _by_stream(events: Sequence[RecordedEvent], day: date) -> dict[str, list[RecordedEvent]]:
    streams: dict[str, list[RecordedEvent]] = {}
    for each in events:
        if each.effective_from <= day:
            streams.setdefault(each.stream, []).append(each)
    return streams


def _review(row: Mapping[str, object], course: Course) -> ReviewDeadline:
    status, due_on, closed_on = str(row["status"]), row["due_on"], row["closed_on"]
    if not isinstance(due_on, date):
        raise TypeError(f"the projection gives review {row['review']} no date")
    # A packet that was frozen for an earlier date is void.
    dated = max(each.fact_position for each in course.facts if sets_date(each))
    frozen = (
        each.type_name == "ReviewPacketFrozen" and each.fact_position > dated
        for each in course.facts
    )
    ended_on = closed_on if isinstance(closed_on, date) else course.changed_on
    return ReviewDeadline(
        review=str(row["review"]),
        review_type=str(row["review_type"]),
        about=str(row["about"]),
        title=str(row["title"]),
        status=status,
        policy=str(row["policy"]),
        due_on=due_on,
        why=_why(row["facts"]),
        packet=any(frozen),
        moves=course.moves,
        opened_at=course.opened_at,
        changed_at=course.changed_at,
        ended_on=ended_on if status in ENDED else None,
    )


def _why(causes: object) -> tuple[str, ...]:
    """Return what the facts of the cause that opened a review show."""
    first = causes[0] if isinstance(causes, list) and causes else {}
    return tuple(str(fact["shows"]) for fact in first.get("facts", []))


def _action(stream: str, course: Course) -> ActionDeadline | None:
    """Return an action item's date; None if the item was taken back."""
    if course.due_on is None:
        return None
    done, dropped = course.has("ActionItemCompleted"), course.has("ActionItemDropped")
    unit = course.last("unit")
    return ActionDeadline(
        action=stream.removeprefix("action-"),
        title=str(course.last("title")),
        review=str(course.last("review")),
        unit=None if unit is None else str(unit),
        owner=str(course.last("owner")),
        due_on=course.due_on,
        state="dropped" if dropped else "completed" if done else "open",
        critical=bool(course.last("critical")),
        moves=course.moves,
        opened_at=course.opened_at,
        changed_at=course.changed_at,
        ended_on=course.changed_on if done or dropped else None,
    )


def _holds(engine: Engine, units: Answer, since: date) -> list[HoldEnd]:
    found: list[HoldEnd] = []
    # Not only of units on hold: one that was lifted on its first day leaves no trace in the rows.
    for row in units.rows:
        district, unit = str(row["district"]), str(row["unit"])
        events = engine.store.read_stream(district, f"unit-{unit}", up_to=units.position)
        found += _holds_of(unit, [e for e in events if e.effective_from <= units.effective_on])
    return [each for each in found if each.until >= since - RECENTLY]


def _holds_of(unit: str, events: Sequence[RecordedEvent]) -> list[HoldEnd]:
    found = []
    for place in dict.fromkeys(each.fact_position for each in events):
        fact = [each for each in events if each.fact_position == place]
        until = getattr(fact[-1].event, "until", None)
        if fact[0].type_name != "UnitPutOnHold" or not isinstance(until, date):
            continue
        later = [each for each in active(events) if each.fact_position > place]
        ending = next(
            (e for e in later if e.type_name in ("UnitHoldLifted", "UnitPutOnHold")), None
        )
        lifted = ending if ending is not None and ending.type_name == "UnitHoldLifted" else None
        days = [getattr(each.event, "until", None) for each in fact]
        found.append(
            HoldEnd(
                unit=unit,
                event_id=str(fact[0].event_id),
                until=until,
                lifted=lifted is not None and lifted.effective_from <= until,
                moves=sum(one != next_one for one, next_one in pairwise(days)),
                opened_at=fact[0].recorded_at,
                changed_at=(lifted or fact[-1]).recorded_at,
            )
        )
    return found
