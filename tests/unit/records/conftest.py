"""An office of its own for each test."""

import pytest

from tests.support.record_office import Office, begun


@pytest.fixture
def office() -> Office:
    """A district in memory that has begun."""
    return begun()
