"""A month of a calendar as a page, made by programs that are not ours from the bytes of a feed."""

from calendar import Calendar as Weeks
from datetime import date, timedelta
from html import escape
from typing import Any

import recurring_ical_events
from icalendar import Calendar

STYLE = (
    "body{font:13px sans-serif} table{border-collapse:collapse;width:1200px;table-layout:fixed} "
    "td,th{border:1px solid #999;vertical-align:top;padding:4px} td{height:70px} .out{color:#aaa} "
    "p{margin:2px 0;background:#dbe9ff} .cancelled{text-decoration:line-through}"
)


def on_day(made: bytes, day: date) -> list[Any]:
    """What another library finds on a day."""
    query = recurring_ical_events.of(Calendar.from_ical(made))
    found: list[Any] = list(query.between(day, day + timedelta(days=1)))
    return found


def month_page(made: bytes, year: int, month: int) -> str:
    """A table of the month's weeks, each day with its entries."""
    name = escape(str(Calendar.from_ical(made)["X-WR-CALNAME"]))
    rows = "".join(
        "<tr>" + "".join(_cell(made, day, month) for day in week) + "</tr>"
        for week in Weeks().monthdatescalendar(year, month)
    )
    heads = "".join(
        f"<th>{each}</th>" for each in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    )
    return (
        f"<!doctype html><style>{STYLE}</style><h1>{name}, {year}-{month:02}</h1>"
        f"<table><tr>{heads}</tr>{rows}</table>"
    )


def _cell(made: bytes, day: date, month: int) -> str:
    shown = "".join(
        f'<p class="{str(each["STATUS"]).lower()}">{escape(str(each["SUMMARY"]))}</p>'
        for each in on_day(made, day)
    )
    out = "" if day.month == month else ' class="out"'
    return f'<td id="d{day}"{out}><b>{day.day}</b>{shown}</td>'
