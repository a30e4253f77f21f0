"""Running as root: which user runs ``postgres``, and what that user can reach.

``postgres`` refuses to run as root. No account is created and no directory above ours has
its mode changed: the server runs under an existing unprivileged id, and whatever that id
cannot reach (a home or a package below ``/root``) is put where it can.
"""

import json
import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from cot_flows.embedded.errors import HomeNotUsable
from cot_flows.embedded.layout import Layout, private_directory, write_private

SYSTEM_ROOT = Path("/var/lib/cot-flows")
FALLBACK_ROOT = Path("/var/tmp/cot-flows")  # noqa: S108  proved ours before use


class ChildUser(TypedDict, total=False):
    """The keyword arguments of ``subprocess.Popen`` that change the user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Identity:
    """The unprivileged user that runs ``postgres`` when we are root."""

    name: str
    uid: int
    gid: int


def choose_identity(run_as: str | None, data_dir: Path) -> Identity | None:
    """Who shall run the server: None means "as we are", which holds for every user but root.

    As root: the owner of an existing data directory, else ``run_as``, else ``nobody``.
    Raises HomeNotUsable when the named user is unknown, is root, or does not own the data.
    """
    if os.geteuid() != 0:
        return None
    asked = _identity_named(run_as or "nobody")
    if not data_dir.is_dir():
        return asked
    owner = data_dir.stat()
    if owner.st_uid == 0 or (run_as is not None and owner.st_uid != asked.uid):
        raise HomeNotUsable(
            f"{data_dir} belongs to user id {owner.st_uid}, but the server was to run as "
            f"{asked.name} ({asked.uid}). Give the directory to that user with "
            f"`chown -R {asked.name} '{data_dir}'`, or name its owner."
        )
    return Identity(str(owner.st_uid), owner.st_uid, owner.st_gid)


def _identity_named(name: str) -> Identity:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise HomeNotUsable(
            f"There is no user {name!r} to run PostgreSQL under. Name an existing, "
            "unprivileged user."
        ) from None
    if entry.pw_uid == 0:
        raise HomeNotUsable("PostgreSQL cannot run as root. Name an unprivileged user.")
    return Identity(name, entry.pw_uid, entry.pw_gid)


def child_user(identity: Identity | None) -> ChildUser:
    """What to hand to ``Popen`` so that the child runs as ``identity``."""
    if identity is None:
        return {}
    return {"user": identity.uid, "group": identity.gid, "extra_groups": []}


def may_enter(directory: Path, identity: Identity) -> bool:
    """Whether ``identity`` may pass through ``directory`` and everything above it."""
    return all(_allowed(place, identity, 0o1) for place in (directory, *directory.parents))


def may_run(program: Path, identity: Identity) -> bool:
    """Whether ``identity`` can reach, read and execute ``program``."""
    return may_enter(program.parent, identity) and _allowed(program, identity, 0o5)


def _allowed(path: Path, identity: Identity, bits: int) -> bool:
    try:
        found = path.stat()
    except OSError:
        return False
    if found.st_uid == identity.uid:
        granted = found.st_mode >> 6
    elif found.st_gid == identity.gid:
        granted = found.st_mode >> 3
    else:
        granted = found.st_mode
    return granted & bits == bits


def place_data(layout: Layout, identity: Identity | None) -> Path:
    """Decide where the cluster lives, record it when that is not the home, and return it.

    Raises HomeNotUsable when existing data lie where ``identity`` cannot go.
    """
    data_dir = layout.data_dir
    if identity is None or may_enter(data_dir.parent, identity):
        return data_dir
    if data_dir.exists():
        raise HomeNotUsable(
            f"User {identity.name} cannot reach the data in {data_dir}. Move the home to a "
            "directory that every user may pass through."
        )
    root = shelter_root()
    shelter, number = root / layout.digest, 1
    # A directory without a pointer to it belongs to an earlier home of the same name.
    while shelter.exists():
        number += 1
        shelter = root / f"{layout.digest}-{number}"
    private_directory(shelter, shared=True)
    data_dir = shelter / "pgdata"
    write_private(layout.pointer_file, json.dumps({"data_dir": str(data_dir)}) + "\n")
    return data_dir


def shelter_root() -> Path:
    """A directory of ours that other users may pass through: the first that can be made."""
    for root in (SYSTEM_ROOT, FALLBACK_ROOT):
        try:
            return private_directory(root, shared=True)
        except OSError:
            continue
    raise HomeNotUsable(
        f"Neither {SYSTEM_ROOT} nor {FALLBACK_ROOT} can be written to. Choose a home that every "
        "user may pass through, or run as an ordinary user."
    )


def give(path: Path, identity: Identity | None) -> None:
    """Make ``identity`` the owner of ``path``; without one, leave it as it is."""
    if identity is not None:
        os.chown(path, identity.uid, identity.gid)


def copy_for_others(source: Path, target: Path) -> None:
    """Copy a directory tree so that every user may read it, whatever the umask was."""
    shutil.copytree(source, target, symlinks=True)
    for place, _, files in os.walk(target):
        Path(place).chmod(0o755)
        for name in files:
            file = Path(place) / name
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
