"""Every store withdraws values with the append that says so, or does neither."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from domain.facts.hold import LegalHoldPlaced, LegalHoldReleased
from domain.facts.redaction import ValuesWithdrawn
from domain.message import WithdrawnValues
from events.envelope import NewEvent, RecordedEvent
from events.errors import IdReused, NotOnRecord, ValuesHeld, WrongExpectedVersion
from events.store import StreamWrite, at
from tests.contract.conftest import Log
from tests.support.log import event_id, new, noted

NOTE = "data.note"


def withdrawal(name: str, target: UUID, *fields: str, **changes: object) -> NewEvent:
    """An event that withdraws fields of another."""
    values = WithdrawnValues(
        event_id=target, position=1, type="ActivityProgressNoted", fields=fields
    )
    event = ValuesWithdrawn(
        redaction="RD-1", basis="34 CFR 99", approved_by=("a-1", "a-2"), withdrawn=(values,)
    )
    return new(event, name, **changes)


def placed(name: str, **scope: object) -> NewEvent:
    """A legal hold of a name."""
    return new(
        LegalHoldPlaced.model_validate(
            {"hold": name, "matter": "Collision", "authority": "Counsel", **scope}
        ),
        f"hold {name}",
    )


def released(name: str, count: int, **scope: object) -> NewEvent:
    """A release of a hold or of a part of it."""
    event = LegalHoldReleased.model_validate({"hold": name, "directive": "Letter", **scope})
    return new(event, f"release {name} {count}")


def first(log: Log) -> RecordedEvent:
    """The first event of the log."""
    return log.all()[0]


def test_a_withdrawn_value_is_gone_and_all_else_of_the_event_stays(log: Log) -> None:
    log.put(noted("a", "Sam was absent", reason="told by phone"))
    before = first(log)
    log.put(withdrawal("w", event_id("a"), NOTE), stream="redaction-RD-1")
    after = first(log)
    assert after.event.model_dump()["note"] is None
    assert (after.withheld, after.reason) == (frozenset({NOTE}), "told by phone")
    assert after.leaf_hash == before.leaf_hash
    assert after == before._replace(event=after.event, withheld=after.withheld)
    assert log.all()[-1].subjects == (
        f"event:{event_id('a')}",
        "redaction:RD-1",
        "redactions:all",
    )


def test_repeating_the_withdrawal_is_recognised_and_records_nothing(log: Log) -> None:
    log.put(noted("a", "words"))
    done = log.put(withdrawal("w", event_id("a"), NOTE), stream="redaction-RD-1")
    again = log.put(withdrawal("w", event_id("a"), NOTE), stream="redaction-RD-1")
    assert (again.positions, again.recognised) == (done.positions, True)
    assert log.head() == 2


def test_repeating_the_first_append_compares_what_is_left_of_it(log: Log) -> None:
    log.put(noted("a", "words", reason="why"))
    log.put(withdrawal("w", event_id("a"), NOTE), stream="redaction-RD-1")
    assert log.put(noted("a", "words", reason="why")).recognised
    assert log.put(noted("a", "other words", reason="why")).recognised
    with pytest.raises(IdReused):
        log.put(noted("a", "words", reason="another reason"))
    with pytest.raises(IdReused):
        log.put(noted("a", None, reason="why"))


@pytest.mark.parametrize("field", ["data.title", "reason"])
def test_a_value_that_is_not_there_cannot_be_withdrawn(log: Log, field: str) -> None:
    log.put(noted("a", "words"))
    with pytest.raises(NotOnRecord, match=field):
        log.put(withdrawal("w", event_id("a"), NOTE, field), stream="redaction-RD-1")
    with pytest.raises(NotOnRecord, match=str(event_id("nobody"))):
        log.put(withdrawal("w", event_id("nobody"), NOTE), stream="redaction-RD-1")
    assert (log.head(), first(log).withheld) == (1, frozenset())


def test_a_value_is_withdrawn_once(log: Log) -> None:
    log.put(noted("a", "words"))
    log.put(withdrawal("w", event_id("a"), NOTE), stream="redaction-RD-1")
    with pytest.raises(NotOnRecord):
        log.put(withdrawal("v", event_id("a"), NOTE), stream="redaction-RD-2")
    assert log.head() == 2


def test_a_withdrawal_that_loses_its_race_takes_nothing_away(log: Log) -> None:
    log.put(noted("a", "words"))
    fences = (
        StreamWrite("redaction-RD-1", (withdrawal("w", event_id("a"), NOTE),), at(0)),
        StreamWrite("holds", (), at(1)),
    )
    with pytest.raises(WrongExpectedVersion):
        log.put_all(*fences)
    assert (log.head(), first(log).withheld) == (1, frozenset())


OVER_A: tuple[dict[str, object], ...] = (
    {},
    {"units": ("HR",)},
    {"units": ("IT", "HR")},
    {"streams": ("activity-A1",)},
    {"happened_from": date(2025, 8, 4), "happened_to": date(2025, 8, 4)},
    {"units": ("HR",), "happened_from": date(2025, 8, 1)},
)
BESIDE_A: tuple[dict[str, object], ...] = (
    {"units": ("IT",)},
    {"streams": ("activity-A2",)},
    {"happened_from": date(2025, 8, 5)},
    {"units": ("HR",), "happened_to": date(2025, 8, 3)},
)


def noted_of_hr(**changes: object) -> NewEvent:
    """A note about HR."""
    return noted("a", "words", **{"subjects": ("activity:A1", "unit:HR"), **changes})


@pytest.mark.parametrize("scope", OVER_A)
def test_what_a_hold_covers_is_not_withdrawn(log: Log, scope: dict[str, object]) -> None:
    log.put(noted_of_hr())
    log.put(placed("LH", **scope), stream="holds")
    with pytest.raises(ValuesHeld, match="LH covers position 1"):
        log.put(withdrawal("w", event_id("a"), NOTE), stream="redaction-RD-1")
    assert (log.head(), first(log).withheld) == (2, frozenset())


@pytest.mark.parametrize("scope", BESIDE_A)
def test_what_a_hold_does_not_cover_is_withdrawn(log: Log, scope: dict[str, object]) -> None:
    log.put(noted_of_hr())
    log.put(placed("LH", **scope), stream="holds")
    log.put(withdrawal("w", event_id("a"), NOTE), stream="redaction-RD-1")
    assert first(log).withheld == {NOTE}


def test_a_month_is_held_as_far_as_it_may_reach(log: Log) -> None:
    log.put(noted_of_hr(occurred_on=date(2025, 8, 1), precision="month"))
    log.put(placed("LH", happened_from=date(2025, 8, 20)), stream="holds")
    with pytest.raises(ValuesHeld):
        log.put(withdrawal("w", event_id("a"), NOTE), stream="redaction-RD-1")


def test_a_part_released_lets_go_what_only_it_held(log: Log) -> None:
    log.put(noted_of_hr())
    both = replace(noted("b", "more"), subjects=("activity:A1", "unit:HR", "unit:IT"))
    log.put(both)
    log.put(placed("LH", units=("HR", "IT")), stream="holds")
    log.put(released("LH", 1, units=("HR",)), stream="holds")
    log.put(withdrawal("w", event_id("a"), NOTE), stream="redaction-RD-1")
    with pytest.raises(ValuesHeld):
        log.put(withdrawal("v", event_id("b"), NOTE), stream="redaction-RD-2")
    log.put(released("LH", 2, units=("IT",), whole=True), stream="holds")
    log.put(withdrawal("v", event_id("b"), NOTE), stream="redaction-RD-2")
    assert [each.withheld for each in log.all()[:2]] == [{NOTE}, {NOTE}]


def test_another_hold_keeps_what_one_lets_go(log: Log) -> None:
    log.put(noted_of_hr())
    log.put(placed("LH", units=("HR",)), stream="holds")
    log.put(placed("LH2", streams=("activity-A1",)), stream="holds")
    log.put(released("LH", 1, units=("HR",), whole=True), stream="holds")
    with pytest.raises(ValuesHeld, match="LH2"):
        log.put(withdrawal("w", event_id("a"), NOTE), stream="redaction-RD-1")
