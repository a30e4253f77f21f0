"""From the recorded facts of a stream to its state, whatever kind of stream it is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain import (
    access,
    action,
    activity,
    actor,
    assessment,
    attestation,
    district,
    evidence,
    finding,
    hold,
    ids,
    measurement,
    notice,
    open_work,
    partnership,
    pdsa,
    redaction,
    retention,
    review_state,
    sealing,
    theory,
    unit,
)
from domain.errors import InvalidData
from domain.facts.correction import FactRetracted
from domain.message import Happened
from domain.world import State

_FOLDS: Mapping[str, tuple[State, Callable[[Any, Happened], State]]] = {
    district.DistrictState.category: (district.initial, district.evolve),
    actor.ActorState.category: (actor.initial, actor.evolve),
    unit.UnitState.category: (unit.initial, unit.evolve),
    activity.ActivityState.category: (activity.initial, activity.evolve),
    evidence.EvidenceState.category: (evidence.initial, evidence.evolve),
    assessment.AssessmentState.category: (assessment.initial, assessment.evolve),
    measurement.MeasureState.category: (
        measurement.initial_measure,
        measurement.evolve_measure,
    ),
    measurement.MeasurementState.category: (measurement.initial, measurement.evolve),
    partnership.RegisterState.category: (
        partnership.initial_register,
        partnership.evolve_register,
    ),
    partnership.PartnershipState.category: (partnership.initial, partnership.evolve),
    theory.TheoryState.category: (theory.initial, theory.evolve),
    pdsa.TestState.category: (pdsa.initial, pdsa.evolve),
    review_state.ReviewState.category: (review_state.initial, review_state.evolve),
    action.ActionState.category: (action.initial, action.evolve),
    open_work.OpenWork.category: (open_work.initial, open_work.evolve),
    finding.FindingState.category: (finding.initial, finding.evolve),
    notice.NoticeState.category: (notice.initial, notice.evolve),
    attestation.AttestationState.category: (attestation.initial, attestation.evolve),
    sealing.SealingState.category: (sealing.initial, sealing.evolve),
    redaction.RedactionState.category: (redaction.initial, redaction.evolve),
    hold.HoldState.category: (hold.initial, hold.evolve),
    retention.RetentionState.category: (retention.initial, retention.evolve),
    access.AccessState.category: (access.AccessState(), access.evolve_access),
    access.RefusalState.category: (access.RefusalState(), access.evolve_refusal),
    access.ClassificationState.category: (
        access.ClassificationState(),
        access.evolve_classification,
    ),
}


def fold(stream: str, happened: Sequence[Happened]) -> State:
    """Return the state of a stream, from the facts of it that count, in their order.

    Instead of a stream it may be a unit as a subject, `unit:HR`, from all facts that concern it.

    A corrected fact is given once, in the place of the first, as it counts now; instead of a fact
    that was taken back, its retraction is given. Raises InvalidData for a stream of no known
    category.
    """
    kind, colon, _ = stream.partition(":" if ids.is_subject(stream) else "-")
    category = kind + colon if ids.is_subject(stream) else kind
    known = _FOLDS.get(category)
    if known is None:
        raise InvalidData(
            f"the stream {stream!r} is of no known category; streams begin with one of: "
            f"{', '.join(_FOLDS)}"
        )
    state, evolve = known
    withdrawn = 0
    for each in happened:
        if isinstance(each.event, FactRetracted):
            withdrawn += 1
        state = evolve(state, each)
    return state.counted(len(happened) - withdrawn, withdrawn=withdrawn > 0)
