"""A notice is sent once; what fails is counted, and given up after the second try of a day."""

from datetime import date
from typing import Any

from domain.facts.notice import NoticeFailed, NoticeSent
from domain.notice import NoticeState, RecordNoticeFailed, RecordNoticeSent
from tests.support.districts import district
from tests.support.samples import DIGEST

TOLD: dict[str, Any] = {
    "notice": "N-1",
    "recipient": "a-hr-head",
    "channel": "mail",
    "day": date(2026, 3, 2),
    "digest": DIGEST,
    "items": ("review:R-1#due-soon",),
}


def failed(attempt: int) -> RecordNoticeFailed:
    return RecordNoticeFailed(**TOLD, attempt=attempt, failure="unreachable")


def test_a_notice_is_sent_and_names_its_recipient_among_its_subjects() -> None:
    outcome = district().when(RecordNoticeSent(**TOLD))
    outcome.then(NoticeSent(**TOLD))
    assert outcome.decisions[0].stream == "notice-N-1"
    assert outcome.events[0].subjects() == ("notice:N-1", "actor:a-hr-head")


def test_a_notice_is_not_sent_twice() -> None:
    log = district().given(NoticeSent(**TOLD))
    log.refused("notice_already_sent", RecordNoticeSent(**TOLD))
    log.refused("notice_already_sent", failed(1))


def test_a_notice_that_failed_is_tried_again_and_then_sent() -> None:
    log = district()
    log.when(failed(1)).then(NoticeFailed(**TOLD, attempt=1, failure="unreachable"))
    log.when(RecordNoticeSent(**TOLD))
    assert log.state("notice-N-1") == NoticeState(facts=2, sent=True, failures=1)


def test_a_notice_is_given_up_after_the_second_failure() -> None:
    log = district()
    log.refused("attempt_out_of_order", failed(2))
    log.when(failed(1))
    log.refused("attempt_out_of_order", failed(1))
    log.when(failed(2))
    log.refused("notice_given_up", failed(3))


def test_a_notice_goes_to_a_registered_actor() -> None:
    stranger = RecordNoticeSent(**{**TOLD, "recipient": "a-nobody"})
    district().refused("unknown_actor", stranger)


def test_a_notice_tells_something() -> None:
    district().refused("notice_without_items", RecordNoticeSent(**{**TOLD, "items": ()}))
