"""`cot up` as a person runs it: useful at once, and gone without a trace."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from cot_flows.bootstrap import open_engine
from cot_flows.prefect_child import last_address
from cot_flows.prefect_login import authorization, prefect_login
from cot_flows.settings import Settings
from tests.support.waiting import processes_naming, until

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.xdist_group("prefect")]
ROOT = Path(__file__).parents[2]
INIT = ["init", "testburg", "--name", "Testburg Unified", "--steward", "s-1", "--units", "HR"]
HOLD = ["record", "put-unit-on-hold", "--unit", "HR", "--approver", "s-1", "--by", "s-1"]
RECORD = ["record", "assign-unit-head", "--unit", "HR", "--head", "s-1", "--by", "s-1"]


class Up:
    """`cot up` in a process, with its home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {**os.environ, "COT_HOME": str(home)}
        self.log = home.parent / "up.log"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cot_flows.cli", "up"],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
            )

    def says(self, text: str) -> bool:
        told = " ".join(self.log.read_text(encoding="utf-8").split())
        return text in told

    def cot(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cot_flows.cli", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    started = Up(tmp_path / "home")
    yield started
    started.process.kill()
    started.process.wait()


def standing(home: Path) -> set[tuple[int, int]]:
    """Return head position and position of live rows, for each projection."""
    with open_engine(Settings(home=home)) as engine, engine.reading() as connection:
        rows = connection.execute(
            "SELECT l.head_position, c.position FROM cot_log.log l "
            "JOIN cot_projection.checkpoint c ON c.district = l.district AND c.state = 'live'"
        )
        return {(head, position) for head, position in rows}


def test_what_is_recorded_shows_by_itself_and_ctrl_c_ends_all(up: Up) -> None:
    until(lambda: up.says("The follower is at work"), seconds=60, what="the follower")
    assert up.cot(*INIT).returncode == 0
    done = up.cot(*RECORD)
    assert done.returncode == 0, done.stderr

    def shown() -> bool:
        found = standing(up.home)
        return bool(found) and all(head == position for head, position in found)

    until(shown, seconds=15, what="the projections to follow the log by themselves")
    held = up.cot(*HOLD, "--until", (date.today() + timedelta(days=20)).isoformat())  # noqa: DTZ011
    assert held.returncode == 0, held.stderr
    second = up.cot("up")
    assert second.returncode == 69
    assert "already" in " ".join(second.stderr.split())
    until(lambda: up.says("Deployments are served"), seconds=120, what="the served deployments")
    # Recorded before Prefect had booted; told once it had.
    until(lambda: milestones(up.home), seconds=60, what="the milestone that waited for Prefect")
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(60) == 0, up.log.read_text(encoding="utf-8")
    until(lambda: not processes_naming(str(up.home)), seconds=20, what="nothing left running")


def milestones(home: Path) -> list[object]:
    """Return the events with which Prefect was told of a hold."""
    asked = {"filter": {"event": {"name": ["cot-flows.unit.put-on-hold"]}}}
    headers = {"Content-Type": "application/json", **authorization(prefect_login(home))}
    request = Request(
        f"{last_address(home)}/events/filter", data=json.dumps(asked).encode(), headers=headers
    )
    with urlopen(request, timeout=30) as answer:
        found: list[object] = json.loads(answer.read())["events"]
    return found


def child(home: Path, program: str) -> int | None:
    """Return the process of a home that runs a program, if there is one."""
    for pid in processes_naming(str(home)):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").split("\0")
        except OSError:
            continue
        if program in command:
            return pid
    return None


def test_children_that_die_come_back_and_none_outlives_a_killed_program(up: Up) -> None:
    until(lambda: up.says("Deployments are served"), seconds=120, what="the served deployments")
    for program, told in (
        ("deployments.serve", "The served deployments ended; starting them again"),
        ("uvicorn", "Prefect's server ended; starting it again"),
    ):
        died = child(up.home, program)
        assert died is not None
        os.kill(died, signal.SIGKILL)
        until(lambda told=told: up.says(told), seconds=20, what=told)  # type: ignore[misc]
        until(
            lambda program=program, died=died: child(up.home, program) not in (None, died),  # type: ignore[misc]
            seconds=20,
            what=f"another {program}",
        )
    up.process.send_signal(signal.SIGKILL)
    up.process.wait()
    until(lambda: not processes_naming(str(up.home)), seconds=20, what="nothing left running")
