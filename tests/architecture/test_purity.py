"""Below cot_flows nothing asks for time, chance or environment: they are passed in."""

import sys
from pathlib import Path

import pytest

from tests.architecture.names_used import uses
from tests.architecture.source_tree import BELOW_COT_FLOWS, ROOT, plant, sources

ASKED_OF_THE_WORLD = frozenset(
    {
        "datetime.date.today",
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.datetime.utcnow",
        "os.environ",
        "os.getenv",
        "os.urandom",
        "random",
        "secrets",
        "time.localtime",
        "time.time",
        "time.time_ns",
        "uuid.uuid1",
        "uuid.uuid4",
    }
)
OUTSIDE_THE_DOMAIN = frozenset({"pydantic", "pydantic_core"})


def asked_of_the_world(root: Path) -> list[str]:
    """Uses, in the three lower rooms, of what only cot_flows may ask for."""
    found = {
        f"{source.at(node)}: {name}"
        for source in sources(root, BELOW_COT_FLOWS, ".py")
        for node, name in uses(source.tree)
        if name in ASKED_OF_THE_WORLD
    }
    return sorted(found)


def foreign_to_the_domain(root: Path) -> list[str]:
    """What the domain imports beyond itself, the standard library and pydantic."""
    allowed = {"domain", *OUTSIDE_THE_DOMAIN, *sys.stdlib_module_names}
    found = {
        f"{source.at(node)}: {name.split('.')[0]}"
        for source in sources(root, ("domain",), ".py")
        for node, name in uses(source.tree)
        if name.split(".")[0] not in allowed
    }
    return sorted(found)


def sleeps(root: Path) -> list[str]:
    """Tests that wait for time to pass instead of for what they test."""
    found = {
        f"{source.at(node)}: {name}"
        for source in sources(root, ("tests",), ".py")
        for node, name in uses(source.tree)
        if name in {"time.sleep", "asyncio.sleep", "anyio.sleep"}
    }
    return sorted(found)


def test_the_lower_rooms_ask_nothing_of_the_world() -> None:
    assert asked_of_the_world(ROOT) == []


def test_the_domain_knows_the_standard_library_and_pydantic_only() -> None:
    assert foreign_to_the_domain(ROOT) == []


def test_no_test_sleeps() -> None:
    assert sleeps(ROOT) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("from datetime import UTC, datetime\nx = datetime.now(UTC)\n", "datetime.datetime.now"),
        ("import datetime as dt\nx = dt.date.today()\n", "datetime.date.today"),
        ("import time\nx = time.time()\n", "time.time"),
        ("from uuid import uuid4 as fresh\nx = fresh()\n", "uuid.uuid4"),
        ("import os\nx = os.environ['HOME']\n", "os.environ"),
        ("import random\nx = random.choice([1])\n", "random"),
        ("def late():\n    from secrets import token_hex\n    return token_hex()\n", "secrets"),
    ],
)
def test_each_way_of_asking_the_world_is_caught(tmp_path: Path, text: str, name: str) -> None:
    plant(tmp_path, "projections/asks.py", text)
    assert {line.rsplit(": ", 1)[1] for line in asked_of_the_world(tmp_path)} == {name}


def test_the_same_question_in_cot_flows_is_allowed(tmp_path: Path) -> None:
    plant(tmp_path, "cot_flows/asks.py", "import os\nx = os.environ\n")
    assert asked_of_the_world(tmp_path) == []


def test_a_foreign_package_in_the_domain_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "domain/worldly.py", "import json\nimport pydantic\nimport orjson\n")
    assert foreign_to_the_domain(tmp_path) == ["domain/worldly.py:3: orjson"]


def test_a_sleeping_test_is_caught_under_any_name(tmp_path: Path) -> None:
    plant(tmp_path, "tests/test_tired.py", "from time import sleep as nap\nnap(1)\n")
    assert sleeps(tmp_path) == [f"tests/test_tired.py:{line}: time.sleep" for line in (1, 2)]
