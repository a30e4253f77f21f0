"""T3, T4 and T5: what only memory outside can catch; that nothing inside does is tested too."""

from datetime import UTC, datetime

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.errors import UnknownThing
from cot_flows.sealing.checking import check_proof
from cot_flows.sealing.cosigning import record_cosignature
from cot_flows.sealing.proving import (
    prove,
    request_from,
    require_not_contradicting,
    require_same_log,
)
from cot_flows.sealing.sealing import seal
from cot_flows.sealing.standing import standing
from cot_flows.sealing.witnessing import WitnessFolder
from events.errors import ForkFound, NoteRefused
from events.sealing.checkpoint import Checkpoint
from tests.integration.sealing.conftest import fill
from tests.integration.tampering.conftest import DISTRICT, faults, key_of, place, stolen
from tests.support.forging import Forger
from tests.support.log import event_id

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def kept(engine: Engine) -> Checkpoint:
    """A checkpoint as somebody outside keeps it."""
    return standing(engine, DISTRICT).note()[0]


def compare(engine: Engine, one: Checkpoint, two: Checkpoint) -> None:
    """Do what `cot audit compare` does."""
    if not require_not_contradicting(one, two):
        require_same_log(engine, DISTRICT, one, two)


def rewrite(engine: Engine, forger: Forger) -> None:
    """Change one fact, compute everything anew and sign it with the stolen key."""
    forger.rewrites(
        place(engine, "e-4"), '"schools_percent":5', '"schools_percent":95', rehashed=True
    )
    forger.seals_anew(stolen(engine))


def test_a_tail_cut_off_with_all_that_knew_of_it_is_seen_by_nothing_inside(
    sealed: Engine, forger: Forger
) -> None:
    """The limit that the pages name: the shorter log is a log in every respect."""
    forger.cuts_off_after(place(sealed, "e-4"))
    assert faults(sealed) == ()
    assert seal(sealed, DISTRICT).sealed
    assert faults(sealed) == ()


def test_a_tail_cut_off_is_missed_by_a_checkpoint_kept_outside(
    sealed: Engine, forger: Forger
) -> None:
    outside = kept(sealed)
    forger.cuts_off_after(place(sealed, "e-4"))
    with pytest.raises(ForkFound, match="cut off"):
        compare(sealed, outside, kept(sealed))
    fill(sealed, 20, "instead")
    seal(sealed, DISTRICT)
    assert kept(sealed).size > outside.size
    with pytest.raises(ForkFound, match="FORK"):
        compare(sealed, outside, kept(sealed))


def test_a_tail_cut_off_is_refused_by_a_witness(
    sealed: Engine, forger: Forger, witness: WitnessFolder
) -> None:
    witness.cosign(str(request_from(sealed, DISTRICT, 0)).encode(), AT)
    seen = kept(sealed).size
    forger.cuts_off_after(place(sealed, "e-4"))
    with pytest.raises(UnknownThing, match="the witness saw"):
        request_from(sealed, DISTRICT, seen)
    fill(sealed, 20, "instead")
    seal(sealed, DISTRICT)
    with pytest.raises(ForkFound, match="FORK"):
        witness.cosign(str(request_from(sealed, DISTRICT, seen)).encode(), AT)


def test_history_rewritten_with_the_stolen_key_is_seen_by_nothing_inside(
    sealed: Engine, forger: Forger
) -> None:
    rewrite(sealed, forger)
    assert faults(sealed) == ()
    seal(sealed, DISTRICT)
    proof = str(prove(sealed, DISTRICT, event_id("e-4"))).encode()
    forged = check_proof(proof, [key_of(sealed)], [])
    assert b'"schools_percent":95' in forged.proof.sealed.content
    assert forged.signed_by is not None


def test_history_rewritten_with_the_stolen_key_contradicts_a_checkpoint_kept_outside(
    sealed: Engine, forger: Forger
) -> None:
    outside = kept(sealed)
    rewrite(sealed, forger)
    with pytest.raises(ForkFound, match="two histories"):
        compare(sealed, outside, kept(sealed))
    seal(sealed, DISTRICT)
    with pytest.raises(ForkFound, match="FORK"):
        compare(sealed, outside, kept(sealed))


def test_history_rewritten_with_the_stolen_key_gets_no_cosignature(
    sealed: Engine, forger: Forger, witness: WitnessFolder
) -> None:
    line = witness.cosign(str(request_from(sealed, DISTRICT, 0)).encode(), AT)
    seen, vkey = kept(sealed).size, str(witness.key())
    rewrite(sealed, forger)
    with pytest.raises(NoteRefused):  # The old cosignature is of the old root.
        record_cosignature(sealed, sealed.store.head(DISTRICT), line.encode(), vkey)
    seal(sealed, DISTRICT)
    with pytest.raises(ForkFound, match="FORK"):
        witness.cosign(str(request_from(sealed, DISTRICT, seen)).encode(), AT)
    proof = str(prove(sealed, DISTRICT, event_id("e-4"))).encode()
    with pytest.raises(NoteRefused):
        check_proof(proof, [key_of(sealed)], [vkey])


def test_a_proof_given_out_before_a_rewrite_keeps_showing_what_was_recorded(
    sealed: Engine, forger: Forger
) -> None:
    given = str(prove(sealed, DISTRICT, event_id("e-4"))).encode()
    key = key_of(sealed)
    rewrite(sealed, forger)
    checked = check_proof(given, [key], [])
    assert b'"schools_percent":5' in checked.proof.sealed.content
    with pytest.raises(ForkFound, match="two histories"):
        compare(sealed, checked.proof.checkpoint(), kept(sealed))


@pytest.mark.parametrize("grown", [0, 5], ids=["of one size", "of two sizes"])
def test_two_histories_shown_to_two_auditors_are_found_by_comparing(
    sealed: Engine, forger: Forger, grown: int
) -> None:
    first = standing(sealed, DISTRICT).note()[0]
    rewrite(sealed, forger)
    if grown:
        fill(sealed, grown, "grown")
        seal(sealed, DISTRICT)
    second = standing(sealed, DISTRICT).note()[0]
    assert (second.size == first.size) == (grown == 0)
    with pytest.raises(ForkFound):
        compare(sealed, first, second)
