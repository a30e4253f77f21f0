"""Which events bear on a column of a projection's row: what is behind a number on a screen."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from domain.facts.assessment import IndicatorRated, RatingReaffirmed
from domain.ids import subject
from events.envelope import RecordedEvent

Bears = Callable[[RecordedEvent], bool]

ACTIVITY = frozenset(
    {
        "ActivityPlanned",
        "ActivityStarted",
        "ActivityProgressNoted",
        "ActivityReassigned",
        "ActivityCompleted",
        "ActivityAbandoned",
    }
)
PUBLISHED = frozenset({"ActivityReported", "ActivityAnnounced"})
ACTION = frozenset(
    {
        "ActionItemOpened",
        "ActionItemAccepted",
        "ActionItemReassigned",
        "ActionItemDueDateMoved",
        "ActionItemEscalated",
        "ActionItemCompleted",
        "ActionItemVerified",
        "ActionItemDropped",
    }
)
STAGE = frozenset({"UnitRegistered", "UnitStageEntered", "UnitStageReverted", "UnitRestarted"})
HOLD = frozenset({"UnitPutOnHold", "UnitHoldLifted"})
HEAD = frozenset({"UnitHeadAssigned", "UnitHeadVacated"})
GATE = frozenset({"GateCriterionAttested", "GateWaived"})
ENDING = frozenset({"UnitsMerged", "UnitSplit", "UnitDissolved"})
CLOCK = frozenset({"SchoolCalendarPublished", "ReviewPolicyAdopted"})
QUALIFYING = ACTIVITY | PUBLISHED | STAGE | {"EvidenceSubmitted"}

_BY_TYPE: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset(), "name catalogue_code unit key district"),
    (STAGE, "stage stage_entered_on"),
    (STAGE | HOLD | ENDING, "days_in_stage"),
    (HEAD | ENDING, "head head_acting head_vacant_since head_vacant"),
    (
        GATE | STAGE,
        (
            "musts_met musts_total rest_met rest_total unmet musts_open first_unmet "
            "first_unmet_text exit_percent_rest"
        ),
    ),
    (
        ACTIVITY | ENDING,
        "activities_open activities_done activities_abandoned open_due_dates activities_overdue",
    ),
    (ACTION | ENDING, "actions_open action_due_dates actions_overdue actions_escalated"),
    (ACTIVITY | PUBLISHED | ENDING, "last_activity_on"),
    (QUALIFYING | ENDING, "last_qualifying_on last_qualifying_position"),
    (QUALIFYING | HOLD | ENDING | CLOCK, "idle_half_days stalled"),
    (HOLD | ENDING, "holds on_hold on_hold_until"),
    (
        PUBLISHED,
        (
            "facts_d1 facts_d2 facts_d3 facts_d4 facts_d5 announced_count newest_fact_on "
            "newest_known_on newest_fact_age_days"
        ),
    ),
    (ENDING, "ended_on ended_as successors came_from"),
)
_OF_RATINGS = "ratings_count contested oldest_evidence_on"
_STAGED_ONLY = frozenset({"staged", "days_in_stage", "idle_half_days", "stalled"})
_ALWAYS = frozenset({"UnitRegistered"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A column of one row: of a unit, an activity, a review, or of one rated indicator."""

    projection: str
    key: str
    field: str
    indicator: str | None = None


def bearing(asked: Asked, events: Iterable[RecordedEvent]) -> list[RecordedEvent]:
    """Return which of the events around a row bear on a column, whole facts at a time.

    A fact that bears is given with all its corrections and retractions. Columns of which nothing
    narrower is known are borne on by everything around the row.
    """
    every = sorted(events, key=lambda each: each.position)
    bears = _bears(asked, every)
    facts = {each.fact_position for each in every if bears(each)}
    return [each for each in every if each.fact_position in facts]


def _bears(asked: Asked, every: list[RecordedEvent]) -> Bears:
    if asked.projection == "evidence_freshness":
        return _rated(asked.key, every, lambda code: code == asked.indicator)
    if asked.projection != "unit_progress":
        return lambda each: each.type_name not in CLOCK
    if asked.field in _STAGED_ONLY and _is_imported(asked.key, every):
        # Whether an imported unit stands in a stage at all depends on anything done since.
        return _all
    if asked.field in _OF_RATINGS.split():
        return _with_unit(asked.key, _rated(asked.key, every, lambda _: True))
    for number in "12345":
        if asked.field in (f"d{number}", f"d{number}_count"):
            return _with_unit(asked.key, _rated(asked.key, every, _of_dimension(number)))
    for types, fields in _BY_TYPE:
        if asked.field in fields.split():
            return _with_unit(asked.key, _of_types(types))
    return _all


def _of_types(types: frozenset[str]) -> Bears:
    return lambda each: each.type_name in types


def _of_dimension(number: str) -> Callable[[str], bool]:
    return lambda code: code.startswith(f"D{number}.")


def _all(_: RecordedEvent) -> bool:
    return True


def _with_unit(key: str, bears: Bears) -> Bears:
    """Add what makes the unit be on record, without which there is no row."""

    def asked(each: RecordedEvent) -> bool:
        return bears(each) or (each.type_name in _ALWAYS and key in each.subjects)

    return asked


def _rated(key: str, every: list[RecordedEvent], wanted: Callable[[str], bool]) -> Bears:
    """Return what bears on ratings of a subject: these, and what befell the evidence they cite."""
    cited: set[str] = set()
    ratings: set[int] = set()
    for each in every:
        told = each.event
        if not isinstance(told, IndicatorRated | RatingReaffirmed) or told.about != key:
            continue
        if wanted(told.indicator):
            ratings.add(each.position)
            cited |= {subject("evidence", name) for name in told.evidence}

    def asked(each: RecordedEvent) -> bool:
        about_evidence = each.type_name.startswith("Evidence") and cited & set(each.subjects)
        return each.position in ratings or bool(about_evidence)

    return asked


def _is_imported(key: str, every: list[RecordedEvent]) -> bool:
    found = (e for e in every if e.type_name in _ALWAYS and key in e.subjects)
    return any(each.source == "import" for each in found)
