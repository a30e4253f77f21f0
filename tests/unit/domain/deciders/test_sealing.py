"""One key in force at a time, checkpoints that only grow, an idle log that stays idle."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.correction import RetractFact
from domain.errors import Rejected
from domain.facts.district import DistrictEstablished
from domain.facts.sealing import (
    CheckpointCosigned,
    CheckpointSealed,
    SealingKeyLost,
    SealingKeyPublished,
    SealingKeyRotated,
)
from domain.message import Command
from domain.sealing import (
    SEALING_STREAM,
    PublishSealingKey,
    RecordCosignature,
    ReportSealingKeyLost,
    RotateSealingKey,
    SealCheckpoint,
    SealingState,
)
from tests.support.districts import district
from tests.support.samples_of_sealing import ROOT, SIGNED
from tests.support.specification import Specification

NAME = "example.org/bay"
KEYS = tuple(f"{NAME}+0000000{n}+AR" + letter * 42 for n, letter in enumerate("BCD"))
WITNESS = "county.example/w+01234567+BB" + "D" * 42
ELSEWHERE = KEYS[0].replace(NAME, "example.org/cove")
OTHER_ROOT = "B" * 43 + "="


def log(*, clock: Any = "server") -> Specification:
    began = DistrictEstablished(name="Marrow Bay", time_zone="UTC", clock=clock)
    return district().given(began)


def sealing(size: int, *, key: str = KEYS[0], unsealed: int = 1) -> SealCheckpoint:
    return SealCheckpoint(size=size, root=ROOT, note="note", vkey=key, unsealed=unsealed)


def rotation(new: str, old: str = KEYS[0]) -> RotateSealingKey:
    return RotateSealingKey(vkey=new, replaces=old, statement="statement")


def cosigning(size: int, root: str = ROOT) -> RecordCosignature:
    return RecordCosignature(size=size, root=root, witness=WITNESS, signature=SIGNED)


def keyed() -> Specification:
    return log().given(SealingKeyPublished(vkey=KEYS[0]))


def sealed(size: int = 10) -> Specification:
    return keyed().given(CheckpointSealed(size=size, root=ROOT, note="note"))


def state_of(specification: Specification) -> SealingState:
    state = specification.state(SEALING_STREAM)
    assert isinstance(state, SealingState)
    return state


def test_a_key_is_published_once_and_then_rotated() -> None:
    history = log()
    history.when(PublishSealingKey(vkey=KEYS[0])).then(SealingKeyPublished(vkey=KEYS[0]))
    history.refused("sealing_key_in_force", PublishSealingKey(vkey=KEYS[1]))
    done = history.when(rotation(KEYS[1]))
    done.then(SealingKeyRotated(vkey=KEYS[1], replaces=KEYS[0], statement="statement"))
    assert state_of(history).key == KEYS[1]
    history.refused("sealing_key_not_in_force", rotation(KEYS[2], old=KEYS[0]))
    history.refused("sealing_key_used", rotation(KEYS[0], old=KEYS[1]))


def test_after_a_loss_nothing_is_sealed_until_another_key_is_published() -> None:
    history = keyed()
    lost = ReportSealingKeyLost(vkey=KEYS[0])
    history.refused("key_lost_without_reason", lost)
    history.when(lost, reason="the disk died").then(SealingKeyLost(vkey=KEYS[0]))
    history.refused("no_sealing_key", sealing(10))
    history.refused("no_sealing_key", lost)
    history.refused("sealing_key_used", PublishSealingKey(vkey=KEYS[0]))
    history.when(PublishSealingKey(vkey=KEYS[1]))
    history.when(sealing(10, key=KEYS[1]))


def test_the_log_keeps_the_name_by_which_outsiders_know_it() -> None:
    keyed().refused("sealing_origin_changed", rotation(ELSEWHERE))


def test_the_name_of_the_key_says_whether_the_clock_is_simulated() -> None:
    simulated = KEYS[0].replace(NAME, f"{NAME}/simulated")
    log(clock="server").refused("sealing_origin_hides_clock", PublishSealingKey(vkey=simulated))
    history = log(clock="simulated")
    history.refused("sealing_origin_hides_clock", PublishSealingKey(vkey=KEYS[0]))
    history.when(PublishSealingKey(vkey=simulated))


def test_a_checkpoint_covers_more_than_the_one_before() -> None:
    history = sealed(10)
    history.refused("checkpoint_not_larger", sealing(10))
    history.refused("checkpoint_not_larger", sealing(9))
    done = history.when(sealing(11))
    done.then(CheckpointSealed(size=11, root=ROOT, note="note"))
    assert done.decisions[0].stream == SEALING_STREAM


def test_an_idle_log_stays_idle() -> None:
    sealed().refused("nothing_to_seal", sealing(12, unsealed=0))


def test_a_checkpoint_is_signed_by_the_key_in_force() -> None:
    log().refused("no_sealing_key", sealing(10))
    keyed().refused("sealing_key_not_in_force", sealing(10, key=KEYS[1]))


def test_a_witness_vouches_once_for_a_checkpoint_that_was_sealed() -> None:
    history = sealed(10)
    history.refused("checkpoint_unknown", cosigning(11))
    history.refused("checkpoint_unknown", cosigning(10, OTHER_ROOT))
    done = history.when(cosigning(10))
    done.then(CheckpointCosigned(size=10, root=ROOT, witness=WITNESS, signature=SIGNED))
    history.refused("checkpoint_cosigned_already", cosigning(10))


def test_what_is_recorded_of_sealing_is_never_taken_back_or_corrected() -> None:
    history = sealed(10)
    named = history.last_id(SEALING_STREAM)
    taken = RetractFact(event_id=named, stream=SEALING_STREAM)
    history.refused("sealing_not_correctable", taken, reason="a mistake")
    history.refused("sealing_not_correctable", sealing(11), corrects=named, reason="a mistake")


COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(PublishSealingKey, vkey=st.sampled_from((*KEYS, ELSEWHERE))),
    st.builds(rotation, st.sampled_from(KEYS), st.sampled_from(KEYS)),
    st.builds(ReportSealingKeyLost, vkey=st.sampled_from(KEYS)),
    st.builds(sealing, st.integers(1, 9), key=st.sampled_from(KEYS), unsealed=st.integers(0, 1)),
    st.builds(cosigning, st.integers(1, 9), st.sampled_from((ROOT, OTHER_ROOT))),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(COMMANDS, max_size=30))
def test_whatever_is_tried_sizes_grow_and_a_key_signs_only_while_in_force(
    commands: list[Command],
) -> None:
    history = log()
    key, used, size = None, set[str](), 0
    for command in commands:
        try:
            (event,) = history.when(command, reason="as told").events
        except Rejected:
            continue
        match event:
            case SealingKeyPublished(vkey=vkey):
                assert key is None
                assert vkey not in used
                key = vkey
                used.add(vkey)
            case SealingKeyRotated(vkey=vkey, replaces=replaced):
                assert replaced == key
                assert vkey not in used
                key = vkey
                used.add(vkey)
            case SealingKeyLost(vkey=vkey):
                assert vkey == key
                key = None
            case CheckpointSealed():
                assert isinstance(command, SealCheckpoint)
                assert command.vkey == key
                assert event.size > size
                size = event.size
            case CheckpointCosigned():
                assert event.size <= size
            case _:
                pytest.fail(f"{event} is no fact about sealing")
    assert (state_of(history).key, state_of(history).size) == (key, size)
