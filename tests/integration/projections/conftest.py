"""One database for these tests, and a district of its own for each."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.integration.projections.world import World
from tests.support.databases import fresh_database


@pytest.fixture(scope="session")
def database_url(server_url: str) -> Iterator[str]:
    """The URL of a database that is set up, shared by all tests of projections."""
    with fresh_database(server_url) as url:
        yield url


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """A new district with a simulated clock in the shared database."""
    made = World(database_url, f"d-{uuid4().hex[:10]}")
    yield made
    made.close()
