"""The state of a home is told in plain words, and looking changes nothing."""

import subprocess
from pathlib import Path

from cot_flows.embedded import describe, open_server
from cot_flows.embedded.layout import LOG_LIMIT_BYTES, Layout
from tests.integration.embedded.deadline import wait_until
from tests.integration.embedded.programs import wait_for_nothing


def test_a_home_that_does_not_exist_is_described_without_making_it(new_home: Path) -> None:
    status = describe(new_home)
    assert (status.data_dir, status.running, status.problems) == (None, False, ())
    assert not new_home.exists()


def test_a_running_and_a_stopped_home_are_told_apart(home: Path) -> None:
    stopped = describe(home)
    assert (stopped.running, stopped.leases, stopped.port) == (False, 0, None)
    assert (stopped.data_version, stopped.problems) == ("18", ())
    with open_server(home, grace=0.0) as server:
        running = describe(home)
        assert (running.running, running.leases) == (True, 1)
        assert (running.port, running.log_file) == (server.info.port, server.info.log_file)
        assert running.problems == ()
    wait_for_nothing(home)


def test_traces_of_crashes_are_told_apart_from_what_needs_somebody(home: Path) -> None:
    layout = Layout.of(home)
    (layout.data_dir / "postmaster.pid").write_text("4194305\n")
    (layout.base / "pgdata.new-1").mkdir()
    layout.password_file.chmod(0o644)
    status = describe(home)
    notes = " ".join(status.notes)
    assert "did not end cleanly" in notes
    assert "interrupted creation" in notes
    assert "chmod 600" in " ".join(status.problems)


def test_the_server_log_never_grows_beyond_its_bound(home: Path) -> None:
    log = Layout.of(home).log_file
    log.write_bytes(b"x" * (LOG_LIMIT_BYTES + 1))
    with open_server(home, grace=0.0):
        wait_until(lambda: log.stat().st_size < LOG_LIMIT_BYTES, "the log was cut")
        assert log.with_name("server.log.1").stat().st_size == LOG_LIMIT_BYTES + 1
        assert "ready to accept connections" in log.read_text()
    wait_for_nothing(home)


def test_a_copied_home_has_a_server_of_its_own(home: Path) -> None:
    with open_server(home, grace=0.0) as original:
        twin = home.parent / "twin"
        subprocess.run(["/bin/cp", "-a", home, twin], check=True)
        assert describe(twin).keeper_pid is None
        with open_server(twin, grace=0.0) as copy:
            assert copy.info.port != original.info.port
            assert copy.info.data_dir != original.info.data_dir
            assert describe(home).server_pid not in {None, describe(twin).server_pid}
        wait_for_nothing(twin)
