"""The verifier's script hashes and writes JSON as everybody else does."""

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from subprocess import run
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from playwright._impl._driver import compute_driver_executable

from cot_flows.bundles import verifiers
from events.canonical import LARGEST_INTEGER, canonical_bytes

SCRIPT = Path(str(verifiers.__file__)).with_name("verify.mjs")
ASK = """
import { readFileSync } from "node:fs";
const { hash, canonical } = await import(process.env.SCRIPT);
const told = JSON.parse(readFileSync(0, "utf8")).map((each) => (typeof each === "string"
  ? Buffer.from(hash(Buffer.from(each, "base64"))).toString("hex") : canonical(each)));
process.stdout.write(JSON.stringify(told));
"""
KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=4) | st.integers(
    0, 200
).map(str)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | st.text(st.characters(exclude_characters="\0", codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)


def asked(cases: list[Any]) -> list[str]:
    """What the script says of each case: of a base64 text its hash, of an object its JSON."""
    done = run(
        [compute_driver_executable()[0], "--input-type=module", "-e", ASK],
        input=json.dumps(cases),
        env={"SCRIPT": SCRIPT.as_uri()},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    told: list[str] = json.loads(done.stdout)
    return told


def test_its_hash_is_sha256_for_every_length() -> None:
    given = [bytes((7 * at + size) % 256 for at in range(size)) for size in range(300)]
    given.append(b"\xff" * 1_000_003)
    cases = [b64encode(each).decode() for each in given]
    assert asked(cases) == [sha256(each).hexdigest() for each in given]


@settings(max_examples=20, deadline=None)
@given(documents=st.lists(st.dictionaries(KEYS, VALUES, max_size=6), min_size=1, max_size=30))
def test_its_json_has_the_bytes_that_are_hashed(documents: list[dict[str, object]]) -> None:
    written = [canonical_bytes(each) for each in documents]
    assert asked([json.loads(each) for each in written]) == [each.decode() for each in written]


def test_keys_that_look_like_numbers_stand_as_texts() -> None:
    document = {"10": 1, "9": {"2": [], "100": None}, "-": "x", "a": True}
    assert asked([document]) == [canonical_bytes(document).decode()]
