"""Since when a packet tells what changed: since the last review of the same subject looked."""

from dataclasses import dataclass
from datetime import date, timedelta

from cot_flows.reviews.inputs.reading import Entry, Reading, Row
from domain.facts.review_course import ReviewPacketFrozen, ReviewPostponed
from domain.review_state import ReviewState
from events.active import active
from events.envelope import RecordedEvent
from events.errors import TimeNotYetKnown

WITHOUT_A_PACKET = timedelta(days=90)
"""How far a packet looks back when no review of its subject was held before."""


@dataclass(frozen=True, slots=True)
class Window:
    """What was recorded after a position is news; what counts from the day or before is late.

    `review` is the last review of the subject that was held, with the position of its packet's
    fact and that packet's digest; without one, all three are None.
    """

    after: int
    day: date
    review: str | None = None
    frozen_at: int | None = None
    digest: str | None = None

    def entry(self) -> Entry:
        """Return the window as a packet holds it."""
        return {
            "after_position": self.after,
            "since": self.day,
            "last_review": self.review,
            "last_digest": self.digest,
            "positions": [] if self.frozen_at is None else [self.frozen_at],
        }


def window(reading: Reading, review: str, about: str, queue: list[Row]) -> Window:
    """Return the window of a review's packet."""
    packets: list[tuple[int, RecordedEvent, ReviewPacketFrozen]] = []
    for row in queue:
        held_on = row["held_on"]
        if row["about"] != about or row["review"] == review or not isinstance(held_on, date):
            continue
        found = packet_in_force(reading.stream(ReviewState.stream(str(row["review"]))))
        if found is not None:
            recorded, frozen = found
            packets.append((recorded.position, recorded, frozen))
    if packets:
        _, recorded, frozen = max(packets, key=lambda each: each[0])
        return Window(
            after=frozen.as_known_position,
            day=frozen.as_effective_on,
            review=frozen.review,
            frozen_at=recorded.position,
            digest=frozen.digest,
        )
    day = reading.day - WITHOUT_A_PACKET
    return Window(after=min(_known_on(reading, day), reading.position), day=day)


def _known_on(reading: Reading, day: date) -> int:
    try:
        return reading.engine.store.position_known_at(reading.district, day)
    except TimeNotYetKnown:
        # A simulated clock that stands before that day: all it has, and it will stay so.
        return reading.position


def packet_in_force(
    stream: list[RecordedEvent],
) -> tuple[RecordedEvent, ReviewPacketFrozen] | None:
    """Return the packet of a review that was not voided by a postponement, with its event."""
    found: tuple[RecordedEvent, ReviewPacketFrozen] | None = None
    for recorded in active(stream):
        if isinstance(recorded.event, ReviewPacketFrozen):
            found = (recorded, recorded.event)
        elif isinstance(recorded.event, ReviewPostponed):
            found = None
    return found
