"""A rating whose evidence is gone: contested, until a person corrects, renews or reaffirms it."""

from datetime import timedelta

from domain.assessment import AssessmentState, RateIndicator, ReaffirmRating
from domain.evidence import (
    DisputeEvidence,
    EvidenceState,
    RetractEvidence,
    SettleEvidenceDispute,
)
from domain.facts.assessment import IndicatorRated, RatingReaffirmed
from domain.facts.district import ActorRetired
from domain.facts.reorganization import UnitDissolved
from domain.facts.unit import UnitHeadAssigned
from tests.support.districts import district, evidence, rubric_published
from tests.support.specification import TODAY, Specification

RATED = "assessment-unit.HR"
CITED = ("E1", "E2", "E3")


def rate(level: int, *cited: str) -> RateIndicator:
    return RateIndicator(
        about="unit:HR",
        indicator="D3.1",
        level=level,
        rubric_version="1.0",
        evidence=cited,
        raters=("a-steward",),
    )


def reaffirm(*cited: str, **changes: object) -> ReaffirmRating:
    fields: dict[str, object] = {
        "about": "unit:HR",
        "indicator": "D3.1",
        "despite": ("E1",),
        "evidence": cited,
        "raters": ("a-steward",),
    }
    return ReaffirmRating.model_validate({**fields, **changes})


def rated(level: int = 2, days: int = 30, cited: tuple[str, ...] = CITED) -> Specification:
    """Return a log in which D3.1 of HR was rated some days ago."""
    event = IndicatorRated.model_validate(rate(level, *cited).model_dump())
    return district().given(event, on=TODAY - timedelta(days=days))


def retracted(log: Specification, name: str = "E1") -> Specification:
    log.when(RetractEvidence(evidence=name), reason="the link was forwarded")
    return log


def contested(log: Specification) -> bool:
    """Return whether the rating that counts today rests on what may be relied on no more."""
    ratings = log.state(RATED)
    assert isinstance(ratings, AssessmentState)
    rating = ratings.rating_on("D3.1", log.today)
    assert rating is not None
    unreliable = set()
    for each in rating.evidence:
        piece = log.state(f"evidence-{each}")
        assert isinstance(piece, EvidenceState)
        if not piece.reliable:
            unreliable.add(each)
    return rating.contested(unreliable)


def level(log: Specification) -> int | None:
    state = log.state(RATED)
    assert isinstance(state, AssessmentState)
    return state.level_on("D3.1", log.today)


def test_a_retraction_makes_a_rating_contested_and_recalculates_nothing() -> None:
    log = rated()
    before = log.state(RATED)
    assert not contested(log)
    retracted(log)
    assert contested(log)
    assert log.state(RATED) == before
    assert level(log) == 2


def test_an_upheld_dispute_makes_a_rating_contested_and_an_open_one_does_not() -> None:
    log = rated()
    log.when(DisputeEvidence(evidence="E1", finding="Wrong people asked"))
    assert not contested(log)
    settle = SettleEvidenceDispute(evidence="E1", outcome="upheld", finding="So it is")
    log.when(settle, actor="a-chair")
    assert contested(log)
    log.when(reaffirm("E2", "E3", "ES"))
    assert not contested(log)


def test_a_contested_rating_is_reaffirmed_with_its_level_and_is_contested_no_more() -> None:
    log = retracted(rated())
    outcome = log.when(reaffirm("E2", "E3", "ES"))
    outcome.then(
        RatingReaffirmed(
            about="unit:HR",
            indicator="D3.1",
            level=2,
            rubric_version="1.0",
            despite=("E1",),
            evidence=("E2", "E3", "ES"),
            raters=("a-steward",),
        )
    )
    assert outcome.decisions[0].stream == RATED
    assert outcome.events[0].subjects() == (
        "unit:HR",
        "dimension:3",
        "evidence:E1",
        "evidence:E2",
        "evidence:E3",
        "evidence:ES",
    )
    assert not contested(log)
    assert level(log) == 2


def test_a_contested_rating_that_is_corrected_is_contested_no_more() -> None:
    log = retracted(rated())
    command = rate(1, "E2")
    log.when(command, corrects=log.last_id(RATED), reason="only one source is left")
    assert not contested(log)
    assert level(log) == 1


def test_a_contested_rating_that_is_made_anew_is_contested_no_more() -> None:
    log = retracted(rated())
    log.when(rate(1, "E2"))
    assert not contested(log)


def test_a_reaffirmed_rating_is_contested_again_when_its_new_evidence_falls() -> None:
    log = retracted(rated())
    log.when(reaffirm("E2", "E3", "ES"))
    retracted(log, "ES")
    assert contested(log)
    log.refused("not_contested", reaffirm("E2", "E3", "E1b"))
    log.when(reaffirm("E2", "E3", "E1b", despite=("ES",)))
    assert not contested(log)


def test_a_reaffirmation_counts_from_its_day_and_the_days_before_stay_as_they_were() -> None:
    log = retracted(rated())
    log.when(reaffirm("E2", "E3", "ES"))
    state = log.state(RATED)
    assert isinstance(state, AssessmentState)
    before = state.rating_on("D3.1", TODAY - timedelta(days=1))
    assert before is not None
    assert before.contested({"E1"})


def test_a_rating_that_is_not_contested_is_not_reaffirmed() -> None:
    rated().refused("not_contested", reaffirm("E2", "E3", "ES"))


def test_a_rating_is_not_contested_by_evidence_it_does_not_rest_on() -> None:
    log = retracted(retracted(rated()), "E1b")
    log.refused("not_contested", reaffirm("E2", "E3", "ES", despite=("E1", "E1b")))


def test_what_is_not_rated_is_not_reaffirmed() -> None:
    log = retracted(district())
    log.refused("nothing_to_reaffirm", reaffirm("E2"))
    log = retracted(rated())
    early = {"occurred_on": TODAY - timedelta(days=31), "reason": "mislaid"}
    log.refused("nothing_to_reaffirm", reaffirm("E2"), **early)


def test_unknown_evidence_contests_nothing() -> None:
    retracted(rated()).refused("unknown_evidence", reaffirm("E2", "E3", "ES", despite=("E0",)))


def test_a_reaffirmed_level_needs_as_much_evidence_as_a_new_one() -> None:
    log = retracted(rated())
    log.refused("rating_without_evidence", reaffirm())
    log.refused("not_triangulated", reaffirm("E2", "E3"))
    log.refused("retracted_evidence", reaffirm("E1", "E2", "E3"))
    log.when(reaffirm("E2", "E3", "E1b"))


def test_a_reaffirmed_third_level_needs_independent_evidence_and_its_days_at_the_second() -> None:
    second = IndicatorRated.model_validate(rate(2, *CITED).model_dump())
    log = rated(3, days=10, cited=("E1", "E2", "ES"))
    log.given(second, on=TODAY - timedelta(days=110))
    retracted(log)
    log.refused("not_independent", reaffirm("E2", "E3", "E1b"))
    log.when(reaffirm("E2", "E3", "ES"))
    short = retracted(rated(3, days=10, cited=("E1", "E2", "ES")))
    short.refused("not_settled", reaffirm("E2", "E3", "ES"))


def test_a_head_does_not_reaffirm_the_own_units_rating_alone() -> None:
    log = retracted(rated())
    log.refused("self_rating", reaffirm("E2", "E3", "ES", raters=("a-hr-head",)))
    log.given(UnitHeadAssigned(unit="HR", head="a-chair", acting=True))
    log.when(reaffirm("E2", "E3", "ES", raters=("a-hr-head", "a-analyst")))


def test_a_retired_rater_reaffirms_nothing() -> None:
    log = retracted(rated()).given(ActorRetired(actor="a-steward"))
    log.refused("retired_actor", reaffirm("E2", "E3", "ES"), actor="a-chair")


def test_a_rating_under_an_older_rubric_is_made_anew_and_not_reaffirmed() -> None:
    log = retracted(rated()).given(rubric_published("2.0"))
    log.refused("rubric_changed", reaffirm("E2", "E3", "ES"))


def test_a_rating_of_a_unit_that_ended_is_not_reaffirmed() -> None:
    log = retracted(rated())
    log.given(UnitDissolved(unit="HR", successor="IT", board_reference="Item 3"))
    log.refused("unit_ended", reaffirm("E2", "E3", "ES"))


def test_a_reaffirmation_is_corrected_in_place() -> None:
    log = retracted(rated()).given(evidence("E4", "board"))
    log.when(reaffirm("E2", "E3", "ES"))
    command = reaffirm("E2", "E3", "E4")
    log.when(command, corrects=log.last_id(RATED), reason="the survey was not looked at")
    (event,) = [each.event for each in log.streams[RATED][1:]]
    assert isinstance(event, RatingReaffirmed)
    assert event.evidence == ("E2", "E3", "E4")
