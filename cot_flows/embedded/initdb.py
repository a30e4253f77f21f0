"""Making a cluster, so that a crash half way leaves nothing that looks like one.

``initdb`` fills a staging directory beside the final place; one rename makes it the data
directory. A staging directory found at the next start is a dead attempt and is removed.
"""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from cot_flows.embedded.binaries import Binaries
from cot_flows.embedded.errors import HomeNotUsable, InitFailed, VersionMismatch
from cot_flows.embedded.kernel import die_with_parent
from cot_flows.embedded.layout import Layout, open_private, tail, write_private
from cot_flows.embedded.privileges import Identity, child_user, give

SUPERUSER = "postgres"
STAGING = ".new-"
BUILTIN_LOCALE_SINCE = 17


def child_environment() -> dict[str, str]:
    """The environment for PostgreSQL's programs: no PG* variable, English messages."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C", "LANG": "C", "TZ": "UTC"}


def check_version(data_dir: Path, binaries: Binaries) -> None:
    """Raise VersionMismatch unless ``data_dir`` was written by the binaries' major version."""
    try:
        written = (data_dir / "PG_VERSION").read_text("ascii").strip()
    except OSError as error:
        raise HomeNotUsable(
            f"{data_dir} is not a PostgreSQL data directory (no readable PG_VERSION). Move it "
            "away, or choose another home."
        ) from error
    if written != str(binaries.major):
        raise VersionMismatch(
            f"The data in {data_dir} were written by PostgreSQL {written}, but the programs in "
            f"{binaries.bin_dir} are {binaries.version}. Run `cot backup` with programs of "
            f"version {written}, then `cot restore` into a new home with these; or point to "
            f"programs of version {written}."
        )


def ensure_password(layout: Layout, *, data_exists: bool) -> None:
    """Make the password file of a new cluster; an existing cluster must still have its own."""
    if layout.password_file.is_file():
        return
    if data_exists:
        raise HomeNotUsable(
            f"The password file {layout.password_file} is missing, and the server accepts no "
            "connection without it. Put it back from a backup of the home."
        )
    write_private(layout.password_file, secrets.token_urlsafe(32))


def remove_staging(data_dir: Path) -> list[Path]:
    """Delete what an interrupted attempt left beside ``data_dir``; return what was deleted."""
    left = sorted(data_dir.parent.glob(f"{data_dir.name}{STAGING}*"))
    for path in left:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return left


def initdb_command(binaries: Binaries, target: Path, password_file: Path) -> list[str]:
    """The command line: UTF-8, byte-order collation, checksums, no login without password."""
    if binaries.major >= BUILTIN_LOCALE_SINCE:
        # Built in since 17: the same order on every operating system, now and later.
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    else:
        locale = ["--locale=C.UTF-8"]
    return [
        str(binaries.program("initdb")),
        f"--pgdata={target}",
        f"--username={SUPERUSER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--data-checksums",
        *locale,
    ]


def create_cluster(
    layout: Layout,
    data_dir: Path,
    binaries: Binaries,
    identity: Identity | None,
    wait: Callable[[subprocess.Popen[bytes]], int],
) -> None:
    """Run ``initdb`` and put its result at ``data_dir``. ``wait`` returns the exit code.

    Raises InitFailed; whatever ``wait`` raises passes through after the child is ended.
    """
    draft = data_dir.with_name(f"{data_dir.name}{STAGING}{os.getpid()}")
    password_copy = draft.with_name(f"{draft.name}.password")
    try:
        draft.mkdir(mode=0o700)
        write_private(password_copy, layout.password_file.read_text("ascii"))
        give(draft, identity)
        give(password_copy, identity)
        code, output = _run(initdb_command(binaries, draft, password_copy), layout, identity, wait)
        if code != 0:
            raise InitFailed(
                f"initdb of PostgreSQL {binaries.version} could not make {data_dir} (exit code "
                f"{code}). Check free space and permissions there. It said:\n{output}"
            )
        draft.rename(data_dir)
        _sync_directory(data_dir.parent)
    finally:
        remove_staging(data_dir)


def _run(
    command: list[str],
    layout: Layout,
    identity: Identity | None,
    wait: Callable[[subprocess.Popen[bytes]], int],
) -> tuple[int, str]:
    with open_private(layout.log_file, os.O_WRONLY | os.O_APPEND) as log:
        start = log.seek(0, os.SEEK_END)
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=child_environment(),
            preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509  one thread
            **child_user(identity),
        )
        try:
            code = wait(child)
        finally:
            child.kill()
            child.wait()
    return code, tail(layout.log_file, start=start)


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
