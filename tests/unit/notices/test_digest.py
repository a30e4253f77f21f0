"""Who hears of what on which working day, from dates alone: the steps of lateness, told once."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from cot_flows.links import Links
from cot_flows.notices.digest import Digest, compose
from cot_flows.notices.rendering import as_html, as_text, digest_of, subject_of
from cot_flows.reviews.deadlines import ActionDeadline, Deadlines, ReviewDeadline
from cot_flows.reviews.people import People
from domain.school_calendar import SchoolCalendar

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CALENDAR = SchoolCalendar(
    version="1",
    first_day=date(2026, 1, 1),
    last_day=date(2026, 12, 31),
    closed_days=frozenset({date(2026, 3, 11)}),
)
ROLES = {
    "head": "head",
    "other": "head",
    "steward": "steward",
    "owner": "analyst",
    "chair": "chair",
    "sup": "superintendent",
}
PEOPLE = People(
    roles=ROLES,
    heads={"HR": "head", "IT": "other"},
    owners={},
    chair="chair",
    team=frozenset({"chair", "owner"}),
)
DUE = date(2026, 3, 9)
"""A Monday; the Wednesday after it is closed."""


def review(**more: Any) -> ReviewDeadline:
    given = {
        "review": "R-1",
        "review_type": "R6",
        "about": "unit:HR",
        "title": "Quiet <b>unit</b> & more",
        "status": "triggered",
        "policy": "stalled-unit",
        "due_on": DUE,
        "why": (),
        "packet": True,
        "moves": 0,
        "opened_at": NOW,
        "changed_at": NOW,
        "ended_on": None,
    }
    return ReviewDeadline(**{**given, **more})


def action(**more: Any) -> ActionDeadline:
    given = {
        "action": "X-1",
        "title": "Open the desk",
        "review": "R-0",
        "unit": "HR",
        "owner": "owner",
        "due_on": DUE,
        "state": "open",
        "critical": False,
        "moves": 0,
        "opened_at": NOW,
        "changed_at": NOW,
        "ended_on": None,
    }
    return ActionDeadline(**{**given, **more})


def told(
    person: str,
    day: date,
    reviews: Collection[ReviewDeadline] = (),
    actions: Collection[ActionDeadline] = (),
    before: Collection[str] = (),
) -> Digest | None:
    deadlines = Deadlines(
        district="bay",
        position=9,
        time=NOW,
        day=day,
        simulated=False,
        calendar=CALENDAR,
        heads=PEOPLE.heads,
        units={},
        reviews=tuple(reviews),
        actions=tuple(actions),
        holds=(),
    )
    return compose(deadlines, PEOPLE, person, Links("https://cot.example.org", "bay"), before)


def refs(person: str, day: date, **more: Any) -> tuple[str, ...]:
    digest = told(person, day, **more)
    return () if digest is None else digest.refs


def march(day: int) -> date:
    return date(2026, 3, day)


@pytest.mark.parametrize(
    ("day", "steps"),
    [
        (march(9), {"head": "due-soon", "steward": "due-soon"}),
        (march(10), {"head": "late-1", "steward": "late-1"}),
        (march(16), {"head": "late-1", "steward": "late-1"}),
        (march(17), {"head": "late-1", "steward": "late-1", "chair": "late-5"}),
        (march(24), {"head": "late-1", "steward": "late-1", "chair": "late-5", "sup": "late-10"}),
    ],
)
def test_a_review_that_is_not_held_goes_up_by_working_days(
    day: date, steps: dict[str, str]
) -> None:
    found = {person: refs(person, day, reviews=[review()]) for person in ROLES}
    expected = {person: (f"review:R-1#{step}",) for person, step in steps.items()}
    assert {person: each for person, each in found.items() if each} == expected


@pytest.mark.parametrize(
    ("day", "steps"),
    [
        (march(3), {}),
        (march(4), {"owner": "due-soon"}),
        (march(10), {"owner": "late-1"}),
        (march(17), {"owner": "late-1", "head": "late-5"}),
        (march(24), {"owner": "late-1", "head": "late-5", "chair": "late-10"}),
        (
            date(2026, 4, 7),
            {"owner": "late-1", "head": "late-5", "chair": "late-10", "sup": "late-20"},
        ),
    ],
)
def test_an_action_item_that_is_late_goes_up_by_working_days(
    day: date, steps: dict[str, str]
) -> None:
    found = {person: refs(person, day, actions=[action()]) for person in ROLES}
    expected = {person: (f"action:X-1#{step}",) for person, step in steps.items()}
    assert {person: each for person, each in found.items() if each} == expected


def test_a_packet_that_is_not_frozen_is_told_three_working_days_before() -> None:
    open_packet = [review(packet=False)]
    assert "review:R-1#packet" not in refs("head", march(3), reviews=open_packet)
    assert "review:R-1#packet" in refs("head", march(4), reviews=open_packet)
    assert "review:R-1#packet" not in refs("head", march(4), reviews=[review()])


def test_nobody_is_told_on_a_closed_day_or_a_weekend() -> None:
    for day in (march(11), march(14), march(15)):
        assert {person: told(person, day, [review()], [action()]) for person in ROLES} == (
            dict.fromkeys(ROLES)
        )


def test_each_step_is_told_once_and_anew_when_the_date_has_moved() -> None:
    before = refs("head", march(6), reviews=[review()])
    assert before == ("review:R-1#due-soon",)
    assert told("head", march(6), [review()], before=before) is None
    moved = [review(due_on=march(12), moves=1)]
    assert refs("head", march(6), reviews=moved, before=before) == (
        "review:R-1#due-soon-after-1",
        "review:R-1#moved-after-1",
    )


def test_a_review_that_does_not_take_place_is_called_off_for_whoever_heard_of_it() -> None:
    void = [review(status="cancelled", ended_on=march(6))]
    assert told("head", march(6), void) is None
    digest = told("head", march(6), void, before=["review:R-1#due-soon"])
    assert digest is not None
    (entry,) = digest.moved
    assert (digest.refs, entry.cancelled) == (("review:R-1#called-off",), True)


def test_what_has_happened_is_told_to_nobody() -> None:
    held, done = review(status="held"), action(state="completed")
    assert not any(told(person, march(24), [held], [done]) for person in ROLES)


def test_nobody_hears_of_what_is_anothers() -> None:
    everything = [review(), review(review="R-2", about="unit:IT", title="Theirs alone")]
    digest = told("head", march(10), everything, [action(unit="IT", title="Not mine")])
    assert digest is not None
    text = as_text(digest) + as_html(digest)
    assert "Theirs alone" not in text
    assert "Not mine" not in text
    assert "owner" not in text.replace("known owner", "")


def test_html_escapes_every_text_and_says_the_same_as_the_plain_text() -> None:
    digest = told("head", march(10), [review()])
    assert digest is not None
    html, text = as_html(digest), as_text(digest)
    assert "<b>" not in html
    read = Reading()
    read.feed(html)
    assert "Quiet <b>unit</b> & more (unit:HR) was due a working day ago" in read.texts
    assert "Quiet <b>unit</b> & more (unit:HR) was due a working day ago" in text
    assert read.links[0] == "https://cot.example.org/districts/bay/reviews/R-1"
    assert read.links[0] in text


def test_the_same_dates_give_the_same_text() -> None:
    several = [review(review=f"R-{number}") for number in range(5)]
    one, two = told("head", march(10), several), told("head", march(10), several[::-1])
    assert one is not None
    assert two is not None
    assert (as_text(one), digest_of(one)) == (as_text(two), digest_of(two))
    assert subject_of(one) == "bay, 2026-03-10: 5 things to know"


class Reading(HTMLParser):
    """What a reader sees, and where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [str(value) for name, value in attrs if name == "href"]
