"""Notices as they arrive: one mail a person and day, recorded, never twice, never on closed days."""

import stat
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
from icalendar import Calendar

from cot_flows.cli.main import outcome
from cot_flows.errors import NotConfigured
from cot_flows.notices.addresses import Addresses, Reached, mail_address
from cot_flows.notices.channels import channels
from cot_flows.notices.reporting import NoticeReport
from cot_flows.notices.sending import Desk
from cot_flows.verifying import verify
from domain.facts.notice import NoticeFailed, NoticeSent
from events.envelope import RecordedEvent
from tests.support.burg import DISTRICT, Burg
from tests.support.postbox import Mailbox
from tests.support.waiting import until

HEAD, OWNER = "head@example.org", "owner@example.org"
SOON, LATER = date(2025, 9, 8), date(2025, 9, 30)
WEDNESDAY, SATURDAY = date(2025, 9, 3), date(2025, 9, 6)


def desk(small: Burg) -> Desk:
    return Desk(small.engine, DISTRICT, channels(small.engine.settings))


def send(small: Burg) -> NoticeReport:
    return desk(small).send()


def recorded(small: Burg) -> list[RecordedEvent]:
    log = small.engine.store.read_log(DISTRICT, after=0, limit=1000)
    return [each for each in log if isinstance(each.event, NoticeSent | NoticeFailed)]


def test_a_review_due_soon_is_one_mail_to_its_head_and_a_fact_of_the_log(
    small: Burg, box: Mailbox
) -> None:
    small.review("R-1", SOON)
    small.review("R-2", SOON, about="unit:IT")
    report = send(small)
    (mail,) = box.messages
    assert (mail["To"], mail["From"], report.sent) == (HEAD, "cot@example.org", 1)
    body = mail.get_body(("plain",))
    assert body is not None
    assert "R-1, here (unit:HR) is due on 2025-09-08" in body.get_content()
    assert "R-2" not in str(mail)
    (event,) = recorded(small)
    assert isinstance(event.event, NoticeSent)
    assert (event.event.recipient, event.event.channel) == ("hr-1", "mail")
    assert event.event.items == ("review:R-1#due-soon",)
    assert verify(small.engine, DISTRICT).findings == ()


def test_no_address_enters_the_log(small: Burg, box: Mailbox) -> None:
    small.review("R-1", SOON)
    box.refused = {HEAD}
    send(small)
    box.refused = set()
    send(small)
    assert len(recorded(small)) == 2
    for each in small.engine.store.read_log(DISTRICT, after=0, limit=1000):
        assert "example.org" not in each.event.model_dump_json()
        assert "example.org" not in (each.reason or "")


def test_running_twice_sends_nothing_twice_and_the_next_day_tells_only_what_is_new(
    small: Burg, box: Mailbox
) -> None:
    small.review("R-1", SOON)
    assert [send(small).sent, send(small).sent] == [1, 0]
    small.go_to(WEDNESDAY)
    assert send(small).sent == 1
    (told,) = [each.event for each in recorded(small) if each.event.day == WEDNESDAY]  # type: ignore[attr-defined]
    assert told.items == ("review:R-1#packet",)  # type: ignore[attr-defined]
    assert len({mail["Message-ID"] for mail in box.messages}) == len(box.messages) == 2


def test_nobody_is_told_anything_on_a_closed_day(small: Burg, box: Mailbox) -> None:
    small.review("R-1", SOON)
    small.go_to(SATURDAY)
    report = send(small)
    assert (report.closed, report.fates, box.messages) == (True, (), [])
    small.go_to(SOON)
    assert send(small).sent == 1


def test_a_moved_date_comes_with_an_invitation_that_keeps_the_entrys_id(
    small: Burg, box: Mailbox
) -> None:
    opened = small.review("R-1", SOON)
    send(small)
    small.go_to(WEDNESDAY)
    small.review("R-1", LATER, corrects=opened)
    send(small)
    part = next(p for p in box.messages[1].walk() if p.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"
    calendar = Calendar.from_ical(part.get_content())
    event: Any
    (event,) = calendar.walk("VEVENT")
    (subscribed,) = Calendar.from_ical(small.calendar()).walk("VEVENT")
    assert (event["UID"], event["SEQUENCE"]) == (subscribed["UID"], 1)
    assert (calendar["METHOD"], event["DTSTART"].dt) == ("REQUEST", LATER)
    assert not [p for p in box.messages[0].walk() if p.get_content_type() == "text/calendar"]


def test_several_moved_dates_are_one_mail_with_an_invitation_each(
    small: Burg, box: Mailbox
) -> None:
    for name in ("R-1", "R-2", "R-3"):
        opened = small.review(name, SOON)
        small.review(name, LATER, corrects=opened)
    send(small)
    (mail,) = box.messages
    parts = [p for p in mail.walk() if p.get_content_type() == "text/calendar"]
    uids = {Calendar.from_ical(p.get_content()).walk("VEVENT")[0]["UID"] for p in parts}
    assert (len(parts), len(uids)) == (3, 3)


def test_a_server_that_refuses_is_recorded_and_tried_once_more(small: Burg, box: Mailbox) -> None:
    small.review("R-1", SOON)
    box.refused = {HEAD}
    (first,) = send(small).fates
    (second,) = send(small).fates
    assert send(small).fates == ()
    assert first.failure == second.failure
    assert HEAD not in str(first.failure)
    events = [each.event for each in recorded(small)]
    assert [(e.attempt, e.failure) for e in events if isinstance(e, NoticeFailed)] == [
        (1, "recipient_refused"),
        (2, "recipient_refused"),
    ]
    box.refused = set()
    small.go_to(WEDNESDAY)
    assert send(small).sent == 1


def test_after_a_failure_the_next_run_sends_it(small: Burg, box: Mailbox) -> None:
    small.review("R-1", SOON)
    box.refused = {HEAD}
    assert send(small).sent == 0
    box.refused = set()
    assert [send(small).sent, send(small).sent] == [1, 0]
    assert [each.type_name for each in recorded(small)] == ["NoticeFailed", "NoticeSent"]


class Died(BaseException):
    """Stands for the end of the program at a point of its work."""


def test_a_death_between_sending_and_recording_sends_again_under_the_same_message_id(
    small: Burg, box: Mailbox
) -> None:
    """At least once, by choice: the log never says that somebody was told who was not."""
    small.review("R-1", SOON)

    def die(point: str) -> None:
        raise Died(point)

    with pytest.raises(Died):
        desk(small).send(fail_point=die)
    assert (len(box.messages), recorded(small)) == (1, [])
    assert [send(small).sent, send(small).sent] == [1, 0]
    first, second = box.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert len(recorded(small)) == 1


LOCKS = """
SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
WHERE l.locktype = 'advisory' AND d.datname = current_database() AND l.granted = %s"""


def test_two_runs_at_once_send_each_notice_once(small: Burg, box: Mailbox) -> None:
    small.review("R-1", SOON)
    second: list[NoticeReport] = []
    other = Thread(target=lambda: second.append(send(small)))

    def waits() -> bool:
        with psycopg.connect(small.engine.url) as connection:
            return connection.execute(LOCKS, (False,)).fetchone() is not None

    def meanwhile(point: str) -> None:
        # The mail is out and not recorded yet: the other run must not find it unsent.
        other.start()
        until(lambda: second or waits(), seconds=20, what="the other run to wait or to be through")

    first = desk(small).send(fail_point=meanwhile)
    other.join(20)
    assert [first.sent, *(each.sent for each in second)] == [1, 0]
    assert len(box.messages) == len(recorded(small)) == 1


def test_runs_of_different_districts_do_not_wait_for_each_other(small: Burg) -> None:
    engine = small.engine
    with engine.alone("notices", "one"), engine.alone("notices", "two"):
        assert send(small).fates == ()


def test_a_run_whose_lock_was_lost_records_second_and_changes_nothing(
    small: Burg, box: Mailbox
) -> None:
    small.review("R-1", SOON)

    def overtaken(point: str) -> None:
        if not recorded(small):
            with psycopg.connect(small.engine.url) as connection:
                ((holder,),) = connection.execute(LOCKS, (True,)).fetchall()
                connection.execute("SELECT pg_terminate_backend(%s)", (holder,))
            send(small)

    assert desk(small).send(fail_point=overtaken).sent == 1
    assert len(recorded(small)) == 1
    assert len(box.messages) == 2


def test_who_has_no_address_is_named_and_nothing_is_recorded_of_it(
    small: Burg, box: Mailbox
) -> None:
    small.review("R-1", SOON, about="unit:IT")
    report = send(small)
    assert report.fates == ()
    assert set(report.unreached) == {"it-1", "s-1"}
    assert recorded(small) == []


def test_addresses_are_kept_for_their_owner_only_and_forgotten_when_told_so(
    small: Burg, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = small.engine.settings.home
    monkeypatch.setenv("COT_DATABASE_URL", small.engine.url)
    monkeypatch.setenv("COT_HOME", str(home))
    assert outcome(["notices", "address", "c-1", "chair@example.org"]) == 0
    file = home / "addresses.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Addresses(home).of(DISTRICT)["c-1"] == Reached(mail="chair@example.org")
    assert outcome(["notices", "address", "c-1", "--remove"]) == 0
    assert "c-1" not in Addresses(home).of(DISTRICT)
    assert outcome(["notices", "address", "nobody", "x@example.org"]) == 66
    assert outcome(["notices", "address", "c-1"]) == 64
    assert outcome(["notices", "address", "c-1", "no address"]) == 64
    told = capsys.readouterr()
    assert "example.org" not in (told.out + told.err).replace("name@example.org", "")


def test_a_file_of_addresses_that_was_spoilt_is_named_without_its_content(tmp_path: Path) -> None:
    (tmp_path / "addresses.json").write_text('{"districts": {"x": "secret@example.org"}}')
    with pytest.raises(NotConfigured) as caught:
        Addresses(tmp_path).of("x")
    assert "secret" not in str(caught.value)
    for text in ("a@b@c", "a@example.org\nBcc: x@example.org", "", "@", "plain"):
        with pytest.raises(NotConfigured):
            mail_address(text)
