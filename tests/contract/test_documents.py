"""What may be stored: what cannot be hashed, or read again, is refused whole by every store."""

from datetime import date, datetime

import orjson
import pytest

from domain.facts.activity import ActivityPlanned, ActivityProgressNoted
from domain.facts.every import EVENT_TYPES
from domain.message import DomainEvent
from events.codec import LARGEST_CONTENT, Codec
from events.envelope import NewEvent
from events.errors import AppendRefused, InvalidDocument, TimeRefused, UnknownEventType
from events.store import ANY_VERSION, NO_STREAM, EventStore
from tests.contract.conftest import Log
from tests.support.log import DAY, Odd, Unregistered, new, noted, started, write

LARGEST_EXACT = 2**53 - 1


def planned(**changes: object) -> ActivityPlanned:
    fields: dict[str, object] = {
        "activity": "A1",
        "title": "A plan",
        "units": ("HR",),
        "dimension": 3,
        "owner": "a-hr-head",
        "starts_on": DAY,
        "due_on": DAY,
        "aims": (),
    }
    return ActivityPlanned.model_construct(None, **(fields | changes))  # type: ignore[arg-type]


def refused(log: Log, *news: NewEvent) -> str:
    """Append a sound event with unsound ones and return what was said; nothing may be stored."""
    with pytest.raises((InvalidDocument, AppendRefused)) as error:
        log.put(started("sound"), *news)
    assert log.head() == 0
    assert log.all() == []
    return str(error.value)


def test_an_unregistered_type_is_refused(log: Log) -> None:
    with pytest.raises(UnknownEventType):
        log.put(started("a"), new(Unregistered(), "b"))
    assert log.head() == 0


def test_a_type_of_a_registered_name_that_is_another_class_is_refused(log: Log) -> None:
    class ActivityStarted(DomainEvent):
        activity: str

        def subjects(self) -> tuple[str, ...]:
            return ("activity:A1",)

    with pytest.raises(UnknownEventType):
        log.put(new(ActivityStarted(activity="A1"), "a"))


@pytest.mark.parametrize("amount", [1.5, 1.0, 1e300, -0.0])
def test_a_float_is_refused(log: Log, amount: float) -> None:
    refused(log, new(Odd(amount=amount), "b"))


@pytest.mark.parametrize("amount", [LARGEST_EXACT + 1, -LARGEST_EXACT - 1, 10**40])
def test_an_integer_that_no_double_holds_exactly_is_refused(log: Log, amount: int) -> None:
    assert "$.data.amount" in refused(log, new(Odd(amount=amount), "b"))


def test_the_largest_exact_integers_come_back(log: Log) -> None:
    for amount in (LARGEST_EXACT, -LARGEST_EXACT):
        log.put(new(Odd(amount=amount), amount))
    found = [e.event for e in log.all()]
    assert found == [Odd(amount=LARGEST_EXACT), Odd(amount=-LARGEST_EXACT)]


@pytest.mark.parametrize("text", ["a\x00b", "\ud83d", "x\udfffy"])
def test_what_a_text_cannot_hold_is_refused_wherever_it_stands(log: Log, text: str) -> None:
    for unsound in (
        new(Odd(amount=text), "b"),
        new(Odd(amount={"deep": [text]}), "b"),
        new(Odd.model_construct(None, amount=None, told=text), "b"),
        started("b", reason=text),
        started("b", actor=text),
        started("b", subjects=(text,)),
    ):
        refused(log, unsound)


def test_a_key_that_is_not_ascii_is_refused(log: Log) -> None:
    refused(log, new(Odd(amount={"\u00e9": 1}), "b"))


@pytest.mark.parametrize("stream", ["", "a\x00", "a\ud83d", "e\u0301"])
def test_a_stream_name_that_is_not_plain_text_is_refused(log: Log, stream: str) -> None:
    with pytest.raises((AppendRefused, InvalidDocument)):
        log.put(started("a"), stream=stream)
    assert log.head() == 0


def test_characters_beyond_the_first_plane_and_quotes_come_back(log: Log) -> None:
    text = "\U0001f600 \u2028 \\\" ' \x7f \x1b / \ufeff \ufffe"
    log.put(new(Odd(amount=text), "a"), noted("b", text))
    first, second = log.all()
    assert first.event == Odd(amount=text)
    assert isinstance(second.event, ActivityProgressNoted)
    assert second.event.note == text


def test_text_comes_back_in_normal_form_c(log: Log) -> None:
    log.put(noted("a", "Jose\u0301"))
    event = log.all()[0].event
    assert isinstance(event, ActivityProgressNoted)
    assert event.note == "Jos\u00e9"


def test_a_text_that_normalising_makes_too_long_is_refused(log: Log) -> None:
    # One such character becomes two in normal form C: 100 pass the limit of 160, 200 do not.
    assert "title" in refused(log, new(planned(title="\u0958" * 100), "b"))


def test_an_event_made_without_validation_that_does_not_fit_its_type_is_refused(log: Log) -> None:
    assert "units" in refused(log, new(planned(units=()), "b", subjects=("activity:A1",)))
    assert "dimension" in refused(log, new(planned(dimension=9), "b"))


@pytest.mark.parametrize(
    ("field", "value"),
    [("precision", "week"), ("source", "fax"), ("classification", "secret")],
)
def test_an_envelope_with_an_unknown_word_is_refused(log: Log, field: str, value: str) -> None:
    assert field in refused(log, started("b", **{field: value}))


@pytest.mark.parametrize(
    "subjects", [("unit:B", "unit:A"), ("unit:A", "unit:A"), ("unit:A", "unit:B", "unit:A")]
)
def test_subjects_that_are_unsorted_or_come_twice_are_refused(
    log: Log, subjects: tuple[str, ...]
) -> None:
    assert "subjects" in refused(log, started("b", subjects=subjects))


def test_the_largest_content_is_stored_and_one_byte_more_refused(log: Log) -> None:
    room = LARGEST_CONTENT - len(log.codec.encode(new(Odd(amount=""), "a")).content)
    assert "65536 bytes" in refused(log, new(Odd(amount="x" * (room + 1)), "a"))
    log.put(new(Odd(amount="x" * room), "a"))
    assert log.all()[0].event == Odd(amount="x" * room)


def test_size_counts_bytes_and_not_characters(log: Log) -> None:
    refused(log, new(Odd(amount="\u00e9" * (LARGEST_CONTENT // 2)), "a"))


def test_personal_values_are_joined_on_read_and_are_not_in_the_content(log: Log) -> None:
    log.put(noted("a", "Zebedee said so", reason="because of Florence"))
    recorded = log.all()[0]
    assert isinstance(recorded.event, ActivityProgressNoted)
    assert (recorded.event.note, recorded.reason) == ("Zebedee said so", "because of Florence")
    assert recorded.withheld == frozenset()
    content = log.codec.encode(noted("a", "Zebedee said so", reason="because of Florence")).content
    assert b"Zebedee" not in content
    assert b"Florence" not in content
    assert set(orjson.loads(content)["commitments"]) == {"data.note", "reason"}


def test_a_personal_value_that_was_not_given_has_no_commitment(log: Log) -> None:
    log.put(noted("a", None))
    recorded = log.all()[0]
    assert isinstance(recorded.event, ActivityProgressNoted)
    assert (recorded.event.note, recorded.reason, recorded.withheld) == (None, None, frozenset())


def test_everything_of_the_envelope_comes_back(log: Log) -> None:
    log.put(noted("target"))
    given = noted(
        "a",
        "words",
        occurred_on=date(1, 1, 1),
        precision="school_year",
        effective_from=date(9999, 12, 31),
        source="import",
        causation_id=noted("target").event_id,
        on_behalf_of="a-chair",
        approved_by="a-deputy",
        reason="why",
        classification="privileged",
        corrects=noted("target").event_id,
        subjects=("*", "activity:A1", "unit:HR"),
    )
    log.put(given)
    recorded = log.all()[1]
    for field in (
        "event",
        "event_id",
        "occurred_on",
        "precision",
        "effective_from",
        "actor",
        "source",
        "correlation_id",
        "causation_id",
        "on_behalf_of",
        "approved_by",
        "reason",
        "classification",
        "corrects",
        "subjects",
    ):
        assert getattr(recorded, field) == getattr(given, field), field
    assert recorded.type_name == "ActivityProgressNoted"


def test_an_unsound_document_is_refused_before_anything_is_looked_up(
    log: Log, store: EventStore
) -> None:
    unsound = new(Odd(amount=1.5), "a")
    with pytest.raises(InvalidDocument):
        store.append("nowhere", [write(unsound)])
    log.put(new(Odd(amount=1), "a"))
    with pytest.raises(InvalidDocument):
        log.put(unsound)
    with pytest.raises(InvalidDocument):
        log.put(new(Odd(amount=1.5), "b"), expected=NO_STREAM)
    with pytest.raises(InvalidDocument):
        store.append(log.district, [write(new(Odd(amount=1.5), "b"))], recorded_at=None)
    assert log.head() == 1


def test_a_recording_time_without_a_zone_is_refused(log: Log) -> None:
    with pytest.raises(TimeRefused, match="time zone"):
        log.store.append(
            log.district,
            [write(started("a"))],
            recorded_at=datetime(2026, 1, 1),  # noqa: DTZ001
        )


def test_a_codec_refuses_two_types_of_one_name() -> None:
    with pytest.raises(ValueError, match="twice"):
        Codec((*EVENT_TYPES, EVENT_TYPES[0]), lambda: b"s" * 16)


def test_the_odd_event_is_not_odd_enough_to_be_refused(log: Log) -> None:
    log.put(new(Odd(amount=[None, True, {"a": "b"}]), "a"), expected=ANY_VERSION)
    assert log.all()[0].event == Odd(amount=[None, True, {"a": "b"}])
