"""What a look into the database tells a doctor: who we are there, and what is wrong."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

import psycopg
from psycopg.rows import dict_row

from cot_flows.bootstrap.engine import Engine
from events.statements import statement
from projections.statements import statement as projection_statement

Grade = Literal["well", "note", "wrong"]


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
        for district, projection, behind, _ in connection.execute(
            projection_statement("sql/doctor/lag")
        ):
            says = f"{projection} is {behind} events behind: run `cot project` or `cot up`"
            yield Observation("note", f"district {district}", says)


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
    if row["owns"] and not row["superuser"]:
        says = "the program's login may become cot_owner, who could switch the log's guards off: "
        says += "REVOKE cot_owner from it and use COT_ADMIN_URL for `cot db init`"
        yield Observation("wrong", "roles", says)
    if row["superuser"] and engine.server is None:
        says = "the program logs in as a superuser, who could switch the log's guards off: give "
        says += "it a login of its own and run `cot db init` with COT_ADMIN_URL"
        yield Observation("note", "roles", says)
    elif row["superuser"]:
        says = (
            "the embedded server has one login: roles are set for each task, but whoever can read "
        )
        says += "the home directory can do everything; use COT_DATABASE_URL where that matters"
        yield Observation("note", "roles", says)


def _districts(engine: Engine) -> Iterator[Observation]:
    heads = engine.store.heads()
    if not heads:
        yield Observation("note", "districts", "none yet: set one up with `cot init NAME`")
    for head in heads:
        clock = "server clock" if head.clock == "server" else "SIMULATED clock: no evidence of when"
        last = f"{head.recorded_at:%Y-%m-%d %H:%M} UTC"
        says = f"{head.position} events, last recorded {last}, {clock}"
        yield Observation("well", f"district {head.district}", says)
