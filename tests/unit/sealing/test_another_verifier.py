"""Another program, in another language with another library, agrees with ours on every proof.

It runs in the Node.js that the Playwright wheel brings, so it is there wherever the project is.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from subprocess import run

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright._impl._driver import compute_driver_executable

from events.sealing.checkpoint import Checkpoint
from events.sealing.cosignature import cosign, with_cosignatures
from events.sealing.note import COSIGNATURE, ED25519, encode, verifier_key
from events.sealing.proof import Proof, Sealed
from events.sealing.tree import Tree, kept_hashes
from tests.support import merkle
from tests.support.merkle import leaves, mth

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NAME = "example.org/bay"
KEY = str(verifier_key(NAME, ED25519, PRIVATE))
SIZES = (*range(1, 41), 64, 65, 70, 255, 256, 257, 300)
LEAVES = leaves(300)
VERIFIER = Path(merkle.__file__).with_name("other_verifier.mjs")
Case = dict[str, object]


def asked(cases: Sequence[Case]) -> list[bool]:
    """What the other program says of each case."""
    node = compute_driver_executable()[0]
    told = run(
        [node, str(VERIFIER)],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    verdicts: list[bool] = json.loads(told.stdout)
    return verdicts


def encoded(hashes: Sequence[bytes]) -> list[str]:
    return [encode(each) for each in hashes]


def inclusions() -> list[Case]:
    cases: list[Case] = []
    for size in SIZES:
        tree = Tree(size, kept_hashes(LEAVES[:size]))
        for index in {0, size // 2, size - 1}:
            case: Case = {"what": "inclusion", "index": index, "size": size}
            case |= {"leaf": encode(LEAVES[index]), "proof": encoded(tree.inclusion(index))}
            cases.append(case | {"root": encode(tree.root())})
    return cases


def consistencies() -> list[Case]:
    cases: list[Case] = []
    for size in SIZES:
        tree = Tree(size, kept_hashes(LEAVES[:size]))
        for old in {1, size // 2 or 1, size - 1 or 1, size}:
            case: Case = {"what": "consistency", "old": old, "size": size}
            case |= {"oldRoot": encode(mth(LEAVES[:old])), "root": encode(tree.root())}
            cases.append(case | {"proof": encoded(tree.consistency(old))})
    return cases


@pytest.mark.parametrize("cases", [inclusions(), consistencies()], ids=["in", "grown"])
def test_every_proof_verifies_elsewhere_and_no_altered_one(cases: list[Case]) -> None:
    assert all(asked(cases))
    other = encode(bytes(32))
    altered: list[Case] = [case | {"root": other} for case in cases]
    altered += [case | {"proof": [other, *case["proof"][1:]]} for case in cases if case["proof"]]  # type: ignore[index]
    altered += [case | {"proof": [*case["proof"], other]} for case in cases]  # type: ignore[misc]
    assert not any(asked(altered))


def test_notes_cosignatures_and_proof_files_verify_elsewhere() -> None:
    sealed = [
        Sealed("bay", n, "unit-HR", n, datetime(2026, 3, 1, 12, 0, 0, n, UTC), b'{"a":"\xc3\xa9"}')
        for n in range(1, 300)
    ]
    tree = Tree(299, kept_hashes([each.leaf for each in sealed]))
    note = Checkpoint(NAME, 299, tree.root()).signed(PRIVATE)
    line = cosign(note.text, "county.example/w", PRIVATE, datetime(2026, 3, 2, tzinfo=UTC))
    note = with_cosignatures(note, (line,))
    witness = str(verifier_key("county.example/w", COSIGNATURE, PRIVATE))
    text = str(Proof(sealed[6], tuple(tree.inclusion(6)), note))
    right: list[Case] = [
        {"what": "note", "note": str(note), "vkey": KEY},
        {"what": "note", "note": str(note), "vkey": witness},
        {"what": "proof", "text": text, "vkey": KEY},
    ]
    assert asked(right) == [True, True, True]
    wrong: list[Case] = [
        {"what": "note", "note": str(note).replace("\n299\n", "\n298\n"), "vkey": KEY},
        {"what": "note", "note": str(note).replace("\n299\n", "\n298\n"), "vkey": witness},
        {"what": "proof", "text": text.replace("index 6", "index 7"), "vkey": KEY},
    ]
    assert asked(wrong) == [False, False, False]
