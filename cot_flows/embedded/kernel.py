"""The two Linux process controls that Python does not offer, and a look at ``/proc``.

Other systems lack them; there the functions do nothing and the supervisor falls back on
finding left-over servers at the next start.
"""

import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def die_with_parent(signal_number: int) -> Callable[[], None] | None:
    """What a child runs before ``exec`` so that it gets the signal when its parent dies.

    The parent must start the child from its main thread: the kernel watches that thread.
    """
    libc, parent = _libc, os.getpid()
    if libc is None:
        return None

    def bind() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)  # the parent died before the kernel was told

    return bind


def adopt_orphans() -> None:
    """Become the parent of grandchildren whose parent dies, so that they can be ended."""
    if _libc is not None:
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children() -> list[int]:
    """Process ids of our own children, adopted ones included; empty where unknown."""
    mine = os.getpid()
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            continue
        if int(fields[1]) == mine:
            found.append(int(entry.name))
    return found


def command_line(pid: int) -> list[str] | None:
    """The arguments a living process was started with; None when it is gone or a zombie."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None
    return [os.fsdecode(part) for part in raw.split(b"\0")[:-1]] or None
