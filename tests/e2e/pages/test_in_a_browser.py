"""The pages in a real browser: usable by everybody, by keyboard too, and calling nobody."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request

from cot_flows.bootstrap import Engine
from cot_flows.papers.frozen import frozen_packet
from cot_flows.papers.packet_paper import packet_paper
from cot_flows.web.papers import standalone
from domain.ids import derived_id
from tests.e2e.pages.conftest import DISTRICT

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("pages")]

HOME = f"/districts/{DISTRICT}"
HELD = str(derived_id("review", "late-record", "unit:HR", "2026-03-12"))
"""The second look at HR after the late record: the id follows from policy, subject and day."""
PAGES = (
    HOME,
    f"{HOME}?known_at=2026-03-01",
    f"{HOME}/units/HR",
    f"{HOME}/units/HR/behind/d3",
    f"{HOME}/reviews",
    f"{HOME}/handover",
    f"{HOME}/handover?known_at=2025-07-20",
    f"{HOME}/reviews/{HELD}/packet",
    f"{HOME}/reviews/{HELD}/record",
    f"{HOME}/events/5",
    f"{HOME}?known_at=nonsense",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("width", [1400, 360])
def test_no_page_has_an_accessibility_violation(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    assert found.violations_count == 0, found.generate_report()


def test_a_review_reached_by_links_has_none_either(page: Page) -> None:
    page.goto(f"{HOME}/reviews")
    page.locator("tbody th a").first.click()
    assert page.get_by_role("heading", name="Why it started").is_visible()
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    assert found.violations_count == 0, found.generate_report()


def test_the_two_times_are_chosen_in_the_form_and_kept_by_the_links(page: Page) -> None:
    page.goto(HOME)
    page.get_by_label("As known at").fill("2026-03-01")
    page.get_by_role("button", name="Show").click()
    assert "known_at=2026-03-01" in page.url
    page.get_by_role("row", name="HR ").get_by_role("link", name="S4 Piloting").click()
    assert "known_at=2026-03-01" in page.url
    assert page.get_by_role("table").inner_text().count("UnitStageEntered") >= 4
    page.get_by_role("link", name="Back to now").click()
    assert "known_at" not in page.url


def test_the_keyboard_reaches_the_content_first(page: Page) -> None:
    page.goto(HOME)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_page_asks_nobody_but_its_own_server(page: Page) -> None:
    asked: list[str] = []

    def keep(request: Request) -> None:
        asked.append(request.url)

    page.on("request", keep)
    page.goto(HOME)
    home = page.url.split("/districts")[0]
    assert {each.split("/", 3)[-1] for each in asked} == {f"districts/{DISTRICT}", "style.css"}
    assert all(each.startswith(home) for each in asked)


def test_nothing_is_cut_off_on_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(HOME)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_packet_read_on_a_narrow_screen_is_not_cut_off(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{HOME}/reviews/{HELD}/packet")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_packet_as_one_file_has_no_accessibility_violation_either(
    page: Page, engine: Engine, tmp_path: Path
) -> None:
    paper = packet_paper(frozen_packet(engine, DISTRICT, HELD), engine.store.head(DISTRICT))
    file = tmp_path / "packet.html"
    file.write_bytes(standalone(paper))
    page.goto(file.as_uri())
    assert page.get_by_role("heading", name="What speaks against").is_visible()
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    assert found.violations_count == 0, found.generate_report()
