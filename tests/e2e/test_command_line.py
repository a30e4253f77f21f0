"""The command line as a person and as a program use it."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import psycopg
import pytest

from cot_flows.cli.main import app
from tests.support.files import rows, write_csv

TODAY = date.today()  # noqa: DTZ011 - what a person types
ACTIVITY = (
    f"record plan-activity --activity A1 --title Desk --units HR --units IT --dimension 3 "
    f"--owner s-1 --starts-on {TODAY} --due-on {TODAY + timedelta(days=5)}"
)
EVIDENCE = (
    "record submit-evidence --evidence E1 --title Survey --kind survey --location archive "
    f"--digest sha256:{'0' * 64} --collected-from {TODAY} --collected-to {TODAY} "
    "--source-key survey --units HR"
)
RATING = (
    "record rate-indicator --about unit:HR --indicator D3.3 --level 1 --rubric-version 1.0 "
    "--evidence E1 --raters s-1"
)


def test_setting_up_twice_records_nothing_twice(cot: Any) -> None:
    from tests.e2e.conftest import INIT

    first, second = cot.done(INIT), cot.done(INIT)
    assert "30 events recorded, 0 were there" in first
    assert "0 events recorded, 30 were there" in second


def test_a_recorded_activity_shows_on_the_board_the_timeline_and_the_agenda(
    testburg: Any,
) -> None:
    assert "PlanActivity recorded at position 31" in testburg.done(ACTIVITY)
    board = {row["unit"]: row for row in testburg.json("units")["rows"]}
    assert (board["HR"]["activities_open"], board["IT"]["activities_open"]) == (1, 1)
    (activity,) = testburg.json("timeline --unit IT")["rows"]
    assert (activity["activity"], activity["status"]) == ("A1", "planned")
    assert testburg.json("timeline --dimension 4")["rows"] == []
    assert [a["activity"] for a in testburg.json("agenda")["activities"]] == ["A1"]
    assert "Desk" in testburg.done("agenda")
    assert "HR" in testburg.done("units")


def test_a_unit_shows_its_ratings_and_the_events_behind_them(testburg: Any) -> None:
    testburg.done(EVIDENCE)
    testburg.done(RATING)
    answer = testburg.json("unit HR")
    assert answer["unit"]["d3"] == "1.0"
    assert [rating["indicator"] for rating in answer["ratings"]] == ["D3.3"]
    events = testburg.json("events --about unit:HR")["rows"]
    assert {e["position"] for e in events} >= set(answer["positions"]) - {1}
    assert "D3.3" in testburg.done("unit HR")


def test_a_correction_counts_and_the_first_rating_stays_readable(testburg: Any) -> None:
    testburg.done(EVIDENCE)
    testburg.done(RATING)
    before = testburg.json("units")["known_at_time"]
    event = testburg.json("events --about dimension:3")["rows"][-1]["event_id"]
    code, _, error = testburg(RATING.replace("--level 1", "--level 0"), "--corrects", event)
    assert (code, "reason" in error) == (65, True)
    testburg.done(
        RATING.replace("--level 1", "--level 0"), "--corrects", event, "--reason", "misread"
    )
    assert testburg.json("unit HR")["unit"]["d3"] == "0.0"
    then = testburg.json(f"unit HR --as-known-at {before}")
    assert then["unit"]["d3"] == "1.0"
    told = testburg.json("events --about unit:HR")["rows"][-1]
    assert (told["reason"], told["corrects"]) == ("misread", event)


def test_a_sweep_opens_reviews_and_a_second_one_none(testburg: Any) -> None:
    first, second = testburg.json("sweep"), testburg.json("sweep")
    assert [each["policy"] for each in first["opened"]] == ["district-quarterly-review"]
    assert (second["opened"], second["standing"]) == ([], 1)
    (review,) = testburg.json("reviews")["rows"]
    assert review["about"] == "district:all"
    assert "cadence" in testburg.done("reviews")


def test_a_review_is_held_once_its_packet_is_frozen(testburg: Any) -> None:
    testburg.done("sweep")
    (opened,) = testburg.json("reviews")["rows"]
    hold = f"record hold-review --review {opened['review']} --present s-1"
    code, _, remark = testburg(hold)
    assert code == 65
    assert f"cot review freeze {opened['review']}" in remark
    frozen = testburg.json(f"review freeze {opened['review'][:8]}")
    assert frozen["digest"].startswith("sha256:")
    assert frozen["as_known_position"] == frozen["positions"][0] - 1
    (seen,) = testburg.json("reviews")["rows"]
    assert (seen["phase"], seen["packet_digest"]) == ("packet_frozen", frozen["digest"])
    testburg.done(hold)
    (held,) = testburg.json("reviews")["rows"]
    assert held["phase"] == "held"


def test_advancing_reviews_twice_records_nothing_twice(testburg: Any) -> None:
    testburg.done("sweep")
    testburg.json("review advance")
    assert testburg.json("review advance")["taken"] == []
    assert "0 steps recorded" in testburg.done("review advance")


def test_freezing_names_a_review_that_is_there_and_who_does_it(
    testburg: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, remark = testburg("review freeze nothing")
    assert (code, "names 0 reviews" in remark) == (66, True)
    monkeypatch.delenv("COT_ACTOR")
    code, _, remark = testburg("review freeze nothing")
    assert (code, "--by" in remark) == (64, True)


def test_projections_are_brought_up_rebuilt_and_verified(testburg: Any) -> None:
    testburg.done(ACTIVITY)
    projected = testburg.json("project")["projections"]
    assert {each["position"] for each in projected} == {31}
    rebuilt = testburg.json("rebuild unit_progress")
    assert (rebuilt["differences"], rebuilt["switched"]) == (0, True)
    assert testburg.json("rebuild review_queue --look")["switched"] is False
    assert testburg.json("verify")["findings"] == []
    assert "Every invariant holds" in testburg.done("verify")


def test_verification_names_the_altered_position_and_ends_with_one(
    testburg: Any, database_url: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as superuser:
        superuser.execute("ALTER TABLE cot_log.event DISABLE TRIGGER event_append_only")
        superuser.execute(
            "UPDATE cot_log.event SET content = convert_to(replace("
            "convert_from(content, 'UTF8'), 's-1', 's-2'), 'UTF8') WHERE position = 30"
        )
    code, out, _ = testburg("verify")
    assert code == 1
    assert "FIRST FAULT at position 30" in out
    assert testburg("doctor")[0] == 1


def test_the_doctor_says_what_runs_where(testburg: Any) -> None:
    told = testburg.done("doctor")
    assert "PostgreSQL" in told
    assert "district testburg: 30 events" in told
    grades = {each["grade"] for each in testburg.json("doctor")["observations"]}
    assert grades <= {"well", "note"}


def test_an_import_with_faults_lists_them_and_records_nothing(
    testburg: Any, tmp_path: Path
) -> None:
    bad = write_csv(tmp_path / "bad.csv", rows(2, district="Testburg", kind="rumour"))
    head = testburg.json("units")["known_at_position"]
    report = testburg.json(f"import activities {bad}")
    assert (report["recorded"], report["rejected"]) == (0, 2)
    assert {(e["row"], e["column"]) for e in report["errors"]} == {(2, "kind"), (3, "kind")}
    code, out, _ = testburg(f"import activities {bad}")
    assert (code, "rumour" in out) == (65, True)
    assert testburg.json("units")["known_at_position"] == head


def test_a_refused_import_has_the_keys_of_any_other_and_a_reason(
    testburg: Any, tmp_path: Path
) -> None:
    good = write_csv(tmp_path / "good.csv", rows(1, district="Testburg"))
    keys = testburg.json(f"import activities {good} --dry-run").keys()
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    twice = rows(1, district="Testburg", kind="rumour", dimension="9")
    write_csv(tmp_path / "bad.csv", [*twice, *rows(1, external_id="X-900", district="Testburg")])
    for name, rejected, says in (
        ("missing.csv", 0, "no file"),
        ("binary.csv", 0, "not UTF-8"),
        ("bad.csv", 1, "1 of 2 rows have faults, 2 in all"),
    ):
        refused = testburg.json(f"import activities {tmp_path / name}")
        assert refused.keys() == keys
        assert (refused["recorded"], refused["rejected"]) == (0, rejected)
        assert says in refused["reason"]


def test_a_dry_run_says_what_would_be_corrected(testburg: Any, tmp_path: Path) -> None:
    testburg.done(
        f"import activities {write_csv(tmp_path / 'a.csv', rows(2, district='Testburg'))}"
    )
    changed = write_csv(tmp_path / "b.csv", rows(2, district="Testburg", title="Other"))
    left = testburg.done(f"import activities {changed} --dry-run")
    assert "2 rows changed since they were recorded: left as recorded; --correct" in left
    would = testburg.done(f"import activities {changed} --dry-run --correct --reason misread")
    assert "2 rows changed since they were recorded: would be corrected." in would
    assert "Partner roles created → Other" in would
    did = testburg.done(f"import activities {changed} --correct --reason misread")
    assert "2 rows changed since they were recorded: corrected." in did


def test_a_unit_that_was_registered_stays_on_the_board_after_an_import(
    testburg: Any, tmp_path: Path
) -> None:
    lines = rows(2, district="Testburg")
    lines[1]["unit_code"] = "desk"
    testburg.done(f"import activities {write_csv(tmp_path / 'two.csv', lines)}")
    board = {row["unit"]: row for row in testburg.json("units")["rows"]}
    assert (board["HR"]["staged"], board["HR"]["facts_d3"]) == (True, 1)
    assert (board["desk"]["staged"], board["desk"]["facts_d3"]) == (False, 1)


@pytest.mark.parametrize("name", ["postgres", "cot_owner", "pg_monitor"])
def test_only_a_new_role_becomes_an_analyst(testburg: Any, name: str) -> None:
    assert testburg(f"db analyst {name}")[0] == 64
    testburg.done("units")


def test_an_import_again_recognises_every_row(testburg: Any, tmp_path: Path) -> None:
    good = write_csv(tmp_path / "good.csv", rows(3, district="Testburg"))
    assert testburg.json(f"import activities {good} --dry-run")["dry_run"] is True
    assert testburg.json(f"import activities {good}")["recorded"] == 3
    again = testburg.json(f"import activities {good}")
    assert (again["recorded"], again["recognised"]) == (0, 3)


def shortened(file: Path, to: Path) -> Path:
    """Return a copy of a backup whose manifest says less than the tables hold."""
    with ZipFile(file) as archive, ZipFile(to, "w") as copy:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "manifest.json":
                content = content.replace(b'"testburg": 31', b'"testburg": 30')
            copy.writestr(name, content)
    return to


def test_a_backup_is_restored_whole_or_not_at_all(
    testburg: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server_url: str
) -> None:
    from tests.support.databases import fresh_database

    testburg.done(ACTIVITY)
    events = testburg.json("events")["rows"]
    file, damaged = tmp_path / "cot.zip", tmp_path / "damaged.zip"
    assert "testburg to position 31" in testburg.done(f"backup {file}")
    assert testburg(f"backup {file}")[0] == 65
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged.write_bytes(content)
    with fresh_database(server_url) as url:
        monkeypatch.setenv("COT_DATABASE_URL", url)
        assert testburg(f"restore {damaged}")[0] == 65
        assert testburg(f"restore {shortened(file, tmp_path / 'short.zip')}")[0] == 65
        assert testburg("units")[0] == 66
        testburg.done(f"restore {file}")
        assert testburg.json("events")["rows"] == events
        assert testburg(f"restore {file}")[0] == 65
        testburg.done("verify")


def test_an_analyst_may_read_the_views_and_nothing_else(testburg: Any, database_url: str) -> None:
    told = testburg.done("db analyst analyst_test").split()
    password = told[told.index("Password") + 1]
    login = psycopg.conninfo.make_conninfo(database_url, user="analyst_test", password=password)
    with psycopg.connect(login, autocommit=True) as analyst:
        assert analyst.execute("SELECT unit FROM cot_read.unit_progress ORDER BY 1").fetchall()
        for forbidden in (
            "SELECT * FROM cot_log.event",
            "SELECT * FROM cot_log.event_personal",
            "SELECT * FROM cot_projection.unit_progress",
            "CREATE TABLE mine (x int)",
        ):
            with pytest.raises(psycopg.Error):
                analyst.execute(forbidden)
    with psycopg.connect(database_url, autocommit=True) as superuser:
        superuser.execute("DROP ROLE analyst_test")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ("units --district nowhere", 66, "there is no district 'nowhere'"),
        ("unit NOPE", 66, "there is no unit 'NOPE'"),
        ("units --as-known-at 2999-01-01", 64, "not over"),
        ("units --as-known-at yesterday", 64, "no day or moment"),
        ("record start-activity --activity A9", 65, "A9"),
        ("record enter-stage --unit HR --to-stage S2", 65, "one stage at a time"),
        ("record assign-unit-head --unit HR --head nobody", 65, "not registered"),
        ("import activities missing.csv", 65, "no file"),
        ("import activities", 64, "at least one file"),
        ("restore missing.zip", 66, "no file"),
        ("record plan-activity --activity A1", 64, ""),
        ("frobnicate", 64, ""),
    ],
)
def test_what_is_wrong_is_said_and_told_apart_by_the_exit_code(
    testburg: Any, words: str, code: int, says: str
) -> None:
    head = testburg.json("units")["known_at_position"]
    found, out, err = testburg(words)
    assert found == code, (out, err)
    assert says in err + out
    assert "Traceback" not in err + out
    assert testburg.json("units")["known_at_position"] == head


def test_without_an_actor_nothing_is_recorded(
    testburg: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COT_ACTOR")
    code, _, err = testburg(ACTIVITY)
    assert (code, "--by" in err) == (64, True)


def test_a_database_that_is_not_set_up_is_refused_with_the_way_out(
    cot: Any, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = psycopg.conninfo.make_conninfo(server_url, dbname="postgres")
    monkeypatch.setenv("COT_DATABASE_URL", bare)
    code, _, err = cot("units")
    assert (code, "cot db init" in err) == (69, True)
    monkeypatch.setenv("COT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/cot")
    assert cot("units")[0] == 69


def test_texts_from_the_log_are_shown_and_not_obeyed(testburg: Any) -> None:
    testburg.done(
        "record register-unit --unit EVIL", "--name", "[bold red]Unit[/] [link=x]y[/link]"
    )
    assert "[bold red]Unit[/]" in testburg.done("unit EVIL")


def commands() -> list[str]:
    """Return every command and subcommand."""
    found: list[str] = []
    for name in app:
        if name.startswith("-"):
            continue
        found.append(name)
        if name in ("record", "import", "db"):
            found += [f"{name} {each}" for each in app[name] if not each.startswith("-")]
    return found


@pytest.mark.parametrize("words", commands())
def test_every_command_explains_itself(cot: Any, words: str) -> None:
    code, out, _ = cot(f"{words} --help")
    assert code == 0
    assert "Usage: cot" in out
    assert len(out) > 120
