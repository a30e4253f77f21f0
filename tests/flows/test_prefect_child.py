"""Prefect's server as a child, and what `cot up` does when it cannot be had."""

import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Barrier, Event, Thread
from urllib.request import getproxies, proxy_bypass

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.errors import PrefectUnavailable
from cot_flows.prefect_child import (
    PrefectServer,
    prefect_environment,
    start_prefect_server,
    without_proxy,
)
from cot_flows.prefect_login import prefect_login
from cot_flows.settings import Settings
from cot_flows.up import Running, environment_for_children

pytestmark = pytest.mark.prefect
NOBODY = "http://127.0.0.1:9"


class Healthy(BaseHTTPRequestHandler):
    """Answers that it is well, whatever it is asked."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def answering() -> Iterator[int]:
    """Run a web server of somebody else's; yields its port."""
    with HTTPServer(("127.0.0.1", 0), Healthy) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_a_login_is_made_once_and_differs_from_home_to_home(tmp_path: Path) -> None:
    first = prefect_login(tmp_path / "one")
    assert prefect_login(tmp_path / "one") == first
    assert prefect_login(tmp_path / "two") != first
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["prefect-login"]


def test_programs_that_make_the_login_at_once_all_have_the_same(tmp_path: Path) -> None:
    at_once = Barrier(8)

    def make(_: int) -> str:
        at_once.wait(20)
        return prefect_login(tmp_path / "home")

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(make, range(8)))) == 1


def test_a_server_that_the_user_names_is_never_told_our_login(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ours = prefect_environment(tmp_path, NOBODY)
    assert ours["PREFECT_API_AUTH_STRING"] == prefect_login(tmp_path)
    monkeypatch.setenv("PREFECT_API_URL", f"{NOBODY}/")
    assert "PREFECT_API_AUTH_STRING" not in prefect_environment(tmp_path, NOBODY)


def test_a_port_that_another_program_uses_is_refused_before_anything_starts(engine: Engine) -> None:
    with answering() as port, pytest.raises(PrefectUnavailable, match=f"port {port} .*COT_PREFECT"):
        start_prefect_server(engine, port=port)


def test_up_says_that_the_port_is_taken_and_takes_nobody_else_for_its_server(
    engine: Engine,
) -> None:
    said: list[str] = []
    stopping = Event()
    stopping.set()  # It pauses between tries; set, no pause lasts.
    with answering() as port:
        running = Running(engine, said.append, port=port, stopping=stopping)
        running.look()
        running.look()
    assert [text.split(":")[0] for text in said] == [
        f"port {port} cannot be used for Prefect's server (Address already in use)"
    ] * 2
    assert "Trying again in 1 s" in said[0]
    assert "Trying again in 2 s" in said[1]
    assert running.server is None
    assert running.served is None


def test_a_server_that_ends_while_starting_is_quoted(engine: Engine) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # Bound and not listening: whoever connects is refused.
        url = f"postgresql://nobody@127.0.0.1:{closed.getsockname()[1]}/none"
        settings = engine.settings.model_copy(update={"prefect_database_url": url})
        log = settings.home / "prefect" / "server.log"
        log.parent.mkdir(parents=True)
        log.write_text("words of an earlier server\n", encoding="utf-8")
        server = start_prefect_server(Engine(settings, engine.url, None))
        try:
            with pytest.raises(PrefectUnavailable, match="Application startup failed") as refused:
                server.wait_ready(lambda _: None)
        finally:
            server.close()
    assert str(log) in str(refused.value)
    assert "earlier" not in str(refused.value)


def test_a_proxy_is_not_asked_for_a_server_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", NOBODY)
    with answering() as port:
        assert PrefectServer(f"http://127.0.0.1:{port}/api", None, None).healthy()


def test_children_ask_no_proxy_for_this_machine_and_keep_what_the_user_exempts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("http_proxy", NOBODY)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("no_proxy", "intranet.example")
    for name, value in without_proxy(os.environ).items():
        monkeypatch.setenv(name, value)
    assert getproxies()["http"] == NOBODY
    assert proxy_bypass("127.0.0.1")
    assert proxy_bypass("intranet.example")
    assert not proxy_bypass("elsewhere.example")


def test_whoever_exempts_every_address_from_the_proxy_still_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("http_proxy", NOBODY)
    for name, value in without_proxy({"no_proxy": "*"}).items():
        monkeypatch.setenv(name, value)
    assert proxy_bypass("elsewhere.example")


@pytest.mark.parametrize("url", [None, "postgresql://app@db.example/cot"])
def test_children_have_our_settings_wherever_we_have_them_from(
    url: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COT_DATABASE_URL", "postgresql://other@elsewhere.example/cot")
    monkeypatch.setenv("COT_PREFECT_PORT", "4200")
    monkeypatch.setenv("cot_prefect_port", "4201")
    ours = Settings(home=tmp_path, database_url=url, prefect_port=None)
    given = environment_for_children(ours)
    monkeypatch.delenv("COT_DATABASE_URL")
    monkeypatch.delenv("COT_PREFECT_PORT")
    monkeypatch.delenv("cot_prefect_port")
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert Settings() == ours


def test_children_are_given_paths_that_mean_the_same_from_their_own_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    given = environment_for_children(Settings(home=Path("home"), binaries=Path("pg/bin")))
    assert given["COT_HOME"] == str(tmp_path / "home")
    assert given["COT_BINARIES"] == str(tmp_path / "pg" / "bin")
