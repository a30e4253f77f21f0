"""A program's side of a lease: a connection to the keeper that lives as long as the program."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cot_flows.embedded.errors import error_of_kind
from cot_flows.embedded.layout import Layout, read_json

Progress = Callable[[str], None]


class Lease:
    """An open connection to a keeper."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lines = connection.makefile("rb")

    @classmethod
    def connect(cls, layout: Layout) -> "Lease | None":
        """Reach the keeper that the home's state file names; None when none answers there."""
        recorded = read_json(layout.state_file).get("socket")
        if not isinstance(recorded, str) or not _trusted(Path(recorded), layout):
            return None
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(recorded)
        except OSError:
            connection.close()
            return None
        return cls(connection)

    def ask(self, want: str, layout: Layout, **more: float) -> bool:
        """Send one request; False when the keeper is gone."""
        message = {"want": want, "home": layout.identity(), **more}
        try:
            self._connection.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            return False
        return True

    def hear(self) -> dict[str, Any] | None:
        """The next answer, or None when the keeper has closed the connection."""
        try:
            line = self._lines.readline()
            found = json.loads(line) if line.endswith(b"\n") else None
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def await_ready(self, on_progress: Progress | None = None) -> dict[str, Any] | None:
        """Wait, however long recovery takes, until the server accepts connections.

        None means: this keeper will not serve us (it is gone, or serves another home). Raises
        the keeper's own error when it reports one.
        """
        while (answer := self.hear()) is not None:
            if "ready" in answer:
                ready: dict[str, Any] = answer["ready"]
                return ready
            if "failed" in answer:
                raise error_of_kind(str(answer["kind"]), str(answer["failed"]))
            if "stranger" in answer:
                return None
            if on_progress is not None and "progress" in answer:
                on_progress(str(answer["progress"]))
        return None

    def close(self) -> None:
        """Give the lease up; the last one to do so lets the server stop."""
        self._lines.close()
        self._connection.close()


def _trusted(path: Path, layout: Layout) -> bool:
    """Whether the socket lies in a directory of the user who wrote the state file.

    Sockets live below a directory that everyone may write to: after a restart of the machine a
    stranger could have put one of the same name there.
    """
    try:
        keeper_dir = path.parent.lstat()
        return keeper_dir.st_uid in (layout.base.stat().st_uid, 0) and not (
            keeper_dir.st_mode & 0o022
        )
    except OSError:
        return False
