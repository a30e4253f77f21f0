"""Committing the appends of concurrent callers together.

An append waits for its commit to reach the disk, and appends of one district are serial, so callers
that come at once would wait one flush each. Here one thread takes what is waiting and runs it in a
single transaction: each call keeps its own checks and its own outcome, and all share the flush.
Calls that cannot touch each other (one district, other streams, no further condition) are handed to
the database as one append, which costs it little more than the first of them alone; if that is
refused, each is made by itself. An outcome is given out only after the commit. When the transaction
breaks, nothing of it is stored and each call is made again by itself, so that one caller's fault
does not become another's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import Any

import orjson
from psycopg import Cursor
from psycopg.rows import TupleRow

from events.codec import Codec
from events.errors import LogError
from events.postgres import (
    Connect,
    Outcome,
    PostgresStore,
    append_parameters,
    call_append,
    is_withdrawal,
)
from events.store import Appended, StreamWrite, Unless

MOST_AT_ONCE = 64
MOST_EVENTS_JOINED = 1000
LINGER_SECONDS = 0.001


class _Call:
    """One caller's append, and the answer that it waits for."""

    __slots__ = ("_answer", "_answered", "parameters")

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        self.parameters = parameters
        self._answer: Outcome | BaseException | None = None
        # Held until there is an answer: a bare lock wakes its one waiter in a third of the time
        # that a future takes, and sixteen callers are woken at once.
        self._answered = Lock()
        self._answered.acquire()

    def answer(self, answer: Outcome | BaseException) -> None:
        """Give the caller its outcome, or the error that it must get."""
        self._answer = answer
        self._answered.release()

    def wait(self) -> Outcome:
        """Return the outcome once there is one; raises what the append raised."""
        self._answered.acquire()
        if isinstance(self._answer, Outcome):
            return self._answer
        raise self._answer or LogError("an append was left without an answer: repeat it")


class CoalescingStore(PostgresStore):
    """A log on PostgreSQL for many threads: reads as its parent, appends through one thread."""

    def __init__(self, connect: Connect, codec: Codec, withdrawing: Connect | None = None) -> None:
        """Start the writing thread; `close` ends it."""
        super().__init__(connect, codec, withdrawing)
        self._entry = Lock()  # Nothing may be put behind the end mark: nobody would answer it.
        self._closed = False
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
        if is_withdrawal(writes):  # Under another role, so on a connection of its own.
            return super().append(district, writes, recorded_at=recorded_at, unless=unless)
        parameters = append_parameters(self._codec, district, writes, recorded_at, unless)
        call = _Call(parameters)
        with self._entry:
            if self._closed or not self._writer.is_alive():
                raise LogError("the log was closed in this process: open it again")
            self._waiting.put(call)
        return self.result_of(district, writes, call.wait())

    def close(self) -> None:
        """Finish what is waiting and end the writing thread."""
        with self._entry:
            self._closed = True
            self._waiting.put(None)
        self._writer.join()

    def _write(self) -> None:
        last = 1
        while True:
            first = self._waiting.get()
            if first is None:
                return
            calls = [first, *self._further(last - 1)]
            ended = calls[-1] is None
            made = [call for call in calls if call is not None]
            self._commit(made)
            if ended:
                return
            last = len(made)

    def _further(self, expected: int) -> Iterator[_Call | None]:
        """Yield the calls that wait too, up to and with the end mark.

        As many as came together before will come together again, a moment after they were answered:
        that moment is waited for, else each flush would take only those who missed the last. Who
        calls alone never waits.
        """
        until = monotonic() + LINGER_SECONDS
        for number in range(1, MOST_AT_ONCE):
            left = until - monotonic() if number <= expected else 0
            try:
                call = self._waiting.get(timeout=left) if left > 0 else self._waiting.get_nowait()
            except Empty:
                return
            yield call
            if call is None:
                return

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
            call.answer(outcome)

    def _together(self, calls: Sequence[_Call]) -> list[Outcome]:
        with self._connect() as connection, connection.transaction():
            cursor = connection.cursor(binary=True)
            joined = [_append_joined(cursor, group) for group in _joinable(calls)]
            return [outcome for group in joined for outcome in group]

    def _alone(self, call: _Call) -> None:
        try:
            outcome = self._together([call])[0]
        except BaseException as error:  # noqa: BLE001 - whatever it was, its caller must get it
            call.answer(error)
        else:
            call.answer(outcome)


def _joinable(calls: Sequence[_Call]) -> Iterator[list[_Call]]:
    """Yield the calls in their order, those together that no other of the same group can concern.

    What one call of a group does to the log must not change the outcome of another.
    """
    group: list[_Call] = []
    concerned: set[object] = set()
    for call in calls:
        given = call.parameters
        own = {*_listed(given["streams"]), *_listed(given["ids"])}
        first = group[0].parameters if group else given
        apart = (
            given["unless_subject"] is not None
            or first["unless_subject"] is not None
            or (given["district"], given["at"]) != (first["district"], first["at"])
            or not concerned.isdisjoint(own)
            or len(concerned) + len(own) > MOST_EVENTS_JOINED
        )
        if group and apart:
            yield group
            group = []
            concerned = set()
        group.append(call)
        concerned |= own
    if group:
        yield group


def _append_joined(cursor: Cursor[TupleRow], group: Sequence[_Call]) -> list[Outcome]:
    if len(group) > 1:
        answer = call_append(cursor, _joined(group))
        if answer.outcome == "appended" and answer.positions is not None:
            places = iter(answer.positions)
            counts = [len(_listed(call.parameters["ids"])) for call in group]
            return [replace(answer, positions=list(islice(places, count))) for count in counts]
    return [call_append(cursor, call.parameters) for call in group]


def _joined(group: Sequence[_Call]) -> dict[str, object]:
    """Return the parameters of one append that does what all calls of a group do."""
    joined = dict(group[0].parameters)
    for name in ("streams", "expected", "ids", "contents"):
        joined[name] = [item for call in group for item in _listed(call.parameters[name])]
    stream_of: list[int] = []
    corrects: list[object] = []
    personal: list[dict[str, object]] = []
    streams = events = 0
    for call in group:
        given = call.parameters
        stream_of += [streams + number for number in _listed(given["stream_of"])]
        corrects += _listed(given["corrects"])
        values = orjson.loads(given["personal"] or "[]")
        personal += [{**value, "event": value["event"] + events} for value in values]
        streams += len(_listed(given["streams"]))
        events += len(_listed(given["ids"]))
    joined["stream_of"] = stream_of
    joined["corrects"] = corrects or None
    joined["personal"] = orjson.dumps(personal).decode() if personal else None
    return joined


def _listed(parameter: Any) -> list[Any]:  # noqa: ANN401 - parameters are what the driver takes
    return parameter or []
