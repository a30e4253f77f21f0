"""Retention: what is due, what is disposed of once, and what is left alone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cot_flows.records.reports import (
    held_report,
    redacted_items,
)
from cot_flows.records.retaining import Disposing, due_items
from domain.access import RaiseClassification
from domain.errors import Rejected
from domain.facts.retention import RetentionRule
from domain.hold import PlaceLegalHold
from domain.retention import AdoptRetentionRules, DisposeRecords
from tests.support.record_office import BAY, Office

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


def test_rules_of_retention_are_adopted_only_by_who_answers_for_the_record(office: Office) -> None:
    refusal = office.refused("actor_without_role", RULES, "h-1")
    assert "rules of retention are adopted by people with one of: chair," in refusal.message
    office.do(RULES, "u-1")


def test_nothing_is_disposed_of_before_its_time_or_under_another_rule(office: Office) -> None:
    note = office.note("A-HR", "Sam waited")
    office.do(RULES)
    early = DisposeRecords(disposition="D", rule="notes", events=(note,))
    office.refused("not_due", early, approved_by="c-1")
    other = DisposeRecords(disposition="D", rule="all", events=(note,))
    office.refused("kept_by_another_rule", other, approved_by="c-1")
