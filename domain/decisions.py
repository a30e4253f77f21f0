"""Every command, from its name to what it leads to: the one door into the deciders.

First the checks that hold for all commands, on who asks and when it happened; then the decider of
the command's own aggregate; then, for a correction, that it corrects what it names.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from domain import (
    access,
    action,
    activity,
    actor,
    assessment,
    attestation,
    correction,
    crosswalk,
    district,
    evidence,
    finding,
    hold,
    ids,
    lateness,
    measurement,
    notice,
    partnership,
    pdsa,
    redaction,
    reorganization,
    retention,
    review,
    review_course,
    sealing,
    stages,
    theory,
    unit,
)
from domain.actor import APPROVING_ROLES, SETUP, ActorState
from domain.deciding import effective_on, require_reason
from domain.district import DistrictState
from domain.errors import InvalidData, Rejected
from domain.message import Circumstances, Command, Decision
from domain.occurrence import bracket_of
from domain.world import World

REASON_AFTER = timedelta(days=14)
"""How late a fact may be recorded without a reason."""

APPROVAL_AFTER = timedelta(days=90)
"""How late a fact may be recorded without another person's approval."""

_Needs = Callable[[Any], tuple[str, ...]]
_Decide = Callable[[Any, Circumstances, World], tuple[Decision, ...]]

_AGGREGATES: tuple[tuple[tuple[type[Command], ...], _Needs, _Decide], ...] = (
    (district.COMMANDS, district.needs, district.decide),
    (actor.COMMANDS, actor.needs, actor.decide),
    (unit.COMMANDS, unit.needs, unit.decide),
    (stages.COMMANDS, stages.needs, stages.decide),
    (activity.COMMANDS, activity.needs, activity.decide),
    (evidence.COMMANDS, evidence.needs, evidence.decide),
    (assessment.COMMANDS, assessment.needs, assessment.decide),
    (measurement.COMMANDS, measurement.needs, measurement.decide),
    (partnership.COMMANDS, partnership.needs, partnership.decide),
    (theory.COMMANDS, theory.needs, theory.decide),
    (pdsa.COMMANDS, pdsa.needs, pdsa.decide),
    (review.COMMANDS, review.needs, review.decide),
    (review_course.COMMANDS, review_course.needs, review_course.decide),
    (action.COMMANDS, action.needs, action.decide),
    (crosswalk.COMMANDS, crosswalk.needs, crosswalk.decide),
    (reorganization.COMMANDS, reorganization.needs, reorganization.decide),
    (lateness.COMMANDS, lateness.needs, lateness.decide),
    (finding.COMMANDS, finding.needs, finding.decide),
    (notice.COMMANDS, notice.needs, notice.decide),
    (attestation.COMMANDS, attestation.needs, attestation.decide),
    (sealing.COMMANDS, sealing.needs, sealing.decide),
    (correction.COMMANDS, correction.needs, correction.decide),
    (redaction.COMMANDS, redaction.needs, redaction.decide),
    (hold.COMMANDS, hold.needs, hold.decide),
    (retention.COMMANDS, retention.needs, retention.decide),
    (access.COMMANDS, access.needs, access.decide),
)

COMMANDS: tuple[type[Command], ...] = tuple(
    command for commands, _, _ in _AGGREGATES for command in commands
)
"""All commands, in reading order."""

_DECIDERS: Mapping[type[Command], tuple[_Needs, _Decide]] = {
    command: (needs, decide) for commands, needs, decide in _AGGREGATES for command in commands
}

_PUBLISHED = (activity.ReportActivity, activity.AnnounceActivity)
"""Dated by their source: how late they are recorded says nothing about who records them."""

_DATED_BY_CALENDAR = (*review_course.BY_SCHEDULER, lateness.EscalateActionItem)
"""Dated by the log and the calendar: what was missed is caught up under the day it was due."""


def needs(command: Command, circumstances: Circumstances) -> tuple[str, ...]:
    """Return the streams whose states the decision looks at, each once, the target first."""
    of_command, _ = _DECIDERS[type(command)]
    resting: tuple[str, ...] = ()
    if isinstance(command, correction.RetractFact):
        resting = partnership.resting_streams(circumstances.corrected)
    owners = (owner for _, owner in circumstances.owed)
    people = (circumstances.actor, circumstances.on_behalf_of, circumstances.approved_by, *owners)
    named = (
        *of_command(command),
        *resting,
        ids.DISTRICT_STREAM,
        *(ActorState.stream(each) for each in people if each is not None and each != SETUP),
    )
    return tuple(dict.fromkeys(named))


def decide(command: Command, circumstances: Circumstances, world: World) -> tuple[Decision, ...]:
    """Return what the command leads to. Raises Rejected, and then nothing happens.

    The world holds the state of every stream that `needs` names. When `circumstances.corrects` is
    set, the state of the target stream is the one before the fact that is corrected, except for
    RetractFact, which is decided on the whole stream.
    """
    _, decide_command = _DECIDERS[type(command)]
    _require_actor(command, circumstances, world)
    _require_time(command, circumstances, world)
    _require_correction_approved(command, circumstances, world)
    if circumstances.corrects is None or isinstance(command, correction.RetractFact):
        return decide_command(command, circumstances, world)
    corrected = correction.require_correctable(circumstances)
    decisions = decide_command(command, circumstances, world)
    dates = (circumstances.occurred_on, effective_on(circumstances), circumstances.precision)
    dated_anew = circumstances.corrected_dates not in (None, dates)
    return correction.as_correction(decisions, corrected, dated_anew=dated_anew)


def _require_actor(command: Command, circumstances: Circumstances, world: World) -> None:
    establishing = isinstance(command, district.EstablishDistrict)
    if not establishing and world.get(DistrictState).name is None:
        raise Rejected(
            "district_not_established", "the log has no district yet; establish the district first"
        )
    if circumstances.actor == SETUP:
        if not establishing and not isinstance(command, actor.RegisterActor):
            raise Rejected(
                "setup_may_not",
                f"the actor {SETUP!r} only establishes the district and registers actors; act "
                "under a registered actor",
            )
    else:
        actor.require_active(world, circumstances.actor, "the actor")
    if circumstances.on_behalf_of is not None:
        _require_person(circumstances.on_behalf_of, "the one on whose behalf", world)


def _require_person(who: str, what: str, world: World) -> None:
    if who == SETUP:
        raise Rejected("setup_may_not", f"{what} cannot be {SETUP!r}; name a registered actor")
    actor.require_registered(world, who, what)


def _require_time(command: Command, circumstances: Circumstances, world: World) -> None:
    try:
        bracket = bracket_of(circumstances.occurred_on, circumstances.precision)
    except InvalidData as refusal:
        raise Rejected("date_malformed", f"occurred_on: {refusal}") from None
    if bracket.first > circumstances.today and not isinstance(command, activity.AnnounceActivity):
        raise Rejected(
            "in_the_future",
            f"it would have happened on {bracket.first}, but today is {circumstances.today}; "
            "record it when it has happened",
        )
    if isinstance(command, _PUBLISHED):
        return
    if circumstances.source == "scheduler" and isinstance(command, _DATED_BY_CALENDAR):
        return
    # Within a bracket the day is not known: the least lateness it may have is what is asked about.
    late = circumstances.today - bracket.last
    if late > REASON_AFTER:
        require_reason(
            circumstances,
            "backdated_without_reason",
            f"a fact of {circumstances.occurred_on}, recorded {late.days} days later,",
        )
    if late > APPROVAL_AFTER:
        _require_approval(circumstances, late, world)


def _require_correction_approved(
    command: Command, circumstances: Circumstances, world: World
) -> None:
    """Whoever is said to have approved a correction or retraction is another, and may act."""
    approver = circumstances.approved_by
    corrects = circumstances.corrects is not None or isinstance(command, correction.RetractFact)
    if approver is None or not corrects:
        return
    _require_another(approver, circumstances)
    _require_person(approver, "the approver", world)
    actor.require_active(world, approver, "the approver")


def _require_another(approver: str, circumstances: Circumstances) -> None:
    if approver in (circumstances.actor, circumstances.on_behalf_of):
        raise Rejected(
            "approver_is_actor", f"{approver!r} may not approve what {approver!r} records"
        )


def _require_approval(circumstances: Circumstances, late: timedelta, world: World) -> None:
    approver = circumstances.approved_by
    roles = " or ".join(sorted(APPROVING_ROLES))
    if approver is None:
        raise Rejected(
            "backdated_without_approval",
            f"a fact recorded {late.days} days late needs the approval of another actor with the "
            f"role {roles}; name one in approved_by",
        )
    _require_another(approver, circumstances)
    _require_person(approver, "the approver", world)
    state = actor.require_active(world, approver, "the approver")
    if state.role not in APPROVING_ROLES:
        raise Rejected(
            "approver_without_role",
            f"the approver {approver!r} has the role {state.role}; it takes {roles}",
        )
