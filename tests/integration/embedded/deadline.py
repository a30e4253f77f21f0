"""Waiting for a condition that another process brings about, never for a time to pass."""

import threading
import time
from collections.abc import Callable

_never_set = threading.Event()


def wait_until(condition: Callable[[], object], what: str, seconds: float = 30.0) -> None:
    """Return as soon as ``condition`` holds; fail, naming ``what``, when it never does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        _never_set.wait(0.01)
