"""Where the embedded server keeps its files.

Everything lives below ``<home>/postgres``::

    pgdata/          the cluster, unless location.json points elsewhere
    location.json    {"data_dir": …}, only when the server's user cannot enter the home
    password         the superuser's password, mode 0600
    server.log       what postgres and initdb write; server.log.1 is the part before it
    keeper.json      {"pid", "socket", "port"} of the last keeper
    keeper.lock      held (flock) by the living keeper
    keeper.log       what the keeper itself had to complain about

Sockets need short paths (104 bytes on some systems), so they live in
``/tmp/cot-flows-<uid>/<hash of the home>/``.
"""

import fcntl
import hashlib
import json
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cot_flows.embedded.errors import HomeNotUsable

SOCKET_ROOT = Path("/tmp")  # noqa: S108  TMPDIR differs between programs that share a server
LOG_LIMIT_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class Layout:
    """The paths of one home. Making one touches nothing on disk."""

    base: Path

    @classmethod
    def of(cls, home: Path) -> "Layout":
        """The layout below ``home``; symbolic links are resolved, so that aliases agree."""
        return cls(Path(home).expanduser().resolve() / "postgres")

    @property
    def pointer_file(self) -> Path:
        """Where a cluster outside the home is written down."""
        return self.base / "location.json"

    @property
    def password_file(self) -> Path:
        """The superuser's password."""
        return self.base / "password"

    @property
    def log_file(self) -> Path:
        """What the server logs."""
        return self.base / "server.log"

    @property
    def state_file(self) -> Path:
        """What the last keeper wrote about itself."""
        return self.base / "keeper.json"

    @property
    def lock_file(self) -> Path:
        """What the living keeper holds locked."""
        return self.base / "keeper.lock"

    @property
    def keeper_log(self) -> Path:
        """The keeper's own complaints."""
        return self.base / "keeper.log"

    @property
    def data_dir(self) -> Path:
        """The cluster's directory: where the pointer says, else ``pgdata`` in the home."""
        recorded = read_json(self.pointer_file).get("data_dir")
        return Path(recorded) if isinstance(recorded, str) else self.base / "pgdata"

    @property
    def digest(self) -> str:
        """A short name for this home, the same in every program."""
        return hashlib.sha256(os.fsencode(self.base)).hexdigest()[:12]

    def identity(self) -> list[int]:
        """Device and inode of the base: follows a moved home, differs in a copied one."""
        found = self.base.stat()
        return [found.st_dev, found.st_ino]

    def create(self, *, shared: bool) -> None:
        """Make the base directory; ``shared`` lets another user pass through it, not read it."""
        try:
            if not self.base.is_dir():
                # Another program may open the home at this moment too.
                self.base.mkdir(parents=True, exist_ok=True)
                self.base.chmod(0o711 if shared else 0o700)
            open_private(self.lock_file, os.O_RDWR).close()
        except OSError as error:
            raise HomeNotUsable(
                f"Cannot write to {self.base}: {error.strerror}. Choose another home directory, "
                "or run as the user who owns this one."
            ) from error


def read_json(path: Path) -> dict[str, Any]:
    """The object stored in ``path``; empty when the file is missing or not readable as one."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_private(path: Path, text: str) -> None:
    """Replace ``path`` in one step with ``text``, mode 0600, owned like its directory.

    The owner matters when root opens a user's home: the user must be able to come back.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    owned_like_parent(draft)
    draft.replace(path)


def open_private(path: Path, flags: int) -> BinaryIO:
    """Open ``path``, making it with mode 0600 and its directory's owner when it is missing."""
    descriptor = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC, 0o600)
    file = os.fdopen(descriptor, "wb")
    owned_like_parent(path)
    return file


def owned_like_parent(path: Path) -> None:
    """As root, give ``path`` to the owner of its directory; otherwise do nothing."""
    if os.geteuid() == 0:
        parent = path.parent.stat()
        os.chown(path, parent.st_uid, parent.st_gid)


def private_directory(path: Path, *, shared: bool) -> Path:
    """Make ``path``, a direct child of a directory anyone may write to, and prove it ours.

    Raises HomeNotUsable when somebody else made it first: what lies in it would be theirs.
    """
    try:
        path.mkdir(mode=0o711 if shared else 0o700)
        path.chmod(0o711 if shared else 0o700)
    except FileExistsError:
        pass
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise HomeNotUsable(
            f"{path} exists but is not a private directory of user id {os.geteuid()} "
            f"(its owner is {found.st_uid}). Remove it, or ask an administrator to."
        )
    return path


def socket_home(root: Path, *, shared: bool) -> Path:
    """Return the user's private directory for sockets below ``root``, which all may write to.

    Where another user made one of that name first, a directory of a name that nobody can foresee
    is made instead: programs find the sockets by what the keeper writes down, not by this name.
    """
    usual = root / f"cot-flows-{os.geteuid()}"
    try:
        return private_directory(usual, shared=shared)
    except HomeNotUsable:
        made = Path(tempfile.mkdtemp(prefix=f"{usual.name}-", dir=root))
        made.chmod(0o711 if shared else 0o700)
        return made


def try_lock(path: Path) -> int | None:
    """An exclusive lock on ``path`` as an open descriptor, or None while another holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def tail(path: Path, *, start: int = 0, limit: int = 2000) -> str:
    """The end of a text file, at most ``limit`` bytes, nothing before offset ``start``."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(start if start <= size else 0, size - limit))
            return file.read().decode("utf-8", "replace").strip()
    except OSError:
        return ""
