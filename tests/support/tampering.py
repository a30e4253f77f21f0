"""Ways to alter a bundle, each by somebody who also mends what lies open: digests and leaves."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from events.leaf import EPOCH, leaf_hash
from tests.support.bundles import DISTRICT, mend, put, rows_of

Alter = Callable[[Path], None]
EVENTS, VALUES, SEALS = "events.jsonl", "personal.jsonl", "checkpoints.jsonl"
PLACE = 40


def releafed(row: dict[str, Any]) -> dict[str, Any]:
    """Return an event whose leaf fits again: only the root tells."""
    leaf = leaf_hash(
        district=DISTRICT,
        position=row["position"],
        stream=row["stream"],
        stream_version=row["stream_version"],
        recorded_at=EPOCH + timedelta(microseconds=row["recorded_at"]),
        content=row["content"].encode(),
    )
    return {**row, "leaf": leaf.hex()}


def event(change: Callable[[dict[str, Any]], dict[str, Any]], *, leaf: bool = False) -> Alter:
    """Alter one event in the middle."""

    def alter(place: Path) -> None:
        rows = rows_of(place, EVENTS)
        rows[PLACE] = change(rows[PLACE])
        rows[PLACE] = releafed(rows[PLACE]) if leaf else rows[PLACE]
        put(place, EVENTS, rows)

    return alter


def rows(name: str, change: Callable[[list[Any]], list[Any]]) -> Alter:
    """Alter the lines of a file."""
    return lambda place: put(place, name, change(rows_of(place, name)))


def another(told: dict[str, Any], name: str, value: object) -> dict[str, Any]:
    """Return an event whose content says otherwise in one field."""
    content = json.loads(told["content"])
    content[name] = value
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {**told, "content": text}


def renumbered(found: list[Any]) -> list[Any]:
    """Return events with positions from 1 and leaves that fit."""
    return [releafed({**row, "position": at}) for at, row in enumerate(found, 1)]


def swapped(found: list[Any]) -> list[Any]:
    """Return events of which two changed places."""
    one, two = found[PLACE], found[PLACE + 1]
    found[PLACE : PLACE + 2] = [
        {**two, "position": one["position"]},
        {**one, "position": two["position"]},
    ]
    return [*found[:PLACE], *map(releafed, found[PLACE : PLACE + 2]), *found[PLACE + 2 :]]


def without(found: list[Any], place: int) -> list[Any]:
    """Return lines without one."""
    return [*found[:place], *found[place + 1 :]]


def flipped(text: str, place: int = 20) -> str:
    """Return base64 with one byte of it changed."""
    told = bytearray(base64.b64decode(text))
    told[place] ^= 1
    return base64.b64encode(told).decode()


def seal(change: Callable[[dict[str, Any]], dict[str, Any]], place: int = -1) -> Alter:
    """Alter one checkpoint, and last.checkpoint with it."""

    def alter(folder: Path) -> None:
        found = rows_of(folder, SEALS)
        found[place] = change(found[place])
        (folder / "last.checkpoint").write_text(found[-1]["note"], encoding="utf-8")
        put(folder, SEALS, found)

    return alter


def last_removed(folder: Path) -> None:
    """Take the last checkpoint away, as if it had not been made."""
    found = rows_of(folder, SEALS)[:-1]
    (folder / "last.checkpoint").write_text(found[-1]["note"], encoding="utf-8")
    put(folder, SEALS, found)


def resigned(row: dict[str, Any], line: int, *, drop: bool = False) -> dict[str, Any]:
    """Return a checkpoint with one signature line changed, or without it."""
    text, _, below = row["note"].rpartition("\n\n")
    lines = below.split("\n")[:-1]
    if drop:
        del lines[line]
    else:
        dash, name, made = lines[line].split(" ")
        lines[line] = f"{dash} {name} {flipped(made)}"
    return {**row, "note": f"{text}\n\n" + "".join(f"{each}\n" for each in lines)}


def note_line(row: dict[str, Any], line: int, change: Callable[[str], str]) -> dict[str, Any]:
    """Return a checkpoint whose signed text says otherwise."""
    lines = row["note"].split("\n")
    lines[line] = change(lines[line])
    return {**row, "note": "\n".join(lines)}


def keys(change: Callable[[dict[str, Any]], None]) -> Alter:
    """Alter keys.json."""

    def alter(place: Path) -> None:
        told = json.loads((place / "keys.json").read_text())
        change(told)
        (place / "keys.json").write_text(json.dumps(told))
        mend(place)

    return alter


def lie_about_rotation(told: dict[str, Any]) -> None:
    """Let the second key be vouched for by a signature that does not fit."""
    text, _, line = told["keys"][1]["statement"].rpartition("\n\n")
    dash, name, made = line.strip().split(" ")
    told["keys"][1]["statement"] = f"{text}\n\n{dash} {name} {flipped(made)}\n"


def hide_loss(told: dict[str, Any]) -> None:
    """Let the loss of a key look like nothing."""
    told["keys"][1]["ended"] = None


def later_key(told: dict[str, Any]) -> None:
    """Let a key have been in force from elsewhere."""
    told["keys"][2]["from_position"] += 1


ALTERED: dict[str, Alter] = {
    "content": event(lambda row: another(row, "type", "ActivityPlanned")),
    "content and leaf": event(lambda row: another(row, "type", "ActivityPlanned"), leaf=True),
    "actor and leaf": event(lambda row: another(row, "actor", "somebody-else"), leaf=True),
    "recording time": event(lambda row: {**row, "recorded_at": row["recorded_at"] + 1}),
    "recording time and leaf": event(
        lambda row: {**row, "recorded_at": row["recorded_at"] - 10**12}, leaf=True
    ),
    "stream and leaf": event(lambda row: {**row, "stream": "unit-other"}, leaf=True),
    "stream version and leaf": event(
        lambda row: {**row, "stream_version": row["stream_version"] + 1}, leaf=True
    ),
    "leaf only": event(lambda row: {**row, "leaf": "00" * 32}),
    "event left out unsaid": event(lambda row: {k: row[k] for k in ("leaf", "position")}),
    "events swapped": rows(EVENTS, swapped),
    "event removed": rows(EVENTS, lambda found: without(found, PLACE)),
    "event removed, renumbered": rows(EVENTS, lambda found: renumbered(without(found, PLACE))),
    "event doubled": rows(EVENTS, lambda found: renumbered([*found[:PLACE], *found[PLACE - 1 :]])),
    "end cut off": rows(EVENTS, lambda found: found[:-3]),
    "event added": rows(EVENTS, lambda found: renumbered([*found, found[-1]])),
    "event without a field": event(lambda row: {k: v for k, v in row.items() if k != "stream"}),
    "value": rows(VALUES, lambda found: [{**found[0], "value": "Eve"}, *found[1:]]),
    "salt": rows(VALUES, lambda found: [{**found[0], "salt": "00" * 16}, *found[1:]]),
    "value not committed to": rows(VALUES, lambda found: [{**found[0], "field": "x"}, *found[1:]]),
    "value doubled": rows(VALUES, lambda found: [found[0], *found]),
    "value left out unsaid": rows(VALUES, lambda found: found[1:]),
    "checkpoint removed": rows(SEALS, lambda found: without(found, 1)),
    "last checkpoint removed": last_removed,
    "root": seal(lambda row: note_line(row, 2, lambda text: flipped(text, 3))),
    "size": seal(lambda row: note_line(row, 1, lambda text: str(int(text) + 1))),
    "origin": seal(lambda row: note_line(row, 0, lambda text: f"{text}x")),
}
"""What every verifier must refuse."""

ALTERED_SIGNATURES: dict[str, Alter] = {
    "signature": seal(lambda row: resigned(row, 0)),
    "signature of the first": seal(lambda row: resigned(row, 0), 0),
    "signature removed": seal(lambda row: resigned(row, 0, drop=True)),
    "cosignature": seal(lambda row: resigned(row, 1)),
    "recorded cosignature removed": seal(lambda row: resigned(row, 1, drop=True), 1),
    "consistency proof": seal(lambda row: {**row, "proof": [*map(flipped, row["proof"])]}),
    "consistency proof cut": seal(lambda row: {**row, "proof": row["proof"][:-1]}),
    "position of a checkpoint": seal(lambda row: {**row, "position": row["position"] - 1}, 0),
    "statement of a rotation": keys(lie_about_rotation),
    "loss of a key": keys(hide_loss),
    "position of a key": keys(later_key),
}
"""What only a verifier that knows Ed25519 and the keys can see."""
