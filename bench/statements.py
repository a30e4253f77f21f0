"""The SQL of the measurements, one statement a file, loaded by name."""

from functools import cache
from pathlib import Path

SQL = Path(__file__).parent / "sql"


@cache
def statement(name: str) -> bytes:
    """Return the statement in `bench/sql/<name>.sql`, as bytes so that none is ever glued."""
    return (SQL / f"{name}.sql").read_bytes()
