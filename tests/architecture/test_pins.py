"""The pinned ranges are what is installed and locked, and Prefect's server imports with them."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source_tree import ROOT


def requirements() -> list[Requirement]:
    """What pyproject.toml asks for, to run and to develop."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return [Requirement(line) for line in asked]


def unmet(asked: Iterable[Requirement], versions: Mapping[str, str]) -> list[str]:
    """Requirements that a set of versions, by canonical name, leaves out or falls outside of."""
    found = []
    for requirement in asked:
        have = versions.get(canonicalize_name(requirement.name), "")
        if not have or not requirement.specifier.contains(have, prereleases=True):
            found.append(f"{requirement}: {have or 'absent'}")
    return found


def installed(asked: Iterable[Requirement]) -> dict[str, str]:
    """The versions in this environment of what is asked for."""
    versions: dict[str, str] = {}
    for requirement in asked:
        try:
            versions[canonicalize_name(requirement.name)] = version(requirement.name)
        except PackageNotFoundError:
            continue
    return versions


def locked() -> dict[str, str]:
    """The versions in requirements.lock, by canonical name."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9._-]+)==(\S+)", text, flags=re.MULTILINE)
    return {canonicalize_name(name): pinned for name, pinned in pins}


def test_what_is_installed_satisfies_every_range() -> None:
    asked = requirements()
    assert unmet(asked, installed(asked)) == []


def test_what_is_locked_satisfies_every_range() -> None:
    assert unmet(requirements(), locked()) == []


def test_the_ranges_refuse_the_releases_that_break_prefect_in_silence() -> None:
    broken = {"fastapi": "0.165.0", "sqlalchemy": "2.1.9", "prefect": "4.0.0"}
    trio = [asked for asked in requirements() if asked.name in broken]
    assert len(unmet(trio, broken)) == len(broken)
    assert unmet(trio, {"fastapi": "0.150.0", "sqlalchemy": "2.0.58", "prefect": "3.8.8"}) == []


def test_an_absent_package_is_caught() -> None:
    assert unmet([Requirement("psycopg[binary]>=3.2")], {}) == ["psycopg[binary]>=3.2: absent"]


@pytest.mark.prefect
def test_the_server_of_prefect_imports(tmp_path: Path) -> None:
    # In a process of its own: its settings and its home are then nobody else's.
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "import prefect.server.api.server as s; print(callable(s.create_app))",
        ],
        env={**os.environ, "PREFECT_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "True"
