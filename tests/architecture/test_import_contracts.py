"""The import contracts of pyproject.toml hold, and each one breaks, alone, on its own breach."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOMS, ROOT, plant

# In a process of its own, so that the rooms of a planted tree are found before the installed ones.
LINT = (
    "from importlinter.cli import lint_imports;"
    "raise SystemExit(lint_imports(no_cache=True, no_logo=True))"
)

BREACHES = {
    "Imports go one way through the rooms": (
        "projections/upwards.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import cot_flows\n",
    ),
    "The domain knows no database, network, clock, chance or framework": (
        "domain/worldly.py",
        "import sqlalchemy\n",
    ),
    "Prefect is known to cot_flows and deployments only": ("events/flow.py", "import prefect\n"),
    "The log knows messages and ids, and no aggregate": (
        "events/curious.py",
        "from domain import activity\n",
    ),
    "SQL is spoken by events, projections, the bootstrap and the embedded server": (
        "cot_flows/chatty.py",
        "import psycopg\n",
    ),
    "Deployments know cot_flows and Prefect only": ("deployments/nosy.py", "import events\n"),
}


def lint(root: Path) -> tuple[set[str], str]:
    """The contracts broken in a tree, and the whole report."""
    run = subprocess.run(
        [sys.executable, "-c", LINT], cwd=root, capture_output=True, text=True, check=False
    )
    report = run.stdout + run.stderr
    broken = set(re.findall(r"^(.+) BROKEN\b", report, flags=re.MULTILINE))
    kept = set(re.findall(r"^(.+) KEPT\b", report, flags=re.MULTILINE))
    assert broken | kept == set(BREACHES), report
    assert run.returncode == (1 if broken else 0), report
    return broken, report


@pytest.fixture
def small_house(tmp_path: Path) -> Path:
    """The five rooms with next to nothing in them, under the project's own contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ROOMS:
        plant(tmp_path, f"{room}/__init__.py", "")
    for module in ("activity", "ids", "message"):
        plant(tmp_path, f"domain/{module}.py", "")
    plant(tmp_path, "events/store.py", "import sqlalchemy\nfrom domain import ids, message\n")
    plant(tmp_path, "projections/rows.py", "import events.store\nimport domain.activity\n")
    plant(tmp_path, "cot_flows/bootstrap.py", "import sqlalchemy\nimport projections.rows\n")
    plant(tmp_path, "cot_flows/review.py", "import prefect\nimport cot_flows.bootstrap\n")
    plant(tmp_path, "deployments/serve.py", "import prefect\nimport cot_flows.review\n")
    return tmp_path


def test_the_import_contracts_are_kept() -> None:
    broken, report = lint(ROOT)
    assert broken == set(), report


def test_a_house_that_obeys_keeps_every_contract(small_house: Path) -> None:
    broken, report = lint(small_house)
    assert broken == set(), report


@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_breaks_its_own_contract_and_no_other(small_house: Path, contract: str) -> None:
    where, text = BREACHES[contract]
    plant(small_house, where, text)
    broken, report = lint(small_house)
    assert broken == {contract}, report
