"""Facts that the tests of projections record, in short forms, and a random history of them."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

from domain.facts.action import ActionItemCompleted, ActionItemOpened
from domain.facts.activity import (
    ActivityCompleted,
    ActivityPlanned,
    ActivityProgressNoted,
    ActivityReported,
    ActivityStarted,
)
from domain.facts.review import (
    DecisionRecorded,
    ReviewClosed,
    ReviewHeld,
    ReviewTriggered,
    ReviewTriggerMerged,
    TriggerFact,
)
from domain.facts.review_course import (
    EffectCheckDue,
    ReviewEffectChecked,
    ReviewPacketFrozen,
    ReviewPostponed,
)
from domain.facts.unit import UnitRegistered
from domain.message import DomainEvent
from tests.integration.projections.world import World

DIGEST = "sha256:" + "0123456789abcdef" * 4
START, DUE = date(2025, 8, 1), date(2025, 8, 20)


def planned(activity: str, unit: str = "HR", title: str = "Coach principals") -> ActivityPlanned:
    """A planned activity, due on 20 August 2025."""
    return ActivityPlanned(
        activity=activity,
        title=title,
        units=(unit,),
        dimension=2,
        owner="a-head",
        starts_on=START,
        due_on=DUE,
    )


def reported(activity: str, unit: str = "HR") -> ActivityReported:
    """What a publication says of a reorganisation."""
    return ActivityReported(
        activity=activity,
        external_id=f"row-{activity}",
        kind="reorganization",
        unit=unit,
        dimension=1,
        title="Positions cut",
        last_day=date(2025, 12, 31),
        quantity="-12.5",
        quantity_unit="positions",
        summary="Named people lost their posts.",
    )


def triggered(review: str, about: str = "unit:HR", cause: str = "7") -> ReviewTriggered:
    """A review that a rule opened, due on 20 August 2025."""
    return ReviewTriggered(
        review=review,
        review_type="R6",
        about=about,
        title="Stalled",
        due_on=DUE,
        policy="stalled-unit",
        rule="stalled_unit",
        rule_digest=DIGEST,
        cause_key=cause,
        as_of_position=1,
        as_of_date=START,
        facts=(TriggerFact(position=1, shows="no activity for 60 days"),),
    )


def merged(review: str, cause: str) -> ReviewTriggerMerged:
    """A further cause of a review."""
    return ReviewTriggerMerged(
        review=review,
        policy="stale-evidence",
        rule="stale_evidence",
        rule_digest=DIGEST,
        cause_key=cause,
        as_of_position=2,
        as_of_date=START,
        facts=(TriggerFact(position=2, shows="evidence is old"),),
    )


def frozen(review: str) -> ReviewPacketFrozen:
    """The packet of a review, fixed."""
    return ReviewPacketFrozen(
        review=review,
        digest=DIGEST,
        as_known_position=1,
        as_effective_on=START,
        inputs=("unit: 1 row",),
    )


def decided(review: str) -> DecisionRecorded:
    """A decision on insufficient evidence, with a note that is personal."""
    return DecisionRecorded(
        review=review, decision="continue", title="Go on", insufficient=True, note="About a person"
    )


def action(name: str, review: str, unit: str = "HR") -> ActionItemOpened:
    """An action item of a review."""
    return ActionItemOpened(
        action=name,
        title="Meet the schools",
        review=review,
        unit=unit,
        owner="a-head",
        due_on=DUE,
        shows_it_worked="Minutes of the meeting",
    )


class RandomHistory:
    """Records facts at random: ahead of their day, back-dated, corrected, retracted."""

    def __init__(self, world: World, seed: int) -> None:
        self._world, self._random = world, Random(seed)
        self._recorded: list[tuple[str, DomainEvent, UUID, tuple[str, ...]]] = []
        for unit in ("HR", "IT"):
            world.put(f"unit-{unit}", UnitRegistered(unit=unit, name=unit))

    def step(self) -> None:
        """Record one fact, correct one or take one back."""
        chance = self._random
        if chance.random() < 0.3:
            self._world.later(chance.randint(1, 9))
        if self._recorded and chance.random() < 0.15:
            place = chance.randrange(len(self._recorded))
            stream, event, event_id, about = self._recorded.pop(place)
            self._world.retract(stream, event, event_id, about=about)
        elif self._recorded and chance.random() < 0.2:
            self._correct()
        else:
            stream, event, about = self._fact()
            event_id = self._world.put(stream, event, counts_from=self._day(), about=about)
            self._recorded.append((stream, event, event_id, about))

    def _day(self) -> date:
        shift = self._random.choice((0, 0, 0, -20, 5, 12))
        return self._world.now.date() + timedelta(days=shift)

    def _correct(self) -> None:
        place = self._random.randrange(len(self._recorded))
        stream, event, event_id, about = self._recorded[place]
        day = self._day()
        new_id = self._world.put(stream, event, counts_from=day, about=about, corrects=event_id)
        self._recorded[place] = (stream, event, new_id, about)

    def _fact(self) -> tuple[str, DomainEvent, tuple[str, ...]]:
        chance = self._random
        n = chance.randint(1, 4)
        # An activity and a review keep their unit, as deciders see to: each fact names it.
        unit = "HR" if n % 2 else "IT"
        # One review for each unit, so that no two are ever open in one slot.
        activity, review, item = f"A{n}", f"V-{unit}", f"C{n}"
        of_activity, of_review = (f"unit:{unit}",), (f"review:{review}", f"unit:{unit}")
        percent = chance.randint(0, 100)
        choices: tuple[tuple[str, DomainEvent, tuple[str, ...]], ...] = (
            (f"activity-{activity}", planned(activity, unit), ()),
            (f"activity-{activity}", ActivityStarted(activity=activity), of_activity),
            (
                f"activity-{activity}",
                ActivityProgressNoted(activity=activity, schools_percent=percent),
                of_activity,
            ),
            (
                f"activity-{activity}",
                ActivityCompleted(activity=activity, evidence=("E1",)),
                of_activity,
            ),
            (f"activity-R{n}", reported(f"R{n}", unit), ()),
            (f"review-{review}", triggered(review, f"unit:{unit}", str(percent)), ()),
            (f"review-{review}", merged(review, str(percent)), of_review),
            (f"review-{review}", ReviewHeld(review=review, present=("a-chair",)), of_review),
            (f"review-{review}", decided(review), of_review),
            (f"review-{review}", ReviewClosed(review=review), of_review),
            (f"review-{review}", frozen(review), of_review),
            (f"review-{review}", ReviewPostponed(review=review, due_on=self._day()), of_review),
            (f"review-{review}", EffectCheckDue(review=review, due_on=DUE), of_review),
            (
                f"review-{review}",
                ReviewEffectChecked(review=review, verdict="worked", insufficient=True),
                of_review,
            ),
            (f"action-{item}", action(item, review, unit), ()),
            (f"action-{item}", ActionItemCompleted(action=item, evidence=("E1",)), of_review),
        )
        return chance.choice(choices)
