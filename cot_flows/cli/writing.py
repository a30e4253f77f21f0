"""Writing what a command gives out to a file that the user names."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cot_flows.errors import NotConfigured

ForceOption = Annotated[
    bool, Parameter(name="--force", negative="", help="Replace a file that is there already.")
]


def require_free(file: Path, *, force: bool) -> None:
    """Refuse a name that a file bears already, unless it may be replaced. Raises NotConfigured.

    A kept checkpoint or proof is evidence: it is not lost to a name given twice. What is no file
    to keep, such as /dev/null, may be written to; a folder is refused here too, before any work.
    """
    with _in_a_line(file):
        if file.is_dir():
            raise NotConfigured(f"{file} cannot be written: it is a folder; name a file in it")
        if not file.parent.is_dir():
            raise NotConfigured(f"{file} cannot be written: there is no folder {file.parent}")
        if file.is_file() and not force:
            raise NotConfigured(f"{file} is there already: choose another name, or give --force")


def write_text(file: Path, text: str, *, force: bool) -> None:
    """Write a text as UTF-8. Raises NotConfigured when the file is there or cannot be written."""
    require_free(file, force=force)
    with _in_a_line(file):
        device = file.exists() and not file.is_file()
        # Made by this call or not at all: a file that came between is not replaced either.
        with file.open("w" if force or device else "x", encoding="utf-8") as output:
            output.write(text)


@contextmanager
def _in_a_line(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotConfigured(f"{file} cannot be written: {error.strerror or error}") from error
