"""From dates to entries of a calendar: one all-day entry for each, made from the log alone.

An action item is an entry like a review, not a task (VTODO): Google's and Outlook's calendars leave
the tasks of a subscribed calendar out, so nobody would see them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cot_flows.links import Links
from cot_flows.reviews.deadlines import ActionDeadline, Deadlines, HoldEnd, ReviewDeadline
from cot_flows.reviews.people import People
from domain.ids import derived_id

VOID = frozenset({"cancelled", "merged", "lapsed"})
"""Statuses of a review that takes place no more; its entry says so instead of disappearing."""

MOST_FACTS = 5
"""How many facts an entry names; its page has them all."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One all-day entry. `sequence` rises when its day moves, or when it is called off.

    `stamp` is when the log heard of the last change, `created` of the first: never the time of
    asking.
    """

    uid: UUID
    summary: str
    description: str
    day: date
    sequence: int
    stamp: datetime
    created: datetime
    cancelled: bool
    categories: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a district's dates a calendar shows: a unit's, a person's, or (no one) all."""

    unit: str | None = None
    actor: str | None = None


def entries(deadlines: Deadlines, people: People, links: Links, wanted: Wanted) -> list[Entry]:
    """Return the entries of a calendar, by day and then by id."""
    found = _wanted(deadlines, people, links, wanted)
    return sorted(found, key=lambda each: (each.day, str(each.uid)))


def _wanted(deadlines: Deadlines, people: People, links: Links, wanted: Wanted) -> Iterator[Entry]:
    district = deadlines.district
    for review in deadlines.reviews:
        if _concerns(wanted, review.about, people.of_review(review)):
            yield review_entry(district, review, links)
    for action in deadlines.actions:
        if _concerns(wanted, f"unit:{action.unit}", people.of_action(action)):
            yield action_entry(district, action, links)
    for hold in deadlines.holds:
        if _concerns(wanted, f"unit:{hold.unit}", people.of_hold(hold)):
            yield hold_entry(district, hold, links)


def _concerns(wanted: Wanted, about: str, actors: frozenset[str]) -> bool:
    of_unit = wanted.unit is None or about == f"unit:{wanted.unit}"
    return of_unit and (wanted.actor is None or wanted.actor in actors)


def review_entry(district: str, review: ReviewDeadline, links: Links) -> Entry:
    """Return a review's entry, on the day by which it is to be held."""
    url = links.to("reviews", review.review)
    status = f"Status: {review.status}."
    why = [f"- {each}" for each in review.why[:MOST_FACTS]]
    more = len(review.why) - len(why)
    why += [f"- and {more} more"] if more > 0 else []
    reason = ["Why it started:", *why] if why else [f"It started by the policy {review.policy}."]
    cancelled = review.status in VOID
    return Entry(
        uid=derived_id("calendar entry", district, "review", review.review),
        summary=f"Review {review.review_type} due: {review.title} ({review.about})",
        description="\n".join((status, *reason, f"Page: {url}")),
        day=review.due_on,
        sequence=review.moves + cancelled,
        stamp=review.changed_at,
        created=review.opened_at,
        cancelled=cancelled,
        categories=("Review", review.review_type, review.about),
        url=url,
    )


def action_entry(district: str, action: ActionDeadline, links: Links) -> Entry:
    """Return an action item's entry, on the day by which it is to be done."""
    url = links.to("reviews", action.review)
    about = () if action.unit is None else (f"unit:{action.unit}",)
    critical = "\nA stage waits for it." if action.critical else ""
    cancelled = action.state == "dropped"
    return Entry(
        uid=derived_id("calendar entry", district, "action", action.action),
        summary=f"Action due: {action.title}",
        description=f"Status: {action.state}.{critical}\nOwner: {action.owner}\nPage: {url}",
        day=action.due_on,
        sequence=action.moves + cancelled,
        stamp=action.changed_at,
        created=action.opened_at,
        cancelled=cancelled,
        categories=("Action", *about),
        url=url,
    )


def hold_entry(district: str, hold: HoldEnd, links: Links) -> Entry:
    """Return the entry of a hold's last day; called off when the hold was lifted before."""
    url = links.to("units", hold.unit)
    status = "The hold was lifted before." if hold.lifted else "The unit's clock runs again after."
    return Entry(
        uid=derived_id("calendar entry", district, "hold", hold.event_id),
        summary=f"Hold ends: {hold.unit}",
        description=f"{status}\nPage: {url}",
        day=hold.until,
        sequence=hold.moves + hold.lifted,
        stamp=hold.changed_at,
        created=hold.opened_at,
        cancelled=hold.lifted,
        categories=("Hold", f"unit:{hold.unit}"),
        url=url,
    )
