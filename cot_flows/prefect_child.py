"""Prefect's own server as a child: real, on loopback, with a database of its own, silent outward.

It asks everyone for a login. It must not outlive the program: the kernel ends it when its parent
dies, however that happens.
Prefect's database is disposable; nothing that matters lives only there.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from signal import SIGKILL
from threading import Event
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import OpenerDirector, ProxyHandler, build_opener

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.database import async_url
from cot_flows.bootstrap.engine import Progress
from cot_flows.embedded.kernel import die_with_parent
from cot_flows.embedded.layout import tail
from cot_flows.embedded.private import private_file, private_folder, private_home
from cot_flows.errors import PrefectUnavailable
from cot_flows.prefect_login import SERVER, client_login, prefect_login

LOOPBACK = "127.0.0.1"
THIS_MACHINE = (LOOPBACK, "localhost", "::1")
STOP_SECONDS = 8

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}
"""Settings without which Prefect calls the outside or advertises."""

STEADY = {
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P2D",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "2592000",
    "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "10",
    "PREFECT_RUNNER_POLL_FREQUENCY": "2",
    # Four missed beats, and an automation takes a run for dead.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    # Without the server's address a flow must fail, not start a server of its own.
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "cot_flows,events,projections,domain",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
}
"""Settings that keep its database small and its schedules prompt."""


def prefect_environment(home: Path, api_url: str) -> dict[str, str]:
    """Return what every program that speaks to the server needs in its environment."""
    return {
        **QUIET,
        **STEADY,
        "PREFECT_HOME": str(prefect_folder(home)),
        "PREFECT_API_URL": api_url,
        **client_login(home, api_url, os.environ),
        **without_proxy(os.environ),
    }


def without_proxy(environment: Mapping[str, str]) -> dict[str, str]:
    """Return variables by which no proxy is asked for this machine's own addresses.

    A proxy that the user has set would look for the server on its own loopback. What the user
    exempts stays exempt.
    """
    given = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    exempt = ",".join([given, *THIS_MACHINE] if given else THIS_MACHINE)
    # A lone star exempts everything; with others beside it not every program would take it so.
    if given.strip() == "*":
        exempt = "*"
    return {"no_proxy": exempt, "NO_PROXY": exempt}


def prefect_folder(home: Path) -> Path:
    """Return where Prefect keeps its files and its children log; made if it is missing."""
    return private_folder(private_home(home) / "prefect")


def log_of(home: Path) -> Path:
    """Return where our server logs, or will."""
    return home.expanduser().resolve() / "prefect" / "server.log"


def last_address(home: Path) -> str | None:
    """Return the address of the API of our server that was started last, or None."""
    try:
        return _address_file(home).read_text(encoding="ascii").strip() or None
    except OSError:
        return None


def _address_file(home: Path) -> Path:
    return log_of(home).with_name("address")


class PrefectServer:
    """A running or starting server; close it, or let it die with this program."""

    def __init__(
        self,
        api_url: str,
        process: subprocess.Popen[bytes] | None,
        log: Path | None,
        *,
        log_start: int = 0,
    ) -> None:
        """Hold a child, or none where the user named a server with PREFECT_API_URL.

        The log is kept from start to start: from `log_start` on it is this server's.
        """
        self.api_url = api_url
        self._process = process
        self._log = log
        self._log_start = log_start

    @property
    def ui_url(self) -> str:
        """Return where a person looks at it."""
        return self.api_url.removesuffix("/api")

    @property
    def ours(self) -> bool:
        """Say whether we started it, and it asks for our login."""
        return self._process is not None

    def alive(self) -> bool:
        """Say whether it runs, as far as we started it."""
        return self._process is None or self._process.poll() is None

    def healthy(self) -> bool:
        """Ask it whether it is ready."""
        try:
            with opener_for(self.api_url).open(f"{self.api_url}/health", timeout=2) as answer:
                return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's word for yes
        except (URLError, OSError, HTTPException):
            return False

    def last_words(self) -> str:
        """Return where its log lies and how it ends, to be read after "the server ended;"."""
        if self._log is None:
            return "it is not ours to look into"
        ending = tail(self._log, start=self._log_start)
        return f"{self._log} ends with:\n{ending}" if ending else f"it said nothing in {self._log}"

    def wait_ready(self, told: Progress, stop: Event | None = None) -> bool:
        """Wait until it is ready; False when told to stop. Raises PrefectUnavailable.

        There is no time limit: a first start migrates a database on a machine we do not know.
        """
        stop = stop or Event()
        told("Prefect's server is starting (half a minute the first time)")
        while not self.healthy():
            if not self.alive():
                raise PrefectUnavailable(
                    f"Prefect's server ended while starting; {self.last_words()}"
                )
            if stop.wait(0.25):
                return False
        return True

    def close(self) -> None:
        """Stop it: politely first, then for good."""
        if self._process is not None:
            stop_process(self._process)


def stop_process(process: subprocess.Popen[bytes]) -> None:
    """End a child: ask, wait a little, then kill."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def start_prefect_server(engine: Engine, *, port: int | None = None) -> PrefectServer:
    """Start the server and return at once; it becomes ready later.

    With PREFECT_API_URL set in the environment that server is used and none is started. Call it
    from the main thread: the kernel ties the child's life to the thread that starts it. Raises
    PrefectUnavailable when the port that was asked for is taken.
    """
    given = os.environ.get("PREFECT_API_URL")
    if given:
        return PrefectServer(given.rstrip("/"), None, None)
    home = engine.settings.home
    chosen = port or engine.settings.prefect_port or free_port()
    require_free(chosen)
    api_url = f"http://{LOOPBACK}:{chosen}/api"
    environment = {
        **os.environ,
        **prefect_environment(home, api_url),
        "PREFECT_API_DATABASE_CONNECTION_URL": async_url(engine.prefect_database()),
        "PREFECT_SERVER_API_HOST": LOOPBACK,
        "PREFECT_SERVER_API_PORT": str(chosen),
        "PREFECT_UI_API_URL": api_url,
        SERVER: prefect_login(home),
    }
    log = log_of(home)
    private_file(_address_file(home)).write_text(f"{api_url}\n", encoding="ascii")
    before = log.stat().st_size if log.exists() else 0
    child = start_child(_command(chosen), environment, log)
    return PrefectServer(api_url, child, log, log_start=before)


def _command(port: int) -> list[str]:
    # The application itself, not `prefect server start`: that one would leave it as a grandchild.
    application = ["--factory", "prefect.server.api.server:create_app"]
    listen = ["--host", LOOPBACK, "--port", str(port), "--log-level", "warning"]
    return [sys.executable, "-P", "-m", "uvicorn", *application, *listen]


def start_child(
    command: list[str], environment: Mapping[str, str], log: Path, *, dying: int = SIGKILL
) -> subprocess.Popen[bytes]:
    """Start a child that gets the signal `dying` when we die, its output in a log file.

    It works in the log's folder: settings of Prefect that lie where the user is are not taken up.
    """
    with private_file(log).open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - a program of ours, with arguments of ours
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=importable(environment),
            cwd=log.parent,
            umask=0o077,
            start_new_session=True,
            preexec_fn=die_with_parent(dying),  # noqa: PLW1509 - only prctl runs there
        )


def importable(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which this program's packages are found from any folder."""
    root = str(Path(__file__).resolve().parents[1])
    paths = [root, *filter(None, [environment.get("PYTHONPATH")])]
    return {**environment, "PYTHONPATH": os.pathsep.join(paths)}


def opener_for(url: str) -> OpenerDirector:
    """Return what opens a URL: by the user's proxies, except on this machine."""
    ours = urlsplit(url).hostname in THIS_MACHINE
    return build_opener(ProxyHandler({})) if ours else build_opener()


def require_free(port: int) -> None:
    """Make sure that nobody listens on a port: whoever does would be taken for our server.

    Raises PrefectUnavailable.
    """
    with socket.socket() as probe:
        # A port whose last user has just died is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise PrefectUnavailable(
                f"port {port} cannot be used for Prefect's server ({error.strerror}): free it, or "
                "set COT_PREFECT_PORT to another one, or leave that unset for any free one"
            ) from error


def free_port() -> int:
    """Return a port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
