"""Committing the appends of concurrent callers together.

An append waits for its commit to reach the disk, and appends of one district are serial, so callers
that come at once would wait one flush each. Here one thread takes what is waiting and runs it in a
single transaction: each call keeps its own checks and its own outcome, and all share the flush.
An outcome is given out only after the commit. When the transaction breaks, nothing of it is stored
and each call is made again by itself, so that one caller's fault does not become another's.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from queue import SimpleQueue
from threading import Thread

from events.codec import Codec
from events.errors import LogError
from events.postgres import Connect, Outcome, PostgresStore, append_parameters, call_append
from events.store import Appended, StreamWrite, Unless

MOST_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class _Call:
    parameters: Mapping[str, object]
    outcome: Future[Outcome]


class CoalescingStore(PostgresStore):
    """A log on PostgreSQL for many threads: reads as its parent, appends through one thread."""

    def __init__(self, connect: Connect, codec: Codec) -> None:
        """Start the writing thread; `close` ends it."""
        super().__init__(connect, codec)
        self._waiting: SimpleQueue[_Call | None] = SimpleQueue()
        self._writer = Thread(target=self._write, name="cot-append", daemon=True)
        self._writer.start()

    def append(
        self,
        district: str,
        writes: Sequence[StreamWrite],
        *,
        recorded_at: datetime | None = None,
        unless: Unless | None = None,
    ) -> Appended:
        """Record events, together with those of other threads; see the port."""
        if not self._writer.is_alive():
            raise LogError("the log was closed in this process: open it again")
        parameters = append_parameters(self._codec, district, writes, recorded_at, unless)
        call = _Call(parameters, Future())
        self._waiting.put(call)
        return self.result_of(district, writes, call.outcome.result())

    def close(self) -> None:
        """Finish what is waiting and end the writing thread."""
        self._waiting.put(None)
        self._writer.join()

    def _write(self) -> None:
        while True:
            calls: list[_Call] = []
            first = self._waiting.get()
            if first is None:
                return
            calls.append(first)
            while len(calls) < MOST_AT_ONCE and not self._waiting.empty():
                further = self._waiting.get()
                if further is None:
                    self._commit(calls)
                    return
                calls.append(further)
            self._commit(calls)

    def _commit(self, calls: Sequence[_Call]) -> None:
        # In order of districts, so that two processes lock heads in the same order; stable, so that
        # the calls of one district keep theirs.
        calls = sorted(calls, key=lambda call: str(call.parameters["district"]))
        try:
            outcomes = self._together(calls)
        except Exception:  # noqa: BLE001 - whatever broke the transaction, each call gets its own try
            for call in calls:
                self._alone(call)
            return
        for call, outcome in zip(calls, outcomes, strict=True):
            call.outcome.set_result(outcome)

    def _together(self, calls: Sequence[_Call]) -> list[Outcome]:
        with self._connect() as connection, connection.transaction():
            cursor = connection.cursor(binary=True)
            return [call_append(cursor, call.parameters) for call in calls]

    def _alone(self, call: _Call) -> None:
        try:
            outcome = self._together([call])[0]
        except BaseException as error:  # noqa: BLE001 - whatever it was, its caller must get it
            call.outcome.set_exception(error)
        else:
            call.outcome.set_result(outcome)
