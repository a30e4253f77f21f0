"""An event's proof file, and what a witness cosigns and refuses."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from events.errors import ForkFound, NoteRefused, ProofRefused, SealError
from events.sealing.checkpoint import Checkpoint
from events.sealing.merkle import root
from events.sealing.note import ED25519, encode, verifier_key
from events.sealing.proof import PROOF_TAG, Proof, Sealed, read_proof
from events.sealing.tree import Tree, kept_hashes
from events.sealing.witness import (
    NOTHING_SEEN,
    Request,
    Seen,
    read_request,
    require_continued,
)

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "example.org/bay"
KEY = verifier_key(ORIGIN, ED25519, PRIVATE)
EVENTS = [
    Sealed("bay", n, "unit-HR", n, datetime(2026, 3, 1, 12, 0, 0, n, UTC), b'{"note":"\xc3\xa9"}')
    for n in range(1, 20)
]
LEAVES = [each.leaf for each in EVENTS]


def tree(size: int) -> Tree:
    return Tree(size, kept_hashes(LEAVES[:size]))


def proof(position: int = 7, size: int = 19) -> Proof:
    path = tuple(tree(size).inclusion(position - 1))
    note = Checkpoint(ORIGIN, size, tree(size).root()).signed(PRIVATE)
    return Proof(EVENTS[position - 1], path, note)


def request(old: int, size: int, leaves: list[bytes] = LEAVES) -> Request:
    grown = Tree(size, kept_hashes(leaves[:size]))
    note = Checkpoint(ORIGIN, size, grown.root()).signed(PRIVATE)
    return Request(old, tuple(grown.consistency(old)), note)


@pytest.mark.parametrize(("position", "size"), [(1, 1), (7, 19), (19, 19), (1, 2)])
def test_a_proof_reads_back_and_shows_its_event(position: int, size: int) -> None:
    made = proof(position, size)
    again = read_proof(str(made).encode())
    assert again == made
    assert again.require_included().size == size
    again.note.require_signed_by(KEY)


def test_a_proof_keeps_to_the_open_format() -> None:
    lines = str(proof(2, 3)).split("\n")
    assert lines[0] == PROOF_TAG
    assert lines[1].startswith("extra ")
    assert lines[2:5] == ["index 1", encode(LEAVES[0]), encode(LEAVES[2])]
    assert lines[5:9] == ["", ORIGIN, "3", encode(tree(3).root())]


@pytest.mark.parametrize(
    "altered",
    [
        {"content": b'{"note":"e"}'},
        {"district": "cove"},
        {"stream": "unit-IT"},
        {"stream_version": 8},
        {"recorded_at": datetime(2026, 3, 1, 12, 0, 0, 8, UTC)},
        {"position": 8},
    ],
)
def test_a_proof_of_an_altered_event_is_refused(altered: dict[str, object]) -> None:
    made = proof()
    sealed = replace(made.sealed, **altered)  # type: ignore[arg-type]
    told = str(replace(made, sealed=sealed)).encode()
    with pytest.raises(ProofRefused):
        read_proof(told).require_included()


@settings(max_examples=400, deadline=None)
@given(cut=st.integers(0, 900), noise=st.binary(min_size=1, max_size=3))
def test_a_damaged_proof_never_shows_another_event(cut: int, noise: bytes) -> None:
    whole = str(proof()).encode()
    damaged = whole[:cut] + noise + whole[cut + len(noise) :]
    try:
        read = read_proof(damaged)
        read.require_included()
        read.note.require_signed_by(KEY)
    except SealError:
        return
    assert read.sealed == proof().sealed


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"c2sp.org/tlog-proof@v1\n",
        f"{PROOF_TAG}\nindex 0\n\n".encode(),
        f"{PROOF_TAG}\nextra AAAA\nindex 0\n\n{proof().note}".encode(),
        f"{PROOF_TAG}\nextra {encode(b'[]')}\nindex 0\n\n{proof().note}".encode(),
        f"{PROOF_TAG}\nextra {encode(b'{}')}\nindex 00\n\n{proof().note}".encode(),
        b"\xff\n\n",
        (f"{PROOF_TAG}\nextra AAAA\nindex 0\n" + "AAAA\n" * 70 + f"\n{proof().note}").encode(),
        b"x" * 600_000,
    ],
)
def test_what_is_no_proof_is_refused(hostile: bytes) -> None:
    with pytest.raises(NoteRefused):
        read_proof(hostile)


def test_a_witness_cosigns_what_continues_what_it_saw() -> None:
    first = require_continued(request(0, 5), [KEY], NOTHING_SEEN)
    seen = Seen(first.size, first.root)
    assert require_continued(request(5, 19), [KEY], seen).size == 19
    assert require_continued(request(5, 5), [KEY], seen) == first


def test_a_request_reads_back() -> None:
    for old, size in ((0, 5), (5, 19), (19, 19)):
        assert read_request(str(request(old, size)).encode()) == request(old, size)


def test_a_fork_is_refused() -> None:
    seen = Seen(5, root(LEAVES[:5]))
    rewritten = [*LEAVES[:2], bytes(32), *LEAVES[3:]]
    for fork in (request(5, 19, rewritten), request(5, 5, rewritten)):
        with pytest.raises(ForkFound, match="FORK"):
            require_continued(fork, [KEY], seen)


def test_a_request_that_does_not_begin_where_the_witness_stands_is_refused() -> None:
    seen = Seen(5, root(LEAVES[:5]))
    with pytest.raises(ProofRefused, match="--from 5"):
        require_continued(request(0, 19), [KEY], seen)
    with pytest.raises(ProofRefused, match="were cosigned before"):
        require_continued(replace(request(4, 4), old_size=5), [KEY], seen)


def test_a_checkpoint_that_no_trusted_key_signed_is_refused() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
    stranger = verifier_key(ORIGIN, ED25519, other)
    with pytest.raises(NoteRefused, match="no key that is trusted"):
        require_continued(request(0, 5), [stranger], NOTHING_SEEN)
    altered = request(0, 5)
    note = replace(altered.note, text=altered.note.text.replace("\n5\n", "\n6\n"))
    with pytest.raises(NoteRefused, match="does not fit"):
        require_continued(replace(altered, note=note), [KEY], NOTHING_SEEN)


@pytest.mark.parametrize(
    "hostile",
    [b"", b"old 5\n", b"new 5\n\n", b"old 05\n\n" + str(proof().note).encode(), b"x" * 600_000],
)
def test_what_is_no_request_is_refused(hostile: bytes) -> None:
    with pytest.raises(NoteRefused):
        read_request(hostile)
