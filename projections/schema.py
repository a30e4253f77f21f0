"""Install what projections need in the database: schemas, tables, functions, views, privileges.

Types and tables are created once, by a migration. Functions and views are replaced whenever their
text has changed; the database notes the digest of each, so that nothing is done twice.
"""

from psycopg import Connection
from psycopg.rows import TupleRow

from events.schema import Migrations
from projections.catalogue import FUNCTIONS, GATES, PROJECTIONS, digest_of, gate_criteria
from projections.errors import SchemaDiffers
from projections.statements import names_in, statement

PROJECTION_MIGRATIONS = Migrations("projections.migrations", "cot_projection")
"""The chain of migrations that creates types and tables."""

SCHEMAS = ("sql/schemas/cot_projection", "sql/schemas/cot_read")
BEFORE_ALL = ("sql/tables/installed", "sql/tables/checkpoint", "sql/tables/gate_criterion")
AFTERWARDS = ("read/comments", "sql/privileges/projection", "read/privileges")


def created_once() -> tuple[str, ...]:
    """Return the names of the types and tables, in the order in which they are created."""
    catalogue = (p.path(part) for p in PROJECTIONS for part in ("row_type", "table"))
    return (*BEFORE_ALL, *catalogue, *names_in("read/types"))


def replaceable() -> tuple[str, ...]:
    """Return the names of the functions and views, in the order in which they are replaced."""
    catalogue = (p.path(part) for p in PROJECTIONS for part in ("rows", "on_date"))
    return (
        *names_in("sql/functions"),
        *names_in(FUNCTIONS),
        *catalogue,
        *names_in("read/functions"),
        *names_in("read/views"),
    )


def create_schemas(connection: Connection[TupleRow]) -> None:
    """Create the two schemas, as a role that may create schemas in this database."""
    for name in SCHEMAS:
        connection.execute(statement(name))


def create_tables(connection: Connection[TupleRow]) -> tuple[str, ...]:
    """Create the types and tables that are missing, as their owner; return their names.

    Raises SchemaDiffers, naming it, when one is there in another version: it takes a migration.
    """
    made: list[str] = []
    with connection.transaction():
        connection.execute(statement("sql/installed/lock"))
        present = connection.execute(statement("sql/installed/present")).fetchone()
        held = _installed(connection) if present and present[0] else {}
        for name in created_once():
            if name not in held:
                connection.execute(statement(name))
                made.append(name)
            elif held[name] != digest_of(name):
                raise SchemaDiffers(
                    f"{name} is in the database in another version: upgrade the database with a "
                    f"migration, or use the program it was made with"
                )
        for name in made:
            _note(connection, name, digest_of(name))
    return tuple(made)


def apply_functions(connection: Connection[TupleRow]) -> tuple[str, ...]:
    """Replace the functions and views whose text has changed, as their owner; return their names.

    Notes the digest of every projection's whole query, by which a refresh knows whether program
    and database fit together. Does nothing at all when nothing has changed.
    """
    with connection.transaction():
        connection.execute(statement("sql/installed/lock"))
        held = _installed(connection)
        files = {name: digest_of(name) for name in (*replaceable(), *AFTERWARDS)}
        queries = {f"query/{p.name}": p.query_digest for p in PROJECTIONS}
        wanted = files | queries
        changed = [name for name, digest in wanted.items() if held.get(name) != digest]
        if not changed:
            return ()
        connection.execute(statement("sql/installed/check_bodies_later"))
        for name in changed:
            if name in files and name not in AFTERWARDS:
                connection.execute(statement(name))
        # A new function may be called by everyone, and a new view has no comments, until this.
        for name in AFTERWARDS:
            connection.execute(statement(name))
        connection.execute(statement(GATES), {"gates": gate_criteria()})
        for name in changed:
            _note(connection, name, wanted[name])
    return tuple(changed)


def install(connection: Connection[TupleRow]) -> tuple[str, ...]:
    """Install whatever is missing or has changed, in an empty or an older database."""
    create_schemas(connection)
    return (*create_tables(connection), *apply_functions(connection))


def _installed(connection: Connection[TupleRow]) -> dict[str, str]:
    return dict(connection.execute(statement("sql/installed/all")).fetchall())


def _note(connection: Connection[TupleRow], name: str, digest: str) -> None:
    connection.execute(statement("sql/installed/note"), {"name": name, "digest": digest})
