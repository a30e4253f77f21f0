"""The state of a home's server, for people, without starting or changing anything."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cot_flows.embedded.binaries import Binaries, find_binaries
from cot_flows.embedded.errors import EmbeddedError
from cot_flows.embedded.initdb import STAGING
from cot_flows.embedded.layout import Layout
from cot_flows.embedded.lease import Lease
from cot_flows.embedded.pidfile import living_server, read_pidfile


@dataclass(frozen=True)
class ServerStatus:
    """What is known about one home. ``problems`` are plain sentences; none means all is well.

    ``notes`` are sentences about what the next start puts right by itself.
    ``data_version`` is the major version that wrote the data, ``binaries_version`` the version of
    the programs that would be used; ``server_pid`` and ``port`` are set while a server runs.
    """

    home: Path
    data_dir: Path | None
    data_version: str | None
    binaries: Path | None
    binaries_version: str | None
    running: bool
    keeper_pid: int | None
    server_pid: int | None
    leases: int
    port: int | None
    log_file: Path | None
    problems: tuple[str, ...]
    notes: tuple[str, ...]


def describe(home: Path, *, binaries: Path | None = None) -> ServerStatus:
    """Look at ``home``: data, versions, keeper, leases, and what is wrong if anything is.

    ``binaries`` overrides the search for PostgreSQL's programs, as in ``open_server``.
    """
    layout = Layout.of(home)
    problems: list[str] = []
    data_dir = _data_dir(layout, problems)
    keeper = _ask_keeper(layout)
    programs = _programs(binaries, problems)
    version = _data_version(data_dir, problems) if data_dir else None
    server = living_server(data_dir) if data_dir else None
    if data_dir:
        problems += _data_problems(layout, version, programs)
    traces = _traces_of_a_crash(data_dir, keeper, server) if data_dir else []
    found = read_pidfile(data_dir) if data_dir and server else None
    return ServerStatus(
        home=Path(home),
        data_dir=data_dir,
        data_version=version,
        binaries=programs.bin_dir if programs else None,
        binaries_version=programs.version if programs else None,
        running=server is not None,
        keeper_pid=keeper.get("pid"),
        server_pid=server,
        leases=int(keeper.get("leases", 0)),
        port=found.port if found else None,
        log_file=layout.log_file if layout.log_file.is_file() else None,
        problems=tuple(problems),
        notes=(*traces, *_leftovers(layout, keeper)),
    )


def _data_dir(layout: Layout, problems: list[str]) -> Path | None:
    try:
        # Listing the base fails for everyone but its owner and root; nothing else is told apart.
        present = layout.base.exists() and os.listdir(layout.base) != []
        return layout.data_dir if present and layout.data_dir.is_dir() else None
    except OSError as error:
        problems.append(
            f"Cannot look into {layout.base}: {error.strerror}. Run as the user who owns the home."
        )
        return None


def _ask_keeper(layout: Layout) -> dict[str, Any]:
    lease = Lease.connect(layout)
    if lease is None:
        return {}
    with contextlib.closing(lease):
        if not lease.ask("status", layout):
            return {}
        answer = (lease.hear() or {}).get("status", {})
        return answer if isinstance(answer, dict) else {}


def _programs(explicit: Path | None, problems: list[str]) -> Binaries | None:
    try:
        return find_binaries(explicit)
    except EmbeddedError as error:
        problems.append(str(error))
        return None


def _data_version(data_dir: Path, problems: list[str]) -> str | None:
    try:
        return (data_dir / "PG_VERSION").read_text("ascii").strip()
    except OSError as error:
        problems.append(f"Cannot read the version of the data in {data_dir}: {error.strerror}.")
        return None


def _data_problems(layout: Layout, version: str | None, programs: Binaries | None) -> list[str]:
    found = []
    if programs and version and version != str(programs.major):
        found.append(
            f"The data are of PostgreSQL {version}, the programs of {programs.version}: run "
            f"`cot backup` with programs of version {version}, then `cot restore` with these."
        )
    if not layout.password_file.is_file():
        found.append(f"{layout.password_file} is missing: put it back from a backup of the home.")
    elif layout.password_file.stat().st_mode & 0o077:
        found.append(
            f"Other users may read {layout.password_file}: run `chmod 600` on it, and change the "
            "password if others work on this machine."
        )
    return found


def _traces_of_a_crash(data_dir: Path, keeper: dict[str, Any], server: int | None) -> list[str]:
    found = []
    if server is not None and not keeper:
        found.append(
            f"A server (process {server}) was left behind by a program that was killed; the next "
            "start stops it and starts anew. Nothing needs to be done."
        )
    elif server is None and read_pidfile(data_dir) is not None:
        found.append(
            "The server did not end cleanly the last time, as when the power fails; the next "
            "start recovers all that was recorded. Nothing needs to be done."
        )
    return found


def _leftovers(layout: Layout, keeper: dict[str, Any]) -> list[str]:
    data_dir = layout.data_dir
    if keeper or not any(data_dir.parent.glob(f"{data_dir.name}{STAGING}*")):
        return []
    return [f"An interrupted creation left files beside {data_dir}; the next start removes them."]
