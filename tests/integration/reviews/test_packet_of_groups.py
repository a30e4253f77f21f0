"""Groups, money and partners in a packet: every form of it agrees, and small groups stay unseen."""

from datetime import date
from typing import Any

import orjson
import pymupdf
import pytest

from cot_flows.bootstrap import Engine
from cot_flows.papers.frozen import frozen_packet
from cot_flows.papers.packet_paper import packet_paper
from cot_flows.papers.pdf import pdf
from cot_flows.reviews.packet import packet
from cot_flows.web.papers import standalone
from domain.facts.measurement import MeasureDefined, MeasureKind, MeasurementRecorded
from domain.facts.review import TriggerFact
from domain.facts.unit import UnitHeadVacated
from domain.review import TriggerReview
from tests.support.packets import Put
from tests.support.reviewing import Reviewing

BEGAN = RECORDED = date(2025, 11, 10)
FROZEN = date(2025, 12, 1)
SMALL, BESIDE = "731.5", "642.5"
"""Values of the group with too few behind it, and of the one that is kept back beside it."""


def define(
    measure: str, kind: MeasureKind = "service", better: Any = "lower", **more: Any
) -> MeasureDefined:
    """A measure of that name."""
    given = {"unit_of_measure": "days", "minimum_n": 10, **more}
    return MeasureDefined(
        measure=measure,
        version=1,
        title=f"The {measure}",
        better=better,
        kind=kind,
        **given,
    )


def value(
    measure: str, text: str, n: int = 40, *, group: str = "all", month: int = 10, **more: Any
) -> MeasurementRecorded:
    """A month's value of HR."""
    given = {"unit_of_measure": "days", "better": "lower", **more}
    return MeasurementRecorded(
        measurement=f"{measure}-{month}-{group}",
        measure=measure,
        measure_version=1,
        about="unit:HR",
        period_from=date(2025, month, 1),
        period_to=date(2025, month, 28),
        group=group,
        value=text,
        n=n,
        **given,
    )


class District:
    """A district whose facts are put, and whose review of HR is frozen and read."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.bay = Reviewing(engine, "bay").begin()
        self.put = Put(self.bay)

    def frozen(self) -> Any:
        """Freeze the review R1 of HR and return what its packet says."""
        self.bay.open(date(2025, 11, 19), "R1", date(2025, 12, 5))
        self.bay.freeze(FROZEN, "R1")
        return frozen_packet(self.engine, self.bay.district, "R1").document

    def forms(self) -> dict[str, str]:
        """The frozen packet as JSON, page and text of its PDF."""
        made = frozen_packet(self.engine, self.bay.district, "R1")
        paper = packet_paper(made, self.engine.store.head(self.bay.district))
        opening: Any = pymupdf.open
        with opening(stream=pdf(paper), filetype="pdf") as document:
            text = " ".join(page.get_text() for page in document)
        return {
            "json": made.content.decode(),
            "page": standalone(paper).decode(),
            "pdf": " ".join(text.replace("\u200b", "").split()),
        }


@pytest.fixture
def district(engine: Engine) -> District:
    """Set the district up."""
    return District(engine)


def quartiles(put: Put) -> None:
    """Record two months of four groups, of which one is small in October."""
    put(BEGAN, define("case-days"))
    for month, small in ((9, 30), (10, 4)):
        put(RECORDED, value("case-days", "15", 132, month=month))
        put(RECORDED, value("case-days", "10", 50, group="poverty-q1", month=month))
        put(RECORDED, value("case-days", "12.6", 48, group="poverty-q2", month=month))
        put(RECORDED, value("case-days", BESIDE, 30, group="poverty-q3", month=month))
        put(RECORDED, value("case-days", SMALL, small, group="poverty-q4", month=month))


def test_groups_have_ratios_bands_and_how_long_they_are_below(district: District) -> None:
    quartiles(district.put)
    (table,) = district.frozen()["parity"]
    assert (table["family"], table["period_from"]) == ("poverty", "2025-10-01")
    groups = {each["group"]: each for each in table["groups"]}
    best, served = groups["poverty-q1"], groups["poverty-q2"]
    assert (best["ratio"], best["band"], best["periods_below"]) == ("1", "fine", 0)
    assert (served["ratio"], served["band"], served["periods_below"]) == ("0.79", "act", 2)
    assert len(served["positions"]) == 8


def test_a_small_group_and_the_one_beside_it_are_kept_back_in_every_form(
    district: District,
) -> None:
    quartiles(district.put)
    (table,) = district.frozen()["parity"]
    kept = {each["group"]: each for each in table["groups"] if each["kept_back"]}
    assert {name: each["kept_back"] for name, each in kept.items()} == {
        "poverty-q3": "beside too few",
        "poverty-q4": "too few",
    }
    for each in kept.values():
        assert (each["value"], each["n"], each["ratio"], each["band"]) == (None,) * 4
    for name, form in district.forms().items():
        assert SMALL not in form, name
        assert BESIDE not in form, name
        assert "0.79" in form, name
    for name in ("page", "pdf"):
        form = district.forms()[name]
        assert "withheld: n below 10" in form
        assert "withheld beside a small group" in form


def test_a_cause_that_shows_a_value_kept_back_is_named_without_it(district: District) -> None:
    quartiles(district.put)
    small = max(each.position for each in district.bay.events())
    shown = TriggerFact(position=1, shows="the district began")
    district.bay.say(
        date(2025, 11, 19),
        TriggerReview(
            review="R5",
            review_type="R6",
            about="unit:HR",
            title="Gap",
            due_on=date(2025, 12, 5),
            policy="equity-gap",
            rule="equity_gap",
            rule_digest="sha256:" + "0" * 64,
            cause_key="one",
            as_of_position=small,
            as_of_date=date(2025, 11, 19),
            facts=(TriggerFact(position=small, shows=f"poverty-q4 {SMALL} (n = 4)"), shown),
        ),
    )
    head = district.engine.store.head(district.bay.district)
    made = packet(district.engine, district.bay.district, "R5", head.position, FROZEN)
    assert SMALL.encode() not in made.content
    (cause,) = orjson.loads(made.content)["causes"]
    assert [each["shows"] for each in cause["facts"]] == [
        "a value that is not told: too few are behind it or beside it",
        "the district began",
    ]


def test_a_change_tells_that_a_value_was_recorded_and_not_which(district: District) -> None:
    quartiles(district.put)
    told = [
        each["says"]
        for each in district.frozen()["changes"]["new"]["facts"]
        if each["type"] == "MeasurementRecorded"
    ]
    assert len(told) == 10
    assert all("value" not in each and "n" not in each for each in told)


def test_a_gap_speaks_against_and_asks(district: District) -> None:
    quartiles(district.put)
    held = district.frozen()
    against = {(each["kind"], each["shows"]) for each in held["disconfirming"]}
    assert ("gap", "The case-days: parity of poverty-q2 is 0.79") in against
    asked = [each["asks"] for each in held["questions"] if each["part"] == "parity"]
    assert asked == ["The case-days: why is poverty-q2 served at 0.79 of the best?"]


def test_the_most_unequal_tables_come_first_and_the_others_are_counted(
    district: District,
) -> None:
    for index in range(6):
        district.put(BEGAN, define(f"m-{index}"))
        for group, days in (("size-small", str(10 + index)), ("size-large", "10")):
            district.put(RECORDED, value(f"m-{index}", days, group=group))
    held = district.frozen()
    assert [each["measure"] for each in held["parity"]] == ["m-5", "m-4", "m-3", "m-2", "m-1"]
    (rest,) = held["left_out"]
    assert (rest["part"], rest["count"], len(rest["positions"])) == ("parity", 1, 2)
    assert "1 more are on record" in district.forms()["page"]


def dollars(put: Put) -> None:
    """Record what was planned and spent in two months, and what a partner promised and did."""
    put(BEGAN, define("planned", "money", minimum_n=1, unit_of_measure="dollars"))
    more: dict[str, Any] = {"minimum_n": 1, "unit_of_measure": "dollars", "against": "planned"}
    put(BEGAN, define("spent", "money", **more))
    put(BEGAN, define("promised", "partner", "higher", minimum_n=1, unit_of_measure="visits"))
    more = {"minimum_n": 1, "unit_of_measure": "visits", "against": "promised"}
    put(BEGAN, define("visits", "partner", "higher", **more))
    money: dict[str, Any] = {"unit_of_measure": "dollars"}
    visits: dict[str, Any] = {"unit_of_measure": "visits", "better": "higher"}
    put(RECORDED, value("planned", "90000", 1, month=9, **money))
    put(RECORDED, value("planned", "90000", 1, **money))
    put(RECORDED, value("spent", "99000.50", 3, month=9, **money))
    put(RECORDED, value("promised", "40", 1, **visits))
    put(RECORDED, value("visits", "30", 1, **visits))


def test_money_stands_beside_its_plan_and_what_is_missing_is_said(district: District) -> None:
    dollars(district.put)
    (money,) = district.frozen()["money"]
    assert (money["title"], money["plan"], money["missed"]) == (
        "The spent",
        "The planned",
        True,
    )
    september, october = money["values"]
    assert (september["value"]["value"], september["planned"]["value"]) == ("99000.50", "90000")
    assert (september["share"], october["share"]) == ("1.1", None)
    assert october["value"] is None
    assert "not recorded" in district.forms()["page"]


def test_what_partners_did_stands_beside_what_they_promised(district: District) -> None:
    dollars(district.put)
    held = district.frozen()
    (partner,) = held["partners"]
    assert (partner["values"][0]["share"], partner["missed"]) == ("0.75", True)
    assert {each["shows"] for each in held["disconfirming"]} >= {
        "The spent missed its plan",
        "The visits missed its plan",
    }
    assert held["measurements"] == []
    for name, form in district.forms().items():
        assert "99000.50" in form, name
        assert "0.75" in form, name


def test_a_change_of_leader_elsewhere_is_a_change_around_the_unit(district: District) -> None:
    district.put(RECORDED, UnitHeadVacated(unit="IT", head="a-chair"))
    district.put(RECORDED, UnitHeadVacated(unit="HR", head="a-chair"))
    told = [each["shows"] for each in district.frozen()["outside"] if each["area"] == "leader"]
    assert "unit IT has no head" in told
    assert "unit HR has no head" not in told


def test_the_last_question_is_put_when_nothing_speaks_against(district: District) -> None:
    held = district.frozen()
    assert held["disconfirming"] == []
    *_, last = held["questions"]
    assert last["asks"].startswith("What would show that this is not working")


def test_at_most_twelve_questions_are_asked_and_the_disconfirming_one_is_among_them(
    district: District,
) -> None:
    for index in range(6):
        for kind in ("service", "money", "partner"):
            name = f"{kind}-{index}"
            given: dict[str, Any] = {"minimum_n": 1}
            if kind != "service":
                district.put(BEGAN, define(f"plan-{name}", kind, minimum_n=1))
                district.put(RECORDED, value(f"plan-{name}", "5"))
                given["against"] = f"plan-{name}"
            district.put(BEGAN, define(name, kind, **given))
            district.put(RECORDED, value(name, "9", month=9))
            district.put(RECORDED, value(name, "10"))
            district.put(RECORDED, value(name, "9", group="size-a"))
            district.put(RECORDED, value(name, "19", group="size-b"))
    asked = district.frozen()["questions"]
    assert len(asked) <= 12
    assert [each["part"] for each in asked].count("money") == 3
    assert asked[-1]["part"] == "disconfirming"


def test_the_same_position_and_day_give_the_same_bytes(district: District) -> None:
    quartiles(district.put)
    dollars(district.put)
    district.frozen()
    name = district.bay.district
    frozen = frozen_packet(district.engine, name, "R1")
    again = packet(district.engine, name, "R1", frozen.position, FROZEN)
    assert again.content == frozen.content
    assert orjson.loads(again.content)["format"] == 3
