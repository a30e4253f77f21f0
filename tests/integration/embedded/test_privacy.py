"""Nobody but its owner may list, read or change a home, whatever the umask and however old it is."""

import os
import pwd
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cot_flows.embedded import open_server
from cot_flows.embedded.errors import HomeNotUsable
from cot_flows.embedded.private import open_to_others, private_file, private_folder, private_home
from cot_flows.prefect_child import prefect_folder, start_child, stop_process
from cot_flows.up import only_one, temporary_folder
from tests.integration.embedded.programs import AS_ROOT, remove_home, wait_for_nothing

PASSABLE = 0o711 if AS_ROOT else 0o700
"""As root the unprivileged user that runs the server passes through, and sees nothing."""


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """Let new files be readable to all unless the program sees to it."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(home: Path, *, without: Path) -> dict[str, int]:
    """Return the modes of everything in a home but the cluster, by path below it."""
    found = {".": home.stat().st_mode & 0o777}
    for path in home.rglob("*"):
        if not path.is_relative_to(without):
            found[str(path.relative_to(home))] = path.stat().st_mode & 0o777
    return found


def test_a_new_home_and_all_that_the_program_puts_there_is_closed(new_home: Path) -> None:
    with only_one(new_home), open_server(new_home, grace=0.0) as server:
        log = prefect_folder(new_home) / "server.log"
        temporary_folder(new_home)
        make = "from pathlib import Path; Path('made').mkdir(); Path('made/file').touch()"
        child = start_child([sys.executable, "-c", make], os.environ, log)
        assert child.wait(20) == 0
        stop_process(child)
        found = modes(new_home, without=server.info.data_dir)
        assert server.info.data_dir.stat().st_mode & 0o777 == 0o700
    assert (found.pop("."), found.pop("postgres")) == (PASSABLE, PASSABLE)
    folders = {"prefect", "prefect/tmp", "prefect/made"}
    assert {found.pop(name) for name in folders} == {0o700}
    assert {"up.lock", "prefect/server.log", "prefect/made/file", "postgres/server.log"} <= set(
        found
    )
    assert set(found.values()) == {0o600}
    assert open_to_others(new_home) == []
    wait_for_nothing(new_home)


def test_an_old_home_is_closed_at_the_next_start_and_still_serves(home: Path) -> None:
    logs = home / "prefect" / "storage"
    logs.mkdir(parents=True)
    for name in ("up.lock", "prefect/server.log", "prefect/storage/result"):
        (home / name).touch()
        (home / name).chmod(0o644)
    for path in (home, home / "postgres", home / "prefect", logs):
        path.chmod(0o755)
    assert set(open_to_others(home)) >= {home, home / "prefect" / "server.log"}
    with (
        open_server(home, grace=0.0) as server,
        psycopg.connect(server.info.url("postgres")) as connection,
    ):
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert server.info.data_dir == home / "postgres" / "pgdata"
        found = modes(home, without=server.info.data_dir)
    assert (found["."], found["postgres"]) == (PASSABLE, PASSABLE)
    assert (found["prefect"], found["prefect/storage"]) == (0o700, 0o700)
    assert {found[n] for n in ("up.lock", "prefect/server.log", "prefect/storage/result")} == {
        0o600
    }
    assert open_to_others(home) == []


@pytest.mark.skipif(not AS_ROOT, reason="needs root, who may become another user")
def test_a_home_whose_data_lie_elsewhere_lets_nobody_pass(open_directory: Path) -> None:
    closed = open_directory / "closed to all"
    closed.mkdir(mode=0o700)
    home = closed / "home"
    try:
        open_server(home, grace=0.0).close()
        wait_for_nothing(home)
        with open_server(home, grace=0.0):
            assert home.stat().st_mode & 0o777 == 0o700
            assert (home / "postgres").stat().st_mode & 0o777 == 0o700
        wait_for_nothing(home)
    finally:
        remove_home(home)


@pytest.mark.skipif(not AS_ROOT, reason="needs root, who may become another user")
def test_a_home_of_an_ordinary_user_is_closed_to_all_others(open_directory: Path) -> None:
    home = open_directory / "of an ordinary user"
    home.mkdir(mode=0o777)
    home.chmod(0o777)
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        made = private_home(home / "new")
        private_file(private_folder(made / "prefect") / "server.log")
    finally:
        os.seteuid(0)
    assert modes(home / "new", without=home / "none") == {
        ".": 0o700,
        "prefect": 0o700,
        "prefect/server.log": 0o600,
    }


def test_a_directory_with_foreign_files_keeps_its_mode_and_ours_in_it_is_closed(
    tmp_path: Path,
) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "holiday.jpg").touch(mode=0o644)
    (tmp_path / "prefect").mkdir(mode=0o755)
    private_home(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "holiday.jpg").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "prefect").stat().st_mode & 0o777 == 0o700
    assert open_to_others(tmp_path) == [tmp_path]


def test_nothing_is_opened_that_was_closed_and_no_link_is_followed(tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    (home / "prefect").mkdir(parents=True)
    home.chmod(0o500)
    elsewhere.touch(mode=0o644)
    (home / "prefect" / "link").symlink_to(elsewhere)
    private_home(home)
    assert home.stat().st_mode & 0o777 == 0o500
    assert elsewhere.stat().st_mode & 0o777 == 0o644
    home.chmod(0o700)


def test_a_home_that_cannot_be_made_is_refused_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HomeNotUsable, match="COT_HOME"):
        private_home(tmp_path / "file" / "home")
