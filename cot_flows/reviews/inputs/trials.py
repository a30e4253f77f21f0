"""Tests of change that the window touched: the prediction, what happened, what was learned."""

from collections.abc import Iterable

from cot_flows.reviews.inputs.reading import Entry, Reading, positions
from domain.facts.pdsa import TestDecided, TestPlanned, TestRun, TestStudied
from domain.ids import subject
from events.envelope import RecordedEvent

OF_TEST = (TestPlanned, TestRun, TestStudied, TestDecided)


def trials(reading: Reading, counting: Iterable[RecordedEvent]) -> list[Entry]:
    """Return the tests of which anything happened in the window, by their ids."""
    named = {each.event.test for each in counting if isinstance(each.event, OF_TEST)}
    return tests_named(reading, named)


def tests_named(reading: Reading, named: Iterable[str]) -> list[Entry]:
    """Return tests by their ids, with all that is known of each."""
    by_test: dict[str, list[RecordedEvent]] = {}
    for each in reading.concerning(subject("test", name) for name in named):
        if isinstance(each.event, OF_TEST):
            by_test.setdefault(each.event.test, []).append(each)
    return [_entry(name, by_test[name]) for name in sorted(by_test)]


def _entry(name: str, events: list[RecordedEvent]) -> Entry:
    entry: Entry = {
        "test": name,
        "phase": "planned",
        **dict.fromkeys(("unit", "question", "prediction", "predicted_value", "measure")),
        **dict.fromkeys(("as_planned", "outcome", "matched", "decision", "next_test")),
    }
    for each in events:
        match each.event:
            case TestPlanned() as planned:
                entry |= {
                    "unit": planned.unit,
                    "question": planned.question,
                    "prediction": planned.prediction,
                    "predicted_value": planned.predicted_value,
                    "measure": planned.measure,
                }
            case TestRun() as run:
                entry |= {"phase": "run", "as_planned": run.as_planned}
            case TestStudied() as studied:
                entry |= {
                    "phase": "studied",
                    "outcome": studied.outcome,
                    "matched": studied.matched,
                }
            case TestDecided() as decided:
                entry |= {
                    "phase": "decided",
                    "decision": decided.decision,
                    "next_test": decided.next_test,
                }
    return entry | {"positions": positions(events)}
