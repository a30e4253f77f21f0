"""The five top-level names are ours alone, and no module of ours hides another."""

import importlib
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOMS, ROOT, plant, sources

OUR_DISTRIBUTION = "cot-flows"


def strangers(provided: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Of our five names, those that another distribution provides too, with its name."""
    others = {name: sorted(set(provided.get(name, ())) - {OUR_DISTRIBUTION}) for name in ROOMS}
    return {name: found for name, found in others.items() if found}


def shadowing_modules(root: Path) -> list[str]:
    """Modules and folders in the two rooms Prefect loads from, named like one they would hide.

    A flow loaded by file path puts its folder first on the import path, where a module named
    `events` or `queue` would be found before the one that was meant.
    """
    hidden = {*ROOMS, *sys.stdlib_module_names}
    found: list[str] = []
    for source in sources(root, ("cot_flows", "deployments"), ".py"):
        below = source.path.relative_to(root).with_suffix("").parts[1:]
        found += [f"{source.where}: {part}" for part in below if part in hidden]
    return found


def test_no_other_distribution_provides_one_of_our_names() -> None:
    assert strangers(packages_distributions()) == {}


def test_a_stranger_with_one_of_our_names_is_caught() -> None:
    provided = {"events": ["Events", "cot-flows"], "domain": ["cot-flows"], "rich": ["rich"]}
    assert strangers(provided) == {"events": ["Events"]}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_imported_from_this_tree(room: str) -> None:
    module = importlib.import_module(room)
    assert module.__file__ is not None
    assert Path(module.__file__).resolve().parent == ROOT / room


def test_no_module_hides_a_room_or_a_standard_module() -> None:
    assert shadowing_modules(ROOT) == []


def test_a_module_or_folder_with_a_taken_name_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "cot_flows/flows/events.py", "")
    plant(tmp_path, "deployments/queue/serve.py", "")
    plant(tmp_path, "cot_flows/flows/review.py", "")
    plant(tmp_path, "events/store.py", "")
    assert shadowing_modules(tmp_path) == [
        "cot_flows/flows/events.py: events",
        "deployments/queue/serve.py: queue",
    ]
