"""How long directors and principals worked together since the last review, and what cost time."""

from collections.abc import Iterable

from cot_flows.reviews.inputs.reading import Entry, positions
from domain.facts.partnership import PartnershipInterrupted, PartnershipSessionLogged
from events.envelope import RecordedEvent


def partnerships(counting: Iterable[RecordedEvent]) -> list[Entry]:
    """Return the sample of the window's facts that count: the sessions, then each interruption.

    Interruptions are added up by the unit and the cause, in half days. Without any, nothing.
    """
    events = list(counting)
    sessions = [each for each in events if isinstance(each.event, PartnershipSessionLogged)]
    found: list[Entry] = []
    if sessions:
        minutes = [
            e.event.minutes for e in sessions if isinstance(e.event, PartnershipSessionLogged)
        ]
        found.append(
            {
                "kind": "sessions",
                "unit": None,
                "cause": None,
                "count": len(sessions),
                "minutes": sum(minutes),
                "half_days_lost": 0,
                "positions": positions(sessions),
            }
        )
    lost: dict[tuple[str, str], list[RecordedEvent]] = {}
    for each in events:
        if isinstance(each.event, PartnershipInterrupted):
            lost.setdefault((each.event.unit, each.event.cause), []).append(each)
    for (unit, cause), of_it in sorted(lost.items()):
        found.append(
            {
                "kind": "interruptions",
                "unit": unit,
                "cause": cause,
                "count": len(of_it),
                "minutes": 0,
                "half_days_lost": sum(_half_days(each) for each in of_it),
                "positions": positions(of_it),
            }
        )
    return found


def _half_days(recorded: RecordedEvent) -> int:
    event = recorded.event
    return event.half_days_lost if isinstance(event, PartnershipInterrupted) else 0
