"""The follower: refreshes projections within moments of an append, without anyone asking.

Wake-ups make it quick; looking every second makes it sure. It holds no state: what is to be done is
read from the log and the checkpoints, so it may be stopped or killed at any moment.
"""

import logging
from datetime import date
from threading import Event, Thread
from time import monotonic

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.bootstrap.transient import is_transient
from cot_flows.embedded.errors import ServerClosed
from cot_flows.projecting import day_of, project
from events.envelope import Head
from events.follow import wait_for_append

POLL_SECONDS = 1.0
LONGEST_PAUSE = 30.0
CANCEL_AGAIN_SECONDS = 0.25

log = logging.getLogger(__name__)


class Follower:
    """Follows the logs of all districts until told to stop."""

    what = "projected"
    """What is done to a district, for the log."""

    def __init__(self, engine: Engine, *, poll_seconds: float = POLL_SECONDS) -> None:
        """Prepare; nothing is opened before `run`."""
        self._engine = engine
        self._poll = poll_seconds
        self._seen: dict[str, tuple[int, date]] = {}
        self._resting: dict[str, tuple[float, float]] = {}
        self._stop = Event()
        self.refreshed = 0

    def run(self, stop: Event) -> None:
        """Refresh what has changed until `stop` is set; survives the loss of the database."""
        self._stop = stop
        pause = self._poll
        while not stop.is_set():
            try:
                self._engine.reconnect()
                with self._engine.listening() as connection:
                    # Listen before the first look: what is recorded in between is heard of.
                    wait_for_append(connection, at_most=0)
                    while not stop.is_set():
                        self.catch_up()
                        pause = self._poll
                        wait_for_append(connection, at_most=self._poll)
            except ServerClosed:
                # Whoever opened the product has closed it: there is nothing left to follow.
                return
            except Exception as error:
                if stop.is_set():
                    return  # Most likely `end` has cancelled what was going on.
                # The thread must go on whatever happens: nobody would notice that it is gone.
                if is_transient(error):
                    log.warning("the database is away, trying again in %.0f s: %s", pause, error)
                else:
                    log.exception("following failed, trying again in %.0f s", pause)
                stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def catch_up(self) -> None:
        """Refresh the districts whose log or day has moved on since the last look.

        One that cannot be projected keeps no other waiting and is tried again after a pause.
        """
        for head in self._engine.store.heads():
            if self._stop.is_set():
                return
            standing = (head.position, day_of(head))
            if self._seen.get(head.district) == standing or self._rests(head.district):
                continue
            try:
                done = self.follow(head)
            except Exception as error:
                if is_transient(error) or self._stop.is_set():
                    raise
                pause = self._rest(head.district)
                log.exception("%s cannot be %s, again in %.0f s", head.district, self.what, pause)
            else:
                if done:
                    self._seen[head.district] = standing
                self._resting.pop(head.district, None)

    def follow(self, head: Head) -> bool:
        """Refresh the projections of a district whose log or day has moved on.

        Says whether all is done; if not, the district is looked at again.
        """
        rows = sum(each.rows for each in project(self._engine, head.district))
        self.refreshed += 1
        log.info("%s: projections at position %d, %d rows", head.district, head.position, rows)
        if head.district in self._seen and head.clock == "server":
            lag = (utc_now() - head.recorded_at).total_seconds()
            log.info("%s: %.3f s behind its last event", head.district, lag)
        return True

    def _rests(self, district: str) -> bool:
        until, _ = self._resting.get(district, (0.0, 0.0))
        return monotonic() < until

    def _rest(self, district: str) -> float:
        _, last = self._resting.get(district, (0.0, 0.0))
        pause = min(LONGEST_PAUSE, last * 2 or self._poll)
        self._resting[district] = (monotonic() + pause, pause)
        return pause


def end_following(engine: Engine, thread: Thread, stop: Event, *, at_most: float) -> bool:
    """Stop a follower's thread and cancel what it waits for; say whether it has ended in time.

    What it was writing is rolled back: the next follower finds rows and checkpoint as they were.
    """
    stop.set()
    deadline = monotonic() + at_most
    while thread.is_alive() and monotonic() < deadline:
        # Again and again: a first call may come just before the statement that it was to cancel.
        engine.cancel_running()
        thread.join(min(CANCEL_AGAIN_SECONDS, max(0.0, deadline - monotonic())))
    return not thread.is_alive()
