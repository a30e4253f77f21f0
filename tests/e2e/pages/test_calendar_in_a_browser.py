"""A played district's calendar, drawn as months by other programs and seen in a browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from cot_flows.bootstrap import Engine
from cot_flows.calendar_feed.asking import calendar
from cot_flows.moments import resolve_moment
from projections.reading import read
from tests.e2e.pages.conftest import DISTRICT
from tests.support.month import month_page

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("pages")]


@pytest.mark.parametrize("month", [(2025, 11), (2026, 3)])
def test_a_month_in_which_clocks_change_shows_each_review_in_its_day(
    engine: Engine, browser: Browser, tmp_path: Path, month: tuple[int, int]
) -> None:
    known = f"{month[0]}-{month[1]:02}-20"
    moment = resolve_moment(engine, engine.store.head(DISTRICT), known, None)
    made = calendar(engine, moment)
    with engine.reading() as connection:
        rows = read(
            connection, "review_queue", DISTRICT, position=moment.position, today=moment.today
        ).rows
    due = [row for row in rows if str(row["due_on"])[:7] == known[:7]]
    context = browser.new_context(timezone_id="America/Los_Angeles")
    page = context.new_page()
    page.set_content(month_page(made, *month))
    assert due
    for row in due:
        cell = page.locator(f"#d{row['due_on']}").inner_text()
        assert str(row["title"]) in " ".join(cell.split())
    page.screenshot(path=tmp_path / "month.png", full_page=True)
    assert (tmp_path / "month.png").stat().st_size > 10_000
    context.close()
