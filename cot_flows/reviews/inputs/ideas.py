"""Ideas for improvement that are on record: changes to be tried, studied, decided or spread."""

from collections.abc import Iterable

from cot_flows.reviews.inputs.reading import Entry, Reading
from cot_flows.reviews.inputs.trials import OF_TEST, tests_named
from domain.facts.pdsa import TestPlanned
from events.envelope import RecordedEvent


def ideas(reading: Reading, about: str, counting: Iterable[RecordedEvent]) -> list[Entry]:
    """Return the changes whose test is open, and those that the window decided to keep.

    A unit's own open tests are all there, however old; else those that the window touched.
    """
    touched = {each.event.test for each in counting if isinstance(each.event, OF_TEST)}
    open_ones = {
        each.event.test
        for each in reading.concerning([about])
        if isinstance(each.event, TestPlanned)
    }
    found: list[Entry] = []
    for test in tests_named(reading, touched | open_ones):
        stands = _stands(test, decided_now=test["test"] in touched)
        if stands is not None:
            found.append(
                {
                    "idea": test["question"] or test["test"],
                    "test": test["test"],
                    "unit": test["unit"],
                    "stands": stands,
                    "positions": test["positions"],
                }
            )
    return found


def _stands(test: Entry, *, decided_now: bool) -> str | None:
    match test["phase"], test["decision"]:
        case "planned", _:
            return "to be tried"
        case "run", _:
            return "tried, to be studied"
        case "studied", _:
            return f"prediction {test['matched']}, to be decided"
        case "decided", "adopt" if decided_now:
            return "adopted: where else would it help?"
        case "decided", "adapt" if decided_now:
            return f"adapted: next test {test['next_test'] or 'not planned yet'}"
        case _:
            return None
