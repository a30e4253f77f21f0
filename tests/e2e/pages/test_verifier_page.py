"""The verifier's page, opened from a file as by a double click: usable by everybody, calling nobody."""

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from cot_flows.bootstrap import Engine
from cot_flows.setting_up import set_up_district
from cot_flows.settings import Settings
from tests.e2e.pages.test_in_a_browser import RULES
from tests.support.bundles import PLAN, WITNESS_KEY, bundled, eventful
from tests.support.databases import fresh_database
from tests.support.tampering import ALTERED, ALTERED_SIGNATURES, PLACE

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("pages")]


@pytest.fixture(scope="module")
def made(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A bundle as a folder, the same as a zip beside it, and the vkey."""
    home = tmp_path_factory.mktemp("bundles")
    with (
        fresh_database(server_url) as url,
        Engine(Settings(home=home / "home", database_url=url), url, None) as engine,
    ):
        set_up_district(engine.store, PLAN)
        vkey = eventful(engine)
        bundled(engine, home / "bundle")
        bundled(engine, home / "bundle.zip")
    return home / "bundle", vkey


@pytest.fixture
def file_page(browser: Browser) -> Iterator[Page]:
    """A tab in which any request to a server, and any fault of a script, fails the test."""
    context = browser.new_context()
    page = context.new_page()
    faults: list[str] = []
    page.on("request", lambda asked: faults.append(asked.url) if asked.url[:4] == "http" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


def verdict(page: Page, place: Path, vkey: str = "", witness: str = "") -> str:
    """Verify a bundle as a person does, and return what the page says."""
    page.goto((place / "verify.html").as_uri() if place.is_dir() else place.as_uri())
    page.get_by_label("The folder").set_input_files(place)
    page.get_by_label("The log\u2019s vkey").fill(vkey)
    page.get_by_label("A witness\u2019s vkey").fill(witness)
    page.get_by_role("button", name="Verify").click()
    status = page.get_by_role("status")
    expect(status).not_to_contain_text("Verifying \u2026", timeout=30_000)
    return status.inner_text()


def test_a_folder_is_verified_from_a_double_click(file_page: Page, made: tuple[Path, str]) -> None:
    told = verdict(file_page, *made, WITNESS_KEY)
    assert "Unchanged, and signed by the key you gave" in told
    assert f"The witness {WITNESS_KEY} cosigned the last." in told
    assert "not show that they were true" in told
    found = Axe().run(file_page, options={"runOnly": {"type": "tag", "values": RULES}})
    assert found.violations_count == 0, found.generate_report()


def test_a_zip_is_verified_by_keyboard_alone_and_nothing_is_cut_off(
    file_page: Page, made: tuple[Path, str]
) -> None:
    file_page.set_viewport_size({"width": 360, "height": 800})
    file_page.goto((made[0] / "verify.html").as_uri())
    file_page.get_by_label("The .zip file").set_input_files(made[0].with_name("bundle.zip"))
    file_page.get_by_label("The log\u2019s vkey").focus()
    file_page.keyboard.insert_text(made[1])
    for _ in range(2):
        file_page.keyboard.press("Tab")
    file_page.keyboard.press("Enter")
    expect(file_page.get_by_role("heading", name="Unchanged, and signed")).to_be_visible()
    assert file_page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_without_a_key_the_page_says_what_is_not_shown(
    file_page: Page, made: tuple[Path, str]
) -> None:
    told = verdict(file_page, made[0])
    assert "who signed it is not shown" in told
    assert "NOT SHOWN" in told


def test_nothing_chosen_is_said(file_page: Page, made: tuple[Path, str]) -> None:
    file_page.goto((made[0] / "verify.html").as_uri())
    file_page.get_by_role("button", name="Verify").click()
    expect(file_page.get_by_role("status")).to_contain_text("Nothing is chosen")
    found = Axe().run(file_page, options={"runOnly": {"type": "tag", "values": RULES}})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("what", [*ALTERED, *ALTERED_SIGNATURES])
def test_an_altered_bundle_is_refused_by_the_page(
    file_page: Page, made: tuple[Path, str], tmp_path: Path, what: str
) -> None:
    place = Path(shutil.copytree(made[0], tmp_path / "bundle"))
    (ALTERED | ALTERED_SIGNATURES)[what](place)
    told = verdict(file_page, place, made[1])
    assert told.startswith(("Altered", "This cannot be read as a bundle")), told
    if what == "content":
        assert f"position {PLACE + 1}:" in told


def test_a_zip_bomb_is_refused_by_the_page_before_it_is_unpacked(
    file_page: Page, made: tuple[Path, str], tmp_path: Path
) -> None:
    place = tmp_path / "bomb.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("events.jsonl", b"0" * (200 << 20))
    file_page.goto((made[0] / "verify.html").as_uri())
    file_page.get_by_label("The .zip file").set_input_files(place)
    file_page.get_by_role("button", name="Verify").click()
    expect(file_page.get_by_role("status")).to_contain_text("a zip bomb")
