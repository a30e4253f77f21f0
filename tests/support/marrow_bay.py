"""Marrow Bay played to its end in a database of its own, for modules that only read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cot_flows.bootstrap import Engine
from cot_flows.projecting import project
from cot_flows.scenarios.marrow_bay import play
from cot_flows.settings import Settings
from tests.support.databases import fresh_database

DISTRICT = "marrow-bay"


@contextmanager
def marrow_bay(server_url: str, home: Path) -> Iterator[Engine]:
    """Open the product on a database with the scenario played and projected."""
    with fresh_database(server_url) as url:
        settings = Settings(home=home, database_url=url, base_url="https://cot.example.org")
        with Engine(settings, url, None) as opened:
            play(opened, district=DISTRICT)
            project(opened, DISTRICT)
            yield opened
