"""The command doctor: what runs where and what is wrong, for the person who looks after it."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from rich.markup import escape

from cot_flows.bootstrap import read_settings
from cot_flows.bootstrap.examining import Observation, counted, examine_database
from cot_flows.bootstrap.plain import plainly
from cot_flows.cli.exits import EXPECTED, FOUND_WRONG
from cot_flows.cli.session import JsonOption, opened, out
from cot_flows.embedded import ServerStatus, describe
from cot_flows.embedded.private import open_to_others
from cot_flows.prefect_child import PrefectServer, last_address, log_of
from cot_flows.prefect_login import login_file
from cot_flows.settings import Settings

MARKS = {"well": "[green]well [/]", "note": "[yellow]note [/]", "wrong": "[bold red]wrong[/]"}


def doctor(*, json: JsonOption = False) -> int:
    """Say in plain words what is running where, and what is wrong. Ends with 1 if anything is.

    well: as it should be. note: worth knowing. wrong: needs somebody. Where there is no database
    yet, none is made.
    """
    observations = list(_observations(read_settings()))
    if json:
        rows = [{"grade": o.grade, "about": o.about, "says": o.says} for o in observations]
        out.print_json(data={"observations": rows})
    else:
        for each in observations:
            out.print(f"{MARKS[each.grade]} [bold]{escape(each.about)}[/]: {escape(each.says)}")
    return FOUND_WRONG if any(each.grade == "wrong" for each in observations) else 0


def _observations(settings: Settings) -> Iterator[Observation]:
    yield from _home(settings.home)
    if settings.embedded:
        status = describe(settings.home, binaries=settings.binaries)
        yield from _server(status)
        if status.problems or status.data_version is None:
            return
    else:
        yield Observation("well", "database server", "your own, named by COT_DATABASE_URL")
    yield from _running(settings.home)
    try:
        with opened() as engine:
            yield from examine_database(engine)
    except Exception as error:
        plain = error if isinstance(error, EXPECTED) else plainly(error)
        if plain is None:
            raise
        yield Observation("wrong", "database", str(plain))


def _home(home: Path) -> Iterator[Observation]:
    place = home.expanduser().resolve()
    if not place.exists():
        yield Observation("well", "home folder", f"{place}, which is made when it is needed")
        return
    yield Observation("well", "home folder", str(place))
    found = open_to_others(place)
    if found:
        says = f"other users of this computer may look into {counted(len(found), 'place')} here, "
        says += f"such as {found[0]}: the next start of the program closes what is "
        says += "its own; close the folder itself with chmod 700 if nobody else needs it"
        yield Observation("note", "home folder", says)


def _server(status: ServerStatus) -> Iterator[Observation]:
    yield Observation("well", "database server", f"our own, on this computer: {_state(status)}")
    for note in status.notes:
        yield Observation("note", "database server", note)
    for problem in status.problems:
        yield Observation("wrong", "database server", problem)


def _state(status: ServerStatus) -> str:
    programs = f"its programs are of PostgreSQL {status.binaries_version or '(none found)'}"
    if status.data_version is None:
        return f"no database yet; {programs}. Begin with `cot demo` or `cot init NAME`"
    versions = f"{programs}, its data of PostgreSQL {status.data_version}"
    if not status.running:
        return f"stopped, as it is while no program needs it; {versions}"
    users = f" for {counted(status.leases, 'program')}" if status.leases else ""
    return f"running{users} on port {status.port}; {versions}; its log is {status.log_file}"


def _running(home: Path) -> Iterator[Observation]:
    """Yield whether `cot up` runs, and whether Prefect answers."""
    named = os.environ.get("PREFECT_API_URL", "").rstrip("/")
    runs = _held(home.expanduser().resolve() / "up.lock")
    if runs:
        yield Observation("well", "cot up", "running: what is recorded shows within a second")
    else:
        says = "not running: schedules do not run, and other programs' records do not show by "
        says += "themselves. Start it with `cot up`"
        yield Observation("note", "cot up", says)
    address = named or (last_address(home) if runs else None)
    if address is None:
        return
    if PrefectServer(address, None, None).healthy():
        how = "named by PREFECT_API_URL" if named else f"its login is in {login_file(home)}"
        yield Observation("well", "Prefect", f"answers at {address}; {how}")
    else:
        log = "" if named else f"; its log is {log_of(home)}"
        says = f"does not answer at {address}: schedules do not run. It may be starting, half a "
        says += f"minute the first time; nothing recorded is lost{log}"
        yield Observation("note", "Prefect", says)


def _held(lock: Path) -> bool:
    """Say whether a living program holds a lock."""
    try:
        with lock.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
