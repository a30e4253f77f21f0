"""Reads the files that ship inside this package, and what their typed forms have in common."""

from collections import Counter
from collections.abc import Iterable
from importlib.resources import files
from typing import Annotated

from pydantic import StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
"""Text that says something: blank is refused."""


def shipped_text(package: str, name: str) -> str:
    """The text of the file ``name`` that ships inside ``package``."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def repeated(codes: Iterable[str]) -> list[str]:
    """The codes that come more than once, sorted."""
    return sorted(code for code, times in Counter(codes).items() if times > 1)
