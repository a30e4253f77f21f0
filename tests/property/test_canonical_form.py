"""Properties of the stored form: canonical bytes, commitments, and the way to bytes and back."""

import unicodedata
from datetime import UTC, date, datetime

import orjson
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts.every import EVENT_TYPES
from domain.message import DomainEvent, merged_subjects
from events.canonical import LARGEST_INTEGER, canonical_bytes, commitment
from events.codec import Codec
from events.envelope import NewEvent, StoredEvent
from events.errors import InvalidDocument
from tests.support.log import event_id
from tests.support.strategies import events_of, plain_texts

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
INTEGERS = st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
KEYS = st.text(st.characters(max_codepoint=127, exclude_characters="\x00"), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=5)
SALTS = st.binary(min_size=16, max_size=16)


def in_normal_form(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [in_normal_form(item) for item in value]
    if isinstance(value, dict):
        return {key: in_normal_form(item) for key, item in value.items()}
    return value


@given(DOCUMENTS)
@settings(max_examples=300)
def test_canonical_bytes_are_those_of_the_standard(document: dict[str, object]) -> None:
    assert canonical_bytes(document) == rfc8785.dumps(in_normal_form(document))  # type: ignore[arg-type]


@given(DOCUMENTS)
def test_canonical_bytes_of_what_they_say_are_the_same(document: dict[str, object]) -> None:
    once = canonical_bytes(document)
    assert canonical_bytes(orjson.loads(once)) == once


@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_canonical_bytes_do_not_depend_on_the_order_of_keys(
    document: dict[str, object], random: object
) -> None:
    keys = list(document)
    random.shuffle(keys)  # type: ignore[attr-defined]
    assert canonical_bytes({key: document[key] for key in keys}) == canonical_bytes(document)


@given(
    DOCUMENTS,
    st.floats() | st.binary() | st.dates() | st.integers(min_value=2**53) | st.sets(INTEGERS),
)
def test_what_may_not_be_hashed_is_refused_at_any_depth(
    document: dict[str, object], unsound: object
) -> None:
    for place in (unsound, [unsound], {"in": {"deep": [0, unsound]}}):
        with pytest.raises(InvalidDocument):
            canonical_bytes(document | {"unsound": place})


@given(SALTS, TEXTS, TEXTS)
def test_a_commitment_holds_for_its_own_salt_field_and_value_only(
    salt: bytes, field: str, value: str
) -> None:
    told = commitment(salt, field, value)
    assert len(bytes.fromhex(told)) == 32
    assert told == commitment(salt, field, value)
    assert told != commitment(bytes(reversed(salt)) + b"x", field, value)
    assert told != commitment(salt, field + "x", value)
    assert told != commitment(salt, field, value + "x")


@given(SALTS, TEXTS, TEXTS)
def test_a_border_moved_between_field_and_value_changes_a_commitment(
    salt: bytes, first: str, second: str
) -> None:
    assert commitment(salt, first + "x", second) != commitment(salt, first, "x" + second)


DAYS = st.dates()
ENVELOPES = st.fixed_dictionaries(
    {
        "occurred_on": DAYS,
        "effective_from": DAYS,
        "precision": st.sampled_from(["day", "month", "year", "school_year"]),
        "actor": plain_texts(),
        "source": st.sampled_from(["cli", "import", "scheduler", "scenario", "api"]),
        "classification": st.sampled_from(["public", "internal", "personnel", "privileged"]),
        "reason": st.none() | plain_texts(),
        "causation_id": st.none() | st.uuids(),
        "corrects": st.none() | st.uuids(),
        "event_id": st.uuids(),
    }
)


CODEC = Codec(EVENT_TYPES, lambda: b"0123456789abcdef")


@pytest.mark.parametrize("event_type", EVENT_TYPES, ids=lambda each: each.__name__)
def test_any_event_of_a_type_comes_back_as_it_was(event_type: type[DomainEvent]) -> None:
    @given(events_of(event_type), ENVELOPES)
    @settings(max_examples=10, deadline=None)
    def comes_back(event: DomainEvent, envelope: dict[str, object]) -> None:
        new = NewEvent(
            event=event,
            correlation_id=event_id("c"),
            subjects=merged_subjects(event.subjects()),
            **envelope,  # type: ignore[arg-type]
        )
        encoded = CODEC.encode(new)
        stored = StoredEvent(
            district="bay",
            position=1,
            stream="s",
            stream_version=1,
            event_id=new.event_id,
            recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
            fact_position=1,
            content=encoded.content,
            leaf_hash=b"",
            current=encoded.content,
            personal={each.field: (each.salt, each.value) for each in encoded.personal},
        )
        recorded = CODEC.decode(stored)
        assert recorded.event == event
        assert isinstance(recorded.occurred_on, date)
        for field, value in envelope.items():
            assert getattr(recorded, field) == value
        assert CODEC.same_content(new, stored)

    comes_back()
