"""The calendars as served: media type, content, and what is not there."""

import httpx
from icalendar import Calendar

from tests.support.marrow_bay import DISTRICT


def test_a_district_and_a_unit_serve_a_calendar(client: httpx.Client) -> None:
    for path in ("calendar.ics", "units/HR/calendar.ics"):
        answer = client.get(f"/districts/{DISTRICT}/{path}?known_at=2026-06-15")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_calendar_of_what_is_not_there_is_a_page_that_says_so(client: httpx.Client) -> None:
    for path in (f"/districts/{DISTRICT}/units/NOPE/calendar.ics", "/districts/no/calendar.ics"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")
