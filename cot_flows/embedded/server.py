"""Opening, sharing and stopping a home's embedded server."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from cot_flows.embedded.errors import (
    HomeNotUsable,
    KeeperFailed,
    ServerClosed,
    UnsupportedPlatform,
)
from cot_flows.embedded.info import ServerInfo, info_from
from cot_flows.embedded.kernel import command_line
from cot_flows.embedded.layout import Layout, open_private, read_json, tail, try_lock
from cot_flows.embedded.lease import Lease, Progress
from cot_flows.embedded.pidfile import stop_left_over
from cot_flows.embedded.private import private_home

KEEPER_MODULE = "cot_flows.embedded.keeper"
KEEPER_ATTEMPTS = 3
SILENCE_SECONDS = 15.0
POLL_SECONDS = 0.005


class EmbeddedServer:
    """A lease on a home's server. Use it as a context manager, or call ``close``.

    The server runs while at least one program holds such a lease; a program that dies gives its
    lease back by dying. Safe to use from several threads, and after ``fork``.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        binaries: Path | None,
        grace: float,
        run_as: str | None,
        on_progress: Progress | None,
    ) -> None:
        self._layout = layout
        self._binaries = binaries
        self._grace = grace
        self._run_as = run_as
        self._on_progress = on_progress
        self._guard = threading.Lock()
        self._owner = os.getpid()
        self._lease: Lease | None
        self._lease, self.info = self._acquire()

    def ensure(self) -> ServerInfo:
        """Make sure that the server runs, opening it again if it or its keeper died.

        Returns the information to connect with; the port may have changed. Raises the same
        errors as ``open_server``, and ServerClosed after ``close``.
        """
        with self._guard:
            if self._lease is None:
                raise ServerClosed("This server handle was closed. Open the home again.")
            ready = None
            if self._owner == os.getpid() and self._lease.ask("info", self._layout):
                ready = self._lease.await_ready(self._on_progress)
            if ready is not None:
                self.info = info_from(ready, self._layout)
            else:
                # Our keeper is gone, or we are a forked child and need a lease of our own.
                self._lease.close()
                self._owner = os.getpid()
                self._lease, self.info = self._acquire()
            return self.info

    def close(self) -> None:
        """Give the lease back. The last one lets the server stop after its grace time."""
        with self._guard:
            if self._lease is not None:
                self._lease.close()
                self._lease = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _acquire(self) -> tuple[Lease, ServerInfo]:
        """Join the living keeper, or start one; see there who may start it."""
        attempts, silent_since = 0, time.monotonic()
        while True:
            lease = self._join()
            if lease is not None:
                return lease
            lock = try_lock(self._layout.lock_file)
            if lock is not None:
                if attempts == KEEPER_ATTEMPTS:
                    os.close(lock)
                    raise KeeperFailed(
                        f"The keeper of {self._layout.base} ended {attempts} times without a "
                        f"reason given. {self._layout.keeper_log} ends with:\n"
                        f"{tail(self._layout.keeper_log)}"
                    )
                attempts += 1
                self._spawn_keeper(lock)
                silent_since = time.monotonic()
            elif time.monotonic() - silent_since > SILENCE_SECONDS:
                _check_keeper_is_here(self._layout)
            time.sleep(POLL_SECONDS)

    def _join(self) -> tuple[Lease, ServerInfo] | None:
        lease = Lease.connect(self._layout)
        if lease is None:
            return None
        try:
            if lease.ask("lease", self._layout, grace=self._grace):
                ready = lease.await_ready(self._on_progress)
                if ready is not None:
                    return lease, info_from(ready, self._layout)
        except BaseException:
            lease.close()
            raise
        lease.close()
        return None

    def _spawn_keeper(self, lock: int) -> None:
        """Start a keeper that inherits ``lock``: there is no moment at which nobody holds it."""
        command = [sys.executable, "-P", "-m", KEEPER_MODULE]
        command += ["--base", str(self._layout.base), "--lock-fd", str(lock)]
        if self._binaries is not None:
            command += ["--binaries", str(self._binaries.expanduser().absolute())]
        if self._run_as is not None:
            command += ["--run-as", self._run_as]
        try:
            with open_private(self._layout.keeper_log, os.O_WRONLY | os.O_TRUNC) as log:
                # The child forks and leaves at once: the keeper is nobody's child to wait for.
                subprocess.run(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd="/",
                    env=_keeper_environment(),
                    pass_fds=(lock,),
                    start_new_session=True,
                    check=False,
                )
        finally:
            os.close(lock)


def open_server(
    home: Path,
    *,
    binaries: Path | None = None,
    grace: float = 1.0,
    on_progress: Progress | None = None,
    run_as: str | None = None,
) -> EmbeddedServer:
    """Open the embedded server of ``home``: make it, start it or join it, and hold a lease.

    ``binaries`` overrides the search for PostgreSQL's programs. ``grace`` is the number of seconds
    for which the server stays after this lease, should it be the last. ``on_progress`` is called
    with short texts while waiting. ``run_as`` names the user for ``postgres`` when we are root
    (default ``nobody``); for other users it has no effect.

    Waits as long as recovery takes. Raises a subclass of EmbeddedError when there will be no
    server, with the end of its log.
    """
    if os.name != "posix":
        raise UnsupportedPlatform(
            "The embedded server needs Unix sockets and fork, which this system lacks. Give the "
            "address of a PostgreSQL server instead."
        )
    layout = Layout.of(private_home(home))
    layout.create(shared=os.geteuid() == 0)
    return EmbeddedServer(
        layout, binaries=binaries, grace=grace, run_as=run_as, on_progress=on_progress
    )


def has_ended(home: Path, *, at_most: float) -> bool:
    """Wait until the server of ``home`` has ended by itself; False if others keep it running.

    For a program that has given its lease back and is to say that nothing is left running.
    """
    layout = Layout.of(home)
    until = time.monotonic() + at_most
    while layout.base.is_dir():
        lock = try_lock(layout.lock_file)
        if lock is not None:
            os.close(lock)
            return True
        if time.monotonic() > until:
            return False
        time.sleep(POLL_SECONDS)
    return True


def stop_server(home: Path) -> bool:
    """Stop the server of ``home`` now, whoever holds leases; True when there was one.

    Programs that still want it get it back by calling ``ensure``. Returns when it has ended.
    """
    layout = Layout.of(home)
    if not layout.base.is_dir():
        return False
    keeper = _stop_keeper(layout)
    while (lock := try_lock(layout.lock_file)) is None:
        # A new process id in the state file: someone else has already opened the home again.
        if keeper is None or _noted_keeper(layout) != keeper:
            return keeper is not None
        time.sleep(POLL_SECONDS)
    try:
        return stop_left_over(layout.data_dir) is not None or keeper is not None
    finally:
        os.close(lock)


def _stop_keeper(layout: Layout) -> int | None:
    """Ask the keeper to stop and wait until it hangs up; its process id, or None if none."""
    keeper = _noted_keeper(layout)
    lease = Lease.connect(layout)
    if lease is None:
        return None
    with contextlib.closing(lease):
        if not lease.ask("stop", layout):
            return None
        while (answer := lease.hear()) is not None:
            if "stranger" in answer:
                return None
    return keeper


def _noted_keeper(layout: Layout) -> int | None:
    pid = read_json(layout.state_file).get("pid")
    return pid if isinstance(pid, int) else None


def _keeper_environment() -> dict[str, str]:
    """Our own environment, with the directory that holds this package importable."""
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def _check_keeper_is_here(layout: Layout) -> None:
    """Raise HomeNotUsable unless the keeper that holds the lock is a process we can see.

    A keeper that we see is merely slow (a long shutdown); one that we do not see lives in another
    container or on another machine with the same directory.
    """
    pid = _noted_keeper(layout)
    if pid is None or KEEPER_MODULE not in (command_line(pid) or []):
        raise HomeNotUsable(
            f"{layout.lock_file} is locked by a process that does not answer and cannot be seen "
            "from here, perhaps in another container. Stop the other program, or use another home."
        )
