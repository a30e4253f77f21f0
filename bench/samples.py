"""Realistic facts of three kinds, numbered, each in an envelope: what the appends record."""

from datetime import date
from uuid import uuid4

from domain.facts.activity import ActivityProgressNoted
from domain.facts.assessment import IndicatorRated
from domain.facts.evidence import EvidenceSubmitted
from domain.ids import subject
from domain.message import DomainEvent
from events.envelope import NewEvent

DAY = date(2025, 10, 6)
DIGEST = "sha256:" + "0123456789abcdef" * 4
UNITS = ("HR", "IT", "FAC", "TL", "SPED", "TRN", "NUT", "ENR")


def facts(count: int) -> tuple[NewEvent, ...]:
    """Return so many facts with new ids: of four, two notes of progress, evidence and a rating."""
    units = [UNITS[number % len(UNITS)] for number in range(count)]
    return tuple(in_envelope(_event(n, unit), unit, DAY) for n, unit in enumerate(units))


def in_envelope(event: DomainEvent, unit: str, day: date, reason: str | None = None) -> NewEvent:
    """Return a fact of a day, with an envelope that names its unit among the subjects."""
    return NewEvent(
        event=event,
        event_id=uuid4(),
        occurred_on=day,
        precision="day",
        effective_from=day,
        actor="a-steward",
        source="cli",
        correlation_id=uuid4(),
        subjects=tuple(sorted({*event.subjects(), subject("unit", unit)})),
        reason=reason,
    )


def _event(number: int, unit: str) -> DomainEvent:
    match number % 4:
        case 0:
            return EvidenceSubmitted(
                evidence=f"E-{number:05}",
                title="Case files of the autumn, sampled by the network office",
                kind="case-files",
                digest=DIGEST,
                location="archive/2025/autumn/case-files.pdf",
                collected_from=date(2025, 9, 1),
                collected_to=DAY,
                source_key="network-office",
                units=(unit,),
            )
        case 1:
            return IndicatorRated(
                about=subject("unit", unit),
                indicator="D3.1",
                level=number % 3,
                rubric_version="1.0",
                evidence=(f"E-{number - 1:05}",),
                raters=("a-steward", "a-deputy"),
            )
        case _:
            return ActivityProgressNoted(
                activity=f"A-{number // 40:05}", schools_percent=number % 101
            )
