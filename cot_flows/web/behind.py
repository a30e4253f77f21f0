"""The events behind a cell: which of the events about a unit bear on what one column says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cot_flows.errors import UnknownThing
from cot_flows.records.rights import classes_in, unseen
from cot_flows.replaying.bearing import (
    ACTION,
    ACTIVITY,
    ENDING,
    HEAD,
    HOLD,
    PUBLISHED,
    STAGE,
)
from cot_flows.web.asking import Question
from domain.facts.assessment import IndicatorRated, RatingReaffirmed
from domain.facts.correction import FactRetracted
from events.envelope import RecordedEvent
from projections.lineage import behind

Bears = Callable[[RecordedEvent], bool]


@dataclass(frozen=True, slots=True)
class Trace:
    """One event behind something shown, whether it counts there, and what replaced it."""

    recorded: RecordedEvent
    counts: bool
    replaced_by: int | None
    shows: str


def _of_types(*names: str) -> Bears:
    return lambda each: each.type_name in names


def _rates(dimension: int) -> Bears:
    return lambda each: (
        isinstance(each.event, IndicatorRated | RatingReaffirmed)
        and each.event.indicator.startswith(f"D{dimension}.")
    )


CELLS: Mapping[str, tuple[str, Bears]] = MappingProxyType(
    {
        "stage": ("stage and days in it", _of_types(*STAGE, *HOLD)),
        "gate": ("gate", _of_types("GateCriterionAttested", "GateWaived", *STAGE)),
        **{f"d{n}": (f"median of dimension {n}", _rates(n)) for n in range(1, 6)},
        "evidence": (
            "evidence",
            lambda each: (
                each.type_name.startswith("Evidence")
                or isinstance(each.event, IndicatorRated | RatingReaffirmed)
            ),
        ),
        "ending": ("how it ended", _of_types(*ENDING)),
        "activities": ("activities", _of_types(*ACTIVITY, *PUBLISHED, *ENDING)),
        "care": (
            "what needs care",
            _of_types(*HOLD, *HEAD, *ACTION, *ACTIVITY, *PUBLISHED, *STAGE),
        ),
        "all": ("everything", lambda _: True),
    }
)
"""By the name in the address: what it is called, and which events of the unit bear on it."""


def traces(question: Question, key: str, cell: str) -> list[Trace]:
    """Return the events behind one cell of a key's row, in order. Raises UnknownThing."""
    if cell not in CELLS:
        raise UnknownThing(f"there is no cell {cell!r}: take one of {', '.join(CELLS)}")
    _, bears = CELLS[cell]
    return [trace for trace in _all(question, key) if _concerns(trace, bears)]


def _concerns(trace: Trace, bears: Bears) -> bool:
    # What was retracted is shown with its retraction, whose own type says nothing of the cell.
    return bears(trace.recorded) or isinstance(trace.recorded.event, FactRetracted)


def _all(question: Question, key: str) -> list[Trace]:
    position = question.moment.position
    up_to = question.moment.head.position if position is None else position
    with question.engine.reading() as connection:
        told = {
            each.position: each
            for each in behind(connection, question.district, key, position=up_to)
        }
    day = question.moment.effective_on
    recorded = question.engine.store.read_subjects(question.district, [key], up_to=up_to)
    classes = classes_in(question.engine.store, question.district)
    return [
        Trace(
            each,
            told[each.position].counts,
            told[each.position].replaced_by,
            unseen(classes(each)) or shown(each),
        )
        for each in recorded
        if each.position in told and (day is None or each.effective_from <= day)
    ]


def shown(recorded: RecordedEvent) -> str:
    """Return what an event says in a line, without its personal texts."""
    fields = recorded.event.model_dump(
        mode="json", exclude_none=True, exclude=set(recorded.event.personal)
    )
    return "; ".join(f"{name.replace('_', ' ')}: {_words(value)}" for name, value in fields.items())


def _words(value: object) -> str:
    match value:
        case list():
            return ", ".join(_words(each) for each in value) or "none"
        case dict():
            return ", ".join(f"{name} {_words(each)}" for name, each in value.items()) or "none"
        case True:
            return "yes"
        case False:
            return "no"
        case _:
            return str(value)
