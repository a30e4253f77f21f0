"""The keeper's side of the leases: one Unix socket, one JSON object a line.

A program says ``{"want": "lease", "home": [device, inode], "grace": seconds}`` and holds the
connection as long as it needs the server; the kernel closes it when the program dies, however it
dies. Further words are ``info`` (answer when ready), ``status`` (answer at once) and ``stop``.
The keeper answers with ``progress``, ``ready``, ``failed``, ``status`` or ``stranger``.
"""

import contextlib
import json
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

FIRST_LEASE_SECONDS = 10.0
LONGEST_LINE = 65536


class _Client:
    """One connection: what it still owes us of a line, and what we owe it."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.buffer = b""
        self.leased = False
        self.waiting = False
        self.grace = 0.0

    def send(self, message: dict[str, Any]) -> None:
        # A client that does not read must not hold up the others; it notices by itself.
        with contextlib.suppress(OSError):
            self.connection.send(json.dumps(message).encode() + b"\n")


class LeaseDesk:
    """Accepts leases and answers questions whenever the keeper lets it (``pump``)."""

    def __init__(self, path: Path, home: list[int], status: Callable[[], dict[str, Any]]) -> None:
        self.stop_requested = False
        self.told_failure = False
        self._path = path
        self._home = home
        self._status = status
        self._progress = "starting"
        self._had_lease = False
        self._clients: dict[int, _Client] = {}
        self._linger_until = time.monotonic() + FIRST_LEASE_SECONDS
        self._selector = selectors.DefaultSelector()
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen(128)
        self._listener.settimeout(0)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._open_wakeup()

    def _open_wakeup(self) -> None:
        """Let signals (a child's death above all) interrupt a long wait."""
        self._wakeup, sender = socket.socketpair()
        self._wakeup.settimeout(0)
        sender.settimeout(0)
        self._wakeup_sender = sender
        signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        self._selector.register(self._wakeup, selectors.EVENT_READ, self._drain)

    def _on_signal(self, *_: object) -> None:
        self.stop_requested = True

    def _drain(self) -> None:
        with contextlib.suppress(OSError):
            self._wakeup.recv(4096)

    @property
    def leases(self) -> int:
        """How many programs hold the server open."""
        return sum(client.leased for client in self._clients.values())

    @property
    def deserted(self) -> bool:
        """No lease is left and the time of grace is over."""
        return not self.leases and time.monotonic() >= self._linger_until

    def pump(self, timeout: float) -> None:
        """Handle what has arrived, waiting at most ``timeout`` seconds for something."""
        if not self.leases:
            timeout = min(timeout, max(0.0, self._linger_until - time.monotonic()) + 0.001)
        for key, _ in self._selector.select(timeout):
            key.data()

    def announce(self, text: str) -> None:
        """Tell those who wait what is going on; late-comers hear the last word too."""
        self._progress = text
        for client in self._waiting():
            client.send({"progress": text})

    def answer(self, ready: dict[str, Any]) -> None:
        """Tell everyone who waits that the server is ready."""
        for client in self._waiting():
            client.waiting = False
            client.send({"ready": ready})

    def fail(self, kind: str, message: str) -> None:
        """Tell everyone who waits that there will be no server."""
        for client in self._waiting():
            client.waiting = False
            client.send({"failed": message, "kind": kind})
            self.told_failure = True

    def close_door(self) -> None:
        """Accept no one any more; who comes now finds no socket and starts a new keeper."""
        self._path.unlink(missing_ok=True)
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(self._listener)
        self._listener.close()

    def close(self) -> None:
        """End every connection."""
        self.close_door()
        for client in list(self._clients.values()):
            self._drop(client)

    def _waiting(self) -> Iterator[_Client]:
        return (client for client in list(self._clients.values()) if client.waiting)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            connection, _ = self._listener.accept()
            connection.settimeout(0)
            client = _Client(connection)
            self._clients[connection.fileno()] = client
            self._selector.register(connection, selectors.EVENT_READ, lambda: self._read(client))

    def _read(self, client: _Client) -> None:
        try:
            received = client.connection.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            received = b""
        client.buffer += received
        if not received or len(client.buffer) > LONGEST_LINE:
            self._drop(client)
            return
        *lines, client.buffer = client.buffer.split(b"\n")
        for line in lines:
            try:
                self._handle(client, json.loads(line))
            except (ValueError, TypeError, AttributeError):
                self._drop(client)
                return

    def _handle(self, client: _Client, message: dict[str, Any]) -> None:
        if message.get("home", self._home) != self._home:
            client.send({"stranger": self._home})
            return
        want = message.get("want")
        if want == "lease":
            if not self._had_lease:
                self._had_lease, self._linger_until = True, 0.0
            client.leased = client.waiting = True
            client.grace = float(message.get("grace", 0.0))
            client.send({"progress": self._progress})
        elif want == "info":
            client.waiting = True
        elif want == "status":
            client.send({"status": self._status()})
        elif want == "stop":
            self.stop_requested = True

    def _drop(self, client: _Client) -> None:
        self._clients.pop(client.connection.fileno(), None)
        self._selector.unregister(client.connection)
        client.connection.close()
        if client.leased:
            self._linger_until = max(self._linger_until, time.monotonic() + client.grace)
