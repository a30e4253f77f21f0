"""One server for these tests, and a district of its own for each."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from cot_flows.bootstrap import open_engine
from cot_flows.embedded import stop_server
from cot_flows.settings import Settings
from tests.integration.projections.world import World


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """The URL of a database that is set up, on an embedded server that ends with the tests.

    It lies in a directory that the unprivileged user may pass through, who runs the server when
    the tests run as root.
    """
    place = Path(tempfile.mkdtemp(prefix="cot-projections-"))
    place.chmod(0o755)
    home = place / "home"
    with open_engine(Settings(home=home)) as engine:
        yield engine.url
    stop_server(home)
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """A new district with a simulated clock in the shared database."""
    made = World(database_url, f"d-{uuid4().hex[:10]}")
    yield made
    made.close()
