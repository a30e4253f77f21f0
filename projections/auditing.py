"""The questions of an audit: queries over the events as they stand, corrected ones included."""

from collections.abc import Mapping

from psycopg import Connection
from psycopg.rows import TupleRow, dict_row

from projections.statements import statement


def audit_rows(
    connection: Connection[TupleRow], name: str, given: Mapping[str, object]
) -> list[dict[str, object]]:
    """Return the rows of `projections/audit/<name>.sql` for its parameters, in its order."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return list(cursor.execute(statement(f"audit/{name}"), given))
