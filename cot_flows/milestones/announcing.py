"""Announcing the milestones of a log: each at most once, whoever does it, however many do.

The checkpoint moves first, by compare-and-swap; only who moved it hands over what lies before it.
The other order would tell a milestone twice when a program dies in between, and an automation would
run twice. What is lost instead costs time only: every deployment that does work has a schedule.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.errors import NotAnnounced
from cot_flows.follower import POLL_SECONDS, Follower
from cot_flows.milestones.posting import Post
from cot_flows.milestones.telling import Milestone, milestone_of
from events.envelope import Head, RecordedEvent
from events.follow import batches

FOLLOWER = "milestones"
"""The name of the checkpoint, one in each district."""

NEWS = timedelta(days=1)
"""What was recorded longer ago is history: nobody waits for it, and there may be years of it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Announced:
    """How many milestones were handed over; `waiting` says that some wait for a server to tell."""

    told: int
    waiting: bool = False


def announce(
    engine: Engine,
    head: Head,
    post: Callable[[], Post | None],
    *,
    now: Callable[[], datetime] = utc_now,
) -> Announced:
    """Announce a district's milestones that were not announced yet.

    `post` is asked when there is something to tell, and gives None while no server is ready: then
    it waits. What a server does not take is lost, with a warning. Logs on a simulated clock
    announce nothing: they are reconstructions and trials.
    """
    if head.clock != "server":
        return Announced(0)
    checkpoints, district = engine.checkpoints, head.district
    told, at = 0, checkpoints.load(FOLLOWER, district)
    for batch in batches(engine.store, district, after=at):
        milestones = news_in(batch, since=now() - NEWS)
        send = post() if milestones else None
        if milestones and send is None:
            return Announced(told, waiting=True)
        until = batch[-1].position
        if not checkpoints.swap(FOLLOWER, district, expected=at, position=until):
            return Announced(told)  # Another announces this log at this moment.
        at = until
        if send is not None:
            told += handed_over(district, milestones, send)
    return Announced(told)


def news_in(batch: Sequence[RecordedEvent], *, since: datetime) -> list[Milestone]:
    """Return the milestones among facts that were recorded since a moment."""
    found = (milestone_of(each) for each in batch if each.recorded_at >= since)
    return [each for each in found if each is not None]


def handed_over(district: str, milestones: Sequence[Milestone], post: Post) -> int:
    """Hand milestones over and return how many; what is not taken is lost, with a warning."""
    try:
        post(milestones)
    except NotAnnounced as lost:
        log.warning("%s: %d milestones were not announced: %s", district, len(milestones), lost)
        return 0
    return len(milestones)


class Announcer(Follower):
    """Follows all logs and announces their milestones while there is a server to tell."""

    what = "announced"

    def __init__(
        self,
        engine: Engine,
        post: Callable[[], Post | None],
        *,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        """Prepare; for `post` see `announce`."""
        super().__init__(engine, poll_seconds=poll_seconds)
        self._post = post

    def follow(self, head: Head) -> bool:
        """Announce one district's milestones; False when some wait for a server."""
        return not announce(self._engine, head, self._post).waiting
