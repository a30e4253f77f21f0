"""A log with all that a bundle can hold, the verifiers as outsiders run them, and tampering."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright._impl._driver import compute_driver_executable

from cot_flows.bootstrap import Engine
from cot_flows.bundles.making import BundleReport, make_bundle
from cot_flows.bundles.scope import Scope
from cot_flows.sealing.changing_keys import create_key, report_lost, rotate_key
from cot_flows.sealing.cosigning import record_cosignature
from cot_flows.sealing.sealing import seal
from cot_flows.sealing.standing import standing
from cot_flows.setting_up import DistrictPlan, Person
from events.sealing.cosignature import cosign
from events.sealing.note import COSIGNATURE, verifier_key
from tests.support.log import noted, started, write

DISTRICT = "bay"
ORIGIN = "example.org/bay"
MADE_AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
WITNESS_NAME = "county.example/w1"
WITNESS_KEY = str(verifier_key(WITNESS_NAME, COSIGNATURE, WITNESS))
FULL = Scope()
PLAN = DistrictPlan(
    district=DISTRICT,
    name="Bay Unified",
    time_zone="UTC",
    people=(Person("a-steward", "steward", "Ann \u00c9. \U0001f600"),),
    units=("HR",),
)


def fill(engine: Engine, count: int, name: str) -> None:
    """Record events that mean nothing in one append, of several classes, some with a value."""
    news = [
        noted(f"{name}-{number}", f"\u00e9 note {number}", classification="public")
        if number % 5 == 0
        else started(f"{name}-{number}", classification="public" if number % 2 else "internal")
        for number in range(count)
    ]
    engine.store.append(DISTRICT, [write(*news)])


def cosigned(engine: Engine) -> None:
    """Let the witness cosign the last checkpoint, and record that."""
    _, note = standing(engine, DISTRICT).note()
    line = cosign(note.text, WITNESS_NAME, WITNESS, MADE_AT)
    head = engine.store.head(DISTRICT)
    record_cosignature(engine, head, f"{line}\n".encode(), WITNESS_KEY)


def eventful(engine: Engine) -> str:
    """Fill the log of a district: seals, a rotation, a loss, cosignatures. Return the last vkey."""
    create_key(engine, engine.store.head(DISTRICT), "a-steward", ORIGIN)
    seal(engine, DISTRICT)
    fill(engine, 30, "a")
    seal(engine, DISTRICT)
    cosigned(engine)
    rotate_key(engine, engine.store.head(DISTRICT), "a-steward")
    fill(engine, 300, "b")
    seal(engine, DISTRICT)
    report_lost(
        engine, engine.store.head(DISTRICT), "a-steward", "stolen\tbag, \u00e9t\u00e9 \u2028"
    )
    key = create_key(engine, engine.store.head(DISTRICT), "a-steward", ORIGIN)
    fill(engine, 5, "c")
    seal(engine, DISTRICT)
    cosigned(engine)
    return str(key)


def bundled(engine: Engine, place: Path, scope: Scope = FULL, **more: Any) -> BundleReport:
    """Make a bundle of the district."""
    head = engine.store.head(DISTRICT)
    return make_bundle(engine, head, place, scope, made_at=MADE_AT, **more)


def by_python(place: Path, *more: str, own: Path | None = None) -> tuple[int, str]:
    """Run the bundle's verify.py as an outsider does, cut off from the project.

    `own` is the folder of the verifier, where that is not the bundle or the one around the zip.
    """
    file = (own or (place if place.is_dir() else place.parent)) / "verify.py"
    return _run([sys.executable, "-I", str(file), str(place), *more], place.parent)


def by_node(place: Path, *more: str, own: Path | None = None) -> tuple[int, str]:
    """Run the bundle's verify.mjs in the Node.js that the Playwright wheel brings."""
    file = (own or (place if place.is_dir() else place.parent)) / "verify.mjs"
    return _run([compute_driver_executable()[0], str(file), str(place), *more], place.parent)


def by_sql(psql: str, url: str) -> Callable[..., tuple[int, str]]:
    """Return how the bundle's verify.sql is run."""

    def running(place: Path, *_: str) -> tuple[int, str]:
        return _run([psql, "-X", "-d", url, "-f", "verify.sql"], place)

    return running


def _run(command: list[str], folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        command,
        cwd=folder,
        env={key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def rows_of(place: Path, name: str) -> list[Any]:
    """Return the lines of a file of a bundle."""
    return [json.loads(line) for line in (place / name).read_bytes().splitlines()]


def put(place: Path, name: str, rows: list[Any]) -> None:
    """Write lines back into a bundle, and mend the manifest: a forger would."""
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (place / name).write_text(text, encoding="utf-8")
    mend(place)


def mend(place: Path) -> None:
    """Write the digests of a bundle's files into its manifest anew."""
    manifest = json.loads((place / "manifest.json").read_text())
    manifest["files"] = {
        path.name: sha256(path.read_bytes()).hexdigest()
        for path in place.iterdir()
        if path.name != "manifest.json"
    }
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
