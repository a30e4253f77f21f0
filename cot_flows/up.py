"""`cot up`: database, pages, follower, Prefect's server and its deployments, as one program.

The pages and the follower work before Prefect has booted; milestones wait for it. Children die with
this program, however it ends; a child that dies by itself is started again.
"""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGTERM
from subprocess import Popen
from threading import Event, Thread
from time import monotonic

from cot_flows.bootstrap import Engine, open_engine
from cot_flows.bootstrap.engine import Progress
from cot_flows.bootstrap.transient import is_transient
from cot_flows.embedded.private import private_file, private_folder, private_home
from cot_flows.errors import PrefectUnavailable, RunsAlready
from cot_flows.follower import Follower, end_following
from cot_flows.milestones.announcing import Announcer
from cot_flows.milestones.posting import Post, post_to
from cot_flows.prefect_child import (
    PrefectServer,
    prefect_environment,
    prefect_folder,
    start_child,
    start_prefect_server,
    stop_process,
)
from cot_flows.prefect_login import login_file
from cot_flows.settings import Settings
from cot_flows.web.serving import Pages

LOOK_SECONDS = 1.0
LONGEST_PAUSE = 60.0
STOP_SECONDS = 5.0


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the home's lock; raises RunsAlready when another program has it."""
    with private_file(private_home(home) / "up.lock").open("w") as lock:
        try:
            # Two servers and two followers would be harmless and a waste; people would wonder.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunsAlready(
                f"`cot up` runs for {home} already: use that one, or another COT_HOME"
            ) from error
        yield


@dataclass(slots=True)
class Running:
    """What `cot up` runs besides itself."""

    engine: Engine
    told: Progress
    server: PrefectServer | None = None
    port: int | None = None
    database: str = ""
    served: "Popen[bytes] | None" = None
    pause: float = LOOK_SECONDS
    started: float = 0.0
    stopping: Event = field(default_factory=Event)

    def look(self) -> None:
        """Keep going; a database or a port that is not to be had for a while ends nothing."""
        try:
            self.keep_going()
        except PrefectUnavailable as error:
            self.told(f"{error}. Trying again in {self.pause:.0f} s")
            self._wait_longer()
        except Exception as error:  # noqa: BLE001 - see below
            # Prefect's trouble must not end the follower, which needs none of it.
            what = "The database is away" if is_transient(error) else "Prefect cannot run"
            self.told(f"{what}, trying again in {self.pause:.0f} s: {error}")
            self._wait_longer()

    def keep_going(self) -> None:
        """Start what is missing: the server, and once it is ready the served deployments."""
        if self.server is not None and self.database != self.engine.url:
            # The database came back on another port: a server that looks for the old one is no use.
            self._end_served()
            self.server.close()
        if self.server is None or not self.server.alive():
            self._start_server()
        elif self.served is None or self.served.poll() is not None:
            if self.server.healthy():
                self._serve(self.server)
        elif monotonic() - self.started > LONGEST_PAUSE:
            # Both have worked for a while: what went wrong long ago makes nobody wait.
            self.pause = LOOK_SECONDS

    def post(self) -> Post | None:
        """Return how milestones are handed over, or None while nobody would hear of them.

        Before the deployments are served, the automations that wait for milestones may be missing.
        """
        server, served = self.server, self.served
        if server is None or served is None or not server.healthy():
            return None
        return post_to(server.api_url, self.engine.settings.home, os.environ)

    def close(self) -> None:
        """Stop the children, the deployments before the server they speak to."""
        self._end_served()
        if self.server is not None:
            self.server.close()

    def _start_server(self) -> None:
        ended, self.server = self.server, None
        self._end_served()
        if ended is not None:
            self.told(f"Prefect's server ended; starting it again: {ended.last_words()}")
            self._wait_longer()
        self.database = self.engine.url
        self.server = start_prefect_server(self.engine, port=self.port)
        self.started = monotonic()
        self.told(f"Prefect's server is starting at {self.server.ui_url}")
        if self.server.ours:
            home = self.engine.settings.home
            self.told(f"Its pages ask once for the login in {login_file(home)}: all of that line")

    def _serve(self, server: PrefectServer) -> None:
        if self.served is not None:
            self.told("The served deployments ended; starting them again")
            self._wait_longer()
        self.served = serve_deployments(self.engine.settings, server.api_url)
        self.started = monotonic()
        self.told(f"Deployments are served; their runs are at {server.ui_url}/runs")

    def _end_served(self) -> None:
        if self.served is not None:
            stop_process(self.served)
            self.served = None

    def _wait_longer(self) -> None:
        self.stopping.wait(self.pause)
        self.pause = min(self.pause * 2, LONGEST_PAUSE)


def serve_deployments(settings: Settings, api_url: str) -> "Popen[bytes]":
    """Start `python -m deployments.serve` as a child that is told to stop when we die."""
    environment = {
        **environment_for_children(settings),
        **prefect_environment(settings.home, api_url),
        # Prefect's runner works in a folder of a fixed name below this one; in the common one the
        # folder belongs to whichever user of the machine came first.
        "TMPDIR": str(temporary_folder(settings.home)),
    }
    log = prefect_folder(settings.home) / "deployments.log"
    command = [sys.executable, "-P", "-m", "deployments.serve"]
    # SIGTERM and not SIGKILL: it must end the runs that it has started.
    return start_child(command, environment, log, dying=SIGTERM)


def environment_for_children(settings: Settings) -> dict[str, str]:
    """Return an environment in which a child has our settings, wherever we have them from."""
    names = {f"COT_{name.upper()}": value for name, value in settings}
    # What is not set here must not come back from the environment, however it is spelt there.
    rest = {name: value for name, value in os.environ.items() if name.upper() not in names}
    ours = {name: value for name, value in names.items() if value is not None}
    return rest | {name: _as_text(value) for name, value in ours.items()}


def _as_text(value: object) -> str:
    # The child works in another folder: a path must not depend on where it is read.
    return str(value.expanduser().resolve() if isinstance(value, Path) else value)


def temporary_folder(home: Path) -> Path:
    """Return a folder of our own for temporary files; made if it is missing."""
    return private_folder(prefect_folder(home) / "tmp")


def run_up(settings: Settings, *, told: Progress, stop: Event, port: int | None = None) -> None:
    """Run everything until `stop` is set, Prefect's server on `port` or on the settings' one.

    Call it from the main thread. Raises RunsAlready, PortTaken.
    """
    home = settings.home.expanduser().resolve()
    with only_one(home), open_engine(settings, on_progress=told) as engine:
        follower = Thread(
            target=Follower(engine).run, args=(stop,), name="cot-follower", daemon=True
        )
        running = Running(engine, told, port=port, stopping=stop)
        announcer = Thread(
            target=Announcer(engine, running.post).run,
            args=(stop,),
            name="cot-announcer",
            daemon=True,
        )
        pages = Pages(engine, settings.web_port)
        follower.start()
        announcer.start()
        try:
            told(f"Units and reviews are shown at {pages.url}")
            told("The follower is at work: what is recorded shows within a second")
            while not stop.is_set():
                running.look()
                stop.wait(LOOK_SECONDS)
            told("Stopping")
        finally:
            # Nothing is told here: whoever was to be told may be what has gone. A follower that
            # does not end is left: its query ends with its connection, nothing half-done stays.
            try:
                for thread in (follower, announcer):
                    end_following(engine, thread, stop, at_most=STOP_SECONDS)
            finally:
                pages.close()
                running.close()
