"""The follower: refreshes projections within moments of an append, without anyone asking.

Wake-ups make it quick; looking every second makes it sure. It holds no state: what is to be done is
read from the log and the checkpoints, so it may be stopped or killed at any moment.
"""

import logging
from threading import Event

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import CONNECTION_LOST
from cot_flows.projecting import day_of, project
from events.follow import wait_for_append
from projections.errors import ProjectionError

POLL_SECONDS = 1.0
LONGEST_PAUSE = 30.0

log = logging.getLogger(__name__)


class Follower:
    """Follows the logs of all districts until told to stop."""

    def __init__(self, engine: Engine, *, poll_seconds: float = POLL_SECONDS) -> None:
        """Prepare; nothing is opened before `run`."""
        self._engine = engine
        self._poll = poll_seconds
        self._seen: dict[str, tuple[int, object]] = {}
        self.refreshed = 0

    def run(self, stop: Event) -> None:
        """Refresh what has changed until `stop` is set; survives the loss of the database."""
        pause = self._poll
        while not stop.is_set():
            try:
                with self._engine.listening() as connection:
                    pause = self._poll
                    while not stop.is_set():
                        self.catch_up()
                        wait_for_append(connection, at_most=self._poll)
            except CONNECTION_LOST as error:
                log.warning("the database is away, trying again in %.0f s: %s", pause, error)
                stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                self._reopen()

    def catch_up(self) -> None:
        """Refresh the districts whose log or day has moved on since the last look."""
        for head in self._engine.store.heads():
            standing = (head.position, day_of(head))
            if self._seen.get(head.district) == standing:
                continue
            try:
                done = project(self._engine, head.district)
            except ProjectionError:
                # One district's trouble must not keep the others waiting; `cot doctor` shows it.
                log.exception("%s cannot be projected", head.district)
                rows = None
            else:
                rows = sum(each.rows for each in done)
            self._seen[head.district] = standing
            self.refreshed += 1
            log.info("%s: projections at position %d, %s rows", head.district, head.position, rows)

    def _reopen(self) -> None:
        """Bring the embedded server back if it is ours and went away."""
        if self._engine.server is not None:
            self._engine.reconnect()
