"""Given facts, when a command, then facts or a refusal: how the deciders are specified.

A `Specification` is a small log in memory. It reads exactly the streams that `needs` names, so a
decider that looks at a stream it did not name fails its test.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import Any, Self
from uuid import UUID

import pytest

from domain.correction import RetractFact, stream_of
from domain.decisions import decide, needs
from domain.errors import Rejected
from domain.facts.correction import FactRetracted
from domain.folding import fold
from domain.ids import is_subject
from domain.message import (
    Circumstances,
    Command,
    Decision,
    DomainEvent,
    Happened,
    Proposed,
)
from domain.world import State, World

TODAY = date(2026, 3, 2)


def id_of(fact: Happened) -> UUID:
    """Return the id under which the specification's log recorded a fact."""
    return UUID(int=fact.position)


@dataclass(frozen=True)
class Outcome:
    """What an accepted command led to."""

    decisions: tuple[Decision, ...]

    @property
    def events(self) -> tuple[DomainEvent, ...]:
        """Return the proposed events."""
        return tuple(each.event for decision in self.decisions for each in decision.proposed)

    @property
    def extra_subjects(self) -> tuple[str, ...]:
        """Return the subjects that the decider added."""
        return tuple(
            subject
            for decision in self.decisions
            for each in decision.proposed
            for subject in each.extra_subjects
        )

    def then(self, *expected: DomainEvent) -> Self:
        """Assert that exactly these events are proposed."""
        assert self.events == expected
        return self


@dataclass
class Specification:
    """A district's log so far, and the day on which commands are decided."""

    today: date = TODAY
    streams: dict[str, list[Happened]] = field(default_factory=lambda: defaultdict(list))
    subjects: dict[int, set[str]] = field(default_factory=dict)
    count: int = 0

    def given(
        self,
        *events: DomainEvent,
        by: str = "a-steward",
        on: date | None = None,
        effective: date | None = None,
    ) -> Self:
        """Let events have happened, today unless told, whether or not a decider allows them."""
        for event in events:
            self._record(stream_of(event), event, by, on or self.today, effective)
        return self

    def circumstances(self, **details: Any) -> Circumstances:
        """Return circumstances of today, by the steward, unless the details say otherwise."""
        defaults = {"actor": "a-steward", "today": self.today, "occurred_on": self.today}
        return Circumstances(**{**defaults, **details})

    def when(self, command: Command, **details: Any) -> Outcome:
        """Decide a command and record what it leads to. Raises Rejected."""
        circumstances = self.circumstances(**details)
        corrects = circumstances.corrects
        if isinstance(command, RetractFact):
            corrects = command.event_id
        if corrects is not None and circumstances.corrected is None:
            found = self.find(corrects)
            circumstances = replace(circumstances, corrected=None if found is None else found.event)
        decisions = decide(command, circumstances, self.world(command, circumstances))
        for decision in decisions:
            self._check_newness(decision)
            for each in decision.proposed:
                self._apply(decision.stream, each, circumstances, corrects)
        return Outcome(decisions)

    def refused(self, rule: str, command: Command, **details: Any) -> Rejected:
        """Assert that a command is refused by a rule, and return the refusal."""
        with pytest.raises(Rejected) as caught:
            self.when(command, **details)
        assert caught.value.rule == rule, caught.value.message
        assert caught.value.message
        return caught.value

    def state(self, stream: str) -> State:
        """Return the state of a stream, or of a subject from all facts that concern it."""
        if is_subject(stream):
            everything = chain.from_iterable(self.streams.values())
            concerning = [each for each in everything if stream in self.subjects[each.position]]
            return fold(stream, sorted(concerning, key=lambda each: each.position))
        return fold(stream, self.streams.get(stream, ()))

    def world(self, command: Command, circumstances: Circumstances) -> World:
        """Return the states that the command needs; the target's ends before a corrected fact."""
        named = needs(command, circumstances)
        states = {stream: self.state(stream) for stream in named}
        if circumstances.corrects is not None and circumstances.corrected is not None:
            target = named[0]
            facts = self.streams.get(target, [])
            ids = [id_of(each) for each in facts]
            # A fact of another stream leaves the target whole; the decider refuses it.
            if circumstances.corrects in ids:
                states[target] = fold(target, facts[: ids.index(circumstances.corrects)])
        return World(states)

    def find(self, event_id: UUID) -> Happened | None:
        """Return a fact that counts, by the id under which it was first recorded."""
        for facts in self.streams.values():
            for each in facts:
                if id_of(each) == event_id:
                    return each
        return None

    def last_id(self, stream: str) -> UUID:
        """Return the id of the last fact of a stream."""
        return id_of(self.streams[stream][-1])

    def _check_newness(self, decision: Decision) -> None:
        # Only the stream of a subject's ratings has no fact that opens it.
        empty = not self.streams.get(decision.stream)
        assert decision.stream_is_new == (empty and not decision.stream.startswith("assessment-"))

    def _apply(
        self, stream: str, proposed: Proposed, circumstances: Circumstances, corrects: UUID | None
    ) -> None:
        event = proposed.event
        facts = self.streams[stream]
        ids = [id_of(each) for each in facts]
        if isinstance(event, FactRetracted) and corrects is not None:
            del facts[ids.index(corrects)]
        elif corrects is not None:
            place = ids.index(corrects)
            effective = circumstances.effective_from or circumstances.occurred_on
            facts[place] = replace(facts[place], event=event, effective_from=effective)
            self.subjects[facts[place].position].update(event.subjects(), proposed.extra_subjects)
            return
        self._record(
            stream,
            event,
            circumstances.actor,
            circumstances.occurred_on,
            circumstances.effective_from,
            proposed.extra_subjects,
        )

    def _record(
        self,
        stream: str,
        event: DomainEvent,
        by: str,
        on: date,
        effective: date | None,
        more: Iterable[str] = (),
    ) -> None:
        self.count += 1
        happened = Happened(event, self.count, by, on, effective or on)
        self.streams[stream].append(happened)
        self.subjects[happened.position] = {*event.subjects(), *more}
