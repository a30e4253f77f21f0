"""A small district that has begun: people, units, a rubric, a few pieces of evidence."""

from datetime import date

from domain.facts.district import (
    ActorRegistered,
    DistrictEstablished,
    RubricIndicator,
    RubricPublished,
)
from domain.facts.evidence import EvidenceSubmitted
from domain.facts.unit import UnitHeadAssigned, UnitRegistered
from domain.rubric import shipped_rubric
from tests.support.samples import DIGEST
from tests.support.specification import TODAY, Specification

BEGAN = date(2025, 7, 15)

PEOPLE = {
    "a-steward": "steward",
    "a-chair": "chair",
    "a-analyst": "analyst",
    "a-hr-head": "head",
    "a-deputy": "deputy",
    "a-auditor": "auditor",
}


def rubric_published(version: str = "1.0") -> RubricPublished:
    """Return the shipped rubric as published under a version."""
    return RubricPublished(
        rubric_version=version,
        digest=DIGEST,
        indicators=tuple(
            RubricIndicator(code=each.code, dimension=each.dimension, scope=each.scope)
            for each in shipped_rubric().indicators
        ),
    )


def evidence(
    name: str, source: str, respondents: int | None = None, *, independent: bool = False
) -> EvidenceSubmitted:
    """Return evidence about HR from a source."""
    return EvidenceSubmitted(
        evidence=name,
        title=f"Evidence {name}",
        kind="survey",
        digest=DIGEST,
        location=f"records/{name}",
        collected_from=date(2025, 8, 1),
        collected_to=date(2025, 8, 10),
        source_key=source,
        units=("HR",),
        respondents=respondents,
        independent=independent,
    )


def district(today: date = TODAY) -> Specification:
    """Return a log with six people, the units HR (with a head) and IT, a rubric and evidence.

    E1, E2 and E3 come from three sources, E1b from E1's; ES has 58 respondents and is independent.
    """
    log = Specification(today)
    log.given(
        DistrictEstablished(name="Marrow Bay", time_zone="UTC", clock="simulated"),
        *(ActorRegistered(actor=actor, role=role) for actor, role in PEOPLE.items()),
        by="setup",
        on=BEGAN,
    )
    log.given(
        rubric_published(),
        UnitRegistered(unit="HR", name="Human resources"),
        UnitRegistered(unit="IT", name="Technology"),
        UnitHeadAssigned(unit="HR", head="a-hr-head"),
        evidence("E1", "principals"),
        evidence("E1b", "principals"),
        evidence("E2", "staff"),
        evidence("E3", "case-files"),
        evidence("ES", "principals", 58, independent=True),
        by="a-analyst",
        on=BEGAN,
    )
    return log
