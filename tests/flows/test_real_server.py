"""The flows through a real Prefect server on the real database."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.prefect_child import (
    prefect_environment,
    start_prefect_server,
    stop_process,
)
from cot_flows.prefect_login import authorization, login_file, prefect_login
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from cot_flows.settings import Settings
from domain.facts.assessment import IndicatorRated
from events.envelope import NewEvent
from events.store import ANY_VERSION, StreamWrite
from tests.support.asking_prefect import Running, deployment
from tests.support.databases import fresh_database
from tests.support.waiting import processes_naming, until

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.xdist_group("prefect")]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def running(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start a server and serve the deployments, once for these tests."""
    home = tmp_path_factory.mktemp("prefect-home")
    with (
        fresh_database(server_url) as url,
        fresh_database(server_url) as prefect_url,
        Engine(
            Settings(home=home, database_url=url, prefect_database_url=prefect_url), url, None
        ) as engine,
    ):
        plan = DistrictPlan(
            district="testburg",
            name="Testburg Unified",
            time_zone="UTC",
            people=(Person("s-1", "steward"),),
            units=("HR",),
        )
        set_up_district(engine.store, plan)
        server = start_prefect_server(engine)
        environment = {
            **os.environ,
            **prefect_environment(home, server.api_url),
            "COT_HOME": str(home),
            "COT_DATABASE_URL": url,
        }
        try:
            server.wait_ready(lambda _: None)
            served = subprocess.Popen(
                [sys.executable, "-m", "deployments.serve"],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                yield Running(engine, server, environment)
            finally:
                stop_process(served)
        finally:
            server.close()


def test_the_server_calls_nobody(running: Running) -> None:
    settings = running.ask("/admin/settings")
    assert isinstance(settings, dict)
    assert settings["server"]["analytics_enabled"] is False
    assert settings["server"]["ui"]["show_promotional_content"] is False


def refused(running: Running, path: str, headers: dict[str, str]) -> int:
    """Return the code with which the API refuses a request."""
    request = Request(f"{running.server.api_url}{path}", data=b"{}", method="POST", headers=headers)
    with pytest.raises(HTTPError) as error:
        urlopen(request, timeout=30)
    error.value.close()
    return error.value.code


def test_nobody_without_the_login_reads_or_starts_anything(running: Running) -> None:
    known = deployment(running, "verify")
    wrong = authorization("cot:guess")
    for path in ("/deployments/filter", f"/deployments/{known['id']}/create_flow_run", "/logs/"):
        assert refused(running, path, {}) == 401
        assert refused(running, path, wrong) == 401
    assert running.server.healthy()


def test_the_pages_ask_for_the_login_and_take_it(running: Running) -> None:
    with urlopen(f"{running.server.ui_url}/ui-settings", timeout=30) as answer:
        assert json.loads(answer.read())["auth"] == "BASIC"
    assert running.ask("/admin/version")


def test_the_login_is_in_one_private_file_and_in_no_log_or_command_line(running: Running) -> None:
    deployment(running, "project")
    home = running.engine.settings.home
    login = prefect_login(home)
    assert login_file(home).stat().st_mode & 0o777 == 0o600
    assert len(login) > 40
    for secret in (login, login.partition(":")[2]):
        for file in home.rglob("*"):
            if file.is_file() and file != login_file(home):
                assert secret.encode() not in file.read_bytes(), file
        for pid in processes_naming(str(home)):
            with suppress(OSError):
                assert secret.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_a_scheduled_deployment_gets_runs(running: Running) -> None:
    """The proof of the pins: with wrong versions this stays empty and nothing says so."""
    identifier = deployment(running, "project")["id"]

    def look() -> object:
        asked = {"flow_runs": {"deployment_id": {"any_": [identifier]}}}
        runs = running.ask("/flow_runs/filter", asked)
        assert isinstance(runs, list)
        return [run for run in runs if run["auto_scheduled"]]

    assert until(look, seconds=90, what="runs inserted by the scheduler")


def test_a_second_run_at_once_is_cancelled_and_not_queued(running: Running) -> None:
    known = deployment(running, "verify")
    wanted = {"parameters": {"parameters": {"district": "testburg"}}}
    for _ in range(2):
        running.ask(f"/deployments/{known['id']}/create_flow_run", wanted)

    def states() -> list[str]:
        asked = {"flow_runs": {"deployment_id": {"any_": [known["id"]]}}}
        runs = running.ask("/flow_runs/filter", asked)
        assert isinstance(runs, list)
        ended = [run["state_type"] for run in runs if not run["auto_scheduled"]]
        return sorted(ended) if {"SCHEDULED", "PENDING", "RUNNING"}.isdisjoint(ended) else []

    assert until(states, seconds=90, what="the end of both runs") == ["CANCELLED", "COMPLETED"]


def test_registering_again_adds_nothing(running: Running) -> None:
    deployment(running, "import-activities")

    def counted() -> tuple[object, object]:
        automations = running.ask("/automations/count", {})
        return automations, running.ask("/deployments/count", {})

    running.python("import deployments.apply as a; a.main(['testpool'])")
    once = counted()
    running.python("import deployments.apply as a; a.main(['testpool'])")
    assert counted() == once
    assert once[0] == 2


def test_a_deployed_run_completes_and_says_what_it_did(running: Running) -> None:
    deployment(running, "project")
    state = running.python(
        "from prefect.deployments import run_deployment\n"
        "run = run_deployment('project/project', timeout=150, poll_interval=1,"
        " parameters={'parameters': {'district': 'testburg'}})\n"
        "print(run.state.name)"
    )
    assert state.splitlines()[-1] == "Completed"
    head = running.engine.store.head("testburg").position
    with running.engine.reading() as connection:
        standing = connection.execute(
            "SELECT DISTINCT position FROM cot_projection.checkpoint WHERE district = 'testburg'"
        ).fetchall()
    assert standing == [(head,)]
    found = running.ask("/artifacts/filter", {"artifacts": {"key": {"any_": ["projections"]}}})
    assert isinstance(found, list)
    assert "unit_progress" in found[0]["data"]


def test_a_sweep_with_a_refused_cause_completes_and_its_page_and_log_name_it(
    running: Running,
) -> None:
    fall_in_a_unit_that_is_not_there(running.engine)
    asked = "review_sweep(ForDistricts(district='refusing'))"
    modules = "from cot_flows.flows.review_sweep import review_sweep, ForDistricts"
    assert running.python(f"{modules}; print({asked})").splitlines()[-1] == "0"

    def warned() -> list[str]:
        wanted = {"logs": {"level": {"ge_": 30}}, "limit": 50}
        logs = running.ask("/logs/filter", wanted)
        assert isinstance(logs, list)
        return [each["message"] for each in logs if "refusing" in each["message"]]

    # The run's log reaches the server a moment after the run ended.
    (warning,) = until(warned, seconds=30, what="the warning in the run's log") or []
    assert warning == "refusing: rating-regression about unit:GONE: unknown_unit"
    pages = running.ask("/artifacts/filter", {"artifacts": {"key": {"any_": ["reviews"]}}})
    assert isinstance(pages, list)
    assert any("**REFUSED**" in each["data"] and "refusing" in each["data"] for each in pages)


def fall_in_a_unit_that_is_not_there(engine: Engine) -> None:
    """Set up a district whose policy finds a cause that the domain refuses."""
    plan = DistrictPlan(
        district="refusing",
        name="Refusing Unified",
        time_zone="UTC",
        people=(Person("s-1", "steward"),),
        policies=("rating-regression",),
    )
    set_up_district(engine.store, plan)
    for level, day in ((2, date(2025, 8, 1)), (1, date(2025, 9, 1))):
        rating = IndicatorRated(
            about="unit:GONE",
            indicator="D3.1",
            level=level,
            rubric_version="1.0",
            evidence=("E1",),
            raters=("s-1",),
        )
        new = NewEvent(
            event=rating,
            event_id=uuid4(),
            occurred_on=day,
            precision="day",
            effective_from=day,
            actor="s-1",
            source="cli",
            correlation_id=uuid4(),
            subjects=tuple(sorted(rating.subjects())),
        )
        write = StreamWrite("assessment-GONE", (new,), ANY_VERSION)
        engine.store.append("refusing", [write])


def test_parameters_out_of_bounds_are_refused_by_the_server(running: Running) -> None:
    deployment(running, "rebuild")
    refused = running.python(
        "from prefect.deployments import run_deployment\n"
        "try:\n"
        "    run_deployment('rebuild/rebuild', timeout=0, parameters={'parameters':"
        " {'projection': 'salaries', 'district': 'testburg'}})\n"
        "    print('accepted')\n"
        "except Exception as error:\n"
        "    print('refused', type(error).__name__)"
    )
    assert refused.splitlines()[-1].startswith("refused")


def test_the_server_dies_with_its_parent(running: Running, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from cot_flows.bootstrap import Engine\n"
        "from cot_flows.settings import Settings\n"
        "from cot_flows.prefect_child import start_prefect_server\n"
        f"url = {running.engine.url!r}\n"
        f"home = Path({str(tmp_path)!r})\n"
        "settings = Settings(home=home, database_url=url, prefect_database_url=url)\n"
        "engine = Engine(settings, url, None)\n"
        "server = start_prefect_server(engine)\n"
        "print(server._process.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert Path(f"/proc/{child}").exists()
        parent.send_signal(signal.SIGKILL)
    until(lambda: not running_process(child), seconds=10, what="the end of Prefect's server")


def running_process(pid: int) -> bool:
    """Say whether a process runs; a zombie that nobody has reaped yet does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
