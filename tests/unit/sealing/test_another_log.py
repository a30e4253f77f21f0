"""What another maker's log gives out, ours accepts: checkpoints, cosignatures and all proofs.

The other direction, ours checked by another maker, is in `test_another_verifier.py`.
"""

import json
from base64 import b64decode
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from subprocess import run
from typing import Any

import pytest
from playwright._impl._driver import compute_driver_executable

from cot_flows.bundles.verifiers import signing
from events.errors import NoteRefused, ProofRefused
from events.sealing.checkpoint import parse_checkpoint
from events.sealing.cosignature import require_cosigned
from events.sealing.merkle import require_consistent, require_included
from events.sealing.note import encode, read_vkey
from tests.support import merkle
from tests.support.merkle import leaves

MAKER = Path(merkle.__file__).with_name("other_log.mjs")
SIZES = (1, 2, 3, 4, 5, 7, 8, 9, 31, 33)
LEAVES = leaves(max(SIZES))
SECONDS = 1_790_000_000


@cache
def other() -> Any:
    """What the other log gives out."""
    asked = {
        "leaves": [encode(each) for each in LEAVES],
        "sizes": SIZES,
        "name": "example.org/other",
        "witness": "county.example/w1",
        "time": SECONDS,
    }
    node = compute_driver_executable()[0]
    told = run(
        [node, str(MAKER)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(told.stdout)


def decoded(hashes: list[str]) -> list[bytes]:
    return [b64decode(each) for each in hashes]


@pytest.mark.parametrize("place", range(len(SIZES)))
def test_its_checkpoints_and_cosignatures_hold(place: int) -> None:
    told = other()["checkpoints"][place]
    checkpoint, note = parse_checkpoint(told["note"])
    note.require_signed_by(read_vkey(other()["vkey"]))
    cosigned = require_cosigned(note, read_vkey(other()["witness"]))
    assert cosigned.at == datetime.fromtimestamp(SECONDS, UTC)
    assert (checkpoint.size, checkpoint.origin) == (SIZES[place], "example.org/other")
    assert str(note) == told["note"]
    with pytest.raises(NoteRefused):
        parse_checkpoint(told["note"].replace("\n", "\n9", 1))[1].require_signed_by(
            read_vkey(other()["vkey"])
        )


@pytest.mark.parametrize("place", range(len(SIZES)))
def test_its_inclusion_proofs_lead_to_the_root(place: int) -> None:
    told = other()["checkpoints"][place]
    checkpoint, _ = parse_checkpoint(told["note"])
    for index, proof in enumerate(told["inclusion"]):
        hashes = decoded(proof)
        require_included(LEAVES[index], index, checkpoint.size, hashes, checkpoint.root)
        with pytest.raises(ProofRefused):
            require_included(bytes(32), index, checkpoint.size, hashes, checkpoint.root)


@pytest.mark.parametrize("place", range(len(SIZES)))
def test_its_consistency_proofs_show_growth(place: int) -> None:
    told = other()["checkpoints"][place]
    newer, _ = parse_checkpoint(told["note"])
    roots = {
        checkpoint.size: checkpoint.root
        for checkpoint, _ in (parse_checkpoint(each["note"]) for each in other()["checkpoints"])
    }
    for old, proof in enumerate(told["consistency"], 1):
        if old in roots:
            hashes = decoded(proof)
            require_consistent(old, roots[old], newer.size, newer.root, hashes)
            found = signing.both_roots(old, newer.size, hashes, roots[old])
            assert found == (roots[old], newer.root)
