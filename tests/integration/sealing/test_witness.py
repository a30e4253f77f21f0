"""A witness in another house: cosigns growth, refuses a fork, and remembers across restarts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.errors import NotConfigured, UnknownThing
from cot_flows.sealing.checking import check_proof
from cot_flows.sealing.cosigning import record_cosignature
from cot_flows.sealing.keys import Keys
from cot_flows.sealing.proving import prove, request_from
from cot_flows.sealing.sealing import seal
from cot_flows.sealing.standing import standing
from cot_flows.sealing.witnessing import WitnessFolder
from cot_flows.verifying import verify
from domain.errors import Rejected
from events.errors import ForkFound, NoteRefused, ProofRefused
from events.sealing.checkpoint import Checkpoint
from events.sealing.note import read_vkey
from events.sealing.tree import Tree, kept_hashes
from events.sealing.witness import Request
from tests.integration.sealing.conftest import DISTRICT, ORIGIN, event_id, fill
from tests.support.merkle import leaves

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAME = "county.example/w1"


@pytest.fixture
def witness(keyed: Engine, tmp_path: Path) -> WitnessFolder:
    """A witness that trusts the district's key."""
    made = WitnessFolder(tmp_path / "witness")
    made.create(NAME)
    made.trust(key_of(keyed))
    return made


def key_of(engine: Engine) -> str:
    key = standing(engine, DISTRICT).state.key
    assert key is not None
    return key


def asked(engine: Engine, old: int) -> bytes:
    return str(request_from(engine, DISTRICT, old)).encode()


def test_a_cosignature_comes_back_into_the_log_and_into_every_proof(
    keyed: Engine, witness: WitnessFolder
) -> None:
    fill(keyed, 5)
    size = seal(keyed, DISTRICT).size
    line = witness.cosign(asked(keyed, 0), AT)
    vkey = str(witness.key())
    head = keyed.store.head(DISTRICT)
    assert record_cosignature(keyed, head, line.encode(), vkey) == size
    proof = str(prove(keyed, DISTRICT, event_id("e-3"))).encode()
    checked = check_proof(proof, [key_of(keyed)], [vkey])
    assert [each.at for each in checked.cosigned] == [AT]
    assert verify(keyed, DISTRICT).findings == ()
    assert not seal(keyed, DISTRICT).sealed  # A cosignature alone is nothing new to seal.
    assert record_cosignature(keyed, head, line.encode(), vkey) == size  # Given back twice.
    assert len(standing(keyed, DISTRICT).note()[1].signatures) == 2
    later = witness.cosign(asked(keyed, size), AT + timedelta(days=1))
    with pytest.raises(Rejected, match="already"):
        record_cosignature(keyed, head, later.encode(), vkey)


def test_a_witness_follows_a_growing_log_and_remembers(
    keyed: Engine, witness: WitnessFolder
) -> None:
    for step in range(3):
        fill(keyed, 200, f"step-{step}")
        size = seal(keyed, DISTRICT).size
        again = WitnessFolder(witness.folder)
        seen = again.logs()[ORIGIN]
        again.cosign(asked(keyed, seen.size), AT)
        assert witness.logs()[ORIGIN].size == size


def test_a_rewritten_log_is_refused_though_its_key_signs(
    keyed: Engine, witness: WitnessFolder
) -> None:
    """The whole history rebuilt and signed again with the district's own key."""
    fill(keyed, 20)
    seal(keyed, DISTRICT)
    witness.cosign(asked(keyed, 0), AT)
    before = witness.logs()
    private = Keys(keyed.settings).load(DISTRICT, read_vkey(key_of(keyed)))
    size = before[ORIGIN].size
    for longer in (size, size + 7):
        tree = Tree(longer, kept_hashes(leaves(longer)))
        note = Checkpoint(ORIGIN, longer, tree.root()).signed(private)
        rewritten = Request(size, tuple(tree.consistency(size)), note)
        with pytest.raises(ForkFound, match="FORK"):
            witness.cosign(str(rewritten).encode(), AT)
    assert witness.logs() == before


def test_a_witness_knows_whose_signatures_to_trust(keyed: Engine, tmp_path: Path) -> None:
    seal(keyed, DISTRICT)
    stranger = WitnessFolder(tmp_path / "other")
    with pytest.raises(UnknownThing, match="cot witness create"):
        stranger.key()
    stranger.create(NAME)
    with pytest.raises(UnknownThing, match="cot witness trust"):
        stranger.cosign(asked(keyed, 0), AT)
    with pytest.raises(NotConfigured, match="already"):
        stranger.create(NAME)


def test_a_request_from_another_place_names_the_right_one(
    keyed: Engine, witness: WitnessFolder
) -> None:
    size = seal(keyed, DISTRICT).size
    witness.cosign(asked(keyed, 0), AT)
    with pytest.raises(ProofRefused, match=f"--from {size}"):
        witness.cosign(asked(keyed, 0), AT)
    with pytest.raises(UnknownThing, match="the witness saw"):
        request_from(keyed, DISTRICT, size + 1)


def test_two_requests_at_once_cosign_one_history(keyed: Engine, witness: WitnessFolder) -> None:
    seal(keyed, DISTRICT)
    first = asked(keyed, 0)
    fill(keyed, 9)
    seal(keyed, DISTRICT)
    second = asked(keyed, 0)

    def cosigned(request: bytes) -> bool:
        try:
            WitnessFolder(witness.folder).cosign(request, AT)
        except ProofRefused:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(cosigned, [first, second])) == 1


def test_an_answer_of_another_witness_or_log_is_refused(
    keyed: Engine, witness: WitnessFolder
) -> None:
    seal(keyed, DISTRICT)
    line = witness.cosign(asked(keyed, 0), AT)
    head = keyed.store.head(DISTRICT)
    other = str(witness.key()).replace(NAME, "else.example/w")
    with pytest.raises(NoteRefused):
        record_cosignature(keyed, head, line.encode(), other)
    altered = line.replace("A", "B", 1) if "A" in line else line[:-3] + "=\n"
    with pytest.raises(NoteRefused):
        record_cosignature(keyed, head, altered.encode(), str(witness.key()))
    with pytest.raises(NoteRefused, match="UTF-8"):
        record_cosignature(keyed, head, b"\xff", str(witness.key()))
    assert standing(keyed, DISTRICT).state.cosigned == frozenset()


def test_a_memory_that_cannot_be_read_is_not_begun_anew(witness: WitnessFolder) -> None:
    (witness.folder / "witness.json").write_text("{")
    with pytest.raises(NotConfigured, match="Do not begin anew"):
        witness.logs()
