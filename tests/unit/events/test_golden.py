"""The stored form of every event type, as it was once written down: it may never change."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from domain.facts.every import EVENT_TYPES
from events.codec import Codec
from events.envelope import StoredEvent
from events.leaf import leaf_hash
from tests.support.golden import FOLDER, file_of, golden, golden_codec, golden_event
from tests.support.leaf_vectors import FILE, framed, vectors
from tests.support.samples import SAMPLES

NAMES = [event_type.type_name() for event_type in EVENT_TYPES]
OTHER = Codec(EVENT_TYPES, lambda: b"x" * 16)
RECORDED = datetime(2025, 9, 20, tzinfo=UTC)


def stored(name: str) -> StoredEvent:
    """The golden event as a store would give it."""
    held = json.loads(file_of(name).read_text(encoding="utf-8"))
    content = held["content"].encode()
    return StoredEvent(
        district="bay",
        position=1,
        stream="s",
        stream_version=1,
        event_id=golden_event(name).event_id,
        recorded_at=RECORDED,
        fact_position=1,
        content=content,
        leaf_hash=b"",
        current=content,
        personal={
            field: (bytes.fromhex(salt), value) for field, (salt, value) in held["personal"].items()
        },
    )


def test_every_event_type_has_a_golden_file_and_no_file_is_without_a_type() -> None:
    assert {path.stem.split("_v")[0] for path in FOLDER.glob("*.json")} == set(NAMES)
    assert all(file_of(name).exists() for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_encoding_gives_exactly_the_golden_bytes(name: str) -> None:
    assert golden(name) == json.loads(file_of(name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_decoding_reads_the_golden_bytes(name: str) -> None:
    recorded = golden_codec().decode(stored(name))
    given = golden_event(name)
    assert recorded.event == SAMPLES[name]
    assert (recorded.reason, recorded.actor) == (given.reason, given.actor)
    assert recorded.subjects == given.subjects
    assert recorded.withheld == frozenset()


@pytest.mark.parametrize("name", [n for n in NAMES if SAMPLES[n].personal])
def test_an_event_is_readable_after_its_personal_values_were_withdrawn(name: str) -> None:
    whole = stored(name)
    without = whole._replace(personal={})
    recorded = golden_codec().decode(without)
    assert recorded.withheld == frozenset(whole.personal)
    assert recorded.reason is None
    assert all(getattr(recorded.event, field) is None for field in SAMPLES[name].personal)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_event_is_recognised_with_other_salts(name: str) -> None:
    assert OTHER.encode(golden_event(name)).content != stored(name).content
    assert OTHER.same_content(golden_event(name), stored(name))


def test_after_a_withdrawal_what_is_left_is_compared() -> None:
    whole = stored("ActivityProgressNoted")
    left = {"reason": whole.personal["reason"]}
    without = whole._replace(personal=left)
    same = golden_event("ActivityProgressNoted")
    assert golden_codec().same_content(same, without)
    assert not golden_codec().same_content(replace(same, reason="another"), without)
    assert not golden_codec().same_content(replace(same, actor="a-chair"), without)


def test_every_personal_field_may_be_withdrawn() -> None:
    for event_type in EVENT_TYPES:
        for field in event_type.personal:
            annotation = event_type.model_fields[field].annotation
            assert type(None) in get_args(annotation), f"{event_type.type_name()}.{field}"


def test_no_event_type_has_room_for_a_float() -> None:
    """A float that is not a number would be written as null: no field may take one."""
    schemas = [event_type.model_json_schema() for event_type in EVENT_TYPES]
    assert not [schema["title"] for schema in schemas if '"number"' in json.dumps(schema)]


def test_the_vectors_are_those_that_their_script_makes() -> None:
    assert json.loads(FILE.read_text(encoding="utf-8")) == vectors()


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: str(vector["name"]))
def test_the_leaf_hash_is_that_of_the_vector(vector: dict[str, object]) -> None:
    leaf = leaf_hash(
        district=str(vector["district"]),
        position=int(str(vector["position"])),
        stream=str(vector["stream"]),
        stream_version=int(str(vector["stream_version"])),
        recorded_at=datetime.fromisoformat(str(vector["recorded_at"])),
        content=bytes.fromhex(str(vector["content"])),
    )
    assert leaf.hex() == vector["leaf"]


def test_no_two_vectors_share_framed_bytes() -> None:
    assert len({framed(vector) for vector in vectors()}) == len(vectors())
