"""A home is made once, started when wanted, shared, and left running by nobody."""

import os
import signal
import stat
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from cot_flows.embedded import describe, has_ended, open_server, stop_server
from cot_flows.embedded.errors import ServerClosed
from cot_flows.embedded.layout import Layout
from tests.integration.embedded.deadline import wait_until
from tests.integration.embedded.programs import importing_environment, program, wait_for_nothing

SETTINGS = """
SELECT name, setting FROM pg_settings WHERE name IN (
    'fsync', 'data_checksums', 'listen_addresses', 'TimeZone', 'max_connections', 'server_encoding',
    'password_encryption', 'max_wal_size')
"""


def test_the_first_open_makes_a_cluster_with_safe_settings_and_the_next_only_starts_it(
    new_home: Path,
) -> None:
    said: list[str] = []
    with open_server(new_home, grace=0.0, on_progress=said.append) as server:
        with psycopg.connect(server.info.url("postgres")) as connection:
            settings: dict[str, str] = dict(connection.execute(SETTINGS).fetchall())
            rules = connection.execute(
                "SELECT DISTINCT auth_method FROM pg_hba_file_rules"
            ).fetchall()
            version = connection.execute("SHOW server_version").fetchone()
            connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        assert version == (server.info.version,)
    wait_for_nothing(new_home)
    assert settings == {
        "fsync": "on",
        "data_checksums": "on",
        "listen_addresses": "127.0.0.1",
        "TimeZone": "UTC",
        "max_connections": "100",
        "server_encoding": "UTF8",
        "password_encryption": "scram-sha-256",
        "max_wal_size": "1024",
    }
    assert rules == [("scram-sha-256",)]
    assert any("creating" in word for word in said)

    said.clear()
    with open_server(new_home, grace=0.0, on_progress=said.append) as server:
        with psycopg.connect(server.info.url("postgres")) as connection:
            assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
        assert not any("creating" in word for word in said)


def test_the_password_is_private_and_needed_on_both_ways_in(home: Path) -> None:
    password_file = Layout.of(home).password_file
    assert stat.S_IMODE(password_file.stat().st_mode) == 0o600
    with open_server(home, grace=0.0) as server:
        info = server.info
        assert info.password not in repr(info)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(info.url("postgres", user=info.user, password=info.password[1:]))
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"host={info.socket_dir} port={info.port} user={info.user}")
        by_socket = psycopg.connect(
            host=str(info.socket_dir),
            port=info.port,
            user=info.user,
            password=info.password,
            dbname="postgres",
        )
        by_socket.close()


def test_two_programs_share_one_server_and_the_last_to_leave_stops_it(home: Path) -> None:
    with program(home) as other:
        opened = other.opened()
        with open_server(home, grace=0.0) as server:
            assert server.info.port == opened["port"]
            shared = describe(home)
            assert shared.leases == 2
            other.end()
            wait_until(lambda: describe(home).leases == 1, "the other program's lease is given up")
            with psycopg.connect(server.info.url("postgres")) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
            assert describe(home).server_pid == shared.server_pid
    wait_for_nothing(home)


def test_programs_that_open_a_new_home_at_the_same_moment_get_the_same_server(
    new_home: Path,
) -> None:
    with ExitStack() as stack:
        programs = [stack.enter_context(program(new_home)) for _ in range(3)]
        ports = {one.opened()["port"] for one in programs}
        assert len(ports) == 1
        assert describe(new_home).leases == 3
    wait_for_nothing(new_home)


def test_a_lease_given_up_within_the_grace_time_of_another_keeps_the_server(home: Path) -> None:
    open_server(home, grace=60.0).close()
    first = describe(home)
    assert first.running
    open_server(home, grace=0.0).close()
    assert describe(home).server_pid == first.server_pid


def test_who_has_left_is_told_when_the_server_has_ended_and_whether_others_keep_it(
    home: Path,
) -> None:
    with open_server(home, grace=0.0) as server:
        assert not has_ended(home, at_most=0.05)
        psycopg.connect(server.info.url("postgres")).close()
    assert has_ended(home, at_most=20)
    assert not describe(home).running
    assert has_ended(home / "never-made", at_most=0.0)


def test_killing_the_only_program_leaves_nothing_running(home: Path) -> None:
    with program(home) as doomed:
        doomed.opened()
        assert describe(home).running
        doomed.kill()
    wait_for_nothing(home)


def test_stop_ends_a_leased_server_and_ensure_brings_it_back(home: Path) -> None:
    with open_server(home, grace=0.0) as server:
        assert stop_server(home)
        assert not describe(home).running
        info = server.ensure()
        with psycopg.connect(info.url("postgres")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    wait_for_nothing(home)
    assert not stop_server(home)


def test_a_keeper_that_is_told_to_end_takes_its_server_with_it(home: Path) -> None:
    with open_server(home, grace=60.0):
        keeper = describe(home).keeper_pid
        assert keeper is not None
        os.kill(keeper, signal.SIGTERM)
        wait_for_nothing(home)
    assert not (Layout.of(home).data_dir / "postmaster.pid").exists()


OPEN_AND_FORK = """
import os, sys
from pathlib import Path
from cot_flows.embedded import describe, open_server
home = Path(sys.argv[1])
with open_server(home, grace=0.0) as server:
    first = server.info
    child = os.fork()
    if child == 0:
        server.ensure()
        print(describe(home).leases, flush=True)
        os._exit(0)
    os.waitpid(child, 0)
    print(describe(home).leases, server.ensure() == first, flush=True)
"""


def test_a_forked_child_gets_a_lease_of_its_own(home: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", OPEN_AND_FORK, home],
        env=importing_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.splitlines() == ["2", "1 True"]
    wait_for_nothing(home)


def test_a_closed_handle_says_so(home: Path) -> None:
    server = open_server(home, grace=0.0)
    server.close()
    server.close()
    with pytest.raises(ServerClosed, match="Open the home again"):
        server.ensure()
