"""Whatever bytes a bundle holds, the Python verifier ends in a verdict, and never in a wrong one."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cot_flows.bundles.outsiders import python_verifier
from cot_flows.bundles.verifiers.reading import UNREADABLE, Refused, Wrong, parse
from cot_flows.bundles.verifiers.signing import Tree, both_roots
from cot_flows.bundles.verifiers.verify import verify
from events.sealing import tree as ours
from events.sealing.merkle import root
from tests.support.bundles import mend
from tests.support.merkle import leaves

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bundles")]

SIGNED = ("events.jsonl", "personal.jsonl", "checkpoints.jsonl", "keys.json", "last.checkpoint")
LEAVES = leaves(150)
VERDICTS = (Refused, Wrong, *UNREADABLE)


@contextmanager
def copied(made: Path) -> Iterator[Path]:
    """Lend a copy of the bundle; links would do, but one file is changed in place."""
    with TemporaryDirectory() as folder:
        yield Path(shutil.copytree(made, Path(folder) / "bundle"))


def same_lines(one: bytes, two: bytes) -> bool:
    """Whether two files of lines say the same, however they are spaced."""
    try:
        return [json.loads(line) for line in one.splitlines()] == [
            json.loads(line) for line in two.splitlines()
        ]
    except (ValueError, RecursionError):
        return False


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_change_of_what_is_signed_is_ever_accepted(made: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(SIGNED[:3]), label="file")
    before = (made / name).read_bytes()
    at = data.draw(st.integers(0, len(before) - 1), label="place")
    taken = data.draw(st.integers(0, 40), label="bytes taken away")
    after = before[:at] + data.draw(st.binary(max_size=20), label="put in") + before[at + taken :]
    with copied(made) as place:
        (place / name).write_bytes(after)
        mend(place)
        try:
            verify(str(place), [], [], quiet=True)
        except VERDICTS:
            return
    assert same_lines(before, after), "an altered bundle was accepted"


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from([*SIGNED, "withheld.json", "manifest.json"]), data=st.data())
def test_any_json_in_any_file_ends_in_a_verdict(made: Path, name: str, data: st.DataObject) -> None:
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.floats(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
    told = (
        parse((made / name).read_bytes().split(b"\n" if name[-1] == "l" else b"\x00")[0], name)
        if name.endswith(("json", "jsonl"))
        else {}
    )
    fields = data.draw(st.sets(st.sampled_from(sorted(told)), max_size=3)) if told else set()
    changed = {**told, **{field: data.draw(values, label=field) for field in fields}}
    text = json.dumps(changed).encode() if told else data.draw(st.binary(), label="bytes")
    with copied(made) as place:
        (place / name).write_bytes(text + b"\n")
        if name != "manifest.json":
            mend(place)
        try:
            verify(str(place), [], [], quiet=True)
        except VERDICTS:
            return


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=2000), data=st.data())
def test_any_bytes_as_a_zip_end_in_a_verdict(
    zipped: bytes, content: bytes, data: st.DataObject
) -> None:
    if data.draw(st.booleans(), label="damaged"):
        at = data.draw(st.integers(0, len(zipped)), label="place")
        content = zipped[:at] + content[:30] + zipped[at + len(content[:30]) :]
    with TemporaryDirectory() as folder:
        place = Path(folder) / "any.zip"
        place.write_bytes(content)
        try:
            verify(str(place), [], [], quiet=True)
        except VERDICTS:
            return


@pytest.fixture(scope="module")
def zipped(made: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bundle as a zip."""
    base = tmp_path_factory.mktemp("zipped") / "bundle"
    return Path(shutil.make_archive(str(base), "zip", made)).read_bytes()


@given(size=st.integers(1, len(LEAVES)), old=st.integers(1, len(LEAVES)))
def test_the_verifier_reckons_the_tree_as_the_log_does(size: int, old: int) -> None:
    old = min(old, size)
    reckoned = Tree()
    for leaf in LEAVES[:size]:
        reckoned.add(leaf)
    assert reckoned.root() == root(LEAVES[:size])
    tree = ours.Tree(size, ours.kept_hashes(LEAVES[:size]))
    older = root(LEAVES[:old])
    assert both_roots(old, size, tree.consistency(old), older) == (older, reckoned.root())


def test_the_file_in_a_bundle_is_made_of_these_modules(made: Path) -> None:
    text = (made / "verify.py").read_bytes()
    assert text == python_verifier().encode()
    assert (
        json.loads((made / "manifest.json").read_text())["files"]["verify.py"]
        == sha256(text).hexdigest()
    )
