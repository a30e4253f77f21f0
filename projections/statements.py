"""The SQL of projections, one statement or definition a file, loaded by name."""

from functools import cache
from importlib.resources import files


@cache
def statement(name: str) -> bytes:
    """Return the text of `projections/<name>.sql`, as bytes so that none is ever glued."""
    return files("projections").joinpath(f"{name}.sql").read_bytes()


@cache
def names_in(folder: str) -> tuple[str, ...]:
    """Return the names of the statements in a folder of this package, sorted; none if absent."""
    place = files("projections").joinpath(folder)
    if not place.is_dir():
        return ()
    found = (each.name for each in place.iterdir())
    return tuple(sorted(f"{folder}/{each[:-4]}" for each in found if each.endswith(".sql")))
