"""Making a bundle: everything sealed of one log, with what it takes to check it elsewhere."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import orjson

from cot_flows.bootstrap import Engine
from cot_flows.bundles.dictionary import dictionary, in_words
from cot_flows.bundles.explaining import readme
from cot_flows.bundles.gathering import Told, checkpoint_rows, event_lines, key_rows
from cot_flows.bundles.outsiders import verifiers
from cot_flows.bundles.scope import Scope, Withheld
from cot_flows.bundles.writing import MANIFEST, Bundle, writing
from cot_flows.errors import NoSealingKey
from cot_flows.sealing.standing import Standing, standing
from events.envelope import Head
from events.sealing.note import encode
from events.sealing.proof import WHAT_IT_SHOWS, WHEN_SIMULATED

FORMAT = "cot-flows/bundle/v1"


@dataclass(frozen=True, slots=True)
class BundleReport:
    """What a bundle holds; `size` counts events, `root` is in base64."""

    bundle: str
    district: str
    clock: str
    size: int
    root: str
    checkpoints: int
    events_left_out: int
    values: int
    values_left_out: int
    values_not_on_record: int

    def as_dict(self) -> dict[str, object]:
        """Return the report by stable keys."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Return the report in words."""
        held = (
            f"{self.bundle} holds {self.size} events of {self.district} under {self.checkpoints} "
            f"checkpoints; {self.events_left_out} events and {self.values_left_out} personal "
            "values are left out."
        )
        told = [held]
        if self.values:
            told.append(
                f"{self.values} personal values are in it: give it only to who may see them, or "
                "use --redacted."
            )
        told.append("Give the vkey (`cot keys export`) by another way than the bundle.")
        told.append(WHAT_IT_SHOWS)
        return [*told, WHEN_SIMULATED] if self.clock == "simulated" else told


def sealed_state(engine: Engine, district: str) -> Standing:
    """Return the sealing of a log that has a checkpoint. Raises NoSealingKey, UnknownThing."""
    now = standing(engine, district)
    if not now.state.keys:
        raise NoSealingKey(
            f"nothing of {district} is sealed, and no key signs: run `cot keys create` and "
            "`cot seal` first"
        )
    now.note()
    return now


def make_bundle(
    engine: Engine,
    head: Head,
    place: Path,
    scope: Scope,
    *,
    made_at: datetime,
    force: bool = False,
    told: Told = lambda _: None,
) -> BundleReport:
    """Write a bundle of all that is sealed to a new folder, or to a .zip file.

    `told` is called with each position written. Raises NoSealingKey, UnknownThing,
    NotConfigured for a place that is taken, and BundleRefused when the log was altered.
    """
    now = sealed_state(engine, head.district)
    checkpoint, note = now.note()
    withheld = Withheld(scope)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "district": head.district,
        "origin": checkpoint.origin,
        "clock": head.clock,
        "time_zone": head.time_zone,
        "made_at": made_at.isoformat(timespec="seconds"),
        "size": checkpoint.size,
        "root": encode(checkpoint.root),
    }
    with writing(place, force=force) as bundle:
        rows = checkpoint_rows(engine, head.district, now)
        bundle.add("checkpoints.jsonl", b"".join(orjson.dumps(each) + b"\n" for each in rows))
        bundle.add("keys.json", _json(key_rows(now)))
        bundle.add("last.checkpoint", str(note).encode())
        values = _write_events(bundle, engine, head.district, now, withheld, told)
        _write_papers(bundle, engine, manifest, withheld)
    return BundleReport(
        bundle=str(place),
        district=head.district,
        clock=head.clock,
        size=checkpoint.size,
        root=encode(checkpoint.root),
        checkpoints=len(rows),
        events_left_out=withheld.events.total(),
        values=values,
        values_left_out=withheld.values.total(),
        values_not_on_record=withheld.not_on_record,
    )


def _write_events(
    bundle: Bundle,
    engine: Engine,
    district: str,
    now: Standing,
    withheld: Withheld,
    told: Told,
) -> int:
    """Write events and values; return how many values. A zip takes one file at a time."""
    count = 0
    with TemporaryFile() as kept:
        with bundle.file("events.jsonl") as events:
            for lines in event_lines(engine, district, now, withheld, told):
                events.write(lines.event)
                kept.writelines(lines.values)
                count += len(lines.values)
        kept.seek(0)
        with bundle.file("personal.jsonl") as values:
            for line in kept:
                values.write(line)
    return count


def _write_papers(
    bundle: Bundle, engine: Engine, manifest: dict[str, Any], withheld: Withheld
) -> None:
    words = dictionary(engine)
    left_out = withheld.as_dict()
    bundle.add("withheld.json", _json(left_out))
    bundle.add("dictionary.json", _json(words))
    bundle.add("dictionary.md", in_words(words).encode())
    bundle.add("README.md", readme(manifest, left_out).encode())
    for name, content in verifiers().items():
        bundle.add(name, content)
    bundle.add(MANIFEST, _json({**manifest, "files": dict(bundle.digests)}))


def _json(told: Mapping[str, object]) -> bytes:
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
