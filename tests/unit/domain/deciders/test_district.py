"""The district: established once, its publications never change, its policies do."""

from datetime import date

import pytest

from domain.district import (
    AdoptReviewPolicy,
    CharterStewardshipTeam,
    DistrictState,
    EstablishDistrict,
    PublishRubric,
    PublishSchoolCalendar,
)
from domain.facts.district import (
    ActorRetired,
    DayRange,
    DistrictEstablished,
    ReviewPolicyAdopted,
    RubricIndicator,
    SchoolCalendarPublished,
    StewardshipTeamChartered,
)
from tests.support.districts import district, rubric_published
from tests.support.samples import DIGEST
from tests.support.specification import Specification

ESTABLISH = EstablishDistrict(name="Marrow Bay", time_zone="UTC", clock="server")


def calendar(**changes: object) -> PublishSchoolCalendar:
    fields: dict[str, object] = {
        "calendar_version": "2025-26",
        "first_day": date(2025, 7, 1),
        "last_day": date(2026, 6, 30),
        "closed_days": (date(2026, 2, 16),),
        "summers": (DayRange(first=date(2025, 7, 1), last=date(2025, 8, 15)),),
    }
    return PublishSchoolCalendar.model_validate({**fields, **changes})


def rubric(*indicators: RubricIndicator, version: str = "2.0") -> PublishRubric:
    return PublishRubric(rubric_version=version, digest=DIGEST, indicators=indicators)


def policy(**changes: object) -> AdoptReviewPolicy:
    fields: dict[str, object] = {
        "policy": "regression",
        "rule": "rating_regression",
        "rule_digest": DIGEST,
        "review_type": "R6",
        "parameters": {"minimum_fall": 1},
        "due_working_days": 10,
        "owner_role": "steward",
    }
    return AdoptReviewPolicy.model_validate({**fields, **changes})


D31 = RubricIndicator(code="D3.1", dimension=3, scope="unit")


def test_setup_establishes_a_district_in_an_empty_log() -> None:
    outcome = Specification().when(ESTABLISH, actor="setup")
    outcome.then(DistrictEstablished(name="Marrow Bay", time_zone="UTC", clock="server"))
    assert outcome.decisions[0].stream_is_new


def test_a_district_is_not_established_twice() -> None:
    district().refused("id_already_used", ESTABLISH, actor="setup")


def test_a_team_is_chartered_with_a_chair_and_members() -> None:
    command = CharterStewardshipTeam(chair="a-deputy", members=("a-deputy", "a-steward"))
    district().when(command).then(
        StewardshipTeamChartered(chair="a-deputy", members=("a-deputy", "a-steward"))
    )


def test_a_team_may_not_be_chaired_by_an_auditor() -> None:
    command = CharterStewardshipTeam(chair="a-auditor", members=("a-steward",))
    district().refused("chair_is_auditor", command)


@pytest.mark.parametrize(("chair", "member"), [("a-nobody", "a-steward"), ("a-deputy", "a-nobody")])
def test_a_team_of_unknown_people_is_refused(chair: str, member: str) -> None:
    command = CharterStewardshipTeam(chair=chair, members=(member,))
    district().refused("unknown_actor", command)


def test_a_team_with_a_retired_member_is_refused() -> None:
    log = district().given(ActorRetired(actor="a-analyst"))
    command = CharterStewardshipTeam(chair="a-deputy", members=("a-analyst",))
    log.refused("retired_actor", command)


def test_a_calendar_is_published_with_its_closed_days() -> None:
    district().when(calendar()).then(
        SchoolCalendarPublished(
            calendar_version="2025-26",
            first_day=date(2025, 7, 1),
            last_day=date(2026, 6, 30),
            closed_days=(date(2026, 2, 16),),
            summers=(DayRange(first=date(2025, 7, 1), last=date(2025, 8, 15)),),
        )
    )


def test_a_published_calendar_is_not_published_again() -> None:
    log = district()
    log.when(calendar())
    log.refused("calendar_already_published", calendar(closed_days=()))


def test_a_calendar_that_contradicts_itself_is_refused() -> None:
    refusal = district().refused("calendar_malformed", calendar(last_day=date(2025, 1, 1)))
    assert "before it starts" in refusal.message


def test_a_rubric_is_published_and_in_force_from_its_effective_day() -> None:
    log = district()
    log.when(rubric(D31), effective_from=date(2026, 7, 1))
    state = log.state("district")
    assert isinstance(state, DistrictState)
    assert [
        in_force.version
        for day in (date(2026, 6, 30), date(2026, 7, 1))
        if (in_force := state.rubric_on(day)) is not None
    ] == ["1.0", "2.0"]


def test_of_two_rubrics_effective_on_one_day_the_later_published_is_in_force() -> None:
    day = date(2026, 1, 1)
    log = Specification().given(rubric_published("a"), rubric_published("b"), on=day)
    state = log.state("district")
    assert isinstance(state, DistrictState)
    in_force = state.rubric_on(day)
    assert in_force is not None
    assert in_force.version == "b"


def test_a_published_rubric_is_not_published_again() -> None:
    district().refused("rubric_already_published", rubric(D31, version="1.0"))


def test_a_rubric_with_an_indicator_twice_is_refused() -> None:
    assert "D3.1" in district().refused("indicator_twice", rubric(D31, D31)).message


def test_a_rubric_whose_code_names_another_dimension_is_refused() -> None:
    stray = RubricIndicator(code="D4.1", dimension=3, scope="unit")
    district().refused("indicator_outside_dimension", rubric(stray))


def test_a_policy_is_adopted_changed_and_ended() -> None:
    log = district()
    (adopted,) = log.when(policy()).events
    assert isinstance(adopted, ReviewPolicyAdopted)
    assert adopted.parameters == {"minimum_fall": 1}
    log.when(policy(parameters={"minimum_fall": 2}))
    log.when(policy(active=False))
    state = log.state("district")
    assert isinstance(state, DistrictState)
    assert state.policies == {"regression": False}


@pytest.mark.parametrize("changes", [{"rule": "no_such_rule"}, {"parameters": {}}])
def test_a_policy_whose_parameters_do_not_fit_its_rule_is_refused(
    changes: dict[str, object],
) -> None:
    district().refused("policy_malformed", policy(**changes))


def test_a_policy_that_is_not_in_force_cannot_be_ended() -> None:
    district().refused("policy_not_active", policy(active=False))
