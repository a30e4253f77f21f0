"""Bundles are made whole or not at all, of what was sealed, and leave out what they must."""

import ast
import json
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cot_flows.bootstrap import Engine
from cot_flows.bundles.making import make_bundle
from cot_flows.bundles.scope import Scope
from cot_flows.errors import BundleRefused, NotConfigured
from cot_flows.sealing.changing_keys import create_key, rotate_key
from cot_flows.sealing.sealing import seal
from cot_flows.setting_up import set_up_district
from cot_flows.settings import Settings
from events.sealing.note import ED25519, verifier_key
from tests.support.bundles import (
    DISTRICT,
    MADE_AT,
    ORIGIN,
    PLAN,
    bundled,
    by_node,
    by_python,
    by_sql,
    eventful,
    mend,
    rows_of,
)
from tests.support.databases import fresh_database
from tests.support.log import session

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bundles")]

STRANGER = verifier_key(ORIGIN, ED25519, Ed25519PrivateKey.from_private_bytes(bytes(32)))
REASON = "section 19.36(1), personnel"
Log = tuple[Engine, str]


def test_a_zip_is_accepted_too_and_holds_the_same(log: Log, made: Path, tmp_path: Path) -> None:
    place = tmp_path / "bay.zip"
    bundled(log[0], place)
    with zipfile.ZipFile(place) as archive:
        assert set(archive.namelist()) == {path.name for path in made.iterdir()}
        assert archive.read("events.jsonl") == (made / "events.jsonl").read_bytes()
        for name in ("verify.py", "verify.mjs"):
            (tmp_path / name).write_bytes(archive.read(name))
    for run in (by_python, by_node):
        code, told = run(place, "--key", log[1])
        assert code == 0, told


@pytest.mark.parametrize(
    "scope",
    [Scope(values=False, reason=REASON), Scope(classes=frozenset({"public"}), reason=REASON)],
    ids=["without values", "public only"],
)
def test_a_redacted_bundle_verifies_against_the_same_checkpoint(
    log: Log, made: Path, psql: str, elsewhere: str, tmp_path: Path, scope: Scope
) -> None:
    place = tmp_path / "redacted"
    report = bundled(log[0], place, scope)
    assert (place / "last.checkpoint").read_bytes() == (made / "last.checkpoint").read_bytes()
    assert "stolen" not in (place / "personal.jsonl").read_text()
    assert (report.values == 0) == (not scope.values)
    assert "Ann" not in (place / "events.jsonl").read_text()
    told = json.loads((place / "withheld.json").read_text())
    assert told["reason"] == REASON
    assert (told["events_left_out"], told["values_left_out"]) == (
        report.events_left_out,
        report.values_left_out,
    )
    assert report.events_left_out + report.values_left_out > 0
    assert REASON in (place / "README.md").read_text()
    for run in (by_python, by_node):
        code, answer = run(place, "--key", log[1], "--json")
        assert code == 0, answer
        assert json.loads(answer)["events_left_out"] == report.events_left_out
    assert by_sql(psql, elsewhere)(place)[0] == 0


def test_only_the_classes_named_are_told_and_the_facts_of_sealing(log: Log, tmp_path: Path) -> None:
    place = tmp_path / "public"
    bundled(log[0], place, Scope(classes=frozenset({"public"}), reason=REASON))
    shown = [
        json.loads(row["content"]) for row in rows_of(place, "events.jsonl") if "content" in row
    ]
    assert {each["type"] for each in shown if each["classification"] != "public"} == {
        "SealingKeyPublished",
        "SealingKeyRotated",
        "SealingKeyLost",
        "CheckpointSealed",
        "CheckpointCosigned",
    }


def test_hiding_more_than_the_withholding_log_says_is_seen(log: Log, tmp_path: Path) -> None:
    place = tmp_path / "redacted"
    bundled(log[0], place, Scope(values=False, reason=REASON))
    told = json.loads((place / "withheld.json").read_text())
    told["values_left_out"] -= 1
    (place / "withheld.json").write_text(json.dumps(told))
    mend(place)
    for run in (by_python, by_node):
        code, answer = run(place, "--key", log[1])
        assert (code, "withheld.json" in answer) == (1, True)


def test_leaving_out_without_a_reason_is_refused() -> None:
    with pytest.raises(NotConfigured, match="--reason"):
        Scope(values=False)


def test_a_bundle_that_is_there_is_not_overwritten_unless_asked(log: Log, tmp_path: Path) -> None:
    for place in (tmp_path / "one", tmp_path / "one.zip"):
        bundled(log[0], place)
        with pytest.raises(NotConfigured, match="--force"):
            bundled(log[0], place)
        bundled(log[0], place, force=True)
    assert {path.name for path in tmp_path.iterdir()} == {"one", "one.zip"}


def test_a_folder_of_other_things_is_never_replaced(log: Log, tmp_path: Path) -> None:
    place = tmp_path / "letters"
    place.mkdir()
    (place / "letter.txt").write_text("Dear")
    with pytest.raises(NotConfigured, match="no bundle"):
        bundled(log[0], place, force=True)
    assert (place / "letter.txt").exists()


@pytest.mark.parametrize("name", ["half", "half.zip"])
def test_an_interruption_half_way_leaves_nothing_behind(
    log: Log, tmp_path: Path, name: str
) -> None:
    def interrupted(position: int) -> None:
        if position == 100:
            raise KeyboardInterrupt

    engine, place = log[0], tmp_path / name
    head = engine.store.head(DISTRICT)
    with pytest.raises(KeyboardInterrupt):
        make_bundle(engine, head, place, Scope(), made_at=MADE_AT, told=interrupted)
    assert list(tmp_path.iterdir()) == []


def test_the_verifiers_and_the_papers_stand_alone(made: Path) -> None:
    for name in ("verify.py", "verify.mjs", "verify.html", "verify.sql"):
        text = (made / name).read_text()
        assert "cot_flows." not in text, name
        assert "http" not in text.replace("http-equiv", ""), name
    tree = ast.parse((made / "verify.py").read_text())
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]  # type: ignore[union-attr]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported - sys.stdlib_module_names == {"cryptography"}
    assert "UnitStageEntered" in json.loads((made / "dictionary.json").read_text())["events"]
    page = (made / "dictionary.md").read_text()
    assert "## View unit_progress" in page
    assert "| `vkey` |" in page


def test_a_program_killed_half_way_leaves_no_bundle_and_blocks_none(
    log: Log, tmp_path: Path
) -> None:
    text = (
        "import os, signal; from pathlib import Path\n"
        "from cot_flows.bundles.writing import writing\n"
        f"with writing(Path({str(tmp_path / 'half')!r}), force=False) as bundle:\n"
        "    bundle.add('manifest.json', b'{}')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", text], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert not (tmp_path / "half").exists()
    bundled(log[0], tmp_path / "half")
    assert by_python(tmp_path / "half", "--key", log[1])[0] == 0


def test_no_bundle_is_made_of_a_log_that_was_altered(server_url: str, tmp_path: Path) -> None:
    with (
        fresh_database(server_url) as url,
        Engine(Settings(home=tmp_path / "home", database_url=url), url, None) as engine,
    ):
        set_up_district(engine.store, PLAN)
        eventful(engine)
        with session(url) as connection:
            connection.execute("ALTER TABLE cot_log.event DISABLE TRIGGER USER")
            connection.execute(
                "UPDATE cot_log.event SET recorded_at = recorded_at + interval '1 s' WHERE position = 30"
            )
        with pytest.raises(BundleRefused, match="at position 30"):
            bundled(engine, tmp_path / "altered")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_the_key_before_a_rotation_is_enough(server_url: str, tmp_path: Path) -> None:
    with (
        fresh_database(server_url) as url,
        Engine(Settings(home=tmp_path / "home", database_url=url), url, None) as engine,
    ):
        set_up_district(engine.store, PLAN)
        first = create_key(engine, engine.store.head(DISTRICT), "a-steward", ORIGIN)
        second = rotate_key(engine, engine.store.head(DISTRICT), "a-steward")
        seal(engine, DISTRICT)
        bundled(engine, tmp_path / "rotated")
    for run in (by_python, by_node):
        for key in (first, second):
            code, told = run(tmp_path / "rotated", "--key", str(key), "--json")
            assert (code, json.loads(told)["signed_by"]) == (0, str(second))
        code, told = run(tmp_path / "rotated", "--key", str(STRANGER))
        assert (code, "none of those given" in told) == (1, True)
