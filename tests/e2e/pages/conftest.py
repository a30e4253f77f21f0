"""The pages of a district that was played to its end, served on a free port, and a browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from cot_flows.bootstrap import Engine
from cot_flows.projecting import project
from cot_flows.scenarios.marrow_bay import play
from cot_flows.settings import Settings
from cot_flows.web.serving import Pages
from tests.support.databases import fresh_database

DISTRICT = "marrow-bay"


@pytest.fixture(scope="module")
def engine(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Open the product on a database of this module, with the scenario played and projected."""
    home: Path = tmp_path_factory.mktemp("pages")
    with fresh_database(server_url) as url:
        settings = Settings(home=home, database_url=url)
        with Engine(settings, url, None) as opened:
            play(opened, district=DISTRICT)
            project(opened, DISTRICT)
            yield opened


@pytest.fixture(scope="module")
def pages(engine: Engine) -> Iterator[Pages]:
    """Serve the pages."""
    served = Pages(engine, 0)
    yield served
    served.close()


@pytest.fixture(scope="module")
def client(pages: Pages) -> Iterator[httpx.Client]:
    """A plain client that follows nothing by itself."""
    with httpx.Client(base_url=pages.url, trust_env=False) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the machine's Chromium; in continuous integration its absence is a failure."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        assert not os.environ.get("CI"), "continuous integration must install chromium"
        pytest.skip("no Chromium on this machine: install Debian's package chromium")
    with sync_playwright() as playwright:
        # As root Chromium has no sandbox of its own; it opens nothing but our own pages here.
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        started = playwright.chromium.launch(executable_path=program, args=arguments)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, pages: Pages) -> Iterator[Page]:
    """A new tab on the served pages; every address it asks for is kept in `page.asked`."""
    context = browser.new_context(base_url=pages.url, bypass_csp=True)
    made = context.new_page()
    yield made
    context.close()
