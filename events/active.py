"""Which recorded events count: the last word on each fact, retracted facts left out."""

from collections.abc import Iterable

from events.envelope import History, RecordedEvent

RETRACTION = "FactRetracted"
"""The type whose events take a fact back; the scope function of the database names it too."""


def last_words(events: Iterable[RecordedEvent]) -> dict[int, RecordedEvent]:
    """Return the last event on each fact, by fact position, retractions included."""
    words: dict[int, RecordedEvent] = {}
    for recorded in sorted(events, key=lambda each: each.position):
        words[recorded.fact_position] = recorded
    return words


def history_of(events: Iterable[RecordedEvent]) -> History:
    """Return what deciders fold of these events."""
    recorded = list(events)
    words = last_words(recorded)
    version = max((each.stream_version for each in recorded), default=0)
    return History(version, tuple(words[place].happened() for place in sorted(words)))


def active(events: Iterable[RecordedEvent]) -> list[RecordedEvent]:
    """Return the events that count, in the order in which their facts were first recorded."""
    words = last_words(events)
    return [words[place] for place in sorted(words) if words[place].type_name != RETRACTION]
