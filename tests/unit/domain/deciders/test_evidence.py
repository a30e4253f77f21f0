"""Evidence: on record by its digest, verified by another person, retracted with a reason."""

from datetime import date

import pytest

from domain.evidence import RetractEvidence, SubmitEvidence, VerifyEvidence
from domain.facts.evidence import EvidenceRetracted, EvidenceSubmitted, EvidenceVerified
from tests.support.districts import district
from tests.support.samples import DIGEST


def submit(**changes: object) -> SubmitEvidence:
    fields: dict[str, object] = {
        "evidence": "E9",
        "title": "Survey",
        "kind": "survey",
        "digest": DIGEST,
        "location": "records/E9",
        "collected_from": date(2026, 2, 1),
        "collected_to": date(2026, 2, 20),
        "source_key": "principals",
        "units": ("HR",),
        "respondents": 20,
        "population": 62,
    }
    return SubmitEvidence.model_validate({**fields, **changes})


def test_evidence_is_submitted_into_a_new_stream() -> None:
    outcome = district().when(submit())
    (event,) = outcome.events
    assert isinstance(event, EvidenceSubmitted)
    assert event.respondents == 20
    assert outcome.decisions[0].stream_is_new


def test_evidence_is_not_submitted_twice() -> None:
    district().refused("id_already_used", submit(evidence="E1"))


def test_evidence_about_an_unknown_unit_is_refused() -> None:
    district().refused("unknown_unit", submit(units=("XX",)))


def test_evidence_is_collected_forward_and_not_in_the_future() -> None:
    log = district()
    log.refused("collected_backwards", submit(collected_to=date(2026, 1, 1)))
    log.refused("collected_in_future", submit(collected_to=date(2026, 3, 3)))


def test_no_more_people_answer_than_were_asked() -> None:
    district().refused("more_respondents_than_asked", submit(respondents=63))


def test_public_evidence_needs_enough_respondents_to_hide_each() -> None:
    log = district()
    log.refused("public_below_minimum", submit(respondents=15), classification="public")
    log.when(submit(respondents=16), classification="public")
    log.when(submit(evidence="E10", respondents=15), classification="internal")
    log.when(submit(evidence="E11", respondents=None), classification="public")


def test_evidence_is_verified_by_another_person_and_concerns_its_units() -> None:
    outcome = district().when(VerifyEvidence(evidence="E1", method="Recounted"))
    outcome.then(EvidenceVerified(evidence="E1", method="Recounted"))
    assert outcome.extra_subjects == ("unit:HR",)


@pytest.mark.parametrize(
    "who", [{"actor": "a-analyst"}, {"actor": "a-steward", "on_behalf_of": "a-analyst"}]
)
def test_the_submitter_does_not_verify(who: dict[str, str]) -> None:
    command = VerifyEvidence(evidence="E1", method="Recounted")
    district().refused("verifier_is_submitter", command, **who)


def test_one_person_verifies_once() -> None:
    log = district()
    log.when(VerifyEvidence(evidence="E1", method="Recounted"))
    log.refused("already_verified", VerifyEvidence(evidence="E1", method="Again"))
    log.when(VerifyEvidence(evidence="E1", method="Again"), actor="a-chair")


def test_unknown_evidence_is_neither_verified_nor_retracted() -> None:
    log = district()
    log.refused("unknown_evidence", VerifyEvidence(evidence="E0", method="Recounted"))
    log.refused("unknown_evidence", RetractEvidence(evidence="E0"), reason="wrong")


def test_evidence_is_retracted_with_a_reason_and_a_replacement() -> None:
    outcome = district().when(RetractEvidence(evidence="E1", replacement="E2"), reason="leaked")
    outcome.then(EvidenceRetracted(evidence="E1", replacement="E2"))
    assert outcome.extra_subjects == ("unit:HR",)


def test_evidence_is_not_retracted_without_a_reason() -> None:
    district().refused("retraction_without_reason", RetractEvidence(evidence="E1"))


def test_retracted_evidence_is_neither_retracted_again_nor_verified() -> None:
    log = district()
    log.when(RetractEvidence(evidence="E1"), reason="leaked")
    log.refused("already_retracted", RetractEvidence(evidence="E1"), reason="leaked")
    log.refused("retracted_evidence", VerifyEvidence(evidence="E1", method="Recounted"))


def test_a_replacement_is_other_evidence_that_counts() -> None:
    log = district().given(EvidenceRetracted(evidence="E2"))
    for replacement, rule in (
        ("E1", "own_replacement"),
        ("E0", "unknown_replacement"),
        ("E2", "retracted_replacement"),
    ):
        command = RetractEvidence(evidence="E1", replacement=replacement)
        log.refused(rule, command, reason="leaked")
