"""The samples stand for every event type, and each belongs to a stream that can be folded."""

import pytest

from domain.correction import stream_of
from domain.facts.every import EVENT_TYPES
from domain.folding import fold
from tests.support.samples import SAMPLES
from tests.support.specification import Specification


def test_every_event_type_has_a_sample_of_its_own_type() -> None:
    assert set(SAMPLES) == {kind.type_name() for kind in EVENT_TYPES}
    assert {name: event.type_name() for name, event in SAMPLES.items()} == {
        name: name for name in SAMPLES
    }


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"FactRetracted"}))
def test_a_stream_of_one_sample_counts_one_fact(name: str) -> None:
    stream = stream_of(SAMPLES[name])
    log = Specification().given(SAMPLES[name])
    state = fold(stream, log.streams[stream])
    assert state.facts == 1
    assert state.stream(stream.partition("-")[2].replace(".", ":")).replace(":", ".") == stream


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_sample_survives_its_json_form(name: str) -> None:
    event = SAMPLES[name]
    assert type(event).model_validate_json(event.model_dump_json()) == event
