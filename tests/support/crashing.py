"""A program that dies on purpose at a named point."""

from collections.abc import Callable


class Crash(Exception):
    """The program died here."""


def dying(point: str, times: int) -> Callable[[str], None]:
    """Return a fail point that raises when a point is passed for the n-th time."""
    left = [times]

    def fail(name: str) -> None:
        if name == point:
            left[0] -= 1
            if left[0] == 0:
                raise Crash

    return fail
