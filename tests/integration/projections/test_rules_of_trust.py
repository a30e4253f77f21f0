"""Rules about partnerships, the theory of action, packets that lacked a fact, and new leaders."""

from datetime import date, timedelta
from uuid import UUID

from domain.facts.assessment import IndicatorRated
from domain.facts.correction import FactRetracted
from domain.facts.district import StewardshipTeamChartered
from domain.facts.evidence import EvidenceDisputeSettled, EvidenceRetracted
from domain.facts.partnership import PartnershipInterrupted
from domain.facts.reorganization import UnitDissolved
from domain.facts.review import ReviewHeld
from domain.facts.review_course import ReviewPacketFrozen, ReviewPostponed
from domain.facts.theory import (
    Assumption,
    AssumptionEvidenceLinked,
    AssumptionStatusChanged,
    Direction,
    TheoryOfActionAdopted,
    TheoryOfActionRevised,
)
from domain.facts.unit import UnitHeadAssigned, UnitHeadVacated, UnitStageEntered
from tests.integration.projections.asking import ask, keys, positions
from tests.integration.projections.history import DIGEST, triggered
from tests.integration.projections.world import World

HR = "unit:HR"


def interrupted(world: World, unit: str = "PAY", on: date | None = None) -> int:
    fact = PartnershipInterrupted(partnership="P1", half_days_lost=3, cause="payroll", unit=unit)
    world.put("partnership-P1", fact, on=on)
    return world.head()


def test_three_interruptions_by_one_unit_within_thirty_days_are_one_cause(world: World) -> None:
    first = interrupted(world)
    world.later(14)
    interrupted(world, "HR")
    second = interrupted(world)
    assert ask(world, "partnership-interruptions") == []
    world.later(15)
    third = interrupted(world)
    (found,) = ask(world, "partnership-interruptions")
    assert keys([found]) == [("unit:PAY", str(first))]
    assert positions(found) == [first, second, third]
    assert ask(world, "partnership-interruptions", position=third - 1) == []
    world.later(1)
    assert ask(world, "partnership-interruptions") == []
    interrupted(world)
    # The window has moved on, the run has not ended.
    (again,) = ask(world, "partnership-interruptions")
    assert keys([again]) == keys([found])
    assert first not in positions(again)


def test_interruptions_thirty_days_apart_are_not_in_one_window(world: World) -> None:
    for _ in range(4):
        interrupted(world)
        world.later(15)
    assert ask(world, "partnership-interruptions") == []
    world.later(-15)
    interrupted(world)
    assert len(ask(world, "partnership-interruptions")) == 1


def test_what_a_review_looked_at_is_not_counted_again(world: World) -> None:
    for _ in range(3):
        interrupted(world)
    world.put("review-V1", triggered("V1", "unit:PAY"))
    world.put("review-V1", ReviewHeld(review="V1", present=("a-1",)), about=("unit:PAY",))
    assert ask(world, "partnership-interruptions") == []
    later = [interrupted(world) for _ in range(3)]
    assert keys(ask(world, "partnership-interruptions")) == [("unit:PAY", str(later[0]))]


def test_a_policy_may_have_its_reviews_of_interruptions_about_a_dimension(world: World) -> None:
    first = [interrupted(world, unit) for unit in ("PAY", "HR")]
    for unit in ("PAY", "HR") * 2:
        interrupted(world, unit)
    found = ask(world, "partnership-interruptions", about="dimension:2")
    assert keys(found) == [("dimension:2", str(each)) for each in first]
    assert [each.title[:4] for each in found] == ["PAY ", "HR i"]
    world.put("review-V1", triggered("V1", "dimension:2"))
    world.put("review-V1", ReviewHeld(review="V1", present=("a-1",)), about=("dimension:2",))
    # It may have been held for another cause: the run goes on, and stays one cause.
    interrupted(world)
    assert keys(ask(world, "partnership-interruptions", about="dimension:2")) == keys(found)


def test_what_a_unit_did_before_it_ended_opens_nothing_about_it(world: World) -> None:
    for _ in range(3):
        interrupted(world)
    assert len(ask(world, "partnership-interruptions")) == 1
    world.put("district", UnitDissolved(unit="PAY", successor="FIN", board_reference="B-1"))
    assert ask(world, "partnership-interruptions") == []


def assumptions(*numbers: str) -> tuple[Assumption, ...]:
    return tuple(Assumption(assumption=each, text="If so", measure="m") for each in numbers)


def theory(world: World) -> None:
    adopted = TheoryOfActionAdopted(
        version=1, statements=("If so, then",), assumptions=assumptions("A1", "A2", "A3")
    )
    world.put("theory-all", adopted)


def link(world: World, assumption: str, direction: Direction, *evidence: str) -> int:
    linked = AssumptionEvidenceLinked(assumption=assumption, evidence=evidence, direction=direction)
    world.put("theory-all", linked)
    return world.head()


def retract(world: World, evidence: str) -> int:
    world.put(f"evidence-{evidence}", EvidenceRetracted(evidence=evidence))
    return world.head()


def test_an_assumption_is_contested_when_as_much_speaks_against_it(world: World) -> None:
    theory(world)
    link(world, "A1", "for", "E1", "E2")
    link(world, "A1", "against", "E3")
    assert ask(world, "contested-assumption") == []
    tipped = link(world, "A1", "against", "E4")
    (found,) = ask(world, "contested-assumption")
    assert keys([found]) == [("district:all", f"A1-{tipped}")]
    assert positions(found) == [tipped]
    link(world, "A1", "against", "E5")
    assert keys(ask(world, "contested-assumption")) == keys([found])
    assert ask(world, "contested-assumption", position=tipped - 1) == []
    link(world, "A1", "for", "E3")
    assert ask(world, "contested-assumption") == []


def test_an_assumption_nothing_speaks_for_or_against_is_open_not_contested(world: World) -> None:
    theory(world)
    link(world, "A1", "for", "E1")
    assert ask(world, "contested-assumption") == []


def test_support_that_was_retracted_contests_what_it_supported(world: World) -> None:
    theory(world)
    link(world, "A1", "for", "E1", "E2")
    link(world, "A2", "for", "E2")
    link(world, "A3", "against", "E9")
    assert keys(ask(world, "contested-assumption"))[0][1].startswith("A3-")
    retract(world, "E9")
    assert ask(world, "contested-assumption") == []
    fell = retract(world, "E2")
    assert keys(ask(world, "contested-assumption")) == [
        ("district:all", f"A1-{fell}"),
        ("district:all", f"A2-{fell}"),
    ]
    link(world, "A1", "for", "E5")
    upheld = EvidenceDisputeSettled(evidence="E1", outcome="upheld", finding="Not so")
    world.put("evidence-E1", upheld)
    assert keys(ask(world, "contested-assumption"))[0][1] == f"A1-{world.head()}"


def test_two_contested_assumptions_call_for_the_review_of_the_theory_once(world: World) -> None:
    theory(world)
    link(world, "A1", "against", "E1")
    assert ask(world, "contested-theory") == []
    second = link(world, "A2", "against", "E2")
    (found,) = ask(world, "contested-theory")
    assert keys([found]) == [("district:all", f"A2-{second}")]
    assert len(found.facts) == 2
    link(world, "A3", "against", "E3")
    assert keys(ask(world, "contested-theory")) == keys([found])


def test_what_someone_judged_is_asked_about_again_when_more_speaks_against_it(
    world: World,
) -> None:
    theory(world)
    link(world, "A1", "for", "E1", "E2")
    retract(world, "E2")
    link(world, "A1", "against", "E3")
    assert len(ask(world, "contested-assumption")) == 1
    weak = AssumptionStatusChanged(assumption="A1", status="weak", evidence=("E3",))
    world.put("theory-all", weak)
    assert ask(world, "contested-assumption") == []
    more = link(world, "A1", "against", "E4")
    assert keys(ask(world, "contested-assumption")) == [("district:all", f"A1-{more}")]


def test_a_dropped_assumption_is_contested_no_more(world: World) -> None:
    theory(world)
    for number in ("A1", "A2", "A3"):
        link(world, number, "against", "E1")
    dropped = AssumptionStatusChanged(assumption="A1", status="dropped", evidence=("E1",))
    world.put("theory-all", dropped)
    revised = TheoryOfActionRevised(
        from_version=1, to_version=2, dropped=("A2",), rationale="Evidence", review="V5"
    )
    world.put("theory-all", revised)
    assert [key[:2] for _, key in keys(ask(world, "contested-assumption"))] == ["A3"]
    back = TheoryOfActionRevised(
        from_version=2,
        to_version=3,
        changed=assumptions("A2"),
        rationale="Evidence",
        review="V6",
    )
    world.put("theory-all", back)
    assert [key[:2] for _, key in keys(ask(world, "contested-assumption"))] == ["A2", "A3"]


def frozen(world: World, review: str, about: str) -> None:
    world.put(f"review-{review}", triggered(review, about))
    packet = ReviewPacketFrozen(
        review=review,
        digest=DIGEST,
        as_known_position=world.head(),
        as_effective_on=world.now.date(),
        inputs=("ratings: 1 row",),
    )
    world.put(f"review-{review}", packet, about=(about,))


def rated(
    world: World,
    days_ago: int,
    about: str = HR,
    indicator: str = "D3.1",
    corrects: UUID | None = None,
) -> tuple[int, UUID]:
    rating = IndicatorRated(
        about=about,
        indicator=indicator,
        level=1,
        rubric_version="1.0",
        evidence=("E1",),
        raters=("a-1",),
    )
    day = world.now.date() - timedelta(days=days_ago)
    event_id = world.put(f"assessment-{about}", rating, counts_from=day, corrects=corrects)
    return world.head(), event_id


def test_a_fact_that_a_frozen_packet_should_have_held_is_looked_at_once_a_day(
    world: World,
) -> None:
    _, in_time = rated(world, 5)
    frozen(world, "V1", HR)
    world.later(10)
    assert ask(world, "late-record") == []
    first, _ = rated(world, 20, corrects=in_time)
    second, _ = rated(world, 10, indicator="D3.2")
    rated(world, 9, indicator="D3.3")  # a day that the packet does not cover
    rated(world, 20, about="unit:IT")
    (found,) = ask(world, "late-record")
    day = world.today.isoformat()
    assert keys([found]) == [(HR, day)]
    assert positions(found) == [first, second]
    world.later(1)
    rated(world, 30, indicator="D3.4")
    assert [key for _, key in keys(ask(world, "late-record"))] == [day, world.today.isoformat()]
    assert ask(world, "late-record", position=first - 1) == []
    world.later(30)
    assert ask(world, "late-record") == []


def test_what_is_recorded_on_its_own_day_is_not_late(world: World) -> None:
    frozen(world, "V1", HR)
    world.put("unit-HR", UnitStageEntered(unit="HR", from_stage="S0", to_stage="S1"))
    assert ask(world, "late-record") == []


def test_a_postponed_review_has_no_packet_that_could_lack_a_fact(world: World) -> None:
    frozen(world, "V1", HR)
    world.later(3)
    rated(world, 5)
    assert len(ask(world, "late-record")) == 1
    postponed = ReviewPostponed(review="V1", due_on=world.now.date() + timedelta(days=9))
    world.put("review-V1", postponed, about=(HR,))
    assert ask(world, "late-record") == []


def test_a_late_rating_of_the_district_concerns_its_dimension(world: World) -> None:
    frozen(world, "V1", "dimension:2")
    frozen(world, "V2", "dimension:3")
    world.later(3)
    late, _ = rated(world, 5, about="district:all", indicator="D2.2")
    (found,) = ask(world, "late-record")
    assert (found.about, positions(found)) == ("dimension:2", [late])


def test_what_two_packets_lack_is_looked_at_with_the_unit_where_the_policy_says_so(
    world: World,
) -> None:
    frozen(world, "V1", HR)
    frozen(world, "V2", "dimension:3")
    world.later(3)
    both, _ = rated(world, 5)
    alone, _ = rated(world, 5, about="district:all", indicator="D3.2")
    day = world.today.isoformat()
    apart = ask(world, "late-record")
    assert keys(apart) == [("dimension:3", day), (HR, day)]
    assert positions(apart[0]) == [both, alone]
    found = ask(world, "late-record", looked_at_with="unit")
    assert keys(found) == [("dimension:3", day), (HR, day), (HR, f"{day} dimension:3")]
    assert [positions(each) for each in found] == [[alone], [both], [both]]
    assert "missing in a packet about dimension:3" in found[2].title


def test_what_no_packet_about_a_unit_lacks_is_looked_at_where_it_is_lacking(world: World) -> None:
    frozen(world, "V2", "dimension:3")
    world.later(3)
    late, _ = rated(world, 5)
    (found,) = ask(world, "late-record", looked_at_with="unit")
    assert (found.about, positions(found)) == ("dimension:3", [late])


def test_the_head_of_the_named_unit_leaving_fires_and_others_do_not(world: World) -> None:
    for unit in ("CAB", "HR"):
        world.put(f"unit-{unit}", UnitHeadAssigned(unit=unit, head=f"a-{unit}"))
    world.put("unit-CAB", UnitHeadAssigned(unit="CAB", head="a-9", acting=True))
    world.put("unit-CAB", UnitHeadVacated(unit="CAB", head="a-9"))
    world.put("unit-HR", UnitHeadVacated(unit="HR", head="a-HR"))
    assert ask(world, "leadership-change") == []
    world.put("unit-CAB", UnitHeadVacated(unit="CAB", head="a-CAB"))
    left = world.head()
    world.later(29)
    assert keys(ask(world, "leadership-change")) == [("unit:CAB", str(left))]
    world.later(1)
    assert ask(world, "leadership-change") == []


def test_another_chair_fires_and_another_member_does_not(world: World) -> None:
    for members in (("a-1", "a-2"), ("a-1", "a-3")):
        world.put("district", StewardshipTeamChartered(chair="a-1", members=members))
    assert ask(world, "leadership-change") == []
    world.put("district", StewardshipTeamChartered(chair="a-3", members=("a-1", "a-3")))
    assert keys(ask(world, "leadership-change")) == [("district:all", str(world.head()))]
    assert ask(world, "leadership-change", position=world.head() - 1) == []


def test_a_rating_taken_back_after_the_packet_relied_on_it_is_late(world: World) -> None:
    relied, event_id = rated(world, 5)
    frozen(world, "V1", HR)
    _, unseen = rated(world, 0, indicator="D3.2")
    world.later(3)
    assert ask(world, "late-record") == []
    for each in (event_id, unseen):
        world.put(
            "assessment-HR",
            FactRetracted(type_retracted="IndicatorRated"),
            about=(HR,),
            corrects=each,
        )
    (found,) = ask(world, "late-record")
    # What was recorded after the packet was never in it, so its retraction changes nothing there.
    assert positions(found) == [world.head() - 1]
    assert "FactRetracted D3.1 at 1" in found.facts[0][1]
    assert ask(world, "late-record", position=relied) == []
