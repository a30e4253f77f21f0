"""What was owed: the actions of the last review whatever became of them, and all that are open."""

from datetime import date

from cot_flows.handling import FINISHED, folded
from cot_flows.reviews.inputs.reading import DISTRICT, Entry, Reading, Row, positions
from cot_flows.reviews.inputs.window import Window
from domain.action import ActionState
from domain.facts.action import ActionItemOpened
from domain.ids import subject
from events.envelope import RecordedEvent


def actions(reading: Reading, about: str, queue: list[Row], since: Window) -> list[Entry]:
    """Return the action items of a subject's reviews and of its unit, by their ids."""
    wanted = {str(row["review"]) for row in queue if about in {DISTRICT, row["about"]}}
    subjects = {subject("review", each) for each in wanted}
    if about != DISTRICT:
        subjects.add(about)
    found: dict[str, Entry] = {}
    for recorded in reading.concerning(subjects):
        if isinstance(recorded.event, ActionItemOpened):
            entry = _entry(reading, recorded, recorded.event, since)
            if entry is not None:
                found[recorded.event.action] = entry
    return [found[name] for name in sorted(found)]


def _entry(
    reading: Reading, recorded: RecordedEvent, opened: ActionItemOpened, since: Window
) -> Entry | None:
    events = reading.counting(reading.stream(recorded.stream))
    state = folded(recorded.stream, events)
    if not isinstance(state, ActionState):
        return None
    finished = state.phase in FINISHED
    of_last = since.review is not None and opened.review == since.review
    if finished and not of_last and max(positions(events)) <= since.after:
        return None
    return {
        "action": opened.action,
        "title": opened.title,
        "review": opened.review,
        "unit": state.unit,
        "owner": state.owner,
        "phase": state.phase,
        "accepted": state.accepted,
        "due_on": state.due_on,
        "days_late": 0 if finished else _days_late(state.due_on, reading.day),
        "moves": state.moves,
        "escalated": state.escalated,
        "critical": opened.critical,
        "shows_it_worked": opened.shows_it_worked,
        "of_last_review": of_last,
        "positions": positions(events),
    }


def _days_late(due_on: date | None, day: date) -> int:
    return 0 if due_on is None else max(0, (day - due_on).days)
