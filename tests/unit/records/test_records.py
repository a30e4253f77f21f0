"""The record itself, on a log in memory: withdrawn, held, disposed of, read, refused."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cot_flows.handling import Handling, Request
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
from cot_flows.records.retaining import Disposing, due_items
from cot_flows.records.rights import Reader, look
from cot_flows.records.withheld import withheld_notes
from domain.access import RaiseClassification
from domain.activity import NoteProgress, PlanActivity
from domain.actor import RegisterActor
from domain.correction import RetractFact
from domain.district import EstablishDistrict
from domain.errors import Rejected
from domain.evidence import SubmitEvidence, VerifyEvidence
from domain.facts.activity import ActivityProgressNoted
from domain.facts.retention import RetentionRule
from domain.hold import PlaceLegalHold, ReleaseLegalHold
from domain.ids import derived_id
from domain.message import Command
from domain.redaction import ApproveRedaction, DeclineRedaction, RequestRedaction, WithdrawValues
from domain.retention import AdoptRetentionRules, DisposeRecords
from domain.unit import RegisterUnit
from events.envelope import RecordedEvent
from events.memory import MemoryStore
from events.store import Appended
from tests.support.golden import golden_codec
from tests.support.samples import DIGEST

BAY = "bay"
BEGINS = datetime(2026, 1, 5, 18, tzinfo=UTC)
PEOPLE = {"s-1": "steward", "c-1": "chair", "u-1": "superintendent", "h-1": "head"}


@dataclass
class Office:
    """A small district whose clock is set by hand."""

    store: MemoryStore
    at: datetime = BEGINS
    count: int = field(default=0)

    def do(self, command: Command, by: str = "s-1", **more: Any) -> Appended:
        """Handle a command a minute later."""
        self.at += timedelta(minutes=1)
        self.count += 1
        event_id = more.pop("event_id", derived_id("office", str(self.count)))
        request = Request(command=command, event_id=event_id, actor=by, **more)
        return Handling(self.store, lambda: self.at).handle(BAY, request, recorded_at=self.at)

    def refused(self, rule: str, command: Command, by: str = "s-1", **more: Any) -> Rejected:
        """Assert that a rule refuses a command."""
        with pytest.raises(Rejected) as caught:
            self.do(command, by, **more)
        assert caught.value.rule == rule, caught.value.message
        return caught.value

    def log(self) -> list[RecordedEvent]:
        """The whole log."""
        return self.store.read_log(BAY, after=0, limit=10_000)

    def last(self) -> RecordedEvent:
        """The last event."""
        return self.log()[-1]

    def event(self, event_id: UUID) -> RecordedEvent:
        """One event."""
        found = self.store.find(BAY, event_id)
        assert found is not None
        return found

    def note(self, activity: str, text: str) -> UUID:
        """Note progress; return the event's id."""
        self.do(NoteProgress(activity=activity, note=text, schools_percent=1), reason="seen")
        return self.last().event_id


@pytest.fixture
def office() -> Office:
    """A district with four people, the units HR and IT, and an activity of each."""
    made = Office(MemoryStore(golden_codec(), lambda: BEGINS))
    made.store.create_log(BAY, clock="simulated", time_zone="UTC", begins_at=BEGINS)
    made.do(EstablishDistrict(name="Bay", time_zone="UTC", clock="simulated"), "setup")
    for person, role in PEOPLE.items():
        made.do(RegisterActor(actor=person, role=role), "setup")
    for unit in ("HR", "IT"):
        made.do(RegisterUnit(unit=unit, name=unit))
        made.do(
            PlanActivity(
                activity=f"A-{unit}",
                title="Desk",
                units=(unit,),
                dimension=3,
                owner="s-1",
                starts_on=date(2026, 1, 5),
                due_on=date(2026, 6, 1),
            )
        )
    return made


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
    office.do(ReleaseLegalHold(hold="LH", directive="Letter", units=("HR",)))
    redact(office, ours)
    office.refused("under_legal_hold", ask(theirs, "RD-2"), reason="named")
    office.refused("not_held", ReleaseLegalHold(hold="LH", directive="Letter", units=("HR",)))
    office.do(ReleaseLegalHold(hold="LH", directive="Letter", units=("IT",)))
    assert [row.ended for row in hold_rows(office.store, BAY)] == [True]
    office.refused("hold_ended", ReleaseLegalHold(hold="LH", directive="Letter"))
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


RULES = AdoptRetentionRules(
    rules_version="1",
    rules=(
        RetentionRule(
            rule="notes", title="N", types=("ActivityProgressNoted",), years=2, citation="Item 12"
        ),
        RetentionRule(rule="all", title="A", classes=("personnel",), years=7, citation="Item 13"),
    ),
)


def desk(office: Office, approved_by: str | None = "c-1") -> Disposing:
    """Who disposes in this office."""
    return Disposing(office.store, lambda: office.at, BAY, "s-1", approved_by)


def test_what_is_due_is_disposed_of_once_and_held_records_are_left_alone(office: Office) -> None:
    free, held = office.note("A-HR", "Sam waited"), office.note("A-IT", "Kim waited")
    long = office.note("A-HR", "Pat was warned")
    office.do(RaiseClassification(event=long, classification="personnel"), reason="grievance")
    office.do(RULES)
    last_day = date(2028, 1, 5)
    assert due_items(office.store, BAY, last_day) == []
    today = last_day + timedelta(days=1)
    office.at = datetime(2028, 1, 6, 12, tzinfo=UTC)
    office.do(PlaceLegalHold(hold="LH", matter="M", authority="C", units=("IT",)))
    items = due_items(office.store, BAY, today)
    assert [(item.event_id, item.held_by) for item in items] == [(free, ()), (held, ("LH",))]
    done = desk(office).dispose(items, today)
    assert (done.events, done.values, done.held, len(done.refused)) == (1, 2, 1, 1)
    assert office.event(free).withheld == {"data.note", "reason"}
    assert office.event(held).withheld == office.event(long).withheld == frozenset()
    assert [each.attempt for each in held_report(office.store, BAY).attempts] == ["DisposeRecords"]
    (item,) = redacted_items(office.store, BAY)
    assert (item.kind, item.basis, item.approved_by) == ("disposition", "Item 12", ("c-1",))
    length = len(office.log())
    again = desk(office).dispose(due_items(office.store, BAY, today), today)
    assert (again.events, again.held, len(office.log())) == (0, 1, length)
    assert [each.event_id for each in due_items(office.store, BAY, date(2033, 1, 6))] == [
        held,
        long,
    ]


@pytest.mark.parametrize(
    ("approver", "rule"),
    [
        (None, "disposed_without_approval"),
        ("s-1", "self_approval"),
        ("h-1", "approver_without_role"),
    ],
)
def test_a_disposition_needs_another_persons_approval(
    office: Office, approver: str | None, rule: str
) -> None:
    note = office.note("A-HR", "Sam waited")
    office.do(RULES)
    office.at = datetime(2028, 1, 6, 12, tzinfo=UTC)
    items = due_items(office.store, BAY, date(2028, 1, 6))
    with pytest.raises(Rejected) as caught:
        desk(office, approver).dispose(items, date(2028, 1, 6))
    assert caught.value.rule == rule
    assert office.event(note).withheld == frozenset()


def test_nothing_is_disposed_of_before_its_time_or_under_another_rule(office: Office) -> None:
    note = office.note("A-HR", "Sam waited")
    office.do(RULES)
    early = DisposeRecords(disposition="D", rule="notes", events=(note,))
    office.refused("not_due", early, approved_by="c-1")
    other = DisposeRecords(disposition="D", rule="all", events=(note,))
    office.refused("kept_by_another_rule", other, approved_by="c-1")


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
