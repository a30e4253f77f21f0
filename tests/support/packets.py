"""A unit with two reviews: what the first asked for, and all that the second has to look at."""

from datetime import date
from uuid import UUID

from cot_flows.bootstrap import Engine
from domain.action import OpenActionItem
from domain.facts.assessment import IndicatorRated
from domain.facts.correction import FactRetracted
from domain.facts.evidence import EvidenceDisputed, EvidenceSubmitted
from domain.facts.measurement import MeasureDefined, MeasurementRecorded
from domain.facts.partnership import PartnershipInterrupted, PartnershipSessionLogged
from domain.facts.pdsa import TestPlanned, TestRun, TestStudied
from domain.facts.unit import UnitHeadAssigned, UnitHeadVacated
from domain.ids import derived_id
from domain.message import DomainEvent
from domain.review import CloseReview, HoldReview, RecordDecision
from events.envelope import NewEvent
from events.store import ANY_VERSION, StreamWrite
from tests.support.reviewing import Reviewing, moment
from tests.support.samples import DIGEST

FIRST, SECOND = date(2025, 10, 21), date(2025, 12, 1)
"""The days on which the two packets are frozen."""

HELD = date(2025, 10, 24)
NOVEMBER = date(2025, 11, 18)


class Put:
    """Puts facts into a district's log whatever the rules say, late ones and corrections too."""

    def __init__(self, bay: Reviewing) -> None:
        self.bay = bay
        self.number = 0

    def __call__(
        self,
        day: date,
        event: DomainEvent,
        *,
        on: date | None = None,
        corrects: UUID | None = None,
        subjects: tuple[str, ...] = (),
    ) -> UUID:
        """Record a fact on a day, that counts from `on`; return its id."""
        self.number += 1
        new = NewEvent(
            event=event,
            event_id=derived_id("packet", self.bay.district, str(self.number)),
            occurred_on=on or day,
            precision="day",
            effective_from=on or day,
            actor="a-steward",
            source="cli",
            correlation_id=UUID(int=self.number),
            subjects=tuple(sorted(set(subjects or event.subjects()))),
            corrects=corrects,
            reason=None if corrects is None else "it was wrong",
        )
        write = StreamWrite(f"any-{self.number}", (new,), ANY_VERSION)
        if corrects is not None:
            stored = self.bay.engine.store.find(self.bay.district, corrects)
            assert stored is not None
            write = StreamWrite(stored.stream, (new,), ANY_VERSION)
        self.bay.engine.store.append(self.bay.district, [write], recorded_at=moment(day, 13))
        return new.event_id


def evidence(name: str, collected: date, title: str = "Survey of principals") -> EvidenceSubmitted:
    """Return a piece of evidence about HR."""
    return EvidenceSubmitted(
        evidence=name,
        title=title,
        kind="survey",
        digest=DIGEST,
        location=f"records/{name}",
        collected_from=collected,
        collected_to=collected,
        source_key=name,
        units=("HR",),
    )


def rated(indicator: str, level: int, *cited: str) -> IndicatorRated:
    """Return a rating of HR."""
    return IndicatorRated(
        about="unit:HR",
        indicator=indicator,
        level=level,
        rubric_version="1.0",
        evidence=cited,
        raters=("a-chair",),
    )


def measured(
    month: int, value: str, n: int = 40, measure: str = "case-days"
) -> MeasurementRecorded:
    """Return a month's value of a measure of HR."""
    return MeasurementRecorded(
        measurement=f"{measure}-{month}",
        measure=measure,
        measure_version=1,
        about="unit:HR",
        period_from=date(2025, month, 1),
        period_to=date(2025, month, 28),
        value=value,
        n=n,
        unit_of_measure="days",
        better="lower",
    )


def a_trial(name: str = "T1", question: str = "Does one contact help?") -> TestPlanned:
    """Return a test of change of HR."""
    return TestPlanned(
        test=name,
        unit="HR",
        question=question,
        prediction="Half the days",
        predicted_value="5",
        measure="case-days",
        who="partners",
        when="weekly",
        where="network-a",
        data_plan="Case dates",
        due_on=date(2025, 11, 20),
    )


def two_reviews(
    engine: Engine, district: str = "bay", title: str = "Meet the schools"
) -> Reviewing:
    """Set up a district whose review R2 of HR is frozen, after R1 was held and closed."""
    bay = Reviewing(engine, district).begin()
    put = Put(bay)
    wrong = _before(put)
    _first_review(bay, title)
    _since(put, wrong)
    _learned(put)
    bay.open(date(2025, 11, 19), "R2", date(2025, 12, 5))
    bay.freeze(SECOND, "R2")
    return bay


def _before(put: Put) -> UUID:
    """Rate HR before the first review; return the rating that is corrected later."""
    began = date(2025, 10, 2)
    put(
        began,
        MeasureDefined(
            measure="case-days",
            version=1,
            title="Days to solve a case",
            unit_of_measure="days",
            better="lower",
        ),
    )
    for name in ("E1", "E2"):
        put(began, evidence(name, date(2025, 9, 30)))
    put(began, rated("D3.1", 2, "E1"))
    wrong = put(began, rated("D3.2", 1, "E2"))
    put(began, UnitHeadAssigned(unit="HR", head="a-chair"))
    return wrong


def _first_review(bay: Reviewing, title: str) -> None:
    """Hold the first review, with a dissent and an action of that title."""
    bay.open(date(2025, 10, 6), "R1")
    bay.freeze(FIRST, "R1")
    bay.say(HELD, HoldReview(review="R1", present=("a-chair", "a-steward")))
    bay.say(
        HELD,
        RecordDecision(
            review="R1",
            decision="change",
            title="Go on",
            insufficient=True,
            note="The chair disagrees",
        ),
    )
    bay.say(
        HELD,
        OpenActionItem(
            action="X1",
            title=title,
            review="R1",
            owner="a-steward",
            unit="HR",
            due_on=date(2025, 11, 14),
            shows_it_worked="Minutes",
        ),
    )
    bay.say(HELD, CloseReview(review="R1"))


def _since(put: Put, wrong: UUID) -> None:
    """Record what is new, late, corrected, taken back and in dispute."""
    put(NOVEMBER, evidence("E3", NOVEMBER))
    put(NOVEMBER, rated("D3.1", 1, "E3"))
    put(NOVEMBER, rated("D3.2", 2, "E2"), corrects=wrong)
    put(
        NOVEMBER,
        EvidenceDisputed(evidence="E2", finding="Asked only five"),
        subjects=("evidence:E2", "unit:HR"),
    )
    put(NOVEMBER, evidence("E0", date(2025, 9, 1)), on=date(2025, 10, 3))
    gone = put(NOVEMBER, evidence("E9", NOVEMBER))
    put(
        NOVEMBER,
        FactRetracted(type_retracted="EvidenceSubmitted"),
        corrects=gone,
        subjects=("evidence:E9", "retraction:EvidenceSubmitted", "unit:HR"),
    )


def _learned(put: Put) -> None:
    """Record measures, partnership time and a test that missed its prediction."""
    put(NOVEMBER, measured(9, "10"))
    put(NOVEMBER, measured(10, "12.5"))
    put(
        NOVEMBER,
        PartnershipSessionLogged(partnership="P1", minutes=90, place="school", topic="feedback"),
        subjects=("partnership:P1", "unit:HR"),
    )
    put(
        NOVEMBER,
        PartnershipInterrupted(partnership="P1", half_days_lost=3, cause="audit", unit="HR"),
    )
    put(NOVEMBER, a_trial())
    put(NOVEMBER, TestRun(test="T1", as_planned="yes"), subjects=("test:T1", "unit:HR"))
    put(
        NOVEMBER,
        TestStudied(test="T1", outcome="No change", matched="missed", evidence=("E3",)),
        subjects=("test:T1", "unit:HR", "evidence:E3"),
    )
    put(NOVEMBER, UnitHeadVacated(unit="HR", head="a-chair"))
