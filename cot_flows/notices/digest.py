"""What a person should hear of on a day: composed from dates alone, told once for each step.

A step is a reason to tell: due soon, a packet to freeze, late by so many working days, moved,
called off. Each is told once; only when its date has moved is it told anew.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from cot_flows.calendar_feed.entries import VOID, Entry, action_entry, review_entry
from cot_flows.links import Links
from cot_flows.reviews.deadlines import ActionDeadline, Deadlines, ReviewDeadline
from cot_flows.reviews.people import CHAIR_ROLE, SUPERINTENDENT_ROLE, People

REVIEW_SOON, ACTION_SOON, PACKET_BEFORE = 5, 3, 3
"""So many working days before its date a review or an action is told, and a packet is due."""

LATE, MOVED, PACKETS, SOON, OFF = "Late", "Moved", "Packets to freeze", "Due soon", "Called off"
SECTIONS = (LATE, MOVED, PACKETS, SOON, OFF)
"""The parts of a digest, in the order in which they are read."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to tell. `ref` names it and its step; `moved` is its entry, if its date moved."""

    ref: str
    section: str
    words: str
    day: date
    url: str
    moved: Entry | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """All that one person is told on one day; never empty."""

    district: str
    person: str
    day: date
    simulated: bool
    url: str
    items: tuple[Item, ...]

    @property
    def refs(self) -> tuple[str, ...]:
        """Return what is told, sorted."""
        return tuple(sorted(item.ref for item in self.items))

    @property
    def moved(self) -> tuple[Entry, ...]:
        """Return the calendar entries whose dates moved, or which were called off."""
        return tuple(item.moved for item in self.items if item.moved is not None)


def compose(
    deadlines: Deadlines,
    people: People,
    person: str,
    links: Links,
    told: Collection[str] = (),
) -> Digest | None:
    """Return what a person should hear of on the day of the dates, or None if there is nothing.

    `told` are the refs that the person was told before. On a day that is closed in the school
    calendar nobody is told anything.
    """
    day = deadlines.day
    if not deadlines.calendar.is_working_day(day):
        return None
    composing = _Composing(deadlines, people, person, links, frozenset(told))
    news = {item.ref: item for item in composing.items() if item.ref not in composing.told}
    items = sorted(
        news.values(), key=lambda each: (SECTIONS.index(each.section), each.day, each.ref)
    )
    if not items:
        return None
    return Digest(
        deadlines.district, person, day, deadlines.simulated, links.to("reviews"), tuple(items)
    )


@dataclass(frozen=True, slots=True)
class _Composing:
    """What all steps look at."""

    dates: Deadlines
    people: People
    person: str
    links: Links
    told: frozenset[str]

    def items(self) -> Iterator[Item]:
        """Yield everything the person might be told, told before or not."""
        for review in self.dates.reviews:
            if review.awaited:
                yield from self._awaited(review)
            elif review.status in VOID and self.person in self.people.of_review(review):
                yield from self._called_off(review)
        for action in self.dates.actions:
            if action.state == "open":
                yield from self._owed(action)

    def _awaited(self, review: ReviewDeadline) -> Iterator[Item]:
        calendar, day, due_on = self.dates.calendar, self.dates.day, review.due_on
        concerned = self.people.of_review(review)
        chair, superintendent = self._above()
        name = f"{_plain(review.title)} ({review.about})"
        late = self._late(due_on, ((1, concerned), (5, chair), (10, superintendent)))
        if late:
            yield self._of_review(
                review, f"late-{late[0]}", LATE, f"{name} was due {_ago(late[1])}"
            )
        if self.person not in concerned:
            return
        if review.moves:
            entry = review_entry(self.dates.district, review, self.links)
            words = f"{name} is now due on {due_on}"
            yield self._of_review(review, "moved", MOVED, words, entry)
        if calendar.add_working_days(due_on, -REVIEW_SOON) <= day <= due_on:
            yield self._of_review(review, "due-soon", SOON, f"{name} is due on {due_on}")
        if not review.packet and calendar.add_working_days(due_on, -PACKET_BEFORE) <= day <= due_on:
            words = f"the packet of {name}, which is due on {due_on}, is not frozen"
            yield self._of_review(review, "packet", PACKETS, words)

    def _called_off(self, review: ReviewDeadline) -> Iterator[Item]:
        # Whoever never heard of it need not hear that it does not take place.
        if any(ref.startswith(f"review:{review.review}#") for ref in self.told):
            entry = review_entry(self.dates.district, review, self.links)
            words = f"{_plain(review.title)} ({review.about}): {review.status}"
            yield self._of_review(review, "called-off", OFF, words, entry)

    def _owed(self, action: ActionDeadline) -> Iterator[Item]:
        calendar, day, due_on = self.dates.calendar, self.dates.day, action.due_on
        owner, head = self.people.of_action(action), self.people.over(action)
        chair, superintendent = self._above()
        mine = self.person in owner
        name = _plain(action.title) + ("" if mine else f" (owner {action.owner})")
        late = self._late(due_on, ((1, owner), (5, head), (10, chair), (20, superintendent)))
        if late:
            yield self._of_action(
                action, f"late-{late[0]}", LATE, f"{name} was due {_ago(late[1])}"
            )
        if not mine:
            return
        if action.moves:
            entry = action_entry(self.dates.district, action, self.links)
            yield self._of_action(action, "moved", MOVED, f"{name} is now due on {due_on}", entry)
        if calendar.add_working_days(due_on, -ACTION_SOON) <= day <= due_on:
            yield self._of_action(action, "due-soon", SOON, f"{name} is due on {due_on}")

    def _above(self) -> tuple[frozenset[str], frozenset[str]]:
        roles = self.people.with_role
        return roles(CHAIR_ROLE), roles(SUPERINTENDENT_ROLE)

    def _late(
        self, due_on: date, steps: tuple[tuple[int, frozenset[str]], ...]
    ) -> tuple[int, int] | None:
        """Return the last step of lateness at which the person is told, and how late it is."""
        if self.dates.day <= due_on:
            return None
        late = self.dates.calendar.working_days_between(due_on, self.dates.day)
        reached = [days for days, who in steps if late >= days and self.person in who]
        return (max(reached), late) if reached else None

    def _of_review(
        self,
        review: ReviewDeadline,
        step: str,
        section: str,
        words: str,
        moved: Entry | None = None,
    ) -> Item:
        ref = f"review:{review.review}#{step}{_moves(review.moves)}"
        url = self.links.to("reviews", review.review)
        return Item(ref, section, words, review.due_on, url, moved)

    def _of_action(
        self,
        action: ActionDeadline,
        step: str,
        section: str,
        words: str,
        moved: Entry | None = None,
    ) -> Item:
        ref = f"action:{action.action}#{step}{_moves(action.moves)}"
        url = self.links.to("reviews", action.review)
        return Item(ref, section, words, action.due_on, url, moved)


def _moves(moves: int) -> str:
    """Return what tells the steps towards a moved date from those towards the one before."""
    return f"-after-{moves}" if moves else ""


def _plain(title: str) -> str:
    return " ".join(title.split())


def _ago(days: int) -> str:
    return "a working day ago" if days == 1 else f"{days} working days ago"
