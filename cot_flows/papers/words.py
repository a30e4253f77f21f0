"""Values of a packet in words."""

from collections.abc import Mapping

ARROWS = {"up": "↑ up", "down": "↓ down", "same": "→ same", "new": "new"}
"""By the arrow of an entry: a sign and a word, since a sign alone is not read out."""

Entry = Mapping[str, object]


def say(value: object) -> str:
    """Return a value in words: none for nothing, yes and no."""
    match value:
        case None | "":
            return "none"
        case True:
            return "yes"
        case False:
            return "no"
        case list() | tuple():
            return ", ".join(say(each) for each in value) or "none"
        case dict():
            return (
                ", ".join(f"{spaced(name)} {say(each)}" for name, each in value.items()) or "none"
            )
        case _:
            return str(value)


def spaced(name: object) -> str:
    """Return a name of the record with spaces: `head_vacant`, `stalled-unit`, `UnitPutOnHold`."""
    text = "".join(
        f" {each.lower()}" if each.isupper() and index else each
        for index, each in enumerate(str(name))
    )
    return text.replace("_", " ").replace("-", " ")


def entries(document: Entry, name: str) -> list[dict[str, object]]:
    """Return a part of a packet."""
    found = document[name]
    if not isinstance(found, list):
        raise TypeError(f"{name} is no part of a packet")
    return found


def part(document: Entry, name: str) -> dict[str, object]:
    """Return a named object of a packet."""
    found = document[name]
    if not isinstance(found, dict):
        raise TypeError(f"{name} is no object of a packet")
    return found


def number(value: object) -> int:
    """Return a whole number of a packet; nothing is 0."""
    if value is None:
        return 0
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number")
    return value
