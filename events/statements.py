"""The SQL of the log, one statement a file, loaded by name."""

from functools import cache
from importlib.resources import files


@cache
def statement(name: str) -> bytes:
    """Return the statement in `events/sql/<name>.sql`, as bytes so that none is ever glued."""
    return files("events").joinpath("sql", f"{name}.sql").read_bytes()
