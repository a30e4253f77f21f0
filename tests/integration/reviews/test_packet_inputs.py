"""What a packet holds: complete, each number with the events behind it, the same for ever."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import orjson
import pytest

from cot_flows.bootstrap import Engine
from cot_flows.papers.frozen import frozen_packet
from cot_flows.projecting import project
from cot_flows.reviews.packet import packet
from domain.access import RaiseClassification
from domain.partnership import FormPartnership, LogPartnershipSession
from tests.support.packets import SECOND, Put, a_trial, evidence, measured, rated, two_reviews
from tests.support.reviewing import BEGAN, DAY, Reviewing

LATER = date(2025, 12, 2)


@pytest.fixture
def bay(engine: Engine) -> Reviewing:
    """Set up the unit with two reviews, the second frozen."""
    return two_reviews(engine)


def document(bay: Reviewing, review: str = "R2") -> Any:
    """What a review's frozen packet says."""
    return frozen_packet(bay.engine, bay.district, review).document


def now(bay: Reviewing) -> Any:
    """What the packet of R2 would say if it were made of all that is known."""
    head = bay.engine.store.head(bay.district).position
    return orjson.loads(packet(bay.engine, bay.district, "R2", head, LATER).content)


def types(bay: Reviewing, positions: list[int]) -> list[str]:
    """The types of the events at positions."""
    return [each.type_name for each in bay.events() if each.position in positions]


def test_the_last_reviews_actions_are_told_with_how_late_they_are(bay: Reviewing) -> None:
    (action,) = document(bay)["actions"]
    assert (action["action"], action["of_last_review"], action["days_late"]) == ("X1", True, 17)
    assert types(bay, action["positions"]) == ["ActionItemOpened"]


def test_changes_since_the_last_packet_are_new_late_or_corrections(bay: Reviewing) -> None:
    changes = document(bay)["changes"]
    assert changes["window"]["last_review"] == "R1"
    late = {each["says"].get("evidence") for each in changes["late"]["facts"]}
    assert late == {"E0"}
    assert [each["type"] for each in changes["corrections"]["facts"]] == [
        "IndicatorRated",
        "FactRetracted",
    ]
    new = [(each["type"], each["counts"]) for each in changes["new"]["facts"]]
    assert ("EvidenceSubmitted", False) in new  # E9, which was retracted since
    assert ("TestStudied", True) in new
    assert not [name for name, _ in new if name.startswith("Review")]


def test_ratings_have_arrows_against_the_last_packet_and_the_age_of_their_evidence(
    bay: Reviewing,
) -> None:
    levels = {each["indicator"]: each for each in document(bay)["ratings"]}
    fell, rose = levels["D3.1"], levels["D3.2"]
    assert (fell["before"], fell["level"], fell["arrow"]) == (2, 1, "down")
    assert (rose["before"], rose["level"], rose["arrow"]) == (1, 2, "up")
    assert (fell["evidence_age_days"], rose["evidence_age_days"]) == (13, 62)
    behind = ["IndicatorRated", "EvidenceSubmitted", "IndicatorRated"]
    assert types(bay, fell["positions"]) == behind
    (median,) = document(bay)["medians"]
    assert (median["median"], median["before"], median["arrow"]) == ("1.5", "1.5", "same")
    assert len(median["positions"]) == 4


def test_what_speaks_against_is_gathered_from_every_part(bay: Reviewing) -> None:
    shows = {(each["kind"], each["shows"]) for each in document(bay)["disconfirming"]}
    assert shows >= {
        ("fall", "unit:HR D3.1: 2 to 1"),
        ("dispute", "evidence E2: in dispute"),
        ("miss", "test T1: the prediction was missed"),
        ("miss", "measure case-days got worse"),
        ("miss", "action X1 is 17 days late"),
    }


def test_measures_tests_partnership_time_and_risks_are_there(bay: Reviewing) -> None:
    held = document(bay)
    (measure,) = held["measurements"]
    assert (measure["title"], measure["trend"]) == ("Days to solve a case", "worse")
    assert [each["value"] for each in measure["values"]] == ["10", "12.5"]
    (test,) = held["tests"]
    assert (test["phase"], test["matched"], test["outcome"]) == ("studied", "missed", "No change")
    time = {each["kind"]: each for each in held["partnerships"]}
    assert (time["sessions"]["minutes"], time["interruptions"]["half_days_lost"]) == (90, 3)
    risks = {each["risk"]: each["positions"] for each in held["risks"]}
    assert types(bay, risks["head vacant"]) == ["UnitHeadAssigned", "UnitHeadVacated"]


def test_at_most_five_measures_are_told_and_what_worsened_comes_first(bay: Reviewing) -> None:
    put = Put(bay)
    put.number = 100
    for index in range(6):
        for month, value in ((9, "10"), (10, "9" if index else "11")):
            put(LATER, measured(month, value, measure=f"m-{index}"))
    told = [(each["measure"], each["trend"]) for each in now(bay)["measurements"]]
    assert len(told) == 5
    assert told[:2] == [("case-days", "worse"), ("m-0", "worse")]


def test_a_value_with_too_few_behind_it_is_withheld_with_its_number(bay: Reviewing) -> None:
    put = Put(bay)
    put.number = 100
    put(LATER, measured(11, "7777", n=3))
    (measure,) = now(bay)["measurements"]
    last = measure["values"][-1]
    assert (last["value"], last["n"], last["fewer_than"]) == (None, None, 10)
    assert measure["trend"] == "withheld"


def numbers(value: object, behind: bool = False, path: str = "") -> Iterator[str]:
    """The paths of numbers with no positions beside or above them."""
    if isinstance(value, dict):
        behind = behind or "positions" in value
        for name, each in value.items():
            yield from numbers(each, behind, f"{path}.{name}")
    elif isinstance(value, list):
        for each in value:
            yield from numbers(each, behind, path)
    elif isinstance(value, int) and not isinstance(value, bool) and not behind:
        yield path


def test_every_number_stands_beside_the_positions_of_the_events_behind_it(bay: Reviewing) -> None:
    # The counts of the groups stand above the facts that they count.
    counts = {f".changes.{name}.count" for name in ("new", "late", "corrections")}
    assert set(numbers(document(bay))) == {".format", ".as_known_position", *counts}


def test_late_evidence_changes_nothing_in_a_frozen_packet(bay: Reviewing) -> None:
    frozen = frozen_packet(bay.engine, bay.district, "R2")
    put = Put(bay)
    put.number = 100
    put(LATER, evidence("E7", date(2025, 9, 2)), on=date(2025, 10, 3))
    put(LATER, rated("D3.1", 3, "E7"), on=date(2025, 11, 20))
    put(LATER, a_trial("T2"), on=date(2025, 11, 20))
    put(LATER, measured(11, "1"), on=SECOND)
    project(bay.engine, bay.district)
    assert frozen_packet(bay.engine, bay.district, "R2") == frozen
    levels = {each["indicator"]: each["level"] for each in now(bay)["ratings"]}
    assert levels["D3.1"] == 3


def test_a_packet_holds_no_personal_text(bay: Reviewing) -> None:
    for review in ("R1", "R2"):
        content = frozen_packet(bay.engine, bay.district, review).content
        assert b"disagrees" not in content
        assert b"it was wrong" not in content


def test_a_first_review_looks_back_ninety_days(bay: Reviewing) -> None:
    window = document(bay, "R1")["changes"]["window"]
    assert (window["last_review"], window["since"]) == (None, "2025-07-23")
    assert {each["arrow"] for each in document(bay, "R1")["ratings"]} == {"new"}


def test_a_fact_raised_to_a_restricted_class_is_named_without_what_it_says(
    bay: Reviewing,
) -> None:
    stated = next(each for each in bay.events() if each.type_name == "TestStudied")
    other = FormPartnership(
        partnership="P1", director="a-chair", school="S1", principal="p-1", network="A"
    )
    before = now(bay)
    (fact,) = _changed(before, stated.position)
    assert fact["says"]
    bay.say(
        LATER, RaiseClassification(event=stated.event_id, classification="personnel"), reason="x"
    )
    (fact,) = _changed(now(bay), stated.position)
    assert (fact["type"], fact["classification"], fact["says"]) == ("TestStudied", "internal", {})
    head = before["as_known_position"]
    again = orjson.loads(packet(bay.engine, bay.district, "R2", head, LATER).content)
    assert again == before  # As known then: nothing was raised.
    nets = Reviewing(bay.engine, "nets").begin()
    nets.say(BEGAN, other)
    nets.open(BEGAN + DAY, "N1", about="network:A")
    head = bay.engine.store.head("nets").position
    content = orjson.loads(packet(bay.engine, "nets", "N1", head, BEGAN + DAY).content)
    told = [e["says"] for e in _facts(content) if e["type"] == "PartnershipFormed"]
    assert told == [{}]


def _changed(content: Any, position: int) -> list[Any]:
    """The entries of a packet's changes about the event at a position."""
    return [each for each in _facts(content) if each["positions"] == [position]]


def _facts(content: Any) -> list[Any]:
    """All facts that a packet's changes list."""
    return [
        each
        for name in ("new", "late", "corrections")
        for each in content["changes"][name]["facts"]
    ]


def test_a_network_is_told_how_much_its_partnerships_worked(engine: Engine) -> None:
    nets = Reviewing(engine, "nets").begin()
    formed = FormPartnership(
        partnership="P1", director="a-chair", school="S1", principal="p-1", network="A"
    )
    nets.say(BEGAN, formed)
    session = LogPartnershipSession(
        partnership="P1", minutes=90, place="classroom", topic="feedback"
    )
    nets.say(BEGAN + DAY, session)
    nets.open(BEGAN + DAY, "N1", about="network:A")
    head = engine.store.head("nets").position
    content = orjson.loads(packet(engine, "nets", "N1", head, BEGAN + DAY).content)
    assert [(e["kind"], e["minutes"]) for e in content["partnerships"]] == [("sessions", 90)]
