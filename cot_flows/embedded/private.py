"""Keeping a home to its owner: directories 0700 and files 0600, whatever the umask is.

Where root opens a home whose cluster lies in it, the unprivileged user that runs ``postgres`` must
pass through the home and ``postgres/``: those two are 0711, which lets nobody list or read them.
The cluster itself is PostgreSQL's to keep closed, and it does.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from cot_flows.embedded.errors import HomeNotUsable
from cot_flows.embedded.layout import Layout, open_private, owned_like_parent

CLOSED, PASSABLE = 0o700, 0o711
OURS = frozenset({"addresses.json", "demo", "postgres", "prefect", "prefect-login", "up.lock"})
"""What the program puts into a home. A directory that holds more is perhaps not ours to close."""


def private_home(home: Path) -> Path:
    """Make ``home`` if it is missing, close what is in it to others, and return its real path.

    A home with foreign files in it keeps its own mode: it may be a directory of the system; what
    is ours in it is closed all the same. Raises HomeNotUsable when it cannot be made.
    """
    place = Path(home).expanduser().resolve()
    layout = Layout.of(place)
    mode = _passable(layout)
    try:
        if not place.is_dir():
            place.mkdir(parents=True, exist_ok=True)
            owned_like_parent(place)
            place.chmod(mode)
        elif {entry.name for entry in place.iterdir()} <= OURS:
            _tighten(place, mode)
    except OSError as error:
        raise HomeNotUsable(
            f"Cannot use {place}: {error.strerror}. Choose another home directory in COT_HOME, "
            "or run as the user who owns this one."
        ) from error
    _tighten(layout.base, mode)
    for path in _within(place, layout):
        _tighten(path, CLOSED)
    return place


def private_folder(folder: Path) -> Path:
    """Make a folder of a private home, for its owner only, and return it."""
    if not folder.is_dir():
        folder.mkdir(mode=CLOSED, exist_ok=True)
        owned_like_parent(folder)
    return folder


def private_file(path: Path) -> Path:
    """Make an empty file for its owner only, unless it is there, and return its path."""
    open_private(path, os.O_WRONLY).close()
    return path


def open_to_others(home: Path) -> list[Path]:
    """Return what of ``home`` others may list, read or change: empty, once it was opened by us."""
    place = Path(home).expanduser().resolve()
    layout = Layout.of(place)
    found = []
    for path, allowed in (
        (place, _passable(layout)),
        (layout.base, _passable(layout)),
        *((path, CLOSED) for path in _within(place, layout)),
    ):
        try:
            mode = path.lstat().st_mode
        except OSError:
            continue
        if not stat.S_ISLNK(mode) and stat.S_IMODE(mode) & ~allowed & 0o077:
            found.append(path)
    return found


def _passable(layout: Layout) -> int:
    """The mode of the directories above the cluster."""
    return PASSABLE if os.geteuid() == 0 and not layout.pointer_file.exists() else CLOSED


def _within(home: Path, layout: Layout) -> Iterator[Path]:
    """All that is ours below ``home``, but for the cluster and drafts of one."""
    yield home / "addresses.json"
    yield home / "up.lock"
    yield home / "prefect-login"
    yield from (path for path in layout.base.glob("*") if not path.is_dir())
    for ours in ("prefect", "keys"):
        for place, _, names in os.walk(home / ours):
            yield Path(place)
            yield from (Path(place) / name for name in names)


def _tighten(path: Path, allowed: int) -> None:
    """Take away what ``allowed`` does not grant to others; never grant anything."""
    try:
        found = path.lstat()
        owned = os.geteuid() in {0, found.st_uid}
        kept = stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)
        mode = stat.S_IMODE(found.st_mode)
        shared_by_all = bool(mode & stat.S_ISVTX)
        if owned and kept and not shared_by_all and mode & ~allowed & 0o077:
            path.chmod(mode & (allowed | 0o7700))
    except (FileNotFoundError, NotADirectoryError):
        return  # A file of a living program, gone meanwhile.
