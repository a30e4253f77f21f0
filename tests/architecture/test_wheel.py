"""The wheel holds every file of the five rooms, SQL and tables included."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOMS, ROOT, plant, sources

SHIPPED = (".py", ".sql", ".json", ".csv", ".html", ".md", ".mjs")


def missing_from(wheel: Path, root: Path) -> list[str]:
    """Files of the rooms, of the kinds we ship, that a wheel does not hold."""
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    return [source.where for source in sources(root, ROOMS, *SHIPPED) if source.where not in held]


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_rooms(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path)]
    run = subprocess.run([*build, str(ROOT)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (wheel,) = tmp_path.glob("cot_flows-*.whl")
    assert missing_from(wheel, ROOT) == []
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (scripts,) = [name for name in names if name.endswith("entry_points.txt")]
        assert "cot = cot_flows.cli.main:run" in archive.read(scripts).decode()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == set(ROOMS)


def test_a_wheel_without_a_statement_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "events/store.py", "")
    plant(tmp_path, "events/sql/append.sql", "")
    wheel = tmp_path / "small.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("events/store.py", "")
    assert missing_from(wheel, tmp_path) == ["events/sql/append.sql"]
