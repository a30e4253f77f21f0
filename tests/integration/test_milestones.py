"""Milestones of a log: each told at most once, whoever tells, whatever is lost or dies meanwhile."""

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.errors import NotAnnounced
from cot_flows.follower import end_following
from cot_flows.milestones.announcing import FOLLOWER, Announced, Announcer, announce
from cot_flows.milestones.posting import Post, header_of, post_to
from cot_flows.milestones.telling import Milestone
from cot_flows.prefect_child import free_port
from cot_flows.prefect_login import CLIENT, authorization, prefect_login
from tests.support.burg import DISTRICT, burg
from tests.support.quayside import QUAYSIDE, open_review, quayside
from tests.support.waiting import until


@dataclass
class Heard:
    """Who takes milestones and keeps their names."""

    told: list[str] = field(default_factory=list)

    def __call__(self, milestones: Sequence[Milestone]) -> None:
        """Take them."""
        self.told += [f"{each.kind.name} {each.about}" for each in milestones]


@pytest.fixture
def opened(engine: Engine) -> Engine:
    """A district in which one review has opened."""
    quayside(engine)
    open_review(engine, "R-1")
    return engine


def tell(engine: Engine, post: Post | None, *, later: timedelta = timedelta(0)) -> Announced:
    """Announce the district, at some later time."""

    def now() -> datetime:
        return utc_now() + later

    return announce(engine, engine.store.head(QUAYSIDE), lambda: post, now=now)


def standing(engine: Engine) -> tuple[int, int]:
    """Return the checkpoint and the head."""
    return engine.checkpoints.load(FOLLOWER, QUAYSIDE), engine.store.head(QUAYSIDE).position


def test_a_milestone_is_told_once_and_the_next_ones_after_it(opened: Engine) -> None:
    heard = Heard()
    assert [tell(opened, heard), tell(opened, heard)] == [Announced(1), Announced(0)]
    open_review(opened, "R-2", review_type="R7")
    assert tell(opened, heard) == Announced(1)
    assert heard.told == ["review.opened R-1", "review.opened R-2"]
    at, head = standing(opened)
    assert at == head


def test_two_who_announce_at_once_tell_each_milestone_once(opened: Engine) -> None:
    heard = Heard()
    begun: list[Announced] = []

    def overtaken() -> Post:
        # Asked between the look and the checkpoint's move: another comes in between, once.
        if not begun:
            begun.append(Announced(0))
            begun.append(tell(opened, heard))
        return heard

    first = announce(opened, opened.store.head(QUAYSIDE), overtaken)
    assert (first, begun[1]) == (Announced(0), Announced(1))
    assert heard.told == ["review.opened R-1"]


def test_what_the_server_does_not_take_is_lost_with_a_warning_and_not_told_later(
    opened: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    def refuses(_: Sequence[Milestone]) -> None:
        raise NotAnnounced("gone")

    with caplog.at_level(logging.WARNING):
        assert tell(opened, refuses) == Announced(0)
    assert "quayside: 1 milestones were not announced: gone" in caplog.text
    heard = Heard()
    assert (tell(opened, heard), heard.told) == (Announced(0), [])


class Died(BaseException):
    """The program died here."""


def test_a_program_that_dies_while_telling_tells_nothing_twice(opened: Engine) -> None:
    heard = Heard()

    def dies(milestones: Sequence[Milestone]) -> None:
        heard(milestones)
        raise Died

    with pytest.raises(Died):
        tell(opened, dies)
    assert (tell(opened, heard), heard.told) == (Announced(0), ["review.opened R-1"])


def test_milestones_wait_while_there_is_no_server_to_tell(opened: Engine) -> None:
    assert tell(opened, None) == Announced(0, waiting=True)
    assert standing(opened)[0] == 0
    heard = Heard()
    assert (tell(opened, heard), heard.told) == (Announced(1), ["review.opened R-1"])


def test_what_was_recorded_more_than_a_day_ago_is_passed_over(opened: Engine) -> None:
    heard = Heard()
    assert tell(opened, heard, later=timedelta(hours=25)) == Announced(0)
    at, head = standing(opened)
    assert (at, heard.told) == (head, [])


def test_a_correction_is_not_told(opened: Engine) -> None:
    heard = Heard()
    opened_by = open_review(opened, "R-2", review_type="R7")
    tell(opened, heard)
    open_review(opened, "R-2", review_type="R7", corrects=opened_by)
    assert tell(opened, heard) == Announced(0)


def test_a_log_on_a_simulated_clock_tells_nothing(engine: Engine) -> None:
    burg(engine).review("R-1", date(2025, 9, 8))
    heard = Heard()
    assert announce(engine, engine.store.head(DISTRICT), lambda: heard) == Announced(0)
    assert heard.told == []


@dataclass
class Taken:
    """What a web server was posted: paths, headers, bodies."""

    port: int
    paths: list[str] = field(default_factory=list)
    logins: list[str | None] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"


@contextmanager
def taking(code: int = 204) -> Iterator[Taken]:
    """Run a web server that answers every post with a code."""
    taken = Taken(0)

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.paths.append(self.path)
            taken.logins.append(self.headers["Authorization"])
            taken.events += json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(code)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Taking) as server:
        taken.port = server.server_port
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield taken
        finally:
            server.shutdown()
            thread.join()


def test_the_follower_of_milestones_tells_a_server_with_its_login_once_it_is_ready(
    opened: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = opened.settings.home
    stop, ready = Event(), Event()
    with taking() as taken:
        follower = Announcer(
            opened,
            lambda: post_to(taken.url, home, {}) if ready.is_set() else None,
            poll_seconds=0.05,
        )
        thread = Thread(target=follower.run, args=(stop,))
        thread.start()
        try:
            opened.store.announce(QUAYSIDE)
            assert standing(opened)[0] == 0
            ready.set()
            until(lambda: taken.events, seconds=20, what="the first milestone")
            open_review(opened, "R-2", review_type="R7")
            until(lambda: len(taken.events) > 1, seconds=20, what="the second milestone")
        finally:
            assert end_following(opened, thread, stop, at_most=10)
    assert [each["payload"]["review"] for each in taken.events] == ["R-1", "R-2"]
    assert set(taken.paths) == {"/api/events"}
    assert set(taken.logins) == set(authorization(prefect_login(home)).values())


def test_a_server_of_somebody_else_is_given_its_own_login_or_key(tmp_path: Path) -> None:
    url = "http://prefect.example.org/api"
    theirs = {"PREFECT_API_URL": url, CLIENT: "them:secret"}
    assert post_to(url, tmp_path, theirs).headers == authorization("them:secret")
    assert post_to(url, tmp_path, {"PREFECT_API_URL": url}).headers == {}
    assert header_of(None, "key") == {"Authorization": "Bearer key"}
    assert "secret" not in repr(post_to(url, tmp_path, theirs))


@pytest.mark.parametrize("code", [401, 500, None], ids=str)
def test_a_server_that_refuses_or_is_away_is_named_without_its_login(
    code: int | None, tmp_path: Path
) -> None:
    if code is None:
        refused(f"http://127.0.0.1:{free_port()}/api", tmp_path)
    else:
        with taking(code) as taken:
            refused(taken.url, tmp_path)


def refused(url: str, home: Path) -> None:
    """Post nothing much to a server, and be refused."""
    post = post_to(url, home, {})
    with pytest.raises(NotAnnounced) as caught:
        post([])
    assert url in str(caught.value)
    assert prefect_login(home) not in str(caught.value)
