"""Corrections and retractions: how a fact that was recorded wrongly stops counting.

A correction is the same command again under circumstances that name the fact; it is decided on the
state before that fact. A retraction takes the fact back without putting another in its place.
"""

from uuid import UUID

from pydantic import Field

from domain import ids, partnership, pdsa, sealing
from domain.access import AccessState, ClassificationState, RefusalState
from domain.action import ActionState
from domain.activity import ActivityState
from domain.actor import ActorState
from domain.assessment import AssessmentState
from domain.attestation import AttestationState
from domain.deciding import fact, one, require_reason
from domain.district import DistrictState
from domain.errors import Rejected
from domain.evidence import EvidenceState
from domain.facts.action import ActionItemCompleted, ActionItemOpened, ActionItemReassigned
from domain.facts.activity import ActivityAnnounced, ActivityPlanned, ActivityReported
from domain.facts.assessment import IndicatorRated, RatingReaffirmed
from domain.facts.correction import FactRetracted
from domain.facts.district import ActorRegistered, DistrictEstablished
from domain.facts.evidence import EvidenceDisputed, EvidenceSubmitted
from domain.facts.finding import ExternalFindingRecorded
from domain.facts.hold import LegalHoldPlaced, LegalHoldReleased
from domain.facts.measurement import MeasureDefined
from domain.facts.partnership import PartnershipEnded, PartnershipFormed
from domain.facts.pdsa import TestPlanned
from domain.facts.retention import RecordsDisposed, RetentionRulesAdopted
from domain.facts.review import (
    DecisionRecorded,
    ReviewClosed,
    ReviewHeld,
    ReviewScheduled,
    ReviewTriggered,
)
from domain.facts.review_course import ReviewPacketFrozen
from domain.facts.theory import TheoryOfActionAdopted, TheoryOfActionRevised
from domain.facts.unit import (
    UnitRegistered,
    UnitRestarted,
    UnitStageEntered,
    UnitStageReverted,
)
from domain.finding import FindingState
from domain.hold import HoldState
from domain.measurement import MeasurementState, MeasureState
from domain.message import (
    Circumstances,
    Command,
    Decision,
    DomainEvent,
    Proposed,
    merged_subjects,
)
from domain.notice import NoticeState
from domain.partnership import PartnershipState
from domain.pdsa import TestState
from domain.redaction import RedactionState
from domain.retention import RetentionState
from domain.review import ReviewState
from domain.sealing import SealingState
from domain.theory import TheoryState
from domain.unit import UnitState
from domain.world import State, World

OPENING: tuple[type[DomainEvent], ...] = (
    DistrictEstablished,
    ActorRegistered,
    UnitRegistered,
    ActivityPlanned,
    ActivityReported,
    ActivityAnnounced,
    EvidenceSubmitted,
    ExternalFindingRecorded,
    TestPlanned,
    ReviewScheduled,
    ReviewTriggered,
    ActionItemOpened,
)
"""The facts that open a stream: all later ones in it rest on them."""

_NAMED_BY_SUBJECT = frozenset(
    kind.category
    for kind in (
        ActorState,
        UnitState,
        ActivityState,
        EvidenceState,
        MeasureState,
        MeasurementState,
        PartnershipState,
        TheoryState,
        TestState,
        ReviewState,
        ActionState,
        *(ActorState, UnitState, ActivityState, EvidenceState, ReviewState, ActionState),
        *(NoticeState, FindingState),
        *(NoticeState, AttestationState),
        *(NoticeState, SealingState),
        *(NoticeState, RedactionState, AccessState, RefusalState, ClassificationState),
    )
)


class RetractFact(Command):
    """Take back a fact that was recorded in error; needs a reason."""

    event_id: UUID = Field(description="Id of the fact as it was recorded")
    stream: str = Field(
        min_length=1, max_length=200, description="Stream of the fact, looked up from its id"
    )


COMMANDS: tuple[type[Command], ...] = (RetractFact,)


def needs(command: RetractFact) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    return (command.stream, ids.DISTRICT_STREAM)


def decide(
    command: RetractFact, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a retraction; `circumstances.corrected` is the fact as it counts. Raises Rejected."""
    require_reason(circumstances, "retraction_without_reason", "taking a fact back")
    target = circumstances.corrected
    if target is None:
        raise Rejected(
            "fact_does_not_count",
            f"no fact {command.event_id} counts in this log; check the id, or it was taken back",
        )
    _require_no_retraction(target)
    sealing.require_no_retraction(target)
    _require_not_final(target)
    state = world.of_stream(command.stream)
    _require_nothing_rests_on(target, state)
    partnership.require_nothing_rests_on(target, world)
    _require_no_part_in_an_ending(target, world)
    retraction = fact(FactRetracted, command, type_retracted=target.type_name())
    return one(command.stream, retraction, (*target.subjects(), *subjects_of(state)))


def _require_nothing_rests_on(target: DomainEvent, state: State) -> None:
    if isinstance(target, OPENING) and state.facts > 1:
        raise Rejected(
            "others_follow",
            f"{target.type_name()} opens its stream and {state.facts - 1} facts follow it; take "
            "those back first, the last one first, or correct the fact instead",
        )
    _require_the_newest(target, state)
    _require_no_further_course(target, state)


def _require_the_newest(target: DomainEvent, state: State) -> None:
    """Refuse to take back what a later one of its kind replaced: stages, versions."""
    name = target.type_name()
    match state:
        case UnitState() if isinstance(
            target, UnitStageEntered | UnitStageReverted | UnitRestarted
        ):
            if target != state.last_stage_change:
                raise Rejected(
                    "not_the_last_stage_change",
                    f"{name} is not the unit's last change of stage; take the later ones back "
                    "first",
                )
        case MeasureState() if isinstance(target, MeasureDefined) and target != state.newest:
            raise Rejected(
                "others_follow",
                f"version {target.version} is not the measure's newest; take the later ones back "
                "first",
            )
        case TheoryState() if isinstance(target, TheoryOfActionAdopted | TheoryOfActionRevised):
            if target != state.newest:
                raise Rejected(
                    "others_follow",
                    f"{name} is not the newest fact about the theory of action; take the later "
                    "ones back first, or correct it instead",
                )
        case _:
            pass


def _require_no_further_course(target: DomainEvent, state: State) -> None:
    """Refuse to take back a step after which others were taken."""
    name = target.type_name()
    match state:
        case TestState(phase=phase) if phase != pdsa.phase_after(target):
            raise Rejected(
                "others_follow",
                f"the test was {phase} since; take that back before {name}",
            )
        case ReviewState() if _holds_up(target, state):
            raise Rejected(
                "others_follow",
                f"the review went on after {name}; take back what followed first",
            )
        case EvidenceState(disputed_by=None) if isinstance(target, EvidenceDisputed):
            raise Rejected("others_follow", "the dispute was settled since; take that back first")
        case ActionState(accepted=True) if isinstance(target, ActionItemReassigned):
            raise Rejected(
                "others_follow",
                "the action item was accepted by its new owner since; take that back first",
            )
        case ActionState(phase="verified") if isinstance(target, ActionItemCompleted):
            raise Rejected(
                "others_follow", "the action item was verified since; take that back first"
            )
        case _:
            pass


def _require_no_part_in_an_ending(target: DomainEvent, world: World) -> None:
    if not isinstance(target, UnitRegistered):
        return
    endings = world.get(DistrictState).endings
    if endings.of(target.unit) is not None or endings.came_from(target.unit):
        raise Rejected(
            "others_follow",
            f"unit {target.unit} ended, or came after one that did; take that ending back first",
        )


def _holds_up(target: DomainEvent, state: ReviewState) -> bool:
    """Whether a review would be held without a packet, decided without being held, or so on."""
    if isinstance(target, ReviewPacketFrozen):
        return state.phase != "open" and state.packet == target.digest
    if isinstance(target, ReviewHeld):
        return bool(state.verdicts)
    if isinstance(target, ReviewClosed):
        return state.phase == "checked"
    last_decision = isinstance(target, DecisionRecorded) and len(state.verdicts) == 1
    return last_decision and state.phase in ("closed", "checked")


def subjects_of(state: State) -> tuple[str, ...]:
    """Return what facts in a stream concern besides what they name themselves."""
    match state:
        case ActivityState(units=units) | EvidenceState(units=units):
            return tuple(ids.subject("unit", unit) for unit in units)
        case ReviewState() | ActionState() | TestState() | FindingState():
            return state.subjects()
        case _:
            return ()


def stream_of(event: DomainEvent) -> str:
    """Return the stream that a fact belongs to, from the subject it names first."""
    if isinstance(event, IndicatorRated | RatingReaffirmed):
        return AssessmentState.stream(event.about)
    if isinstance(event, PartnershipFormed | PartnershipEnded):
        return partnership.REGISTER
    if isinstance(event, LegalHoldPlaced | LegalHoldReleased):
        return HoldState.stream("")
    if isinstance(event, RetentionRulesAdopted | RecordsDisposed):
        return RetentionState.stream("")
    kind, _, identifier = event.subjects()[0].partition(":")
    if kind in _NAMED_BY_SUBJECT:
        return ids.stream(kind, identifier)
    return ids.DISTRICT_STREAM


def require_correctable(circumstances: Circumstances) -> DomainEvent:
    """Return the fact that is corrected, as it counts now. Raises Rejected."""
    require_reason(circumstances, "correction_without_reason", "a correction")
    if circumstances.corrected is None:
        raise Rejected(
            "fact_does_not_count",
            f"no fact {circumstances.corrects} counts in this log; check the id, or it was taken "
            "back",
        )
    _require_no_retraction(circumstances.corrected)
    _require_not_final(circumstances.corrected)
    return circumstances.corrected


def _require_no_retraction(target: DomainEvent) -> None:
    if isinstance(target, FactRetracted):
        raise Rejected(
            "already_taken_back",
            "the fact was taken back, and that is final; if it was right, record it again",
        )


def _require_not_final(target: DomainEvent) -> None:
    if target.final:
        raise Rejected(
            "final_fact",
            f"{target.type_name()} says what was done with the record itself and stands as it is; "
            "record the next step instead (decline, release, adopt anew)",
        )


def as_correction(
    decisions: tuple[Decision, ...], corrected: DomainEvent, *, dated_anew: bool = False
) -> tuple[Decision, ...]:
    """Return the decisions as a correction of a fact, with the subjects of the fact added.

    Raises Rejected unless they are one fact of the same type in the same stream that says
    something else, or the same of another day (`dated_anew`).
    """
    stream = stream_of(corrected)
    proposed = [each for decision in decisions for each in decision.proposed]
    if len(proposed) != 1 or type(proposed[0].event) is not type(corrected):
        raise Rejected(
            "correction_of_another_type",
            f"a {corrected.type_name()} is corrected by one of the same type; for another, take "
            "the fact back and record the right one",
        )
    if decisions[0].stream != stream:
        raise Rejected(
            "correction_in_another_stream",
            f"the fact is in the stream {stream}, the correction would be in "
            f"{decisions[0].stream}; take the fact back and record the right one",
        )
    event = proposed[0].event
    if not dated_anew and _says_the_same(event, corrected):
        raise Rejected(
            "correction_changes_nothing", "the correction says the same as the fact; nothing to do"
        )
    subjects = merged_subjects(proposed[0].extra_subjects, corrected.subjects())
    return (Decision(stream, (Proposed(event, subjects),)),)


def _says_the_same(event: DomainEvent, corrected: DomainEvent) -> bool:
    # Personal values are never read here: a new one counts as a change, whatever it says.
    personal = set(event.personal)
    if any(getattr(event, name) is not None for name in personal):
        return False
    return event.model_dump(exclude=personal) == corrected.model_dump(exclude=personal)
