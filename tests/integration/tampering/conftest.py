"""A sealed district on a real database, somebody who may do anything to it, and what is told."""

import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cot_flows.bootstrap import Engine
from cot_flows.sealing.keys import Keys
from cot_flows.sealing.sealing import seal
from cot_flows.sealing.standing import standing
from cot_flows.sealing.witnessing import WitnessFolder
from cot_flows.verifying import Fault, verify
from events.sealing.note import read_vkey
from tests.integration.sealing.conftest import DISTRICT, engine, keyed
from tests.support.forging import Forger
from tests.support.log import event_id, noted, started, write

RANGE = re.compile(r"one of the events (\d+) to (\d+) is not what was sealed")


@pytest.fixture
def sealed(keyed: Engine) -> Engine:
    """The district with ten events of one activity between two checkpoints, and three after."""
    seal(keyed, DISTRICT)
    ten = [started(f"e-{n}") if n % 2 else noted(f"e-{n}") for n in range(10)]
    keyed.store.append(DISTRICT, [write(*ten)])
    seal(keyed, DISTRICT)
    keyed.store.append(DISTRICT, [write(*(started(f"later-{n}") for n in range(3)))])
    return keyed


@pytest.fixture
def forger(sealed: Engine, database_url: str) -> Forger:
    """The superuser, once the district is sealed."""
    return Forger(database_url)


@pytest.fixture
def witness(sealed: Engine, tmp_path: Path) -> WitnessFolder:
    """A witness in another house that trusts the district's key."""
    made = WitnessFolder(tmp_path / "witness")
    made.create("county.example/w1")
    made.trust(key_of(sealed))
    return made


def key_of(engine: Engine) -> str:
    """The public side of the key in force."""
    key = standing(engine, DISTRICT).state.key
    assert key is not None
    return key


def stolen(engine: Engine) -> Ed25519PrivateKey:
    """The private side of the key in force, as its thief has it."""
    return Keys(engine.settings).load(DISTRICT, read_vkey(key_of(engine)))


def place(engine: Engine, name: str) -> int:
    """The position of an event by its name."""
    found = engine.store.find_stored(DISTRICT, event_id(name))
    assert found is not None
    return found.position


def faults(engine: Engine) -> tuple[Fault, ...]:
    """What `cot verify` finds wrong."""
    return verify(engine, DISTRICT).findings


def told(engine: Engine) -> list[tuple[str, str]]:
    """What `cot verify` finds wrong: which check, and where."""
    return [(fault.check, fault.where) for fault in faults(engine)]


def require_named_by_its_checkpoint(engine: Engine, position: int) -> None:
    """Nothing but the next checkpoint could notice, and it names a range that holds the event."""
    found = faults(engine)
    assert {fault.check for fault in found} == {"checkpoints"}, found
    ranges = [RANGE.search(fault.message) for fault in found]
    assert ranges[0] is not None, found
    first, last = map(int, ranges[0].groups())
    assert found[0].where == f"position {first}"
    assert first <= position <= last


__all__ = ["DISTRICT", "engine", "keyed"]
