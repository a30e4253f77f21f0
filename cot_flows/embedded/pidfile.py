"""A server's ``postmaster.pid``, and stopping a server that lost its keeper.

A process id alone proves nothing: after a crash the number may belong to anyone. Before a
signal is sent, the process must show ``postgres … -D <our data directory>`` as its command
line, and the signal goes through a handle that cannot slip to another process.
"""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cot_flows.embedded.errors import StartFailed
from cot_flows.embedded.kernel import command_line

# Fast shutdown first; then immediate (recovers at the next start); then the kernel's.
STOP_LADDER = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 6.0), (signal.SIGKILL, 10.0))


@dataclass(frozen=True)
class PidFile:
    """What ``postmaster.pid`` says; ``port`` and ``status`` come late in a start."""

    pid: int
    port: int | None
    status: str


def read_pidfile(data_dir: Path) -> PidFile | None:
    """The pid file of ``data_dir``, or None when there is none or it is cut short."""
    try:
        text = (data_dir / "postmaster.pid").read_text("utf-8", "replace")
        # pid, directory, start time, port, socket directory, address, shared memory, status
        lines = [line.strip() for line in text.splitlines()] + [""] * 8
        return PidFile(abs(int(lines[0])), int(lines[3]) if lines[3] else None, lines[7])
    except (OSError, ValueError):
        return None


def is_server_of(pid: int, data_dir: Path) -> bool:
    """Whether the living process ``pid`` is the postmaster of ``data_dir``."""
    if not sys.platform.startswith("linux"):
        shown = subprocess.run(
            ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        return f"postgres -D {data_dir} " in f"{shown.strip()} "
    arguments = command_line(pid) or [""]
    if os.path.basename(arguments[0]) != "postgres":
        return False
    return "-D" in arguments[:-1] and arguments[arguments.index("-D") + 1 :][0] == os.fspath(
        data_dir
    )


def living_server(data_dir: Path) -> int | None:
    """The process id of a postmaster that serves ``data_dir`` now, if there is one."""
    found = read_pidfile(data_dir)
    return found.pid if found and is_server_of(found.pid, data_dir) else None


def clear_foreign_pidfile(data_dir: Path) -> int | None:
    """Remove a pid file whose number now belongs to a foreign process; return that number.

    ``postgres`` itself would refuse to start: it sees a living process and asks no further.
    Should servers still be attached to the data, its shared-memory check refuses instead.
    """
    found = read_pidfile(data_dir)
    if found is None or is_server_of(found.pid, data_dir):
        return None
    try:
        os.kill(found.pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    (data_dir / "postmaster.pid").unlink(missing_ok=True)
    return found.pid


def stop_left_over(data_dir: Path) -> int | None:
    """Stop a postmaster of ``data_dir`` that is not our child; return its id, or None.

    Raises StartFailed when it survives even the last signal.
    """
    pid = living_server(data_dir)
    if pid is None:
        return None
    with _handle(pid) as handle:
        for number, patience in STOP_LADDER:
            if not is_server_of(pid, data_dir):
                return pid
            _send(handle, pid, number)
            if _gone(handle, pid, data_dir, patience):
                return pid
    raise StartFailed(
        f"A PostgreSQL server (process {pid}) still uses {data_dir} and cannot be stopped. "
        "Stop it by hand, then try again."
    )


@contextmanager
def _handle(pid: int) -> Iterator[int | None]:
    """A descriptor that stands for this very process, where the system has such a thing."""
    handle: int | None = None
    if hasattr(os, "pidfd_open"):
        with suppress(OSError):
            handle = os.pidfd_open(pid)
    try:
        yield handle
    finally:
        if handle is not None:
            os.close(handle)


def _send(handle: int | None, pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        if handle is not None and hasattr(signal, "pidfd_send_signal"):
            signal.pidfd_send_signal(handle, number)
        else:
            os.kill(pid, number)


def _gone(handle: int | None, pid: int, data_dir: Path, patience: float) -> bool:
    end = time.monotonic() + patience
    while is_server_of(pid, data_dir):
        if time.monotonic() > end:
            return False
        if handle is not None:
            nothing: list[int] = []
            select.select([handle], nothing, nothing, 0.05)
        time.sleep(0.01)
    return True
