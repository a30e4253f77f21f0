"""What was found when stored rows were compared is recorded forward, and a sample with its seed."""

from datetime import date
from typing import Any

from domain.attestation import AttestationState, AttestProjection, ReportProjectionDiffers
from domain.facts.attestation import ProjectionAttested, ProjectionDiffered
from tests.support.districts import district
from tests.support.samples import DIGEST

ALL: dict[str, Any] = {
    "projection": "unit_progress",
    "position": 40,
    "effective_on": date(2026, 3, 1),
    "scope": "all",
    "keys": 24,
    "keys_total": 24,
    "rows": 24,
    "query_digest": DIGEST,
    "rows_digest": DIGEST,
    "product_version": "0.1.0",
}
DIFFERING: dict[str, Any] = {"differing": 1, "first_key": "unit:IT", "columns": ("stage",)}


def test_equal_rows_are_recorded_in_the_stream_of_their_projection() -> None:
    outcome = district().when(AttestProjection(**ALL))
    outcome.then(ProjectionAttested(**ALL))
    assert outcome.decisions[0].stream == "attestation-unit_progress"
    assert outcome.events[0].subjects() == ("attestation:unit_progress",)


def test_rows_that_differ_are_recorded_and_remembered_until_they_are_equal_again() -> None:
    log = district()
    log.when(ReportProjectionDiffers(**ALL, **DIFFERING)).then(
        ProjectionDiffered(**ALL, **DIFFERING)
    )
    state = log.state("attestation-unit_progress")
    assert isinstance(state, AttestationState)
    assert (state.first_key, state.columns, state.position) == ("unit:IT", ("stage",), 40)
    log.when(AttestProjection(**ALL))
    state = log.state("attestation-unit_progress")
    assert isinstance(state, AttestationState)
    assert (state.first_key, state.facts) == (None, 2)


def test_a_position_behind_what_was_compared_is_refused() -> None:
    log = district().given(ProjectionAttested(**ALL))
    log.refused("attested_beyond", AttestProjection(**{**ALL, "position": 39}))


def test_a_sample_without_its_seed_is_refused() -> None:
    sample = {**ALL, "scope": "sample", "keys": 3, "rows": 3}
    district().refused("sample_without_seed", AttestProjection(**sample))
    district().when(AttestProjection(**sample, seed="4f2a"))


def test_numbers_that_do_not_add_up_are_refused() -> None:
    district().refused("keys_do_not_add_up", AttestProjection(**{**ALL, "keys": 23}))
    drawn = {**ALL, "scope": "sample", "seed": "a", "keys": 25}
    district().refused("keys_do_not_add_up", AttestProjection(**drawn))
