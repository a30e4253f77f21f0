"""What `cot doctor` tells the person who looks after the product, state by state."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from cot_flows.embedded import describe, open_server, stop_server
from cot_flows.up import only_one
from tests.integration.embedded.programs import remove_home, wait_for_nothing

NEVER_SAID = (" 0 programs", " 1 events", " 1 programs", "None", "keeper", "Traceback")


class Well(BaseHTTPRequestHandler):
    """Answers that it is well."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def answering() -> Iterator[str]:
    """Run a server that is well; yields its address."""
    with HTTPServer(("127.0.0.1", 0), Well) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/api"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def home(cot: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the path of a new home of the embedded server, which `cot` uses."""
    place = Path(tempfile.mkdtemp(prefix="cot-doctor-"))
    place.chmod(0o755)
    monkeypatch.delenv("COT_DATABASE_URL")
    monkeypatch.setenv("COT_HOME", str(place / "home"))
    yield place / "home"
    stop_server(place / "home")
    wait_for_nothing(place / "home")
    remove_home(place / "home")
    place.rmdir()


def told(cot: Any, code: int = 0) -> str:
    """Run the doctor and return what it says."""
    found, out, err = cot("doctor")
    assert found == code, (out, err)
    assert not [words for words in NEVER_SAID if words in out], out
    return str(out)


def test_before_the_first_start_it_says_how_to_begin_and_makes_nothing(
    cot: Any, home: Path
) -> None:
    says = told(cot)
    assert f"well home folder: {home}, which is made when it is needed" in says
    assert "no database yet" in says
    assert "Begin with `cot demo` or `cot init NAME`" in says
    assert not home.exists()


def test_a_stopped_a_crashed_and_a_running_server_are_told_apart(cot: Any, home: Path) -> None:
    open_server(home, grace=0.0).close()
    wait_for_nothing(home)
    says = told(cot)
    assert "stopped, as it is while no program needs it" in says
    assert "note cot up: not running: schedules do not run" in says
    assert "none yet: set one up with `cot init NAME`" in says
    stop_server(home)
    wait_for_nothing(home)
    data_dir = describe(home).data_dir
    assert data_dir is not None
    (data_dir / "postmaster.pid").write_text("4194305\n")
    says = told(cot)
    assert "note database server: The server did not end cleanly the last time" in says
    assert "Nothing needs to be done" in says
    with open_server(home) as server:
        says = told(cot)
        assert f"running for 1 program on port {server.info.port}" in says
        assert str(server.info.log_file) in says


def test_a_prefect_that_is_down_is_noted_and_one_that_answers_is_well(
    testburg: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    assert "Prefect" not in told(testburg)
    with only_one(home):
        (home / "prefect").mkdir(mode=0o700)
        (home / "prefect" / "address").write_text("http://127.0.0.1:9/api\n", encoding="ascii")
        says = told(testburg)
        assert "well cot up: running" in says
        assert "note Prefect: does not answer at http://127.0.0.1:9/api" in says
        assert str(home / "prefect" / "server.log") in says
        with answering() as address:
            (home / "prefect" / "address").write_text(f"{address}\n", encoding="ascii")
            says = told(testburg)
            assert f"well Prefect: answers at {address}; its login is in" in says
            assert str(home / "prefect-login") in says
    with answering() as address:
        monkeypatch.setenv("PREFECT_API_URL", address)
        assert f"well Prefect: answers at {address}; named by PREFECT_API_URL" in told(testburg)


def test_projections_that_are_behind_are_one_note_with_what_to_do(testburg: Any) -> None:
    testburg.done("project")
    assert "behind" not in told(testburg)
    testburg.done("record assign-unit-head --unit HR --head s-1")
    says = told(testburg)
    assert says.count("behind") == 1
    assert "unit_progress (1 event behind): `cot project` catches up once" in says


def test_a_home_that_others_may_look_into_is_noted(testburg: Any, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    (home / "holiday.jpg").touch()
    says = told(testburg)
    assert f"other users of this computer may look into 1 place here, such as {home}" in (says)
