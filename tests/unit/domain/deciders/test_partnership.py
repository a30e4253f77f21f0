"""Partnerships: one at a time for a school and a principal; worked in between its two days."""

from datetime import date, timedelta

import pytest

from domain.correction import RetractFact
from domain.facts.district import ActorRetired
from domain.facts.partnership import (
    PartnershipEnded,
    PartnershipFormed,
    PartnershipInterrupted,
    PartnershipSessionLogged,
)
from domain.partnership import (
    EndPartnership,
    FormPartnership,
    InterruptPartnership,
    LogPartnershipSession,
    PartnershipState,
)
from tests.support.districts import district
from tests.support.specification import TODAY, Specification, id_of

SUBJECTS = ("partnership:P1", "school:S1", "network:A", "actor:a-deputy")
SESSION = LogPartnershipSession(
    partnership="P1", minutes=90, place="classroom", moves=("modeling",), topic="inquiry"
)
INTERRUPTION = InterruptPartnership(
    partnership="P1", half_days_lost=3, cause="payroll-error", unit="HR"
)
END = EndPartnership(partnership="P1", cause="principal-left")


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def form(partnership: str = "P1", **changes: object) -> FormPartnership:
    fields: dict[str, object] = {
        "partnership": partnership,
        "director": "a-deputy",
        "school": "S1",
        "principal": "p-1",
        "network": "A",
    }
    return FormPartnership.model_validate({**fields, **changes})


def formed(days_ago: int = 10) -> Specification:
    log = district()
    log.when(form(), occurred_on=ago(days_ago))
    return log


def retract(log: Specification, stream: str, place: int = -1) -> RetractFact:
    return RetractFact(event_id=id_of(log.streams[stream][place]), stream=stream)


def test_a_partnership_is_formed_in_the_register_of_the_district() -> None:
    outcome = district().when(form())
    outcome.then(
        PartnershipFormed(
            partnership="P1", director="a-deputy", school="S1", principal="p-1", network="A"
        )
    )
    assert outcome.events[0].subjects() == SUBJECTS
    assert [each.stream for each in outcome.decisions] == ["partnerships"]


def test_a_partnership_is_formed_with_a_director_who_acts() -> None:
    log = district().given(ActorRetired(actor="a-deputy"))
    log.refused("retired_actor", form())
    log.refused("unknown_actor", form(director="a-nobody"))


def test_a_partnership_id_is_used_once() -> None:
    log = formed()
    log.refused("id_already_used", form(school="S2", principal="p-2"))
    log.when(END)
    log.refused("id_already_used", form(school="S2", principal="p-2"))


def test_an_id_under_which_sessions_were_taken_back_is_not_used_again() -> None:
    log = formed()
    log.when(SESSION)
    log.when(retract(log, "partnership-P1"), reason="wrong")
    log.when(retract(log, "partnerships"), reason="wrong")
    log.refused("id_already_used", form())
    log.when(form("P2"))


def test_a_school_is_in_one_partnership_at_a_time() -> None:
    log = formed()
    refusal = log.refused("school_already_partnered", form("P2", principal="p-2"))
    assert "P1" in refusal.message


def test_a_principal_is_in_one_partnership_at_a_time() -> None:
    formed().refused("principal_already_partnered", form("P2", school="S2"))


def test_another_school_with_another_principal_is_partnered_beside_it() -> None:
    outcome = formed().when(form("P2", school="S2", principal="p-2"))
    assert not outcome.decisions[0].stream_is_new


def test_after_an_ending_the_school_is_partnered_again_from_that_day() -> None:
    log = formed()
    log.when(END, occurred_on=ago(4))
    log.refused("school_already_partnered", form("P2"), occurred_on=ago(5))
    log.when(form("P2"), occurred_on=ago(4))


def test_a_session_is_logged_in_a_stream_of_the_partnership() -> None:
    outcome = formed().when(SESSION)
    outcome.then(
        PartnershipSessionLogged(
            partnership="P1", minutes=90, place="classroom", moves=("modeling",), topic="inquiry"
        )
    )
    assert outcome.decisions[0].stream == "partnership-P1"
    assert outcome.extra_subjects == SUBJECTS


def test_nothing_happens_in_an_unknown_partnership() -> None:
    log = district()
    for command in (SESSION, INTERRUPTION, END):
        log.refused("unknown_partnership", command)


def test_a_session_is_not_logged_for_the_future() -> None:
    formed().refused("in_the_future", SESSION, occurred_on=ago(-1))


def test_a_session_lies_between_forming_and_ending() -> None:
    log = formed(10)
    log.when(SESSION, occurred_on=ago(10))
    log.refused("partnership_not_formed_yet", SESSION, occurred_on=ago(11))
    log.when(END, occurred_on=ago(2))
    log.refused("partnership_ended", SESSION, occurred_on=ago(1))
    log.when(SESSION, occurred_on=ago(2))
    log.refused("partnership_ended", INTERRUPTION)


def test_a_session_of_a_month_that_may_lie_within_is_logged() -> None:
    log = formed(10)
    log.when(SESSION, occurred_on=date(2026, 2, 1), precision="month")
    log.refused(
        "partnership_not_formed_yet", SESSION, occurred_on=date(2026, 1, 1), precision="month",
        reason="mislaid",
    )  # fmt: skip


@pytest.mark.parametrize("minutes", [0, 1441])
def test_a_session_lasts_a_minute_at_least_and_a_day_at_most(minutes: int) -> None:
    with pytest.raises(ValueError, match="minutes"):
        LogPartnershipSession(partnership="P1", minutes=minutes, place="online", topic="inquiry")


def test_an_interruption_concerns_the_unit_that_caused_it() -> None:
    outcome = formed().when(INTERRUPTION)
    outcome.then(
        PartnershipInterrupted(partnership="P1", half_days_lost=3, cause="payroll-error", unit="HR")
    )
    assert outcome.events[0].subjects() == ("partnership:P1", "unit:HR")
    assert outcome.extra_subjects == SUBJECTS


def test_an_interruption_without_a_cause_is_refused() -> None:
    without = INTERRUPTION.model_copy(update={"cause": None})
    formed().refused("interruption_without_cause", without)


def test_an_interruption_by_an_unknown_unit_is_refused() -> None:
    formed().refused("unknown_unit", INTERRUPTION.model_copy(update={"unit": "XX"}))


def test_less_than_half_a_day_is_no_interruption() -> None:
    with pytest.raises(ValueError, match="half_days_lost"):
        InterruptPartnership(partnership="P1", half_days_lost=0, cause="calls", unit="HR")


def test_a_partnership_ends_once() -> None:
    log = formed()
    outcome = log.when(END)
    outcome.then(PartnershipEnded(partnership="P1", cause="principal-left"))
    assert outcome.extra_subjects == SUBJECTS
    log.refused("partnership_already_ended", END)


def test_a_partnership_does_not_end_before_it_was_formed_or_last_worked_in() -> None:
    log = formed(10)
    log.refused("ended_before_formed", END, occurred_on=ago(11))
    log.when(SESSION, occurred_on=ago(3))
    log.refused("ended_before_last_session", END, occurred_on=ago(4))
    log.when(END, occurred_on=ago(3))


def test_a_correction_keeps_the_school_and_the_principal() -> None:
    log = formed()
    wrong = {"corrects": log.last_id("partnerships"), "reason": "another director"}
    for change in ({"school": "S2"}, {"principal": "p-2"}):
        log.refused("correction_of_another_partnership", form(**change), **wrong)
    log.refused("correction_of_another_partnership", form("P2"), **wrong)
    log.when(form(director="a-chair"), occurred_on=ago(10), **wrong)


def test_a_formation_is_not_corrected_to_a_day_after_the_first_session() -> None:
    log = formed(10)
    log.when(SESSION, occurred_on=ago(5))
    wrong = {"corrects": log.last_id("partnerships"), "reason": "later"}
    log.refused("formed_after_first_session", form(network="B"), occurred_on=ago(4), **wrong)
    log.when(form(network="B"), occurred_on=ago(5), **wrong)


def test_a_correction_of_an_ending_ends_the_same_partnership() -> None:
    log = formed()
    log.when(form("P2", school="S2", principal="p-2"))
    log.when(END)
    wrong = {"corrects": log.last_id("partnerships"), "reason": "wrong cause"}
    other = EndPartnership(partnership="P2", cause="principal-left")
    log.refused("correction_of_another_partnership", other, **wrong)
    log.when(EndPartnership(partnership="P1", cause="school-closed"), **wrong)


def test_a_formation_is_not_taken_back_while_sessions_rest_on_it() -> None:
    log = formed()
    log.when(SESSION)
    log.refused("others_follow", retract(log, "partnerships"), reason="wrong")
    log.when(retract(log, "partnership-P1"), reason="wrong")
    log.when(retract(log, "partnerships"), reason="wrong")


def test_a_formation_is_not_taken_back_before_its_ending() -> None:
    log = formed()
    log.when(END)
    log.refused("others_follow", retract(log, "partnerships", 0), reason="wrong")
    log.when(retract(log, "partnerships", 1), reason="wrong")
    log.when(retract(log, "partnerships", 0), reason="wrong")


def test_an_ending_is_not_taken_back_when_the_school_was_partnered_again() -> None:
    log = formed()
    log.when(END)
    log.when(form("P2", principal="p-2"))
    log.when(form("P3", school="S2"))
    log.refused("others_follow", retract(log, "partnerships", 1), reason="wrong")
    log.when(retract(log, "partnerships"), reason="wrong")
    log.refused("others_follow", retract(log, "partnerships", 1), reason="wrong")


def test_a_partnership_through_a_year() -> None:
    log = district(date(2025, 9, 5))
    log.when(form())
    log.today = date(2025, 10, 6)
    log.when(SESSION)
    log.when(INTERRUPTION, occurred_on=date(2025, 10, 27) - timedelta(days=21))
    log.today = date(2026, 6, 12)
    log.when(SESSION)
    log.when(END)
    log.when(form("P1-2026", principal="p-2"))
    state = log.state("partnership-P1")
    assert isinstance(state, PartnershipState)
    assert (state.facts, state.first_on, state.last_on) == (
        3,
        date(2025, 10, 6),
        date(2026, 6, 12),
    )
