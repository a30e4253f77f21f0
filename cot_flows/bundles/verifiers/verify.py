"""Verify a bundle that was taken out of a log, with Python 3.11 and the package `cryptography`.

    python3 verify.py [FOLDER or FILE.zip] [--key VKEY] [--witness VKEY] [--json]

Ends with 0 when all holds, 1 when something was altered, 2 when the bundle cannot be read, and 3
when all holds but no --key was given: then nobody knows who signed. The vkey must come from the
district by another way than the bundle. This file uses nothing of the program that wrote the
bundle; README.md in the bundle tells what a bundle shows and what not.
"""

import argparse
import json
import re
import struct
import sys
import unicodedata
from bisect import bisect
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cot_flows.bundles.verifiers.reading import (
    UNREADABLE,
    Files,
    Json,
    Refused,
    Wrong,
    number,
    parse,
    sha256,
    shaped,
)
from cot_flows.bundles.verifiers.signing import Checkpoint, Key, Keys, Tree

HEX32 = re.compile(r"[0-9a-f]{64}")
SALT = re.compile(r"[0-9a-f]{32}")
WHOLE = {"content", "leaf", "position", "recorded_at", "stream", "stream_version"}
ENVELOPE = {
    *("actor", "approved_by", "causation_id", "classification", "commitments", "correlation_id"),
    *("corrects", "data", "effective_from", "event_id", "occurred_on", "on_behalf_of"),
    *("precision", "schema_version", "source", "subjects", "type"),
}
CLASSES = {"public", "internal", "personnel", "student-derived", "privileged"}
PROGRESS_EVERY = 20000
SHOWS = (
    "This shows that the records were not changed since they were sealed. It does not show that "
    "they were true when they were entered."
)
SIMULATED = (
    "The log keeps a simulated clock: its recording times were supplied, not observed; it is a "
    "reconstruction or a trial."
)
NO_KEY = (
    "NOT SHOWN: who signed. Anybody could make such a bundle; get the log's vkey from the district "
    "by another way and give it with --key."
)


class Walk:
    """What is known of the log after the events so far."""

    def __init__(self, district: str, keys: Keys, checkpoints: list[Checkpoint]) -> None:
        name = district.encode()
        self.prefix = b"\x00cot-flows/leaf/v1" + struct.pack(">i", len(name)) + name
        self.keys, self.tree, self.time = keys, Tree(), 0
        self.of_size = {each.size: each for each in checkpoints}
        self.streams: dict[str, tuple[int, int]] = {}
        self.ids: set[str] = set()
        self.hidden: list[int] = []
        self.skipped = self.lacking = self.good = 0
        self.sealing: dict[int, tuple[str, str]] = {}
        self.sealed: dict[int, str] = {}

    def take(self, line: Json, values: list[Json]) -> None:
        """Check the next line of events.jsonl; raises Wrong."""
        here = self.tree.size + 1
        if number(line.get("position"), "a position") != here:
            raise Wrong("is missing, or stands elsewhere", here)
        leaf = line.get("leaf")
        if type(leaf) is not str or not HEX32.fullmatch(leaf):
            raise Wrong("the leaf is no SHA-256 in hex", here)
        if line.keys() == {"leaf", "position"}:
            self.hidden.append(here)
            if values:
                raise Wrong("its content was left out, its values were not", here)
        elif line.keys() == WHOLE:
            self._event(here, line, values)
        else:
            raise Wrong("the line has not the fields it must have", here)
        self.tree.add(bytes.fromhex(leaf))
        checkpoint = self.of_size.get(here)
        if checkpoint is not None:
            if self.tree.root() != checkpoint.root:
                told = f"one of the events {self.good + 1} to {here} is not what was sealed"
                raise Wrong(told, self.good + 1)
            self.good = here

    def _event(self, here: int, line: Json, values: list[Json]) -> None:
        stream, content = line["stream"], line["content"]
        if type(stream) is not str or type(content) is not str:
            raise Wrong("stream and content should be texts", here)
        version = number(line["stream_version"], "a stream version")
        time = number(line["recorded_at"], "a recording time", 0)
        name = stream.encode(errors="surrogatepass")
        data = content.encode(errors="surrogatepass")
        frame = struct.pack(">i", len(name)) + name + struct.pack(">qq", version, time)
        found = sha256(self.prefix, struct.pack(">q", here), frame, sha256(data))
        if found.hex() != line["leaf"]:
            raise Wrong("content, place or time is not what was hashed", here)
        if time < self.time:
            raise Wrong("was recorded before its predecessor", here)
        self.time = time
        self._version(here, stream, version)
        self._content(here, content, values)

    def _version(self, here: int, stream: str, version: int) -> None:
        before, at = self.streams.get(stream, (0, 0))
        gap = version - before - 1
        self.skipped += gap
        if gap < 0 or (gap and gap > len(self.hidden) - bisect(self.hidden, at)):
            raise Wrong(f"version {before + 1} of the stream {stream} is missing", here)
        self.streams[stream] = (version, here)

    def _content(self, here: int, content: str, values: list[Json]) -> None:
        try:
            told = parse(content.encode(), "the content")
        except (Refused, ValueError) as error:
            raise Wrong(str(error), here) from error
        fault = fault_of(told, content)
        if fault or told["event_id"] in self.ids:
            raise Wrong(fault or f"the event id {told['event_id']} was there before", here)
        if told["corrects"] is not None and not (told["corrects"] in self.ids or self.hidden):
            raise Wrong("it corrects an event that is not there", here)
        self.ids.add(told["event_id"])
        shown = {str(each.get("field")) for each in values}
        if len(shown) != len(values) or not shown <= told["commitments"].keys():
            raise Wrong("there is a value that the event does not commit to", here)
        for each in values:
            if committed(each) != told["commitments"][str(each.get("field"))]:
                raise Wrong(f"the value of {each['field']} is not the one committed to", here)
        self.lacking += len(told["commitments"]) - len(values)
        self._sealing(here, told["type"], told["data"])

    def _sealing(self, here: int, kind: str, data: Json) -> None:
        if kind in ("SealingKeyPublished", "SealingKeyRotated", "SealingKeyLost"):
            self.sealing[here] = (kind, str(data.get("vkey")))
        elif kind == "CheckpointSealed":
            found = self.of_size.get(size_of(data))
            if found is None or found.position != here:
                raise Wrong("the checkpoint recorded here is not in the bundle", here)
            if not str(found.note).startswith(str(data.get("note"))):
                raise Wrong("the bundle holds another note for the checkpoint recorded here", here)
            self.sealed[here] = kind
        elif kind == "CheckpointCosigned":
            found = self.of_size.get(size_of(data))
            if found is None or data.get("witness") not in found.witnesses:
                raise Wrong("the cosignature recorded here is not in the bundle", here)

    def require_all(self, checkpoints: list[Checkpoint], withheld: Json) -> None:
        """Check what can be told only after the last event; raises Wrong."""
        size = self.tree.size
        if size != checkpoints[-1].size:
            raise Wrong(f"{checkpoints[-1].size} events were sealed, {size} are here", size + 1)
        if self.sealing != {at: fact for at, fact in self.keys.facts.items() if at <= size}:
            raise Wrong("keys.json does not list the keys that the events tell of")
        for each in checkpoints:
            if each.position <= size and each.position not in self.sealed:
                raise Wrong("no event tells of this checkpoint", each.position)
        if self.skipped > len(self.hidden):
            raise Wrong("more stream versions are missing than events were left out")
        told = withheld.get("events_left_out"), withheld.get("values_left_out")
        gone = number(withheld.get("values_not_on_record"), "values_not_on_record", 0)
        if told != (len(self.hidden), self.lacking - gone):
            raise Wrong(
                f"withheld.json tells of {told[0]} events and {told[1]} values left out; it is "
                f"{len(self.hidden)} and {self.lacking - gone}"
            )


def committed(value: Json) -> str:
    """Return the commitment to a personal value: SHA-256 over tag, salt, field and value."""
    salt, field, text = value.get("salt"), value.get("field"), value.get("value")
    if not (type(salt) is str and SALT.fullmatch(salt) and type(text) is str):
        return ""
    told = json.dumps(
        [field, unicodedata.normalize("NFC", text)], ensure_ascii=False, separators=(",", ":")
    )
    data = told.encode(errors="surrogatepass")
    return sha256(b"cot-flows/commitment/v1", bytes.fromhex(salt), data).hex()


def size_of(data: Json) -> int:
    """Return the size that a fact about a checkpoint tells, or 0."""
    size = data.get("size")
    return size if type(size) is int else 0


def fault_of(told: Json, content: str) -> str | None:
    """Return what is wrong with the content of an event by itself, or None."""
    written = json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    if written != content:
        return "the content is not in its one canonical form"
    if told.keys() != ENVELOPE:
        return f"the content lacks or adds {sorted(told.keys() ^ ENVELOPE)}"
    texts = [told["event_id"], told["type"], told["actor"], told["occurred_on"]]
    subjects, commitments = told["subjects"], told["commitments"]
    if any(type(each) is not str for each in texts) or type(told["data"]) is not dict:
        return "the content has fields that are not of the kind they must be"
    if type(told["schema_version"]) is not int or told["classification"] not in CLASSES:
        return "the content has no schema version, or an unknown classification"
    if type(told["corrects"]) not in (str, type(None)):
        return "what it corrects is no id"
    if type(subjects) is not list or subjects != sorted({*map(str, subjects)}):
        return "the subjects are not sorted, or not each once"
    if type(commitments) is not dict or not all(
        type(each) is str and HEX32.fullmatch(each) for each in commitments.values()
    ):
        return "the commitments are no SHA-256 in hex"
    return None


class Values:
    """The personal values beside the log, in the order of the events."""

    def __init__(self, lines: Iterator[Json]) -> None:
        self.lines = lines
        self.next = next(lines, None)

    def of(self, position: int) -> list[Json]:
        """Return the values of one event."""
        found = []
        while self.next is not None and self.next.get("position") == position:
            found.append(self.next)
            self.next = next(self.lines, None)
        return found

    def require_end(self) -> None:
        """Refuse values that belong to no event, or stand out of order."""
        if self.next is not None:
            told = self.next.get("position")
            raise Wrong(f"personal.jsonl has a value of position {str(told)[:20]}, out of place")


def checkpoints_of(files: Files, keys: Keys, origin: str) -> list[Checkpoint]:
    """Return the checkpoints, each shown to continue the one before. Raises Wrong, Refused."""
    found: list[Checkpoint] = []
    for row in files.lines("checkpoints.jsonl"):
        found.append(Checkpoint(row, keys, origin, found[-1] if found else None))
    if not found:
        raise Refused("checkpoints.jsonl holds no checkpoint")
    if files.whole("last.checkpoint") != str(found[-1].note).encode():
        raise Wrong("last.checkpoint is not the last checkpoint")
    return found


def verify(place: str, given: list[str], witnesses: list[str], *, quiet: bool) -> Json:
    """Return what the bundle shows. Raises Wrong, Refused."""
    files = Files(place)
    keys = Keys(parse(files.whole("keys.json"), "keys.json"))
    origin = shaped(files.manifest.get("origin"), str, "the origin")
    checkpoints = checkpoints_of(files, keys, origin)
    last = checkpoints[-1]
    district = shaped(files.manifest.get("district"), str, "the district")
    walk = Walk(district, keys, checkpoints)
    values = Values(files.lines("personal.jsonl"))
    for line in files.lines("events.jsonl"):
        walk.take(line, values.of(walk.tree.size + 1))
        if not quiet and walk.tree.size % PROGRESS_EVERY == 0:
            sys.stderr.write(f"{walk.tree.size} of {last.size} events\n")
    withheld = parse(files.whole("withheld.json"), "withheld.json")
    walk.require_all(checkpoints, withheld)
    values.require_end()
    for name in files.told:
        if not name.endswith(".jsonl"):
            files.whole(name)
    trusted = {Key(vkey).vkey for vkey in given}
    if trusted and not keys.leads_from(trusted, last.key):
        raise Wrong("the key that signed the last checkpoint is none of those given with --key")
    for vkey in witnesses:
        if vkey not in last.witnesses:
            raise Wrong(f"the last checkpoint bears no cosignature of the witness {vkey}")
    return report(files.manifest, walk, checkpoints, signed=bool(trusted))


def report(manifest: Json, walk: Walk, checkpoints: list[Checkpoint], *, signed: bool) -> Json:
    """Return what was found, by stable keys."""
    last = checkpoints[-1]
    simulated = last.text.partition("\n")[0].endswith("/simulated")
    if simulated != (manifest.get("clock") == "simulated"):
        raise Wrong("the manifest and the log's name differ on whether the clock is simulated")
    until = None
    if walk.streams:
        until = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=walk.time)).isoformat()
    return {
        "district": manifest["district"],
        "origin": manifest["origin"],
        "events": walk.tree.size,
        "events_left_out": len(walk.hidden),
        "values_not_shown": walk.lacking,
        "checkpoints": len(checkpoints),
        "root": last.root.hex(),
        "recorded_until": until,
        "witnesses": last.witnesses,
        "simulated": simulated,
        "signed_by": last.key.vkey if signed else None,
    }


def in_words(found: Json) -> list[str]:
    """Return the report for people."""
    told = [
        f"All {found['events']} events of {found['district']} up to the last checkpoint are here,",
        f"unchanged, recorded until {found['recorded_until']}.",
        f"{found['events_left_out']} of them were left out: only their hashes are here.",
        f"{found['values_not_shown']} personal values are not shown.",
        f"{found['checkpoints']} checkpoints of {found['origin']} continue each other.",
        *(f"The witness {each} cosigned the last." for each in found["witnesses"]),
        f"Signed by {found['signed_by']}." if found["signed_by"] else NO_KEY,
        SHOWS,
    ]
    return [*told, SIMULATED] if found["simulated"] else told


def main() -> int:
    """Verify what the command line names; return the exit code."""
    words = argparse.ArgumentParser(description="Verify a bundle taken out of a log, offline.")
    words.add_argument("bundle", nargs="?", default=str(Path(__file__).parent))
    words.add_argument("--key", action="append", default=[], help="the log's vkey")
    words.add_argument("--witness", action="append", default=[], help="a witness's vkey")
    words.add_argument("--json", action="store_true", help="print JSON")
    given = words.parse_args()
    code, found = 0, Json()
    try:
        found = verify(given.bundle, given.key, given.witness, quiet=given.json)
        code = 0 if found["signed_by"] else 3
    except Wrong as wrong:
        code, found = 1, {"wrong": str(wrong), "position": wrong.position}
    except (Refused, *UNREADABLE) as refused:
        code, found = 2, {"refused": str(refused)}
    if given.json:
        sys.stdout.write(json.dumps(found, indent=1) + "\n")
    elif "events" in found:
        sys.stdout.write("\n".join(in_words(found)) + "\n")
    else:
        how = "WRONG" if code == 1 else "REFUSED"
        sys.stderr.write(f"{how}: {found.get('wrong') or found.get('refused')}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
