"""The scenario is played once for all its tests: one database for the module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.settings import Settings
from tests.support.databases import fresh_database


@pytest.fixture(scope="module")
def engine(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Open the product on a database of this module."""
    home: Path = tmp_path_factory.mktemp("scenario")
    with fresh_database(server_url) as url:
        settings = Settings(home=home, database_url=url)
        with Engine(settings, url, None) as opened:
            yield opened
