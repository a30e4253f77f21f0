"""Waiting for what other processes do: a condition looked at until it holds, or a deadline."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TypeVar

Found = TypeVar("Found")


def until(condition: Callable[[], Found], *, seconds: float, what: str) -> Found:
    """Return the first true answer of the condition; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    never = Event()
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
        never.wait(0.05)


def processes_naming(text: str) -> list[int]:
    """Return the ids of living processes whose command line or environment names a text."""
    found: list[int] = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            told = (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
        except OSError:
            continue
        if told and text.encode() in told:
            found.append(int(place.name))
    return found
