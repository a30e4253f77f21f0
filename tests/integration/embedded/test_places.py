"""Homes with awkward paths, as root and as an ordinary user."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cot_flows.embedded import describe, open_server
from cot_flows.embedded.binaries import find_binaries
from cot_flows.embedded.errors import HomeNotUsable
from cot_flows.embedded.layout import Layout
from tests.integration.embedded.programs import (
    AS_ROOT,
    ROOT,
    program,
    remove_home,
    wait_for_nothing,
)

as_root = pytest.mark.skipif(not AS_ROOT, reason="needs root, who may become another user")


def long_path(start: Path, length: int) -> Path:
    """A directory below ``start`` whose path has exactly ``length`` characters."""
    path = start
    while length - len(str(path)) > 41:
        path /= "d" * 39
    return path / ("e" * (length - len(str(path)) - 1))


@pytest.mark.parametrize("length", [None, 160, 200])
def test_a_path_with_spaces_and_accents_or_of_great_length_works(
    new_home: Path, length: int | None
) -> None:
    home = long_path(new_home, length) if length else new_home / "École du Grand 'Lac' db"
    assert length in {None, len(str(home))}
    try:
        with open_server(home, grace=0.0) as server:
            with psycopg.connect(server.info.url("postgres")) as connection:
                assert connection.execute("SHOW data_directory").fetchone() == (
                    str(server.info.data_dir),
                )
            assert server.info.data_dir == home / "postgres" / "pgdata"
    finally:
        wait_for_nothing(home)


@as_root
def test_root_keeps_its_home_closed_and_the_data_go_where_the_server_may(
    open_directory: Path,
) -> None:
    closed = open_directory / "closed"
    closed.mkdir(mode=0o700)
    home = closed / "home"
    try:
        with open_server(home, grace=0.0) as server:
            data_dir = server.info.data_dir
            assert not data_dir.is_relative_to(closed)
            assert data_dir.owner() == "nobody"
            assert closed.stat().st_mode & 0o777 == 0o700
            owner = psycopg.connect(server.info.url("postgres"))
            owner.execute("CREATE TABLE kept AS SELECT 1 AS one")
            owner.commit()
            owner.close()
        wait_for_nothing(home)
        with (
            open_server(home, grace=0.0) as server,
            psycopg.connect(server.info.url("postgres")) as connection,
        ):
            assert server.info.data_dir == data_dir
            assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
        wait_for_nothing(home)
    finally:
        remove_home(home)


@as_root
def test_a_copied_home_whose_data_lie_elsewhere_cannot_run_beside_its_original(
    open_directory: Path,
) -> None:
    closed = open_directory / "closed too"
    closed.mkdir(mode=0o700)
    home, twin = closed / "home", closed / "twin"
    try:
        with open_server(home, grace=0.0) as original:
            server_pid = describe(home).server_pid
            subprocess.run(["/bin/cp", "-a", home, twin], check=True)
            with pytest.raises(HomeNotUsable, match="another home is using"):
                open_server(twin)
            original.ensure()
            assert describe(home).server_pid == server_pid
        wait_for_nothing(home)
    finally:
        remove_home(home)


@pytest.fixture
def closed_programs(open_directory: Path) -> Iterator[Path]:
    """A copy of the programs where only root can go, as below ``/root``."""
    install = find_binaries().bin_dir.parent
    package = open_directory / "only for root" / install.parent.name
    package.mkdir(parents=True)
    package.parent.chmod(0o700)
    shutil.copytree(install, package / install.name, symlinks=True)
    libraries = install.parent.parent / f"{install.parent.name}.libs"
    shutil.copytree(libraries, package.parent / libraries.name)
    yield package / install.name / "bin"
    shutil.rmtree(package.parent)


@as_root
def test_programs_that_only_root_can_reach_are_copied(home: Path, closed_programs: Path) -> None:
    with open_server(home, binaries=closed_programs, grace=0.0):
        server_pid = describe(home).server_pid
        program_path = Path(f"/proc/{server_pid}/exe").resolve()
        assert not program_path.is_relative_to(closed_programs.parent)
    wait_for_nothing(home)
    copied = next(parent for parent in program_path.parents if parent.name.startswith("programs-"))
    shutil.rmtree(copied)


def python_for(user: str) -> str | None:
    """A Python of at least 3.11 that ``user`` can run with this package, or None."""
    check = "import sys, cot_flows.embedded; sys.exit(sys.version_info < (3, 11))"
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            done = subprocess.run(
                [python, "-c", check],
                user=user,
                extra_groups=[],
                cwd="/",
                env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
                capture_output=True,
                check=False,
            )
        except OSError:
            continue
        if done.returncode == 0:
            return python
    return None


@as_root
def test_an_ordinary_user_needs_no_special_handling(open_directory: Path) -> None:
    python = python_for("nobody")
    if python is None:
        pytest.skip("no Python that the user nobody can run together with this package")
    home = open_directory / "of nobody" / "home"
    home.parent.mkdir()
    shutil.chown(home.parent, "nobody")
    bin_dir = find_binaries().bin_dir
    try:
        with program(home, python=python, user="nobody", binaries=bin_dir) as ordinary:
            opened = ordinary.opened()
            assert Path(opened["data_dir"]) == home / "postgres" / "pgdata"
            status = describe(home)
            keeper = os.stat(f"/proc/{status.keeper_pid}")
            assert keeper.st_uid == home.parent.stat().st_uid
            with psycopg.connect(opened["url"]) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
            # Root may look in and even join; the files stay the ordinary user's.
            with open_server(home) as joined:
                assert joined.info.port == opened["port"]
            ordinary.kill()
        wait_for_nothing(home)
        files = [home, *Layout.of(home).base.iterdir()]
        assert {path.owner() for path in files} == {"nobody"}
    finally:
        remove_home(home)
