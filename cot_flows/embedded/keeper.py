"""The keeper: a small detached process that is the parent of ``postgres``.

It serves as long as some program holds a lease, restarts a server that was killed, and stops it a
moment after the last lease is gone. It is started as
``python -m cot_flows.embedded.keeper --base … --lock-fd …`` by ``server.py``, which hands over the
lock of the home already taken, so that there is never more than one keeper.
"""

import argparse
import contextlib
import fcntl
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from cot_flows.embedded import pidfile
from cot_flows.embedded.binaries import Binaries, find_binaries, reachable_binaries
from cot_flows.embedded.desk import FIRST_LEASE_SECONDS, LeaseDesk
from cot_flows.embedded.errors import EmbeddedError, HomeNotUsable, StartFailed
from cot_flows.embedded.initdb import (
    SUPERUSER,
    check_version,
    create_cluster,
    ensure_password,
    remove_staging,
)
from cot_flows.embedded.kernel import adopt_orphans
from cot_flows.embedded.layout import (
    SOCKET_ROOT,
    Layout,
    private_directory,
    read_json,
    socket_home,
    try_lock,
    write_private,
)
from cot_flows.embedded.postmaster import HOST, Postmaster, free_port
from cot_flows.embedded.privileges import Identity, choose_identity, give, place_data

IDLE_SECONDS = 5.0
CRASHES_PER_MINUTE = 5
RETRIES = 20


class Abandoned(Exception):
    """Nobody wants the server any more, or a stop was asked for; not an error."""


class Keeper:
    """Brings one home's server up, keeps it up while it is leased, and takes it down."""

    def __init__(self, layout: Layout, binaries: Path | None, run_as: str | None) -> None:
        self._layout = layout
        self._explicit = binaries
        self._run_as = run_as
        self._state = "starting"
        self._crashes: list[float] = []
        self._postmaster: Postmaster | None = None
        self._ready: dict[str, Any] = {}
        self._locks: list[int] = []
        shared = os.geteuid() == 0
        home = socket_home(SOCKET_ROOT, shared=shared)
        self._sockets = private_directory(home / layout.digest, shared=shared)
        port = read_json(layout.state_file).get("port")
        self._last_port = port if isinstance(port, int) else None
        self._desk = LeaseDesk(self._sockets / "keeper.sock", layout.identity(), self._status)
        self._record()

    def run(self) -> None:
        """Serve until deserted or told to stop; report failures to those who wait."""
        adopt_orphans()
        try:
            self._postmaster = self._prepare()
            self._start(self._postmaster, self._last_port)
            self._serve(self._postmaster)
        except Abandoned:
            pass
        except EmbeddedError as error:
            self._report(error)
        finally:
            self._state = "stopping"
            self._desk.close_door()
            if self._postmaster is not None:
                self._postmaster.stop(time.sleep)
            usual = f"cot-flows-{os.geteuid()}"
            made = (self._sockets.parent,) if self._sockets.parent.name != usual else ()
            for directory in (self._sockets / "pg", self._sockets, *made):
                with contextlib.suppress(OSError):
                    directory.rmdir()
            self._desk.close()

    def _prepare(self) -> Postmaster:
        """Find programs, user and data; make the cluster; end what a dead keeper left."""
        layout = self._layout
        identity = choose_identity(self._run_as, layout.data_dir)
        binaries = reachable_binaries(find_binaries(self._explicit), identity)
        data_dir = place_data(layout, identity)
        self._lock_beside(data_dir)
        exists = data_dir.exists()
        if exists:
            check_version(data_dir, binaries)
        ensure_password(layout, data_exists=exists)
        remove_staging(data_dir)
        if not exists:
            self._desk.announce("creating the database (once, a few seconds)")
            create_cluster(layout, data_dir, binaries, identity, self._wait)
        if pidfile.living_server(data_dir) is not None:
            self._desk.announce("stopping a server whose keeper died")
            pidfile.stop_left_over(data_dir)
        pidfile.clear_foreign_pidfile(data_dir)
        return self._assemble(binaries, data_dir, identity)

    def _assemble(
        self, binaries: Binaries, data_dir: Path, identity: Identity | None
    ) -> Postmaster:
        socket_dir = self._sockets / "pg"
        socket_dir.mkdir(mode=0o700, exist_ok=True)
        give(socket_dir, identity)
        self._ready = {
            "host": HOST,
            "socket_dir": str(socket_dir),
            "user": SUPERUSER,
            "data_dir": str(data_dir),
            "log_file": str(self._layout.log_file),
            "version": binaries.version,
        }
        return Postmaster(binaries, data_dir, socket_dir, self._layout.log_file, identity)

    def _lock_beside(self, data_dir: Path) -> None:
        """Data outside the home get a lock of their own: a copied home points there too."""
        if data_dir.parent == self._layout.base:
            return
        lock = try_lock(data_dir.parent / "keeper.lock")
        if lock is None:
            raise HomeNotUsable(
                f"The data of this home are in {data_dir}, which another home is using now. A "
                "copied home shares its original's data: restore a backup into a new home instead."
            )
        self._locks.append(lock)

    def _start(self, server: Postmaster, preferred: int | None) -> None:
        """Start and wait for readiness, as long as it takes; raises StartFailed if it ends."""
        self._state = "starting"
        self._desk.announce(f"starting PostgreSQL {self._ready['version']}")
        server.spawn(free_port(preferred))
        retries, next_word = RETRIES, time.monotonic() + 2.0
        while not server.ready():
            if (code := server.exit_code()) is not None:
                retries -= 1
                self._retry_start(server, code, retries)
            if time.monotonic() > next_word:
                next_word += 2.0
                self._desk.announce(f"still starting: {server.log_tail().splitlines()[-1:]}")
            self._pause(0.01)
        self._ready["port"] = server.port
        self._state = "ready"
        if server.port != self._last_port:
            self._last_port = server.port
            self._record()
        self._desk.answer(self._ready)

    def _retry_start(self, server: Postmaster, code: int, retries: int) -> None:
        """Start again where waiting or another port can help; raise StartFailed elsewhere."""
        said = server.log_tail()
        server.end_orphans(time.sleep)
        if retries > 0 and "could not bind" in said:
            server.spawn(free_port(None))
        elif retries > 0 and "still in use" in said:
            # Processes of a killed server are still leaving its shared memory.
            end = time.monotonic() + 0.25
            while time.monotonic() < end:
                self._pause(0.05)
            server.spawn(free_port(server.port))
        else:
            raise StartFailed(
                f"PostgreSQL {self._ready['version']} ended while starting (exit code {code}). "
                f"See {self._layout.log_file}; it ends with:\n{said}"
            )

    def _serve(self, server: Postmaster) -> None:
        while not (self._desk.deserted or self._desk.stop_requested):
            self._desk.pump(IDLE_SECONDS)
            if server.exit_code() is not None:
                self._restart(server)
            self._desk.answer(self._ready)
            server.bound_log()

    def _restart(self, server: Postmaster) -> None:
        now = time.monotonic()
        self._crashes = [*(crash for crash in self._crashes if crash > now - 60.0), now]
        code = server.exit_code()
        if len(self._crashes) > CRASHES_PER_MINUTE:
            raise StartFailed(
                f"PostgreSQL ended {len(self._crashes)} times within a minute (last exit code "
                f"{code}). See {self._layout.log_file}; it ends with:\n{server.log_tail()}"
            )
        self._desk.announce(f"PostgreSQL ended unexpectedly (exit code {code}): restarting it")
        server.end_orphans(time.sleep)
        self._start(server, server.port)

    def _report(self, error: EmbeddedError) -> None:
        """Stay until one program has heard the error, at most a few seconds."""
        self._state = "failed"
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
        end = time.monotonic() + FIRST_LEASE_SECONDS
        while not (self._desk.told_failure or self._desk.deserted) and time.monotonic() < end:
            self._desk.fail(type(error).__name__, str(error))
            self._desk.pump(0.05)

    def _pause(self, seconds: float) -> None:
        self._desk.pump(seconds)
        if self._desk.deserted or self._desk.stop_requested:
            raise Abandoned

    def _wait(self, child: subprocess.Popen[bytes]) -> int:
        while (code := child.poll()) is None:
            self._pause(0.05)
        return code

    def _record(self) -> None:
        state = {
            "pid": os.getpid(),
            "socket": str(self._sockets / "keeper.sock"),
            "port": self._last_port,
        }
        write_private(self._layout.state_file, json.dumps(state) + "\n")

    def _status(self) -> dict[str, Any]:
        return {
            **self._ready,
            "pid": os.getpid(),
            "leases": self._desk.leases,
            "state": self._state,
        }


def main() -> None:
    """Read the command line, detach, and keep."""
    parser = argparse.ArgumentParser(prog="cot_flows.embedded.keeper")
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--lock-fd", type=int, required=True)
    parser.add_argument("--binaries", type=Path)
    parser.add_argument("--run-as")
    options = parser.parse_args()
    # The lock came with the descriptor; postgres must not inherit it.
    fcntl.fcntl(options.lock_fd, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    if os.fork():
        os._exit(0)
    os.umask(0o077)
    Keeper(Layout(options.base), options.binaries, options.run_as).run()


if __name__ == "__main__":
    main()
