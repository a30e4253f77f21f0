"""Facts about a test of change, in its four steps: plan, do, study, act."""

from datetime import date
from typing import Literal

from pydantic import Field

from domain.facts.fields import DecimalText, Slug, Title
from domain.facts.theory import AssumptionId
from domain.ids import subject
from domain.message import DomainEvent

AsPlanned = Literal["yes", "partly", "no"]
"""Whether a test was carried out as it was planned."""

Match = Literal["met", "missed", "unclear"]
"""How what happened compares with what was predicted."""

NextStep = Literal["adopt", "adapt", "abandon"]
"""What becomes of a change that was tested."""


class _OfTest(DomainEvent):
    """A fact about one test of change; its unit and assumption are added by the decider."""

    test: Slug

    def subjects(self) -> tuple[str, ...]:
        """Return the test."""
        return (subject("test", self.test),)


class TestPlanned(_OfTest):
    """A unit asks a question and writes down what it expects before it tries.

    `prediction` says it in words; `predicted_value` in the unit of `measure`, where there is one.
    `who`, `when` and `where` are codes of those who carry it out, of the occasion and of the place.
    """

    unit: Slug
    question: Title
    prediction: Title
    predicted_value: DecimalText | None = None
    measure: Slug | None = None
    who: Slug
    when: Slug
    where: Slug
    data_plan: Title
    assumption: AssumptionId | None = None
    due_on: date

    def subjects(self) -> tuple[str, ...]:
        """Return the test, its unit and its assumption."""
        named = () if self.assumption is None else (subject("assumption", self.assumption),)
        return (subject("test", self.test), subject("unit", self.unit), *named)


class TestRun(_OfTest):
    """The change was tried, on the day the envelope says."""

    as_planned: AsPlanned


class TestStudied(_OfTest):
    """What happened was compared with what was predicted, on evidence."""

    outcome: Title
    matched: Match
    evidence: tuple[Slug, ...] = Field(min_length=1)

    def subjects(self) -> tuple[str, ...]:
        """Return the test and the evidence."""
        cited = (subject("evidence", each) for each in self.evidence)
        return (subject("test", self.test), *cited)


class TestDecided(_OfTest):
    """The change is adopted, adapted or abandoned; `next_test` tries what was adapted."""

    decision: NextStep
    next_test: Slug | None = None
