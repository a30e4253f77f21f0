"""Commands that set up and look after: init, db, backup, restore."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from cyclopts import App, Parameter
from rich.markup import escape

from cot_flows.bootstrap import read_settings
from cot_flows.bootstrap.backup import restore_backup, write_backup
from cot_flows.bootstrap.database import (
    create_analyst,
    create_database,
    parts_of,
    restore_guards,
    set_up,
)
from cot_flows.bootstrap.engine import codec, prefect_database_beside, utc_now
from cot_flows.cli.session import opened, out, told
from cot_flows.errors import UnknownThing
from cot_flows.projecting import project
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from domain.catalogue import shipped_units
from events.envelope import Head

db = App(name="db", group="Look after", help="Set the database up, and let analysts in.")


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a district begins with: the options of `cot init`."""

    name: Annotated[str, Parameter(help="The district's full name.")]
    steward: Annotated[
        str, Parameter(help="Pseudonymous id of the first steward, such as s-01; acts from then.")
    ]
    time_zone: Annotated[str, Parameter(help="IANA time zone, such as America/Los_Angeles.")] = (
        "America/Los_Angeles"
    )
    steward_name: Annotated[
        str | None, Parameter(help="The steward's name; kept so that it can be withdrawn later.")
    ] = None
    units: Annotated[
        tuple[str, ...],
        Parameter(help="Catalogue codes of units to register; `all` for all 27.", negative=()),
    ] = ()
    state: Annotated[
        str | None, Parameter(help="State whose holidays close offices, such as CA.")
    ] = None
    closed: Annotated[
        tuple[date, ...], Parameter(help="Further days on which offices are closed.", negative=())
    ] = ()
    calendar_from: Annotated[
        date | None, Parameter(help="First day of the calendar; July 1 of this school year.")
    ] = None
    calendar_to: Annotated[
        date | None, Parameter(help="Last day of the calendar; June 30 three years on.")
    ] = None
    clock: Annotated[
        Literal["server", "simulated"],
        Parameter(help="simulated: recording times are supplied; for reconstructions and trials."),
    ] = "server"
    begins_at: Annotated[
        datetime | None, Parameter(help="First moment of a simulated clock, with offset.")
    ] = None

    def plan(self, district: str) -> DistrictPlan:
        """Return the plan for the district of this short name."""
        every = tuple(unit.code for unit in shipped_units().units)
        return DistrictPlan(
            district=district,
            name=self.name,
            time_zone=self.time_zone,
            people=(Person(self.steward, "steward", self.steward_name),),
            clock=self.clock,
            begins_at=self.begins_at,
            calendar_from=self.calendar_from,
            calendar_to=self.calendar_to,
            state=self.state,
            closed_days=self.closed,
            units=every if self.units == ("all",) else self.units,
        )


def init(
    district: Annotated[
        str, Parameter(help="Short name of the district: small letters, digits, hyphens.")
    ],
    /,
    *,
    beginning: Beginning,
) -> None:
    """Set a district up: its log, calendar, rubric, review policies, first steward and units.

    Running it again with the same answers records nothing twice, in a later school year too.
    """
    with opened() as engine:
        done = set_up_district(engine.store, beginning.plan(district))
        project(engine, district)
    for remark in done.remarks:
        told.print(escape(f"{district}: {remark}"))
    out.print(
        f"District {district} is set up: {done.recorded} events recorded, {done.recognised} were "
        f"there already. Next: `cot units`, `cot record --help`, `cot import activities --help`."
    )


@db.command(name="init")
def db_init() -> None:
    """Create roles and schemas in the database, or bring them up to date. Harmless twice.

    Where the program's own login may not do that, set COT_ADMIN_URL to an administrator's URL for
    this one command. There is no option for it: what stands on a command line is shown to every
    user of the machine by the list of processes, the password too.
    """
    settings = read_settings()
    url = settings.admin_url or settings.database_url
    if url is None:
        with opened() as engine:
            version = engine.initialise()
            off = restore_guards(engine.url)
    else:
        login = parts_of(settings.database_url or url).user
        version = set_up(url, login=login)
        create_database(url, prefect_database_beside(settings.database_url or url), owner=login)
        off = restore_guards(url)
    if off:
        out.print(
            f"Guards of the log were off and are on again: {', '.join(off)}. Find out who switched "
            "them off, and run `cot verify` with a copy of the log kept elsewhere at hand."
        )
    out.print(f"The database is set up: log {version.log}, projections {version.projection}.")


@db.command(name="analyst")
def db_analyst(
    name: Annotated[str, Parameter(help="Name of the login, such as analyst_mary.")], /
) -> None:
    """Create a login that can read the documented views only, and print how to connect.

    Calling it again gives a new password. The password is shown once and kept nowhere.
    """
    password = token_urlsafe(24)
    with opened() as engine:
        create_analyst(engine.settings.admin_url or engine.url, name, password)
        parts = parts_of(engine.url)
    out.print(
        f"Host {parts.host}, port {parts.port}, database {parts.database}, user {name}",
        markup=False,
    )
    out.print(f"Password {password}", markup=False)
    out.print(
        "The views are in schema cot_read; start with cot_read.data_dictionary. The embedded "
        "server runs while the program does: keep `cot up` running while you work."
    )


def backup(
    file: Annotated[Path, Parameter(help="A new file, such as cot-2026-11-24.zip.")], /
) -> None:
    """Write all logs to a file, as they stand at one moment."""
    with opened() as engine, told.status("Backing up …") as status:
        report = write_backup(
            engine.url, file, made_at=utc_now(), told=lambda text: status.update(escape(text))
        )
    held = ", ".join(f"{name} to position {at}" for name, at in report.districts.items())
    out.print(f"{file} ({report.size:,} bytes) holds {held or 'no district'}.", markup=False)


def restore(file: Annotated[Path, Parameter(help="A file written by `cot backup`.")], /) -> None:
    """Read a backup into an empty database, checking every event before anything is kept.

    This is also the way to another major version of PostgreSQL: back up with the old program,
    restore with the new one into a new COT_HOME.
    """
    if not file.exists():
        raise UnknownThing(f"there is no file {file}")
    with opened() as engine, told.status("Restoring …") as status:
        report = restore_backup(
            engine.settings.admin_url or engine.url,
            file,
            codec(),
            told=lambda text: status.update(escape(text)),
        )
        for district in report.districts:
            status.update(f"projecting {district}")
            project(engine, district)
        heads = engine.store.heads()
    held = ", ".join(f"{name} to position {at}" for name, at in report.districts.items())
    out.print(f"Restored and checked: {held or 'no district'}.", markup=False)
    for line in _left_behind(heads):
        out.print(line, markup=False, soft_wrap=True)


def _left_behind(heads: Sequence[Head]) -> list[str]:
    """Return what a restore cannot bring back, and what to do before anything is sealed."""
    if not heads:
        return []
    told = [
        f"{head.district} stands as of position {head.position}, recorded "
        f"{head.recorded_at.astimezone(ZoneInfo(head.time_zone)):%Y-%m-%d %H:%M %Z}."
        for head in heads
    ]
    withdrawals = (
        "Withdrawals recorded after that are not in the backup: personal values withdrawn since "
        "can be read again. Withdraw them again (`cot redact`) before others use this log."
    )
    seals = (
        "Before anything is sealed (`cot seal`, `cot up`), compare with a checkpoint kept outside: "
        "`cot audit checkpoint NOW`, then `cot audit compare KEPT NOW`. If the log ends before "
        "KEPT, sealing would begin a second history: look for a later backup first."
    )
    return [*told, withdrawals, seals]
