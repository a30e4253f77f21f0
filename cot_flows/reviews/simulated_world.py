"""The district as a simulation makes it: which causes are known, and which reviews are open.

A review that really exists ends when it really ended; one that exists in the simulation only is
assumed to stay open until so many working days after it was due.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cot_flows.reviews.causes import Cause, causes_of, open_among
from cot_flows.reviews.past import Happening, Past, SweepAt
from cot_flows.reviews.policies import calendar_among
from domain.facts.district import ReviewPolicyAdopted
from domain.facts.review_course import ENDINGS
from domain.ids import subject
from domain.school_calendar import SchoolCalendar
from events.active import active
from events.envelope import RecordedEvent
from projections.rules import Firing


@dataclass(frozen=True, slots=True)
class _Opened:
    """A review that the simulation opened.

    `imagined` says that no closing in the log can end it, because it never was or was closed before
    the simulation opens it: it stays open up to and including `until`.
    """

    review: str
    until: date
    imagined: bool


class World:
    """The district as it would have become from a day on.

    `would` holds the causes it came to, in order; `refused` those the domain would have refused.
    """

    def __init__(self, past: Past, first: date, held_after: int) -> None:
        """Begin with what had really happened before the first day."""
        self.would: list[Happening] = []
        self.refused: dict[tuple[str, str, str], date] = {}
        self._past, self._held_after = past, held_after
        self._calendars: dict[SweepAt, SchoolCalendar] = {}
        before = [each for at, each in past.swept if at.day < first]
        self._known = {each.cause for each in before}
        # Reviews that a sweep opened later are there only if the simulation opens them.
        kept = {each.review for each in before}
        self._left_out = {each.review for _, each in past.swept if not each.merged} - kept
        self._real = {each.review for _, each in past.swept}
        self._opened: dict[str, list[_Opened]] = defaultdict(list)

    def meet(self, at: SweepAt, policy: ReviewPolicyAdopted, firings: Iterable[Firing]) -> None:
        """Let firings become causes, unless known: each opens a review, joins one, or waits."""
        new = [each for each in firings if self._is_new(at, policy, each)]
        if not new:
            return
        district, calendar = self._past.head.district, self.calendar(at)
        for cause in causes_of(district, policy, new, calendar, position=at.position, today=at.day):
            self._settle(at, cause, calendar)

    def calendar(self, at: SweepAt) -> SchoolCalendar:
        """Return the school calendar as known and in force at a moment."""
        found = self._calendars.get(at)
        if found is None:
            known = (e for e in self._past.of_district if e.position <= at.position)
            found = self._calendars[at] = calendar_among(known, at.day)
        return found

    def _is_new(self, at: SweepAt, policy: ReviewPolicyAdopted, firing: Firing) -> bool:
        told = (policy.policy, firing.about, firing.cause_key)
        if told in self._known:
            return False
        kind, _, unit = firing.about.partition(":")
        if kind == "unit" and self._past.registered.get(unit, at.position + 1) > at.position:
            self.refused.setdefault(told, at.day)
            return False
        return True

    def _settle(self, at: SweepAt, cause: Cause, calendar: SchoolCalendar) -> None:
        joined = self._open_review(cause, at)
        if cause.turn(joined) == "waits":
            return
        told = (cause.policy.policy, cause.firing.about, cause.firing.cause_key)
        self._known.add(told)
        if joined is None:
            self._open(cause, at, calendar)
        review, due = (cause.review, cause.due_on) if joined is None else (joined, None)
        title = cause.firing.title if joined is None else ""
        self.would.append(Happening(at.day, *told, title, review, joined is not None, due))

    def _open(self, cause: Cause, at: SweepAt, calendar: SchoolCalendar) -> None:
        until = calendar.add_working_days(cause.due_on, self._held_after)
        imagined = cause.review not in self._real or self._closed(cause.review, at)
        self._opened[cause.slot].append(_Opened(cause.review, until, imagined))

    def _open_review(self, cause: Cause, at: SweepAt) -> str | None:
        events = self._known_of(cause.slot, at)
        really = [each for each in open_among(events) if each not in self._left_out]
        here = self._opened[cause.slot]
        simulated = [each.review for each in here if self._goes_on(each, at)]
        return next(iter((*really, *simulated)), None)

    def _goes_on(self, opened: _Opened, at: SweepAt) -> bool:
        if opened.imagined:
            return at.day <= opened.until
        return not self._closed(opened.review, at)

    def _closed(self, review: str, at: SweepAt) -> bool:
        of_review = active(self._known_of(subject("review", review), at))
        return any(isinstance(each.event, ENDINGS) for each in of_review)

    def _known_of(self, about: str, at: SweepAt) -> list[RecordedEvent]:
        return [each for each in self._past.of_subject[about] if each.position <= at.position]
