"""Sending a day's notices and recording what became of each.

A notice is recorded after it was handed over: at least once, not at most once. When the program
dies in between, the next run sends that notice again, under the same Message-ID, by which many
mail programs drop the copy. The other order would let the log say that somebody was told who never
was, and what nobody was told of is what this product is there to prevent.

Two runs at once would both find a notice unsent, and both send it. So a district's notices are
looked up and sent by one run at a time, under a lock in the database; the next run waits, and finds
them recorded. A claim recorded beforehand would do it too, but a run that died after its claim
would leave a notice that nobody sends, or a rule by which claims grow old; the lock ends with its
run. Should its connection be lost meanwhile, the notice may go out twice and is recorded once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.errors import UnknownThing
from cot_flows.handling import Handling, Request, folded
from cot_flows.links import links
from cot_flows.moments import Moment, resolve_moment
from cot_flows.notices import chat
from cot_flows.notices.addresses import Addresses, Reached
from cot_flows.notices.channels import Channels
from cot_flows.notices.delivery import NotDelivered
from cot_flows.notices.digest import Digest, compose
from cot_flows.notices.mail import message_of
from cot_flows.notices.rendering import digest_of
from cot_flows.notices.reporting import Fate, NoticeReport, Prepared
from cot_flows.reviews.causes import SCHEDULER
from cot_flows.reviews.people import read_people
from cot_flows.reviews.reading_deadlines import read_deadlines
from domain.facts.notice import Channel, NoticeSent
from domain.ids import derived_id, stream, subject
from domain.notice import MOST_ATTEMPTS, NoticeState, RecordNoticeFailed, RecordNoticeSent
from events.active import active
from events.errors import IdReused
from events.store import EventStore
from projections.checkpoint import FailPoint, no_fail_point


@dataclass(frozen=True, slots=True)
class Desk:
    """A district's notices of its day, with the addresses of its people."""

    engine: Engine
    district: str
    channels: Channels

    def preview(self, person: str, channel: Channel = "mail") -> Digest | None:
        """Return what a person would be told now. Raises UnknownThing for nobody who acts."""
        deadlines = read_deadlines(self.engine, self._moment())
        people = read_people(self.engine.store, deadlines, (person,))
        if person not in people.roles:
            raise UnknownThing(f"nobody acts as {person!r} in {self.district}")
        told = told_before(self.engine.store, self.district, person, channel)
        return compose(deadlines, people, person, links(self.engine.settings, self.district), told)

    def send(
        self, *, now: Callable[[], datetime] = utc_now, fail_point: FailPoint = no_fail_point
    ) -> NoticeReport:
        """Send what is due and was not sent, and record each fate. A failure stops no other.

        Waits for a run that is sending the district's notices already.
        """
        with self.engine.alone("notices", self.district):
            return self._send(now, fail_point)

    def _send(self, now: Callable[[], datetime], fail_point: FailPoint) -> NoticeReport:
        # Looked up under the lock: what the run before has sent is recorded by now.
        prepared, report = self.prepare()
        fates = []
        for each in prepared:
            failed = self._handed_over(each, now)
            fail_point("before-record")
            self._record(each, failed)
            why = None if failed is None else str(failed)
            fates.append(Fate(each.person, each.channel, len(each.digest.items), why))
        if fates:
            self.engine.store.announce(self.district)
        return NoticeReport(
            report.district, report.day, report.closed, tuple(fates), report.unreached
        )

    def prepare(self) -> tuple[list[Prepared], NoticeReport]:
        """Return what `send` would send, and a report in which nothing was sent yet."""
        deadlines = read_deadlines(self.engine, self._moment())
        book = Addresses(self.engine.settings.home).of(self.district)
        people = read_people(self.engine.store, deadlines, tuple(book))
        page = links(self.engine.settings, self.district)
        prepared: list[Prepared] = []
        unreached: list[str] = []
        for person in sorted(people.roles):
            is_chair = person == people.chair
            ways = list(self._ways(book.get(person, Reached()), is_chair=is_chair))
            for channel, to in ways:
                notice = notice_id(self.district, person, deadlines.day, channel)
                state = self._state(notice)
                if state.sent or state.failures >= MOST_ATTEMPTS:
                    continue
                told = told_before(self.engine.store, self.district, person, channel)
                digest = compose(deadlines, people, person, page, told)
                if digest is not None:
                    prepared.append(Prepared(notice, channel, digest, state.failures + 1, to))
            if not ways and compose(deadlines, people, person, page) is not None:
                unreached.append(person)
        closed = not deadlines.calendar.is_working_day(deadlines.day)
        return prepared, NoticeReport(self.district, deadlines.day, closed, (), tuple(unreached))

    def _ways(
        self, reached: Reached, *, is_chair: bool
    ) -> Iterator[tuple[Channel, tuple[str, ...]]]:
        """Yield how a person can be told. The shared chat hears what the chair is told."""
        if self.channels.mail is not None and reached.mail is not None:
            yield "mail", (reached.mail,)
        chats: tuple[str, ...] = () if reached.chat is None else (reached.chat,)
        chats += self.channels.chats if is_chair else ()
        if chats:
            yield "chat", chats

    def _handed_over(self, prepared: Prepared, now: Callable[[], datetime]) -> NotDelivered | None:
        try:
            if prepared.channel == "chat":
                chat.deliver(prepared.to, prepared.digest)
            elif self.channels.mail is not None:
                made = message_of(
                    prepared.digest,
                    notice=str(prepared.notice),
                    sender=self.channels.mail.sender,
                    recipient=prepared.to[0],
                    now=now(),
                )
                self.channels.mail.deliver(made)
        except NotDelivered as failed:
            return failed
        return None

    def _record(self, prepared: Prepared, failed: NotDelivered | None) -> None:
        notice, digest = str(prepared.notice), prepared.digest
        said = {
            "notice": notice,
            "recipient": prepared.person,
            "channel": prepared.channel,
            "day": digest.day,
            "digest": digest_of(digest),
            "items": digest.refs,
        }
        if failed is None:
            command: RecordNoticeSent | RecordNoticeFailed = RecordNoticeSent.model_validate(said)
            event_id = derived_id("notice sent", notice)
        else:
            more = {"attempt": prepared.attempt, "failure": failed.kind}
            command = RecordNoticeFailed.model_validate(said | more)
            event_id = derived_id("notice failed", notice, str(prepared.attempt))
        head = self.engine.store.head(self.district)
        request = Request(
            command=command,
            event_id=event_id,
            actor=SCHEDULER,
            occurred_on=digest.day,
            source="scheduler",
        )
        at = head.recorded_at if head.clock == "simulated" else None
        try:
            Handling(self.engine.store, utc_now).handle(self.district, request, recorded_at=at)
        except IdReused:
            # The lock was lost, and another run has sent and recorded it meanwhile: it was told.
            return

    def _moment(self) -> Moment:
        return resolve_moment(self.engine, self.engine.store.head(self.district), None, None)

    def _state(self, notice: UUID) -> NoticeState:
        name = stream("notice", str(notice))
        state = folded(name, self.engine.store.read_stream(self.district, name))
        return state if isinstance(state, NoticeState) else NoticeState()


def notice_id(district: str, person: str, day: date, channel: Channel) -> UUID:
    """Return the id of the one notice that a person gets on a day by a channel."""
    return derived_id("notice", district, person, day.isoformat(), channel)


def told_before(store: EventStore, district: str, person: str, channel: Channel) -> frozenset[str]:
    """Return the refs of everything that a person was told by a channel."""
    events = active(store.read_subjects(district, [subject("actor", person)]))
    return frozenset(
        ref
        for each in events
        if isinstance(each.event, NoticeSent)
        and each.event.recipient == person
        and each.event.channel == channel
        for ref in each.event.items
    )
