"""Every cause of every review of the fictional district comes out of the log again."""

import json
from datetime import date, timedelta

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.cli.main import outcome
from cot_flows.errors import UnknownThing
from cot_flows.projecting import project
from cot_flows.reviews.past import read_past
from cot_flows.reviews.rederiving import explain
from cot_flows.scenarios.marrow_bay import play
from cot_flows.scenarios.marrow_bay.slots import HELP_TO_PARTNERSHIPS, called_for
from cot_flows.scenarios.marrow_bay.step import Slot
from domain.facts.finding import ExternalFindingRecorded, FindingPlanSubmitted
from domain.facts.review import ReviewTriggered, ReviewTriggerMerged
from domain.ids import derived_id
from events.envelope import NewEvent, RecordedEvent
from events.store import ANY_VERSION, StreamWrite

pytestmark = pytest.mark.slow

DISTRICT = "marrow-bay"


@pytest.fixture(scope="module")
def marrow_bay(engine: Engine) -> Engine:
    """The whole story, in a district of this module."""
    play(engine, district=DISTRICT)
    project(engine, DISTRICT)
    return engine


def swept(engine: Engine) -> list[str]:
    # The ids of a sweep are UUIDs; those that the tests below record are words.
    past = read_past(engine, DISTRICT)
    return sorted({each.review for _, each in past.swept if len(each.review) == 36})


def triggered(engine: Engine) -> RecordedEvent:
    log = engine.store.read_log(DISTRICT, after=0, limit=10_000)
    return next(
        each
        for each in log
        if isinstance(each.event, ReviewTriggered) and each.actor == "scheduler"
    )


def record_altered(engine: Engine, name: str, **changed: object) -> str:
    """Record a review as the sweep would, with something in it that the log does not say."""
    told = triggered(engine)
    event = told.event.model_copy(update={"review": name} | changed)
    new = NewEvent(
        event=event,
        event_id=derived_id("altered", name),
        occurred_on=told.occurred_on,
        precision="day",
        effective_from=told.effective_from,
        actor=told.actor,
        source="scheduler",
        correlation_id=derived_id("altered", name),
        subjects=tuple(sorted(event.subjects())),
    )
    write = StreamWrite(f"review-{name}", (new,), ANY_VERSION)
    engine.store.append(DISTRICT, [write], recorded_at=engine.store.head(DISTRICT).recorded_at)
    return name


def test_every_cause_that_a_sweep_recorded_re_derives(marrow_bay: Engine) -> None:
    reviews = swept(marrow_bay)
    assert len(reviews) > 15
    for review in reviews:
        explained = explain(marrow_bay, DISTRICT, review)
        assert explained.holds, explained
        by_rule = [each for each in explained.causes if each.verdict != "by hand"]
        assert {each.verdict for each in by_rule} == {"re-derives"}
        assert all(fact.event for each in by_rule for fact in each.facts)


def causes(engine: Engine, slot: Slot, day: date) -> list[tuple[str, str]]:
    """How each cause of the review that a night opened in a slot came to it, and by which rule."""
    log = engine.store.read_log(DISTRICT, after=0, limit=10_000)
    swept_then = set(swept(engine))
    (review,) = [
        each.event.review
        for each in log
        if isinstance(each.event, ReviewTriggered)
        and each.event.review in swept_then
        and (each.event.review_type, each.event.about, each.occurred_on)
        == (slot.review_type, slot.about, day)
    ]
    return [
        (type(each.event).__name__, each.event.rule)
        for each in log
        if isinstance(each.event, ReviewTriggered | ReviewTriggerMerged)
        and each.event.review == review
        and (each.occurred_on, each.actor) == (day, "scheduler")
    ]


def test_what_is_one_matter_becomes_one_review_by_itself(marrow_bay: Engine) -> None:
    joined = "ReviewTriggerMerged"
    assert causes(marrow_bay, HELP_TO_PARTNERSHIPS, date(2025, 10, 20)) == [
        ("ReviewTriggered", "interruptions"),
        (joined, "rating_regression"),
        (joined, "measure_below"),
    ]
    assert causes(marrow_bay, called_for("HR"), date(2026, 3, 12)) == [
        ("ReviewTriggered", "late_record"),
        (joined, "late_record"),
    ]


def test_the_order_of_the_state_opens_the_review_and_is_answered_on_day_thirty(
    marrow_bay: Engine,
) -> None:
    opened = causes(marrow_bay, called_for("SPED"), date(2026, 2, 9))
    assert opened == [("ReviewTriggered", "external_shock")]
    found, plan = (
        each
        for each in marrow_bay.store.read_log(DISTRICT, after=0, limit=10_000)
        if isinstance(each.event, ExternalFindingRecorded | FindingPlanSubmitted)
    )
    order = found.event
    assert isinstance(order, ExternalFindingRecorded)
    assert (found.occurred_on, order.units) == (date(2026, 2, 9), ("SPED",))
    assert set(plan.subjects) >= set(order.subjects())
    assert plan.occurred_on == order.plan_due_on == found.occurred_on + timedelta(days=30)


def test_a_fact_that_the_log_does_not_say_is_named(marrow_bay: Engine) -> None:
    facts = getattr(triggered(marrow_bay).event, "facts")  # noqa: B009 - one of many types
    lie = (facts[0].model_copy(update={"shows": "nothing of the kind"}),)
    explained = explain(marrow_bay, DISTRICT, record_altered(marrow_bay, "lie", facts=lie))
    assert not explained.holds
    assert "nothing of the kind" in str(explained.causes[0].difference)


def test_a_cause_that_the_rule_does_not_find_is_named(marrow_bay: Engine) -> None:
    explained = explain(marrow_bay, DISTRICT, record_altered(marrow_bay, "none", cause_key="1"))
    assert "does not fire" in str(explained.causes[0].difference)


def test_a_query_that_has_changed_cannot_be_compared_and_is_no_difference(
    marrow_bay: Engine,
) -> None:
    other = "sha256:" + "0" * 64
    explained = explain(marrow_bay, DISTRICT, record_altered(marrow_bay, "old", rule_digest=other))
    assert explained.holds
    assert explained.causes[0].verdict == "rule changed"


def test_the_command_takes_the_beginning_of_an_id_and_ends_with_one_on_a_difference(
    marrow_bay: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COT_DATABASE_URL", marrow_bay.url)
    monkeypatch.setenv("COT_HOME", str(marrow_bay.settings.home))
    review = triggered(marrow_bay).event.review  # type: ignore[attr-defined]
    assert outcome(["why", "review", review[:8]]) == 0
    assert "re-derives" in capsys.readouterr().out
    assert outcome(["why", "review", review, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"district", "review", "about", "title", "causes", "holds"}
    wrong = record_altered(marrow_bay, "wrong", cause_key="2")
    assert outcome(["why", "review", wrong]) == 1
    assert "does not re-derive" in capsys.readouterr().out
    assert outcome(["why", "review", "nothing-of-the-kind"]) == 66


def test_a_review_that_is_not_there_is_unknown(marrow_bay: Engine) -> None:
    with pytest.raises(UnknownThing, match="cot reviews"):
        explain(marrow_bay, DISTRICT, "R-none")
