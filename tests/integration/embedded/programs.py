"""Real processes for the tests: programs that hold the server, and PostgreSQL run by hand."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from cot_flows.embedded import describe
from cot_flows.embedded.binaries import find_binaries
from cot_flows.embedded.initdb import child_environment
from cot_flows.embedded.layout import Layout
from cot_flows.embedded.privileges import Identity, child_user, choose_identity
from tests.integration.embedded.deadline import wait_until

ROOT = Path(__file__).resolve().parents[3]
AS_ROOT = os.geteuid() == 0

OPEN_AND_HOLD = """
import json, sys
from pathlib import Path
from cot_flows.embedded import open_server
asked = json.loads(sys.argv[1])
binaries = Path(asked["binaries"]) if asked["binaries"] else None
server = open_server(Path(asked["home"]), binaries=binaries, grace=asked["grace"])
print(json.dumps({"port": server.info.port, "url": server.info.url("postgres"),
                  "data_dir": str(server.info.data_dir)}), flush=True)
sys.stdin.read()
server.close()
"""


def importing_environment() -> dict[str, str]:
    """Our environment, in which a started Python finds this package too."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


class Program:
    """Another Python program that opens a home and holds it until told to end."""

    def __init__(
        self,
        home: Path,
        *,
        python: str = sys.executable,
        user: str | None = None,
        binaries: Path | None = None,
        grace: float = 0.2,
    ) -> None:
        asked = {"home": str(home), "binaries": binaries and str(binaries), "grace": grace}
        as_user: dict[str, Any] = {"user": user, "extra_groups": []} if user else {}
        self.running = subprocess.Popen(
            [python, "-c", OPEN_AND_HOLD, json.dumps(asked)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
            env=importing_environment(),
            **as_user,
        )

    def opened(self) -> dict[str, Any]:
        """Wait until it has the server; what it knows about it."""
        assert self.running.stdout is not None
        line = self.running.stdout.readline()
        assert line, "the program ended before it had the server"
        found: dict[str, Any] = json.loads(line)
        return found

    def end(self) -> None:
        """Let it close its lease and leave."""
        with suppress(BrokenPipeError):
            self.running.communicate(timeout=60)

    def kill(self) -> None:
        """End it as the kernel would: no clean-up of its own."""
        self.running.kill()
        self.end()


@contextmanager
def program(home: Path, **options: Any) -> Iterator[Program]:
    """A program that is gone, one way or another, after the block."""
    started = Program(home, **options)
    try:
        yield started
    finally:
        started.kill()


def nothing_runs(home: Path) -> bool:
    """No keeper answers and no server process serves the home's data."""
    status = describe(home)
    return not status.running and status.keeper_pid is None and processes_of(home) == []


def processes_of(home: Path) -> list[int]:
    """Keepers and servers, by what they were started with: the truth behind any status."""
    layout = Layout.of(home)
    marks = {os.fsencode(layout.base), os.fsencode(layout.data_dir)}
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            arguments = (entry / "cmdline").read_bytes().split(b"\0")
            if marks & set(arguments) and arguments[0] != b"":
                found.append(int(entry.name))
    return found


def wait_for_nothing(home: Path) -> None:
    """Fail unless keeper and server of the home end by themselves."""
    wait_until(lambda: nothing_runs(home), f"keeper and server of {home} have ended")


def server_identity(data_dir: Path) -> Identity | None:
    """The user the product would run this data directory's server as."""
    return choose_identity(None, data_dir)


def start_by_hand(home: Path, port: int) -> subprocess.Popen[bytes]:
    """A server without a keeper, as one is left on systems where it does not die with it."""
    data_dir = Layout.of(home).data_dir
    program_path = find_binaries().program("postgres")
    settings = [f"port={port}", "unix_socket_directories=", "listen_addresses=127.0.0.1"]
    options = [word for setting in settings for word in ("-c", setting)]
    return subprocess.Popen(
        [program_path, "-D", data_dir, *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=child_environment(),
        cwd="/",
        **child_user(server_identity(data_dir)),
    )


def remove_home(home: Path) -> None:
    """Delete a home and the data it keeps elsewhere."""
    layout = Layout.of(home)
    if layout.data_dir.parent != layout.base:
        shutil.rmtree(layout.data_dir.parent, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
