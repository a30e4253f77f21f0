"""How errors are told on a terminal: of bearable length and readable, whatever was typed."""

import re
from collections.abc import Sequence

from cot_flows.errors import NotConfigured

LONGEST_WORD, KEPT = 300, 60
"""Characters of a word from which only its beginning is told, and how many those are."""

LONGEST = 6000
"""Characters of a whole message; the faults of a large file may need more."""


def brief(message: str) -> str:
    """Return a message without what no terminal should be sent, overlong words shortened."""
    shown = (each if each.isprintable() or each == "\n" else _number(each) for each in message)
    readable = "".join(shown)
    told = re.sub(rf"\S{{{LONGEST_WORD},}}", _shortened, readable)
    if len(told) > LONGEST:
        told = f"{told[:LONGEST]} … ({len(told) - LONGEST} more characters)"
    return told


def require_readable(arguments: Sequence[str]) -> None:
    """Refuse arguments that no field of the record could hold. Raises NotConfigured."""
    for number, argument in enumerate(arguments, 1):
        if "\0" in argument or any("\ud800" <= each <= "\udfff" for each in argument):
            raise NotConfigured(
                f"word {number} of the command is no text: it holds a byte that is not UTF-8, or "
                "the character NUL; type it again"
            )


def _number(character: str) -> str:
    return f"[U+{ord(character):04X}]"


def _shortened(found: re.Match[str]) -> str:
    word = found.group()
    return f"{word[:KEPT]}… ({len(word)} characters)"
