"""What is contested: ratings that rest on what may be relied on no more, evidence in dispute."""

from collections.abc import Iterable

from cot_flows.reviews.inputs.reading import Entry, Reading, positions
from domain.facts.evidence import (
    EvidenceDisputed,
    EvidenceDisputeSettled,
    EvidenceRetracted,
)
from domain.ids import subject
from events.envelope import RecordedEvent

AGAINST = (EvidenceDisputed, EvidenceDisputeSettled, EvidenceRetracted)


def contested(
    reading: Reading, ratings: list[Entry], counting: Iterable[RecordedEvent]
) -> list[Entry]:
    """Return contested ratings, then each piece of cited evidence that is not beyond dispute."""
    found: list[Entry] = [
        {
            "what": f"rating {each['indicator']} of {each['about']}",
            "state": "rests on evidence that may be relied on no more",
            "finding": None,
            "positions": each["positions"],
        }
        for each in ratings
        if each["contested"]
    ]
    cited = {str(name) for each in ratings for name in _listed(each["evidence"])}
    cited |= {name for each in counting for name in _evidence(each)}
    by_evidence: dict[str, list[RecordedEvent]] = {}
    for recorded in reading.concerning(subject("evidence", name) for name in cited):
        if isinstance(recorded.event, AGAINST):
            by_evidence.setdefault(recorded.event.evidence, []).append(recorded)
    for name in sorted(by_evidence):
        entry = _entry(name, by_evidence[name])
        if entry is not None:
            found.append(entry)
    return found


def _entry(name: str, events: list[RecordedEvent]) -> Entry | None:
    finding: str | None = None
    match events[-1].event:
        case EvidenceDisputed(finding=said):
            finding = said
            state = "in dispute"
        case EvidenceDisputeSettled(outcome="upheld", finding=said):
            finding = said
            state = "dispute upheld"
        case EvidenceRetracted():
            state = "retracted"
        case _:
            return None
    return {
        "what": f"evidence {name}",
        "state": state,
        "finding": finding,
        "positions": positions(events),
    }


def _evidence(recorded: RecordedEvent) -> tuple[str, ...]:
    named = getattr(recorded.event, "evidence", ())
    return (named,) if isinstance(named, str) else tuple(named)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
