"""The record itself, on a log in memory: withdrawn, held, disposed of, read, refused."""

from datetime import date
from uuid import UUID

import pytest

from cot_flows.naming import facts_on_holds
from cot_flows.records.holding import hold_rows
from cot_flows.records.reports import (
    access_log,
    attempts,
    held_report,
    redacted_items,
    redactions,
    self_approvals,
)
from cot_flows.records.rights import Reader, look
from cot_flows.records.withheld import withheld_notes
from domain.access import RaiseClassification
from domain.activity import NoteProgress
from domain.actor import RegisterActor
from domain.correction import RetractFact
from domain.evidence import SubmitEvidence, VerifyEvidence
from domain.facts.activity import ActivityProgressNoted
from domain.hold import PlaceLegalHold, ReleaseLegalHold
from domain.ids import derived_id
from domain.redaction import ApproveRedaction, DeclineRedaction, RequestRedaction, WithdrawValues
from tests.support.record_office import BAY, Office
from tests.support.samples import DIGEST


def ask(event: UUID, name: str = "RD-1", *fields: str) -> RequestRedaction:
    """A request for an event's note."""
    return RequestRedaction(
        redaction=name, basis="FERPA", events=(event,), fields=fields or ("data.note",)
    )


def redact(office: Office, event: UUID, name: str = "RD-1") -> None:
    """Redact the note of an event."""
    office.do(ask(event, name), reason="named")
    office.do(ApproveRedaction(redaction=name), "c-1")
    office.do(ApproveRedaction(redaction=name), "u-1")
    office.do(WithdrawValues(redaction=name))


def test_a_redaction_takes_the_value_and_tells_who_agreed_and_when(office: Office) -> None:
    event = office.note("A-HR", "Sam waited")
    redact(office, event)
    recorded = office.event(event)
    assert isinstance(recorded.event, ActivityProgressNoted)
    assert (recorded.event.note, recorded.reason) == (None, "seen")
    (item,) = redacted_items(office.store, BAY)
    assert (item.basis, item.approved_by, item.fields) == ("FERPA", ("c-1", "u-1"), ("data.note",))
    assert (item.position, item.event_id) == (recorded.position, event)
    note = withheld_notes(office.store, BAY, [recorded])[event, "data.note"]
    assert str(note) == "withheld (FERPA, 2026-01-05)"
    assert "unit:HR" in office.last().subjects
    assert [row.status for row in redactions(office.store, BAY)] == ["withdrawn"]


def test_every_step_sent_twice_is_recognised_even_after_the_value_is_gone(office: Office) -> None:
    event = office.note("A-HR", "Sam waited")
    ids = {step: derived_id(step) for step in ("ask", "one", "two", "go")}

    def all_steps() -> list[bool]:
        return [
            office.do(ask(event), reason="named", event_id=ids["ask"]).recognised,
            office.do(ApproveRedaction(redaction="RD-1"), "c-1", event_id=ids["one"]).recognised,
            office.do(ApproveRedaction(redaction="RD-1"), "u-1", event_id=ids["two"]).recognised,
            office.do(WithdrawValues(redaction="RD-1"), event_id=ids["go"]).recognised,
        ]

    assert all_steps() == [False] * 4
    length = len(office.log())
    assert all_steps() == [True] * 4
    assert len(office.log()) == length


@pytest.mark.parametrize(
    ("by", "on_behalf_of", "rule"),
    [
        ("s-1", None, "self_approval"),
        ("u-1", "s-1", "self_approval"),
        ("c-1", None, "approved_twice"),
        ("u-1", "c-1", "approved_twice"),
        ("h-1", None, "approver_without_role"),
    ],
)
def test_only_two_others_with_a_role_approve(
    office: Office, by: str, on_behalf_of: str | None, rule: str
) -> None:
    event = office.note("A-HR", "Sam waited")
    office.do(ask(event), reason="named")
    office.do(ApproveRedaction(redaction="RD-1"), "c-1")
    office.refused(rule, ApproveRedaction(redaction="RD-1"), by, on_behalf_of=on_behalf_of)
    office.refused("not_approved", WithdrawValues(redaction="RD-1"))
    assert office.event(event).withheld == frozenset()


@pytest.mark.parametrize(
    ("asks", "first", "second", "rule"),
    [
        (("s-1", "c-1"), None, ("c-1", None), "self_approval"),
        (("s-1", "h-1"), None, ("c-1", "h-1"), "self_approval"),
        (("s-1", None), ("c-1", "u-1"), ("u-1", None), "approved_twice"),
        (("s-1", None), ("c-1", "h-1"), ("u-1", "h-1"), "approved_twice"),
    ],
)
def test_acting_on_behalf_of_another_makes_nobody_two_people(
    office: Office,
    asks: tuple[str, str | None],
    first: tuple[str, str | None] | None,
    second: tuple[str, str | None],
    rule: str,
) -> None:
    event = office.note("A-HR", "Sam waited")
    office.do(ask(event), asks[0], on_behalf_of=asks[1], reason="named")
    agree = ApproveRedaction(redaction="RD-1")
    if first is not None:
        office.do(agree, first[0], on_behalf_of=first[1])
    office.refused(rule, agree, second[0], on_behalf_of=second[1])
    office.refused("not_approved", WithdrawValues(redaction="RD-1"))
    assert [each.rule for each in attempts(office.store, BAY)] == [rule]


def test_values_are_withdrawn_and_holds_placed_and_released_only_by_who_answers_for_them(
    office: Office,
) -> None:
    event = office.note("A-HR", "Sam waited")
    office.do(ask(event), "h-1", reason="named")
    office.do(ApproveRedaction(redaction="RD-1"), "c-1")
    office.do(ApproveRedaction(redaction="RD-1"), "u-1")
    refusal = office.refused("actor_without_role", WithdrawValues(redaction="RD-1"), "h-1")
    assert "people with one of: chair, counsel, records_officer, stew" in refusal.message
    office.refused("actor_without_role", HOLD, "h-1")
    office.refused("actor_without_role", HOLD, "h-1", on_behalf_of="c-1")
    office.do(HOLD)
    letter = ReleaseLegalHold(hold="LH", directive="Letter")
    for other in ("s-1", "h-1"):
        refusal = office.refused("actor_without_role", letter, other)
        assert "people with one of: chair, counsel, superintendent" in refusal.message
    office.do(letter, "u-1")
    office.do(WithdrawValues(redaction="RD-1"))
    assert office.event(event).withheld == {"data.note"}


def test_a_program_withdraws_nothing_whatever_its_role(office: Office) -> None:
    office.do(RegisterActor(actor="p-1", role="steward", kind="service"))
    office.refused("actor_without_role", HOLD, "p-1")


def test_a_redaction_needs_a_reason_a_value_and_an_end_comes_once(office: Office) -> None:
    event = office.note("A-HR", "Sam waited")
    office.refused("redaction_without_reason", ask(event))
    office.refused("nothing_to_redact", ask(event, "RD-1", "data.title"), reason="x")
    office.refused("unknown_fact", ask(derived_id("nobody")), reason="x")
    office.refused("unknown_redaction", WithdrawValues(redaction="RD-1"))
    office.do(ask(event), reason="named")
    office.refused("declined_without_reason", DeclineRedaction(redaction="RD-1"))
    office.do(DeclineRedaction(redaction="RD-1"), "c-1", reason="not a student")
    office.refused("redaction_ended", ApproveRedaction(redaction="RD-1"), "u-1")
    assert attempts(office.store, BAY) == []


def test_of_two_redactions_of_one_value_the_second_is_refused(office: Office) -> None:
    event = office.note("A-HR", "Sam waited")
    office.do(ask(event, "RD-2"), reason="named")
    office.do(ApproveRedaction(redaction="RD-2"), "c-1")
    office.do(ApproveRedaction(redaction="RD-2"), "u-1")
    redact(office, event)
    office.refused("already_withdrawn", WithdrawValues(redaction="RD-2"))


def test_a_recorded_attempt_is_recorded_once_however_often_it_is_sent(office: Office) -> None:
    event = office.note("A-HR", "Sam waited")
    office.do(ask(event), reason="named")
    for _ in range(2):
        office.refused(
            "self_approval", ApproveRedaction(redaction="RD-1"), event_id=derived_id("x")
        )
    (tried,) = attempts(office.store, BAY)
    assert (tried.actor, tried.attempt, tried.target) == (
        "s-1",
        "ApproveRedaction",
        "redaction-RD-1",
    )
    report = self_approvals(office.store, BAY)
    assert (report.violations, report.attempts) == ((), (tried,))


def test_verifying_ones_own_evidence_is_refused_and_listed(office: Office) -> None:
    office.do(
        SubmitEvidence(
            evidence="E1",
            title="Survey",
            kind="survey",
            digest=DIGEST,
            location="archive",
            collected_from=date(2026, 1, 5),
            collected_to=date(2026, 1, 5),
            source_key="s",
            units=("HR",),
        )
    )
    office.refused("verifier_is_submitter", VerifyEvidence(evidence="E1", method="Read it"))
    (tried,) = self_approvals(office.store, BAY).attempts
    assert (tried.rule, tried.target) == ("verifier_is_submitter", "evidence-E1")


HOLD = PlaceLegalHold(hold="LH", matter="Collision", authority="Counsel", units=("HR", "IT"))


def test_a_hold_refuses_every_step_counts_what_it_covers_and_lists_who_tried(
    office: Office,
) -> None:
    event = office.note("A-HR", "Sam waited")
    office.do(ask(event), reason="named")
    office.do(HOLD)
    office.refused("under_legal_hold", ApproveRedaction(redaction="RD-1"), "c-1")
    office.refused("under_legal_hold", ask(event, "RD-2"), reason="named")
    report = held_report(office.store, BAY)
    assert [each.attempt for each in report.attempts] == ["ApproveRedaction", "RequestRedaction"]
    (hold,) = report.holds
    about = [e for e in office.log() if {"unit:HR", "unit:IT"} & set(e.subjects)]
    assert hold.events == len(about)
    # Note and reason of the note, and the reason of the request.
    assert hold.values == 3


def test_a_release_in_parts_frees_part_by_part(office: Office) -> None:
    ours, theirs = office.note("A-HR", "Sam waited"), office.note("A-IT", "Kim waited")
    office.do(HOLD)
    office.do(ReleaseLegalHold(hold="LH", directive="Letter", units=("HR",)), "c-1")
    redact(office, ours)
    office.refused("under_legal_hold", ask(theirs, "RD-2"), reason="named")
    again = ReleaseLegalHold(hold="LH", directive="Letter", units=("HR",))
    office.refused("not_held", again, "c-1")
    office.do(ReleaseLegalHold(hold="LH", directive="Letter", units=("IT",)), "c-1")
    assert [row.ended for row in hold_rows(office.store, BAY)] == [True]
    office.refused("hold_ended", ReleaseLegalHold(hold="LH", directive="Letter"), "c-1")
    office.refused("id_already_used", HOLD)
    redact(office, theirs, "RD-3")


def test_holds_count_from_their_recording_and_stand_as_they_are(office: Office) -> None:
    office.refused("hold_of_another_day", HOLD, effective_from=date(2026, 2, 1))
    office.do(HOLD)
    placed = office.last()
    take_back = RetractFact(event_id=placed.event_id, stream="holds")
    office.refused("final_fact", take_back, reason="inconvenient")
    smaller = HOLD.model_copy(update={"units": ("IT",)})
    office.refused("final_fact", smaller, corrects=placed.event_id, reason="inconvenient")
    assert [name for name, _ in facts_on_holds([placed])] == ["LegalHoldPlaced"]


def test_a_reader_without_right_or_purpose_sees_nothing_and_leaves_no_trace(
    office: Office,
) -> None:
    note = office.note("A-HR", "Sam waited")
    office.do(RaiseClassification(event=note, classification="privileged"), "c-1", reason="advice")
    recorded = office.log()
    length = len(recorded)
    for reader in (
        Reader(),
        Reader("h-1", "curious"),
        Reader("s-1", "curious"),
        Reader("c-1"),
        Reader("c-1", "  "),
    ):
        seen = look(office.store, lambda: office.at, BAY, reader, recorded)
        assert seen.hidden == {note}
        assert seen.lacking == (reader.actor == "c-1")
    assert len(office.log()) == length
    seen = look(office.store, lambda: office.at, BAY, Reader("c-1", "appeal"), recorded)
    assert (seen.hidden, seen.classes) == (frozenset(), {note: ("privileged",)})
    (row,) = access_log(office.store, BAY)
    assert (row.actor, row.role, row.purpose, row.event_id) == ("c-1", "chair", "appeal", note)
    assert row.classes == ("privileged",)


def test_a_class_is_given_by_who_may_read_it_and_only_once(office: Office) -> None:
    note = office.note("A-HR", "Sam waited")
    raised = RaiseClassification(event=note, classification="privileged")
    office.refused("class_not_readable", raised, "s-1", reason="advice")
    office.refused("raised_without_reason", raised, "c-1")
    office.do(raised, "c-1", reason="advice")
    office.refused("class_unchanged", raised, "c-1", reason="advice")


def test_who_is_said_to_have_approved_a_correction_is_another_who_may_act(office: Office) -> None:
    event = office.note("A-HR", "Sam waited")
    again = NoteProgress(activity="A-HR", note="Nobody waited", schools_percent=2)
    for approver, rule in (("s-1", "approver_is_actor"), ("x-9", "unknown_actor")):
        office.refused(rule, again, corrects=event, reason="wrong", approved_by=approver)
    office.do(again, corrects=event, reason="wrong", approved_by="h-1")
    corrected = office.last()
    assert (corrected.corrects, corrected.approved_by) == (event, "h-1")
    take_back = RetractFact(event_id=event, stream=corrected.stream)
    office.refused("approver_is_actor", take_back, reason="never was", approved_by="s-1")
    office.do(take_back, reason="never was", approved_by="c-1")
    assert [each.rule for each in attempts(office.store, BAY)] == ["approver_is_actor"] * 2
