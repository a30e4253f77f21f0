"""The ``postgres`` process of one keeper: start, readiness, stop, and its log's size."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from cot_flows.embedded.binaries import Binaries
from cot_flows.embedded.initdb import child_environment
from cot_flows.embedded.kernel import children, die_with_parent
from cot_flows.embedded.layout import LOG_LIMIT_BYTES, open_private, owned_like_parent, tail
from cot_flows.embedded.pidfile import STOP_LADDER, read_pidfile
from cot_flows.embedded.privileges import Identity, child_user

HOST = "127.0.0.1"
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] ",
}


class Postmaster:
    """One data directory's server, as a direct child of this process."""

    def __init__(
        self,
        binaries: Binaries,
        data_dir: Path,
        socket_dir: Path,
        log_file: Path,
        identity: Identity | None,
    ) -> None:
        self.port = 0
        self._binaries = binaries
        self._data_dir = data_dir
        self._socket_dir = socket_dir
        self._log_file = log_file
        self._identity = identity
        self._child: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    def spawn(self, port: int) -> None:
        """Start ``postgres`` on ``port``; it is not ready yet."""
        self.port = port
        for left in self._socket_dir.glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)
        settings = {**SETTINGS, "port": port, "unix_socket_directories": self._socket_dir}
        command = [str(self._binaries.program("postgres")), "-D", str(self._data_dir)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        self.bound_log()
        with open_private(self._log_file, os.O_WRONLY | os.O_APPEND) as log:
            self._log_start = log.seek(0, os.SEEK_END)
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=child_environment(),
                # A fast shutdown when the keeper is killed: no server is left an orphan.
                preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509  one thread
                **child_user(self._identity),
            )

    def exit_code(self) -> int | None:
        """None while ``postgres`` runs, else how it ended (negative: by that signal)."""
        return self._child.poll() if self._child else 0

    def ready(self) -> bool:
        """Whether it accepts connections, by its own word in the pid file."""
        found = read_pidfile(self._data_dir)
        return (
            self._child is not None
            and found is not None
            and found.pid == self._child.pid
            and found.status == "ready"
        )

    def log_tail(self) -> str:
        """The end of what ``postgres`` has logged since this start."""
        return tail(self._log_file, start=self._log_start)

    def bound_log(self) -> None:
        """Keep the log below its limit: older text moves to one ``.1`` file.

        The server writes in append mode to an inherited descriptor, so the file is copied and
        cut, not renamed; a line written between the two can be lost, the bound cannot.
        """
        with contextlib.suppress(FileNotFoundError):
            if self._log_file.stat().st_size > LOG_LIMIT_BYTES:
                older = self._log_file.with_name(f"{self._log_file.name}.1")
                shutil.copyfile(self._log_file, older)
                older.chmod(0o600)
                owned_like_parent(older)
                os.truncate(self._log_file, 0)
                self._log_start = 0

    def stop(self, pause: Callable[[float], None]) -> None:
        """Fast shutdown, then harder ones; returns when no process of the server is left."""
        for number, patience in STOP_LADDER:
            if self.exit_code() is not None or self._child is None:
                break
            self._child.send_signal(number)
            end = time.monotonic() + patience
            while self.exit_code() is None and time.monotonic() < end:
                pause(0.02)
        self.end_orphans(pause)

    def end_orphans(self, pause: Callable[[float], None], patience: float = 3.0) -> None:
        """After the postmaster is gone: wait for its own children, then kill the rest.

        They are our children by adoption, so no foreign process can be among them. On systems
        without adoption there is nothing to see, and the next start retries instead.
        """
        end = time.monotonic() + patience
        while left := [pid for pid in children() if self._child is None or pid != self._child.pid]:
            for pid in left:
                with contextlib.suppress(ChildProcessError, ProcessLookupError):
                    # Once reaped, the number may be anyone's: only a living child is signalled.
                    reaped, _ = os.waitpid(pid, os.WNOHANG)
                    if not reaped and time.monotonic() > end:
                        os.kill(pid, signal.SIGKILL)
            pause(0.01)


def free_port(preferred: int | None) -> int:
    """A TCP port nobody listens on: the preferred one if possible, else a random one."""
    for wanted in (preferred or 0, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, wanted))
            except OSError:
                continue
            port: int = probe.getsockname()[1]
            return port
    raise OSError("no free TCP port on the loopback interface")
