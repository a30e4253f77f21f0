"""What triggers open: a lapse goes on the quarter's agenda, two doubts bring the theory's review."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cot_flows.bootstrap import Engine
from cot_flows.reviews.standing import gone_now
from cot_flows.reviews.sweep import sweep
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from cot_flows.verifying import verify
from domain.facts.review import ReviewTriggered, TriggerFact
from domain.facts.review_course import ReviewLapsed
from domain.facts.theory import Assumption, AssumptionEvidenceLinked, TheoryOfActionAdopted
from domain.ids import derived_id
from domain.message import DomainEvent
from events.envelope import NewEvent
from events.store import ANY_VERSION, StreamWrite
from tests.support.samples import DIGEST

BEGINS = datetime(2025, 10, 1, 12, tzinfo=UTC)
DISTRICT = "testburg"


def begin(engine: Engine, *policies: str) -> None:
    plan = DistrictPlan(
        district=DISTRICT,
        name="Testburg Unified",
        time_zone="UTC",
        people=(Person("s-1", "steward"),),
        clock="simulated",
        begins_at=BEGINS,
        units=("HR", "IT"),
        policies=policies,
    )
    set_up_district(engine.store, plan)


def record(engine: Engine, stream: str, event: DomainEvent, day: int, **envelope: Any) -> None:
    """Record a fact of a day, counted from the first, as it stands."""
    at = BEGINS + timedelta(days=day)
    event_id = derived_id("test", stream, event.type_name(), str(day))
    new = NewEvent(
        event=event,
        event_id=event_id,
        occurred_on=at.date(),
        precision="day",
        effective_from=at.date(),
        actor="s-1",
        source="cli",
        correlation_id=event_id,
        subjects=tuple(sorted({*event.subjects(), *envelope.pop("about", ())})),
        **envelope,
    )
    engine.store.append(DISTRICT, [StreamWrite(stream, (new,), ANY_VERSION)], recorded_at=at)


def missed(engine: Engine, review: str, day: int) -> None:
    """Let a review of HR be opened on a day and lapse the day after."""
    opened = ReviewTriggered(
        review=review,
        review_type="R6",
        about="unit:HR",
        title="Stalled",
        due_on=BEGINS.date(),
        policy="stalled-unit",
        rule="stalled_unit",
        rule_digest=DIGEST,
        cause_key=review,
        as_of_position=1,
        as_of_date=BEGINS.date(),
        facts=(TriggerFact(position=1, shows="nothing"),),
    )
    record(engine, f"review-{review}", opened, day)
    lapsed = ReviewLapsed(
        review=review, due_on=BEGINS.date(), after_working_days=10, calendar_version="2025"
    )
    record(engine, f"review-{review}", lapsed, day + 1, about=("unit:HR",))


def test_missed_reviews_join_the_quarterly_review_that_is_open(engine: Engine) -> None:
    begin(engine, "district-quarterly-review", "missed-reviews")
    (quarterly,) = sweep(engine, DISTRICT).opened
    missed(engine, "V1", 1)
    assert sweep(engine, DISTRICT).opened == ()
    missed(engine, "V2", 3)
    report = sweep(engine, DISTRICT)
    (escalated,) = report.opened
    assert (escalated.about, escalated.merged) == ("district:all", True)
    assert escalated.review == quarterly.review
    assert (sweep(engine, DISTRICT).opened, gone_now(engine, report)) == ((), [])
    assert verify(engine, DISTRICT).findings == ()


def test_missed_reviews_open_a_stewardship_review_where_none_is_open(engine: Engine) -> None:
    begin(engine, "missed-reviews")
    missed(engine, "V1", 1)
    missed(engine, "V2", 3)
    (opened,) = sweep(engine, DISTRICT).opened
    assert (opened.about, opened.merged) == ("district:all", False)
    event = engine.store.read_log(DISTRICT, after=0, limit=1000)[-1].event
    assert isinstance(event, ReviewTriggered)
    assert (event.review_type, event.rule) == ("R4", "missed_reviews")


def test_two_contested_assumptions_open_the_review_of_the_theory_besides(engine: Engine) -> None:
    begin(engine, "contested-assumption", "contested-theory")
    theory = TheoryOfActionAdopted(
        version=1,
        statements=("If so, then",),
        assumptions=tuple(
            Assumption(assumption=each, text="So it is", measure="m") for each in ("A1", "A2")
        ),
    )
    record(engine, "theory-all", theory, 0)
    for day, number in enumerate(("A1", "A2"), start=1):
        against = AssumptionEvidenceLinked(assumption=number, evidence=("E1",), direction="against")
        record(engine, "theory-all", against, day)
    report = sweep(engine, DISTRICT)
    assert [(each.policy, each.merged) for each in report.opened] == [
        ("contested-assumption", False),
        ("contested-assumption", True),
        ("contested-theory", False),
    ]
    assert (sweep(engine, DISTRICT).opened, report.refused) == ((), ())
