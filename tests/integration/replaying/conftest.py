"""Marrow Bay played once for all tests of a module that ask its past."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cot_flows.bootstrap import Engine
from tests.support.marrow_bay import marrow_bay


@pytest.fixture(scope="module")
def bay(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Open the product on a database of this module, with the story played and projected."""
    home: Path = tmp_path_factory.mktemp("replaying")
    with marrow_bay(server_url, home) as engine:
        yield engine


@pytest.fixture
def at_the_terminal(bay: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Let commands find the database by their environment."""
    monkeypatch.setenv("COT_DATABASE_URL", bay.url)
    monkeypatch.setenv("COT_HOME", str(bay.settings.home))
    return bay
