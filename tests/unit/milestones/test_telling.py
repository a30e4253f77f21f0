"""What a milestone carries: ids and dates of its facts, and never a text or a person."""

import json
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from cot_flows.milestones.telling import milestone_of, verification_failed
from cot_flows.milestones.vocabulary import BY_TYPE, KINDS, PREFIX, Kind
from domain.facts.every import EVENT_TYPES
from domain.message import DomainEvent
from events.envelope import RecordedEvent
from tests.support.milestone_reference import PAGE, page
from tests.support.samples import SAMPLES

TEXTS = {"title", "charter", "shows", "facts", "note", "text", "reason", "board_reference"}
PEOPLE = {"owner", "head", "by", "approver", "recipient", "present", "raters", "chair", "members"}
PRIVATE = "Ann Example"
ID = UUID(int=1)
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def recorded(event: DomainEvent, position: int = 7, **changes: object) -> RecordedEvent:
    """Return a fact as the log of `bay` would hold it, with a private text wherever one fits."""
    made = RecordedEvent(
        district="bay",
        position=position,
        stream="any",
        stream_version=1,
        recorded_at=AT,
        fact_position=position,
        leaf_hash=b"",
        event=event,
        event_id=ID,
        occurred_on=date(2026, 3, 1),
        precision="day",
        effective_from=date(2026, 3, 1),
        actor=PRIVATE,
        source="cli",
        correlation_id=ID,
        subjects=(*event.subjects(), f"actor:{PRIVATE}", "*"),
        causation_id=None,
        on_behalf_of=PRIVATE,
        approved_by=PRIVATE,
        reason=PRIVATE,
        classification="internal",
        corrects=None,
        withheld=frozenset(),
    )
    return made._replace(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_tells_fields_that_its_facts_have_and_that_are_neither_texts_nor_people(
    kind: Kind,
) -> None:
    told = set(kind.tells)
    assert not told & (TEXTS | PEOPLE)
    for fact in kind.types:
        assert told <= set(fact.model_fields)
        assert not told & fact.personal


@pytest.mark.parametrize("fact", list(BY_TYPE), ids=lambda fact: fact.type_name())
def test_a_milestone_carries_no_text_and_no_person(fact: type[DomainEvent]) -> None:
    kind, sample = BY_TYPE[fact], SAMPLES[fact.type_name()]
    milestone = milestone_of(recorded(sample))
    assert milestone is not None
    document = milestone.document()
    told = json.dumps(document)
    assert PRIVATE not in told
    for name in sorted((TEXTS | PEOPLE | sample.personal) & set(fact.model_fields)):
        for value in texts_in(getattr(sample, name)):
            assert value not in told, name
    assert document["event"] == PREFIX + kind.name
    assert milestone.payload.keys() >= set(kind.tells)


def texts_in(value: object) -> list[str]:
    """Return a field's texts, as they would stand in JSON."""
    values = value if isinstance(value, tuple) else (value,)
    return [json.dumps(str(each)) for each in values if each is not None]


def test_a_milestone_names_what_it_is_about_and_what_is_related() -> None:
    sample = SAMPLES["ReviewTriggered"]
    review = sample.review  # type: ignore[attr-defined]
    milestone = milestone_of(recorded(sample))
    assert milestone is not None
    document = milestone.document()
    assert document["resource"] == {
        "prefect.resource.id": f"cot-flows.review.bay.{review}",
        "prefect.resource.name": review,
        "cot-flows.district": "bay",
    }
    related = document["related"]
    assert isinstance(related, list)
    assert related[0]["prefect.resource.id"] == "cot-flows.district.bay"
    assert {each["prefect.resource.role"] for each in related} >= {"district"}
    assert (document["payload"]["position"], document["occurred"]) == (7, AT.isoformat())  # type: ignore[index]


def test_the_same_fact_gives_the_same_id_and_another_fact_another() -> None:
    sample = SAMPLES["ReviewLapsed"]
    one, again, other = (milestone_of(recorded(sample, at)) for at in (7, 7, 8))
    assert one is not None
    assert again is not None
    assert other is not None
    assert one.document()["id"] == again.document()["id"] != other.document()["id"]


def test_a_correction_is_no_milestone_and_neither_is_any_other_fact() -> None:
    assert milestone_of(recorded(SAMPLES["ReviewLapsed"], corrects=ID)) is None
    others = [SAMPLES[each.type_name()] for each in EVENT_TYPES if each not in BY_TYPE]
    assert len(others) > 20
    assert [milestone_of(recorded(each)) for each in others] == [None] * len(others)


def test_faults_are_told_by_number_and_check() -> None:
    found = verification_failed("bay", position=9, checks=["b", "a", "b"], now=AT)
    assert found.payload == {"position": 9, "faults": 3, "checks": ["a", "b"]}
    assert set(found.kind.tells) <= set(found.payload)


def test_no_two_kinds_share_a_name_or_a_fact() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert len(BY_TYPE) == sum(len(kind.types) for kind in KINDS)


def test_the_reference_of_milestones_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
