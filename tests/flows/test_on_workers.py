"""The deployments on a process work pool with a real worker, and what hangs on milestones."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from cot_flows.bootstrap import Engine
from cot_flows.notices.addresses import Addresses, Reached
from cot_flows.prefect_child import prefect_environment, start_prefect_server, stop_process
from cot_flows.projecting import project
from cot_flows.settings import Settings
from deployments.automations import NAME as ZOMBIES
from deployments.catalogue import AUTOMATIONS, DEPLOYMENTS
from domain.facts.review_course import ReviewPacketFrozen
from tests.support.asking_prefect import Running, deployment
from tests.support.burg import DISTRICT, burg
from tests.support.databases import fresh_database
from tests.support.files import rows, write_csv
from tests.support.postbox import Mailbox, mailbox
from tests.support.quayside import QUAYSIDE, open_review, quayside
from tests.support.waiting import until

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.slow,
    pytest.mark.xdist_group("prefect"),
    # The first test waits for a server, the registration and a worker to start as well.
    pytest.mark.timeout(600),
]
POOL = "district-workers"
HEAD = "head@example.org"
LIVE = QUAYSIDE
"""On the server's clock; `testburg` is on a simulated one, and announces nothing."""


@dataclass
class Works(Running):
    """A server that `cot deploy` has filled, a worker of its pool, and a mail server."""

    box: Mailbox
    deployed: str


@pytest.fixture(scope="module")
def works(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Works]:
    """Start everything once for these tests."""
    home = tmp_path_factory.mktemp("workers-home")
    with (
        mailbox() as box,
        fresh_database(server_url) as url,
        fresh_database(server_url) as prefect_url,
        Engine(
            Settings(home=home, database_url=url, prefect_database_url=prefect_url), url, None
        ) as engine,
    ):
        begin(engine)
        server = start_prefect_server(engine)
        environment = {
            **os.environ,
            **prefect_environment(home, server.api_url),
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "COT_HOME": str(home),
            "COT_DATABASE_URL": url,
            "COT_SMTP_URL": f"smtp://127.0.0.1:{box.port}",
            "COT_SMTP_FROM": "cot@example.org",
        }
        try:
            server.wait_ready(lambda _: None)
            deployed = subprocess.run(
                [sys.executable, "-m", "cot_flows.cli", "deploy", POOL],
                env=environment,
                cwd=home,
                capture_output=True,
                text=True,
                check=False,
                timeout=180,
            )
            assert deployed.returncode == 0, deployed.stderr
            found = Works(engine, server, environment, box, deployed.stdout)
            pause_schedules(found)
            with (home / "worker.log").open("wb") as log:
                worker = subprocess.Popen(
                    [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL],
                    env=environment,
                    cwd=home,
                    stdout=log,
                    stderr=log,
                )
            try:
                yield found
            finally:
                stop_process(worker)
        finally:
            server.close()


def begin(engine: Engine) -> None:
    """Set two districts up: one whose day is made by hand, one on the server's clock."""
    made = burg(engine)
    made.review("R-1", date(2025, 9, 8))
    Addresses(engine.settings.home).keep(DISTRICT, "hr-1", Reached(mail=HEAD))
    quayside(engine)


def pause_schedules(running: Running) -> None:
    """Let nothing run by itself: a run that is due now would keep ours from running."""
    for each in running.listed("/deployments/filter", {}):
        running.ask(f"/deployments/{each['id']}/pause_deployment", {})


def words_of(running: Running, run: str) -> list[dict[str, Any]]:
    """Return what a run left to be read; Prefect keeps its failure beside it."""
    wanted = {"artifacts": {"flow_run_id": {"any_": [run]}, "type": {"any_": ["markdown"]}}}
    return running.listed("/artifacts/filter", wanted)


def test_deploying_says_what_was_registered_and_for_which_pool(works: Works) -> None:
    lines = works.deployed.splitlines()
    assert [line for line in lines if line.endswith(f"registered for {POOL}")] == [
        f"{each.name}: registered for {POOL}" for each in DEPLOYMENTS
    ]
    assert "Advance reviews when one opens: cot-flows.review.opened runs review-cycle" in lines
    for each in DEPLOYMENTS:
        known = deployment(works, each.name)
        assert (known["work_pool_name"], known["enforce_parameter_schema"]) == (POOL, True)
        limit = known["global_concurrency_limit"]
        assert isinstance(limit, dict)
        assert limit["limit"] == each.at_once
        assert len(known["schedules"]) == len(each.schedules)  # type: ignore[arg-type]


def test_deploying_again_adds_nothing_and_leaves_disabled_what_was_disabled(works: Works) -> None:
    (known,) = works.listed(
        "/automations/filter", {"automations": {"name": {"any_": [AUTOMATIONS[0].name]}}}
    )

    def counted() -> tuple[object, object]:
        return works.ask("/automations/count", {}), works.ask("/deployments/count", {})

    def enable(*, enabled: bool) -> None:
        works.ask(f"/automations/{known['id']}", {"enabled": enabled}, method="PATCH")

    once = counted()
    enable(enabled=False)
    works.python(f"import deployments.apply as a; a.main([{POOL!r}])")
    again = works.ask(f"/automations/{known['id']}")
    enable(enabled=True)
    assert isinstance(again, dict)
    assert (again["enabled"], counted()) == (False, once)


def test_a_worker_runs_every_deployment_and_each_run_says_in_words_what_it_did(
    works: Works, tmp_path: Path
) -> None:
    named = {"district": DISTRICT}
    files = [str(write_csv(tmp_path / "rows.csv", rows(3)))]
    given: dict[str, object] = {
        **{each.name: named for each in DEPLOYMENTS},
        "rebuild": {**named, "projection": "unit_progress"},
        "import-activities": {**named, "files": files},
    }
    runs = {name: works.start(name, parameters) for name, parameters in given.items()}
    for name, run in runs.items():
        ended = until(works.ended(run), seconds=200, what=f"the end of {name}")
        assert ended == "COMPLETED", (name, ended)
        (artifact,) = words_of(works, run)
        assert DISTRICT in artifact["data"], name
        assert "**To look at:** " in artifact["data"], name
        assert HEAD not in artifact["data"], name
    (mail,) = works.box.messages
    assert mail["To"] == HEAD
    (told,) = words_of(works, runs["send-notices"])
    assert "1 notices sent, 0 failed." in told["data"]
    (imported,) = words_of(works, runs["import-activities"])
    assert "3 rows recorded" in imported["data"]
    told_of = {each["payload"]["district"] for each in works.events("cot-flows.review.opened")}
    assert DISTRICT not in told_of, "a simulated log announces nothing"


def test_a_review_that_opens_in_the_log_starts_the_automations_run_which_freezes_its_packet(
    works: Works,
) -> None:
    """From the log through Prefect to the log again; nothing here asks for a review cycle."""
    open_review(works.engine, "R-live")
    (automation,) = AUTOMATIONS
    cycle = deployment(works, automation.runs)
    asked = {"flow_runs": {"deployment_id": {"any_": [cycle["id"]]}}}
    before = {run["id"] for run in works.listed("/flow_runs/filter", asked)}

    projected = works.start("project", {"district": LIVE})
    assert until(works.ended(projected), seconds=120, what="the run that announces") == "COMPLETED"
    (opened,) = until(
        lambda: works.events(automation.on[0]), seconds=30, what="the milestone in Prefect"
    )
    assert opened["resource"]["prefect.resource.id"] == f"cot-flows.review.{LIVE}.R-live"
    assert opened["payload"]["policy"] == "stalled-unit"
    assert "title" not in opened["payload"]

    def hung() -> list[str]:
        found = works.listed("/flow_runs/filter", asked)
        return [run["id"] for run in found if run["id"] not in before]

    (run,) = until(hung, seconds=60, what="a run by the automation")
    made = works.ask(f"/flow_runs/{run}")
    assert isinstance(made, dict)
    assert made["created_by"]["type"] == "AUTOMATION"
    assert until(works.ended(run), seconds=120, what="the end of the automation's run") == (
        "COMPLETED"
    )
    frozen = [
        each.event
        for each in works.engine.store.read_stream(LIVE, "review-R-live")
        if isinstance(each.event, ReviewPacketFrozen)
    ]
    assert len(frozen) == 1


def test_a_verification_that_fails_is_told_to_automations_without_recorded_values(
    works: Works,
) -> None:
    project(works.engine, LIVE)
    with psycopg.connect(works.engine.url) as connection:
        connection.execute("DELETE FROM cot_projection.unit_progress WHERE district = %s", (LIVE,))
    run = works.start("verify", {"district": LIVE})
    assert until(works.ended(run), seconds=120, what="the end of verify") == "FAILED"
    (told,) = until(
        lambda: works.events("cot-flows.verification.failed"), seconds=30, what="the milestone"
    )
    assert told["resource"]["prefect.resource.id"] == f"cot-flows.district.{LIVE}"
    assert told["payload"]["faults"] >= 1
    assert set(told["payload"]) == {"district", "position", "faults", "checks"}
    (artifact,) = words_of(works, run)
    assert f"**To look at:** `cot verify --district {LIVE}`" in artifact["data"]


HURRIED = """
from datetime import timedelta
from deployments.automations import register, zombies
one = zombies()
one.name = "the same for one run, in a hurry"
one.trigger.match = type(one.trigger.match)({{"prefect.resource.id": "prefect.flow-run.{run}"}})
one.trigger.within = timedelta(seconds=10)
register(one)
"""


def test_a_run_whose_heart_stopped_is_marked_as_crashed(works: Works) -> None:
    (known,) = works.listed("/automations/filter", {"automations": {"name": {"any_": [ZOMBIES]}}})
    beats_every = int(works.environment["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"])
    assert known["enabled"]
    assert known["trigger"]["within"] == 4 * beats_every == 120
    run = running_for_ever(works)
    # What is installed allows two minutes; the same, made for this one run, ten seconds.
    works.python(HURRIED.format(run=run))

    def ended() -> str:
        # Once more if the first beat came before the server had taken the automation up.
        works.ask("/events", [last_beat(run)])
        with suppress(AssertionError):
            return until(works.ended(run), seconds=25, what="its end")
        return ""

    assert until(ended, seconds=75, what="the end of a run without a heartbeat") == "CRASHED"
    found = works.ask(f"/flow_runs/{run}")
    assert isinstance(found, dict)
    assert found["state"]["message"] == "No heartbeat: the run's program is gone."


def running_for_ever(running: Running) -> str:
    """Make a run that nobody works on, and return its id."""
    flow = running.ask("/flows/", {"name": "that-was-killed"})
    assert isinstance(flow, dict)
    body = {"flow_id": flow["id"], "state": {"type": "RUNNING", "name": "Running"}}
    run = running.ask("/flow_runs/", body)
    assert isinstance(run, dict)
    return str(run["id"])


def last_beat(run: str) -> dict[str, object]:
    """Return a beat of now, after which no other comes."""
    return {
        "id": str(uuid4()),
        "event": "prefect.flow-run.heartbeat",
        "occurred": datetime.now(UTC).isoformat(),
        "resource": {"prefect.resource.id": f"prefect.flow-run.{run}"},
        "related": [],
        "payload": {},
    }
