"""What every test may use: one PostgreSQL for the session, a fresh database for each test."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.database import set_up
from cot_flows.embedded import open_server
from cot_flows.settings import Settings
from tests.support.databases import TEMPLATE, fresh_database


@pytest.fixture(scope="session", autouse=True)
def _settings_of_nobody() -> Iterator[None]:
    """Keep what the machine's user has set away from the tests."""
    kept = {name: os.environ.pop(name) for name in _set_by_user()}
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    yield
    os.environ.update(kept)


def _set_by_user() -> list[str]:
    return [name for name in os.environ if name.startswith(("COT_", "PREFECT_"))]


@pytest.fixture(scope="session")
def server_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return the home of the session's server, which all workers share."""
    base = tmp_path_factory.getbasetemp()
    return (base if worker_id == "master" else base.parent) / "server"


@pytest.fixture(scope="session")
def server_url(server_home: Path) -> Iterator[str]:
    """Run the session's PostgreSQL; the URL is that of the template database, which is set up."""
    with open_server(server_home) as server:
        url = server.info.url(TEMPLATE)
        # The workers share the server: one sets the template up, the others find it ready.
        with (server_home.parent / "template.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Not again: a database cannot be copied while anybody is connected to it.
            ready = server_home.parent / "template.ready"
            if not ready.exists():
                set_up(url)
                ready.touch()
        yield url


@pytest.fixture
def database_url(server_url: str) -> Iterator[str]:
    """Make a database that is set up and empty, for one test."""
    with fresh_database(server_url) as url:
        yield url


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    """Open the product on the test's database."""
    settings = Settings(home=tmp_path / "home", database_url=database_url)
    with Engine(settings, database_url, None) as opened:
        yield opened


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """Return the name of this worker, `master` when the tests run in one process."""
    workerinput = getattr(request.config, "workerinput", None)
    return "master" if workerinput is None else str(workerinput["workerid"])
