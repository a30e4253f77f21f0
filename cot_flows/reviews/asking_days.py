"""On which simulated days a rule has to be asked: those on which it may find what it did not yet.

Every rule sees only some types of event. Between two arrivals of such events its answer changes, if
at all, because days pass, and then it only comes to find more: nobody asks on a day in between when
both ends of that stretch find the same. Asking on all days gives the same answer, only later.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cot_flows.reviews.past import Past, SweepAt, arrivals
from domain.facts.district import ReviewPolicyAdopted
from projections.rules import Firing

SEVEN_WEEKS_FROM = date(2024, 1, 1)
"""From when the rule `cadence` counts periods of seven weeks."""

Ask = Callable[[int], list[Firing]]
"""Asks a policy's rule at a moment, given by its number."""

_ENDINGS = ("UnitsMerged", "UnitSplit", "UnitDissolved")
_STAGES = ("UnitStageEntered", "UnitStageReverted", "UnitRestarted", *_ENDINGS)
_HOLDS = ("UnitPutOnHold", "UnitHoldLifted")
_HEADS = ("UnitHeadAssigned", "UnitHeadVacated")
_OPENED = ("ReviewScheduled", "ReviewTriggered")
_LESSONS = tuple(f"{kind}:{of}" for kind in (*_OPENED, "ReviewHeld") for of in ("R4", "R8"))
_RATINGS = ("IndicatorRated", "RatingReaffirmed")
_MEASURES = ("MeasureDefined", "MeasurementRecorded", *_ENDINGS)
_EVIDENCE = ("EvidenceSubmitted", "EvidenceRetracted", "EvidenceDisputeSettled")
_WORK = (
    "ActivityPlanned",
    "ActivityStarted",
    "ActivityCompleted",
    "ActivityAbandoned",
    "ActivityReassigned",
    "ActivityReported",
    "EvidenceSubmitted",
)
_OWED = ("ActionItemOpened", "ActionItemReassigned", "ActionItemCompleted", "ActionItemDropped")


@dataclass(frozen=True, slots=True)
class Watch:
    """The types of event that can change what a rule finds.

    `passing` says that passing days can, too, or facts that only ever add to what it finds. `needs`
    names types of which one must be known before the rule can find anything at all; empty: it can
    find something at any time.
    """

    types: tuple[str, ...]
    needs: tuple[str, ...] = ()
    passing: bool = False


WATCHES: Mapping[str, Watch] = {
    "cadence": Watch((*_STAGES, *_HOLDS, "PartnershipFormed", "PartnershipEnded")),
    "recurrence": Watch((*_STAGES, *_HOLDS)),
    "stalled_unit": Watch((*_STAGES, *_HOLDS, *_WORK), ("UnitStageEntered",), passing=True),
    "rating_regression": Watch((*_RATINGS, *_ENDINGS), ("IndicatorRated",)),
    "stale_evidence": Watch((*_RATINGS, *_EVIDENCE, *_ENDINGS), ("IndicatorRated",), passing=True),
    # Plans and completions come every day and only ever make it find more.
    "activities_completed": Watch(
        ("ActivityReassigned", *_LESSONS, *_ENDINGS), ("ActivityCompleted",), passing=True
    ),
    "overstay": Watch((*_STAGES, *_HOLDS), ("UnitStageEntered",), passing=True),
    "owner_gap": Watch(
        (*_HEADS, *_OWED, "ActorRetired", *_ENDINGS),
        ("UnitHeadVacated", "ActorRetired"),
        passing=True,
    ),
    "overdue_actions": Watch(
        (*_OWED, "ActionItemDueDateMoved", *_ENDINGS), ("ActionItemOpened",), passing=True
    ),
    "missed_reviews": Watch((*_OPENED, "ReviewHeld", "ReviewLapsed", *_ENDINGS), ("ReviewLapsed",)),
    "interruptions": Watch(
        ("PartnershipInterrupted", "ReviewTriggered", "ReviewHeld", *_ENDINGS),
        ("PartnershipInterrupted",),
    ),
    "measure_below": Watch(_MEASURES, ("MeasurementRecorded",)),
    "equity_gap": Watch(_MEASURES, ("MeasurementRecorded",)),
    "gap_widening": Watch(_MEASURES, ("MeasurementRecorded",)),
    "process_signal": Watch(_MEASURES, ("MeasurementRecorded",)),
    "contested_assumption": Watch(
        (
            "TheoryOfActionAdopted",
            "TheoryOfActionRevised",
            "AssumptionEvidenceLinked",
            "AssumptionStatusChanged",
            "EvidenceRetracted",
            "EvidenceDisputeSettled",
        ),
        ("AssumptionEvidenceLinked",),
    ),
    "late_record": Watch(
        (
            *_RATINGS,
            "GateCriterionAttested",
            "GateWaived",
            *_STAGES,
            "EvidenceRetracted",
            *_OPENED,
            "ReviewPacketFrozen",
            "ReviewPostponed",
        ),
        ("ReviewPacketFrozen",),
    ),
    "external_shock": Watch(
        ("ExternalFindingRecorded", "FindingStatusReported", *_ENDINGS),
        ("ExternalFindingRecorded",),
    ),
    "leadership_change": Watch((*_HEADS, "StewardshipTeamChartered", *_ENDINGS)),
}
"""By rule. A rule not named here is asked every time. Corrections, retractions, registrations and
what concerns every key change what any rule finds."""


class AskingDays:
    """Which moments of a simulation each policy's rule has to be asked at, by their numbers."""

    def __init__(self, past: Past, moments: Sequence[SweepAt], *, every: bool) -> None:
        """Prepare; `every` asks everything every time."""
        self._past, self._moments, self._every = past, moments, every
        self._all = range(len(moments))
        self._days = [each.day for each in moments]
        self._positions = [each.position for each in moments]
        self._seen = arrivals(past, moments)
        self._for_all = self._seen["*"] | self._seen["UnitRegistered"]
        self._months = {
            number
            for number in self._all
            if number == 0 or _month(self._days[number - 1]) != _month(self._days[number])
        }

    def stirred(self, policy: ReviewPolicyAdopted) -> list[int]:
        """Return the moments at which something arrived that the policy's rule may see."""
        watch = WATCHES.get(policy.rule)
        if self._every or watch is None:
            return list(self._all)
        found = self._for_all | self._months
        found = found.union(*(self._seen[kind] for kind in watch.types))
        found |= set(self._named(policy))
        if policy.rule == "stalled_unit":
            return sorted(self._still(policy, found))
        begins = min((min(self._seen[k]) for k in watch.needs if self._seen[k]), default=None)
        if watch.needs and begins is None:
            return []
        return sorted(each for each in found if each >= (begins or 0))

    def _still(self, policy: ReviewPolicyAdopted, stirred: set[int]) -> Iterator[int]:
        """Yield where some unit may have stood still for as long as the policy allows at least.

        Of a stretch of such moments the first, the first after it, and those at which something
        arrived.
        """
        allowed = policy.parameters["days"]
        if not isinstance(allowed, dict):
            raise TypeError(f"the days of {policy.policy} are no mapping: {allowed!r}")
        least, before = min(allowed.values()), False
        arriving = [self._arriving(moves) for moves in self._past.moves.values()]
        last = [date.max for _ in arriving]
        for number, day in enumerate(self._days):
            for place, of_unit in enumerate(arriving):
                arrived = of_unit.get(number)
                if arrived is not None:
                    known = last[place]
                    last[place] = arrived if known == date.max else max(known, arrived)
            still = any(each != date.max and (day - each).days >= least for each in last)
            if still != before or (still and number in stirred):
                yield number
            before = still

    def _arriving(self, moves: Sequence[tuple[int, date]]) -> dict[int, date]:
        """Return the newest day of the facts that begin to be seen at each moment."""
        found: dict[int, date] = {}
        for position, day in moves:
            number = max(bisect_left(self._positions, position), bisect_left(self._days, day))
            found[number] = max(found.get(number, day), day)
        return found

    def _named(self, policy: ReviewPolicyAdopted) -> Iterable[int]:
        """Yield the moments at which a day comes that the policy itself names."""
        if policy.parameters.get("period") == "seven_weeks":
            weeks = [(day - SEVEN_WEEKS_FROM).days // 49 for day in self._days]
            yield from (n for n in self._all[1:] if weeks[n] != weeks[n - 1])
        for word in str(policy.parameters.get("dates", "")).split():
            number = bisect_left(self._days, date.fromisoformat(word))
            if number < len(self._days):
                yield number

    def answers(
        self, policy: ReviewPolicyAdopted, within: Iterable[int], ask: Ask
    ) -> dict[int, list[Firing]]:
        """Ask a policy's rule wherever it may find something new; return what it found, by moment.

        `within` are the moments at which the policy is in force, in order.
        """
        allowed = list(within)
        numbers = set(allowed)
        stirred = [each for each in self.stirred(policy) if each in numbers]
        found = {number: ask(number) for number in stirred}
        watch = WATCHES.get(policy.rule)
        if self._every or watch is None or not watch.passing:
            return found
        for place, first in enumerate(stirred):
            after = stirred[place + 1] if place + 1 < len(stirred) else allowed[-1] + 1
            last = max(each for each in allowed if each < after) if after > first + 1 else first
            _look_between(first, last, found, ask)
        return found


def _look_between(first: int, last: int, found: dict[int, list[Firing]], ask: Ask) -> None:
    """Ask between two moments where, as days pass, the rule comes to find something more."""
    if last <= first:
        return
    if last not in found:
        found[last] = ask(last)
    if _keys(found[last]) <= _keys(found[first]) or last - first == 1:
        return
    middle = (first + last) // 2
    _look_between(first, middle, found, ask)
    _look_between(middle, last, found, ask)


def _keys(firings: Sequence[Firing]) -> frozenset[tuple[str, str]]:
    return frozenset((each.about, each.cause_key) for each in firings)


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
