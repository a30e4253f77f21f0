"""A backup brings every log back as it was, or is refused, and then nothing of it is kept."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from psycopg import sql

from cot_flows.bootstrap.backup import TABLES, BackupRefused, restore_backup, write_backup
from events.follow import PostgresCheckpoints
from events.postgres import PostgresStore
from events.store import EventStore
from events.verify import verify_log
from tests.support.databases import fresh_database
from tests.support.log import BEGINS, ZONE, lending, noted, plain_codec, session, started, write

BAY, HILL = "bay", "hill"
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
AWKWARD = "tab\t line\n return\r \\N \\. back\\slash \u00e9 \U0001f6a2 \x7f"
Members = dict[str, bytes]


def fill(url: str) -> None:
    """Two districts, one by each clock, with texts that a copy could spoil, and a checkpoint."""
    with session(url, "cot_append") as connection:
        store = PostgresStore(lending(connection), plain_codec())
        store.create_log(BAY, clock="simulated", time_zone=ZONE, begins_at=BEGINS)
        store.create_log(HILL, clock="server", time_zone="UTC")
        events = (started("a"), noted("b", AWKWARD, reason=AWKWARD, actor=AWKWARD))
        store.append(BAY, [write(*events, stream=AWKWARD)], recorded_at=BEGINS)
        correction = noted("c", "better", corrects=noted("b").event_id)
        store.append(BAY, [write(correction, stream=AWKWARD)], recorded_at=BEGINS)
        store.append(HILL, [write(started("a"))])
    with session(url, "cot_project") as connection:
        PostgresCheckpoints(lending(connection)).swap("f", BAY, expected=0, position=2)


def held(url: str) -> dict[str, list[str]]:
    """Every row of the log's tables, as text."""
    all_rows = sql.SQL("SELECT t::text FROM cot_log.{} t")
    with session(url) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return {
            table: sorted(
                str(row[0]) for row in connection.execute(all_rows.format(sql.Identifier(table)))
            )
            for table in TABLES
        }


@pytest.fixture(scope="module")
def full_url(server_url: str) -> Iterator[str]:
    """A database with logs in it; no test changes it."""
    with fresh_database(server_url) as url:
        fill(url)
        yield url


@pytest.fixture(scope="module")
def empty_url(server_url: str) -> Iterator[str]:
    """A database without any log, into which no backup of these tests gets."""
    with fresh_database(server_url) as url:
        yield url


@pytest.fixture(scope="module")
def backup(full_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound backup."""
    file = tmp_path_factory.mktemp("backup") / "sound.zip"
    write_backup(full_url, file, made_at=MADE_AT, told=lambda _: None)
    return file


def restore(url: str, file: Path) -> dict[str, int]:
    return restore_backup(url, file, plain_codec(), told=lambda _: None).districts


def refusal(url: str, file: Path) -> str:
    """Restore what may not be restored, see that nothing was kept, and return what was said."""
    with pytest.raises(BackupRefused) as refused:
        restore(url, file)
    assert held(url) == {table: [] for table in TABLES}
    return str(refused.value)


def rewritten(backup: Path, file: Path, change: Callable[[Members], object]) -> Path:
    """A backup with other members, sound as a zip file."""
    with ZipFile(backup) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file


def in_manifest(name: str, value: object) -> Callable[[Members], None]:
    """A change of one entry of the manifest."""

    def change(members: Members) -> None:
        told = json.loads(members["manifest.json"]) | {name: value}
        members["manifest.json"] = json.dumps(told).encode()

    return change


def with_new_digests(members: Members) -> None:
    """Make the manifest agree with what the tables are now."""
    digests = {table: sha256(members[f"{table}.copy"]).hexdigest() for table in TABLES}
    in_manifest("sha256", digests)(members)


def test_what_is_restored_is_what_was_there_to_the_last_byte(
    full_url: str, database_url: str, backup: Path
) -> None:
    assert restore(database_url, backup) == {BAY: 3, HILL: 1}
    assert held(database_url) == held(full_url)
    assert all(held(full_url).values())


def test_a_restored_log_is_sound_and_goes_on_where_it_ended(
    database_url: str, backup: Path
) -> None:
    restore(database_url, backup)
    with session(database_url, "cot_append") as connection:
        store: EventStore = PostgresStore(lending(connection), plain_codec())
        for head in store.heads():
            assert verify_log(connection, plain_codec(), head) == []
        known = store.append(HILL, [write(started("a"))])
        assert (known.positions, known.recognised) == ((1,), True)
        assert store.append(HILL, [write(started("next"))]).positions == (2,)
        assert store.read_stream(BAY, AWKWARD)[1].reason == AWKWARD
        assert PostgresCheckpoints(lending(connection)).load("f", BAY) == 2


def test_a_backup_says_what_it_holds(backup: Path, full_url: str, tmp_path: Path) -> None:
    report = write_backup(full_url, tmp_path / "b.zip", made_at=MADE_AT, told=lambda _: None)
    assert report.districts == {BAY: 3, HILL: 1}
    assert report.size == (tmp_path / "b.zip").stat().st_size
    with ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["made_at"] == "2026-01-01T00:00:00+00:00"
    assert manifest["districts"] == {BAY: 3, HILL: 1}


def test_a_backup_of_no_log_is_restored_as_no_log(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "empty.zip"
    assert write_backup(database_url, file, made_at=MADE_AT, told=lambda _: None).districts == {}
    assert restore(database_url, file) == {}


def test_what_is_appended_while_a_backup_is_written_is_not_in_it(
    database_url: str, empty_url: str, server_url: str, tmp_path: Path
) -> None:
    fill(database_url)
    file = tmp_path / "moving.zip"

    def append_meanwhile(step: str) -> None:
        with session(database_url, "cot_append") as connection:
            store = PostgresStore(lending(connection), plain_codec())
            store.append(HILL, [write(started(step))])

    report = write_backup(database_url, file, made_at=MADE_AT, told=append_meanwhile)
    assert report.districts == {BAY: 3, HILL: 1}
    with fresh_database(server_url) as url:
        assert restore(url, file) == {BAY: 3, HILL: 1}


def test_a_file_that_exists_is_not_written_over(full_url: str, tmp_path: Path) -> None:
    file = tmp_path / "taken.zip"
    file.write_text("mine")
    with pytest.raises(BackupRefused, match="exists"):
        write_backup(full_url, file, made_at=MADE_AT, told=lambda _: None)
    assert file.read_text() == "mine"


@pytest.mark.parametrize("place", ["nowhere/b.zip", "a-file/b.zip"])
def test_a_place_that_cannot_be_written_to_is_told(
    full_url: str, tmp_path: Path, place: str
) -> None:
    (tmp_path / "a-file").touch()
    with pytest.raises(BackupRefused, match="cannot be written"):
        write_backup(full_url, tmp_path / place, made_at=MADE_AT, told=lambda _: None)
    assert [path.name for path in tmp_path.iterdir()] == ["a-file"]


def test_a_backup_that_breaks_off_leaves_no_file(full_url: str, tmp_path: Path) -> None:
    def break_off(step: str) -> None:
        if step == "writing event_subject":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_backup(full_url, tmp_path / "b.zip", made_at=MADE_AT, told=break_off)
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_holds_a_log_is_not_restored_into(full_url: str, backup: Path) -> None:
    before = held(full_url)
    with pytest.raises(BackupRefused, match="holds a log already"):
        restore(full_url, backup)
    assert held(full_url) == before


def test_a_restore_that_breaks_off_leaves_nothing(empty_url: str, backup: Path) -> None:
    def break_off(step: str) -> None:
        if step == f"checking {HILL}":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore_backup(empty_url, backup, plain_codec(), told=break_off)
    assert held(empty_url) == {table: [] for table in TABLES}


@pytest.mark.parametrize("kept", [0.0, 0.01, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_refused(
    empty_url: str, backup: Path, tmp_path: Path, kept: float
) -> None:
    whole = backup.read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: int(len(whole) * kept)])
    assert "damaged" in refusal(empty_url, tmp_path / "cut.zip")


@pytest.mark.parametrize("name", [*(f"{table}.copy" for table in TABLES), "manifest.json"])
@pytest.mark.parametrize("part", [0.0, 0.5, 0.99])
def test_a_byte_that_was_changed_on_the_disk_is_refused(
    empty_url: str, backup: Path, tmp_path: Path, name: str, part: float
) -> None:
    """Anywhere in the compressed bytes of any member: in front, in the middle, and at the end."""
    with ZipFile(backup) as archive:
        member = archive.getinfo(name)
    damaged = bytearray(backup.read_bytes())
    at = member.header_offset
    begins = at + 30 + int.from_bytes(damaged[at + 26 : at + 28], "little")
    begins += int.from_bytes(damaged[at + 28 : at + 30], "little")
    damaged[begins + int(member.compress_size * part)] ^= 0xFF
    (tmp_path / "flipped.zip").write_bytes(damaged)
    assert "damaged" in refusal(empty_url, tmp_path / "flipped.zip")


@pytest.mark.parametrize("manifest", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}"])
def test_a_manifest_that_is_none_is_refused(
    empty_url: str, backup: Path, tmp_path: Path, manifest: bytes
) -> None:
    def change(members: Members) -> None:
        members["manifest.json"] = manifest

    refusal(empty_url, rewritten(backup, tmp_path / "b.zip", change))


@pytest.mark.parametrize("name", ["districts", "sha256"])
@pytest.mark.parametrize("value", [None, 3, "x", ["x"], {"bay": "x"}, {}])
def test_a_manifest_whose_entries_say_nothing_is_refused(
    empty_url: str, backup: Path, tmp_path: Path, name: str, value: object
) -> None:
    refusal(empty_url, rewritten(backup, tmp_path / "b.zip", in_manifest(name, value)))


def test_a_backup_of_another_format_is_refused_and_named(
    empty_url: str, backup: Path, tmp_path: Path
) -> None:
    file = rewritten(backup, tmp_path / "b.zip", in_manifest("format", "cot-flows backup 2"))
    assert "newer program" in refusal(empty_url, file)

    def of_the_future(members: Members) -> None:
        members["manifest.json"] = b'{"format": "cot-flows backup 3", "logs": []}'

    file = rewritten(backup, tmp_path / "c.zip", of_the_future)
    assert "newer program" in refusal(empty_url, file)


def test_logs_that_do_not_end_where_the_manifest_says_are_not_kept(
    empty_url: str, backup: Path, tmp_path: Path
) -> None:
    for districts in ({BAY: 3, HILL: 2}, {BAY: 3}, {BAY: 3, HILL: 1, "dale": 0}):
        file = rewritten(backup, tmp_path / "b.zip", in_manifest("districts", districts))
        assert "manifest" in refusal(empty_url, file)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_is_missing_or_not_what_the_manifest_says_is_refused(
    empty_url: str, backup: Path, tmp_path: Path, table: str
) -> None:
    name = f"{table}.copy"

    def last_row_gone(members: Members) -> None:
        members[name] = b"".join(members[name].splitlines(keepends=True)[:-1])

    def a_row_twice(members: Members) -> None:
        members[name] += members[name].splitlines(keepends=True)[-1]

    def no_table(members: Members) -> None:
        members[name] = b"no such row\n"

    for change in (last_row_gone, a_row_twice, no_table, lambda members: members.pop(name)):
        assert "damaged" in refusal(empty_url, rewritten(backup, tmp_path / "b.zip", change))


def test_an_event_that_was_changed_with_its_digest_is_refused_by_its_place(
    empty_url: str, backup: Path, tmp_path: Path
) -> None:
    """The digests show damage; only the check of every event shows that someone meant it."""

    def change(members: Members) -> None:
        rows = members["event_personal.copy"].splitlines(keepends=True)
        changed = [row.replace(b"better", b"worse") for row in rows]
        assert changed != rows
        members["event_personal.copy"] = b"".join(changed)
        with_new_digests(members)

    said = refusal(empty_url, rewritten(backup, tmp_path / "b.zip", change))
    assert said.startswith("bay, position 3: the value of data.note")


def test_an_event_that_was_cut_off_with_its_digest_is_refused_by_its_place(
    empty_url: str, backup: Path, tmp_path: Path
) -> None:
    def change(members: Members) -> None:
        rows = members["event.copy"].splitlines(keepends=True)
        members["event.copy"] = b"".join(row for row in rows if not row.startswith(b"bay\t3\t"))
        with_new_digests(members)

    said = refusal(empty_url, rewritten(backup, tmp_path / "b.zip", change))
    assert said.startswith("bay, position 3: the head says position 3")
