"""Whatever is killed, committed rows stay, the next caller is served, and no orphan is left."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from cot_flows.embedded import describe, open_server
from cot_flows.embedded.layout import Layout
from cot_flows.embedded.pidfile import read_pidfile
from cot_flows.embedded.postmaster import free_port
from cot_flows.embedded.privileges import child_user
from tests.integration.embedded.deadline import wait_until
from tests.integration.embedded.programs import (
    nothing_runs,
    program,
    server_identity,
    start_by_hand,
    wait_for_nothing,
)

linux_only = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux ends a child with its parent"
)


def write_rows(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 20000) AS number")


def count_rows(url: str) -> int:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert found is not None
    return int(found[0])


def kill(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def await_another_server(home: Path, killed: int | None) -> None:
    wait_until(
        lambda: describe(home).server_pid not in {None, killed},
        "the keeper has started another server",
    )


def test_a_killed_server_is_restarted_under_a_live_lease_with_its_rows(home: Path) -> None:
    with open_server(home, grace=0.0) as server:
        write_rows(server.info.url("postgres"))
        before = describe(home)
        kill(before.server_pid)
        await_another_server(home, before.server_pid)
        info = server.ensure()
        assert count_rows(info.url("postgres")) == 20000
        assert info.port == before.port
        assert describe(home).keeper_pid == before.keeper_pid
    wait_for_nothing(home)


@linux_only
def test_a_query_that_outlives_a_killed_server_does_not_block_the_next_one(home: Path) -> None:
    with open_server(home, grace=0.0) as server:
        write_rows(server.info.url("postgres"))
        killed = describe(home).server_pid
        with closing(psycopg.connect(server.info.url("postgres"), autocommit=True)) as busy:
            busy.pgconn.send_query(b"DO $$ BEGIN LOOP END LOOP; END $$")
            kill(killed)
            await_another_server(home, killed)
            assert count_rows(server.ensure().url("postgres")) == 20000
    wait_for_nothing(home)


@linux_only
def test_a_server_does_not_outlive_a_killed_keeper_though_nobody_comes(home: Path) -> None:
    with open_server(home, grace=0.0) as server:
        write_rows(server.info.url("postgres"))
        kill(describe(home).keeper_pid)
        wait_until(lambda: nothing_runs(home), "the server has followed its keeper")
        # The same handle opens the home again, and so would any other program.
        assert count_rows(server.ensure().url("postgres")) == 20000
        assert describe(home).leases == 1
    wait_for_nothing(home)


def test_ensure_right_after_the_keeper_was_killed_gets_a_new_one(home: Path) -> None:
    with open_server(home, grace=0.0) as server:
        write_rows(server.info.url("postgres"))
        first = describe(home).keeper_pid
        kill(first)
        assert count_rows(server.ensure().url("postgres")) == 20000
        assert describe(home).keeper_pid not in {None, first}
    wait_for_nothing(home)


def test_a_server_without_a_keeper_is_found_stopped_and_replaced(home: Path) -> None:
    data_dir = Layout.of(home).data_dir
    orphan = start_by_hand(home, free_port(None))
    try:
        wait_until(
            lambda: (found := read_pidfile(data_dir)) and found.status == "ready",
            "the server started by hand is ready",
        )
        assert "left behind by a program that was killed" in " ".join(describe(home).notes)
        with open_server(home, grace=0.0) as server:
            assert orphan.wait(timeout=30) == 0
            assert describe(home).server_pid != orphan.pid
            assert describe(home).port == server.info.port
    finally:
        orphan.kill()
        orphan.wait()
    wait_for_nothing(home)


@contextmanager
def foreign_process(home: Path, *disguise: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is not ours, run by the user that runs the server, whom it could stop."""
    running = subprocess.Popen(
        ["/somewhere/postgres", "-c", "read line", *disguise],
        executable="/bin/sh",
        stdin=subprocess.PIPE,
        cwd="/",
        **child_user(server_identity(Layout.of(home).data_dir)),
    )
    try:
        yield running
    finally:
        running.communicate()


@pytest.mark.parametrize("disguise", [(), ("-D", "/elsewhere/pgdata")])
def test_a_stale_pid_file_that_names_a_foreign_process_harms_neither(
    home: Path, disguise: tuple[str, ...]
) -> None:
    data_dir = Layout.of(home).data_dir
    with foreign_process(home, *disguise) as foreign:
        stale = data_dir / "postmaster.pid"
        stale.write_text(f"{foreign.pid}\n{data_dir}\n1700000000\n5432\n\n127.0.0.1\n\nready\n")
        assert not describe(home).running
        with open_server(home, grace=0.0) as server:
            assert describe(home).server_pid != foreign.pid
            write_rows(server.info.url("postgres"))
        wait_for_nothing(home)
        assert foreign.poll() is None
    assert foreign.returncode in {0, 1}


def test_a_creation_that_was_killed_half_way_is_cleared_and_done_again(new_home: Path) -> None:
    layout = Layout.of(new_home)
    with program(new_home) as doomed:
        wait_until(
            lambda: any(layout.base.glob("pgdata.new-*/base")), "initdb is at work in its draft"
        )
        kill(describe(new_home).keeper_pid)
        doomed.kill()
    wait_until(lambda: nothing_runs(new_home), "nothing is left of the first attempt")
    assert not layout.data_dir.exists()
    with open_server(new_home, grace=0.0) as server:
        write_rows(server.info.url("postgres"))
    assert list(layout.base.glob("pgdata.new-*")) == []


def test_a_program_killed_while_the_cluster_is_made_takes_the_attempt_with_it(
    new_home: Path,
) -> None:
    layout = Layout.of(new_home)
    with program(new_home, grace=0.0) as doomed:
        wait_until(lambda: any(layout.base.glob("pgdata.new-*")), "initdb has begun")
        doomed.kill()
    wait_for_nothing(new_home)
    assert list(layout.base.glob("pgdata.new-*")) == []
