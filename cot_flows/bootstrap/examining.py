"""What a look into the database tells a doctor: who we are there, and what is wrong."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal, NamedTuple

import psycopg
from psycopg.rows import dict_row

from cot_flows.bootstrap.engine import Engine
from events.statements import statement
from projections.statements import statement as projection_statement

Grade = Literal["well", "note", "wrong"]


ONE_LOGIN = (
    "this computer's own server has one login. The program takes on a lesser role for each task, "
    "but whoever can read the home folder can do everything: where that matters, use a server of "
    "your own (COT_DATABASE_URL)"
)
SUPERUSER = (
    "the program logs in as a superuser, who could switch the log's guards off: give it a login of "
    "its own, and run `cot db init` with the administrator's URL in COT_ADMIN_URL"
)


class Observation(NamedTuple):
    """One thing a doctor says: how grave, about what, in plain words."""

    grade: Grade
    about: str
    says: str


def examine_database(engine: Engine) -> Iterator[Observation]:
    """Yield what is to be said about an opened database."""
    with psycopg.connect(engine.url, autocommit=True) as connection:
        yield from _login(engine, connection)
    with engine.reading() as connection:
        for district, head, server in connection.execute(statement("doctor/clocks")):
            says = f"the log ends at {head}, later than the server's clock ({server}): set it right"
            yield Observation("wrong", f"district {district}", says)
        for (missing,) in connection.execute(statement("doctor/guards")):
            says = f"the trigger {missing} is missing or off: run `cot db init`, then `cot verify`"
            yield Observation("wrong", "append-only", says)
        yield from _districts(engine)
        lags = connection.execute(projection_statement("sql/doctor/lag")).fetchall()
        for district, behind in groupby(lags, key=itemgetter(0)):
            yield Observation("note", f"district {district}", _lag(list(behind)))


def counted(number: int, what: str) -> str:
    """Return a number of things in words, such as `1 event` or `2 events`."""
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _lag(rows: Sequence[tuple[Any, ...]]) -> str:
    names, most = ", ".join(row[1] for row in rows), max(row[2] for row in rows)
    return (
        f"what was recorded last does not show yet in {names} ({counted(most, 'event')} behind): "
        "`cot project` catches up once, `cot up` keeps up"
    )


def _login(engine: Engine, connection: psycopg.Connection) -> Iterator[Observation]:
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(statement("doctor/login")).fetchone()
    if row is None:
        return
    says = f"PostgreSQL {row['version']}, logged in as {row['login']}"
    yield Observation("well", "database", says)
    if row["missing"]:
        says = f"roles are missing: {', '.join(row['missing'])}: run `cot db init`"
        yield Observation("wrong", "roles", says)
    if row["may_log_in"]:
        says = f"roles that must not log in can: {', '.join(row['may_log_in'])}"
        yield Observation("wrong", "roles", says)
    if row["superuser"]:
        yield Observation("note", "roles", ONE_LOGIN if engine.server else SUPERUSER)
    elif row["owns"]:
        says = f"the login {row['login']} may become cot_owner, who could switch the log's guards "
        says += f"off: let an administrator run REVOKE cot_owner FROM {row['login']}"
        yield Observation("wrong", "roles", says)
    elif not row["missing"]:
        says = f"the login {row['login']} may become cot_append, cot_project, cot_reader and "
        says += "cot_seal, and not cot_owner: it cannot switch the log's guards off"
        yield Observation("well", "roles", says)


def _districts(engine: Engine) -> Iterator[Observation]:
    heads = engine.store.heads()
    if not heads:
        yield Observation("note", "districts", "none yet: set one up with `cot init NAME`")
    for head in heads:
        clock = "server clock" if head.clock == "server" else "SIMULATED clock: no evidence of when"
        last = f"{head.recorded_at:%Y-%m-%d %H:%M} UTC"
        says = f"{counted(head.position, 'event')}, the last recorded on {last} ({clock})"
        yield Observation("well", f"district {head.district}", says)
