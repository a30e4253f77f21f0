"""What the next leader must know: what was promised, decided, put off and left vacant, and by whom.

Read from the projections, as known and effective at the moment of the question; what they do not
keep, such as who approved a hold, is read from the log. No personal text is in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cot_flows.bootstrap import Engine
from cot_flows.moments import Moment
from domain.facts.action import (
    ActionItemCompleted,
    ActionItemDropped,
    ActionItemOpened,
    ActionItemVerified,
)
from domain.facts.unit import GateWaived, UnitPutOnHold
from domain.ids import subject
from events.active import active
from events.envelope import RecordedEvent
from events.postgres import PostgresStore
from projections.reading import Answer, read

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Handover:
    """Every list is sorted by the date that presses first; keys of rows are stable.

    `answer` says which moment it is true of. `promises` are actions that are not completed, or are
    completed and not verified. `decisions` are those of reviews whose actions are open.
    """

    answer: Answer
    promises: list[Row]
    reviews: list[Row]
    decisions: list[Row]
    holds: list[Row]
    waivers: list[Row]
    vacant: list[Row]
    stalled: list[Row]
    contested: list[Row]
    late: list[Row]

    def sections(self) -> dict[str, list[Row]]:
        """Return the lists by their stable names, in the order in which they are shown."""
        names = [name for name in self.__slots__ if name != "answer"]
        return {name: getattr(self, name) for name in names}


def hand_over(engine: Engine, moment: Moment) -> Handover:
    """Return what the next leader must know at a moment; reads only."""

    def ask(projection: str) -> Answer:
        with engine.reading() as connection:
            return read(
                connection,
                projection,
                moment.district,
                position=moment.position,
                effective_on=moment.effective_on,
                today=moment.today,
            )

    board, queue = ask("unit_progress"), ask("review_queue")
    ratings, work = ask("evidence_freshness"), ask("activity_timeline")
    day = board.effective_on
    concerning = [*(str(row["key"]) for row in board.rows), *(str(r["key"]) for r in queue.rows)]
    log = _known(engine, moment, concerning, board.position, day)
    promises = _promises(log, day)
    owing = {row["review"] for row in promises}
    return Handover(
        answer=board,
        promises=promises,
        reviews=_sorted(
            (_review(row) for row in queue.rows if row["status"] != "closed"), "due_on"
        ),
        decisions=_decisions([row for row in queue.rows if row["review"] in owing], log),
        holds=_holds(log, board.rows),
        waivers=_waivers(log, board.rows, day),
        vacant=[
            {"unit": row["unit"], "name": row["name"], "since": row["head_vacant_since"]}
            for row in board.rows
            if row["head_vacant"]
        ],
        stalled=[
            {
                "unit": row["unit"],
                "name": row["name"],
                "stage": row["stage"],
                "last_activity_on": row["last_qualifying_on"],
            }
            for row in board.rows
            if row["stalled"]
        ],
        contested=[
            {name: row[name] for name in ("about", "indicator", "level", "rating_position")}
            for row in ratings.rows
            if row["contested"]
        ],
        late=_sorted((_activity(row) for row in work.rows if row["overdue"]), "due_on"),
    )


def _known(
    engine: Engine, moment: Moment, concerning: list[str], position: int, day: date
) -> list[RecordedEvent]:
    """Return the events that count about units and reviews, and of their action items."""
    store = PostgresStore(engine.reading, engine.codec)
    if not concerning:
        return []
    events = store.read_subjects(moment.district, concerning, up_to=position)
    # An action item says its review only where it is opened; its later facts say the action.
    opened = {e.event.action for e in events if isinstance(e.event, ActionItemOpened)}
    seen = {each.position for each in events}
    further = store.read_subjects(
        moment.district, [subject("action", each) for each in sorted(opened)], up_to=position
    )
    events += [each for each in further if each.position not in seen]
    return [each for each in active(events) if each.effective_from <= day]


def _promises(log: Iterable[RecordedEvent], day: date) -> list[Row]:
    told: dict[str, RecordedEvent] = {}
    ended: set[str] = set()
    done: set[str] = set()
    for recorded in log:
        match recorded.event:
            case ActionItemOpened(action=action):
                told[action] = recorded
            case ActionItemCompleted(action=action):
                done.add(action)
            case ActionItemVerified(action=action) | ActionItemDropped(action=action):
                ended.add(action)
            case _:
                pass
    return _sorted(
        (_promise(told[each], day, each in done) for each in told if each not in ended), "due_on"
    )


def _promise(recorded: RecordedEvent, day: date, done: bool) -> Row:  # noqa: FBT001
    event: Any = recorded.event
    return {
        "action": event.action,
        "title": event.title,
        "owner": event.owner,
        "due_on": event.due_on,
        "shows_it_worked": event.shows_it_worked,
        "unit": event.unit,
        "review": event.review,
        "status": "completed, not verified" if done else "open",
        "late": event.due_on < day and not done,
        "recorded_by": recorded.actor,
        "position": recorded.position,
    }


def _review(row: Mapping[str, object]) -> Row:
    names = ("review", "review_type", "about", "title", "status", "due_on", "policy")
    return {name: row[name] for name in names} | {"late": row["overdue"]}


def _decisions(owing: Iterable[Mapping[str, Any]], log: Iterable[RecordedEvent]) -> list[Row]:
    by = {each.position: each.actor for each in log}
    return [
        {
            "review": row["review"],
            "about": row["about"],
            "decision": each["decision"],
            "title": each["title"],
            "unit": each["unit"],
            "to_stage": each["to_stage"],
            "decided_on": row["held_on"],
            "decided_by": by.get(each["position"]),
            "actions_open": row["actions_open"],
            "position": each["position"],
        }
        for row in owing
        for each in row["decisions"]
    ]


def _holds(log: Iterable[RecordedEvent], board: Iterable[Mapping[str, object]]) -> list[Row]:
    last: dict[str, RecordedEvent] = {}
    for recorded in log:
        if isinstance(recorded.event, UnitPutOnHold):
            last[recorded.event.unit] = recorded
    rows = []
    for row in board:
        if not row["on_hold"]:
            continue
        recorded = last[str(row["unit"])]
        approver = getattr(recorded.event, "approver", None)
        rows.append(
            {
                "unit": row["unit"],
                "name": row["name"],
                "until": row["on_hold_until"],
                "approved_by": approver,
                "recorded_by": recorded.actor,
                "position": recorded.position,
            }
        )
    return _sorted(rows, "until")


def _waivers(
    log: Iterable[RecordedEvent], board: Iterable[Mapping[str, object]], day: date
) -> list[Row]:
    """Return the waivers that count on a day, for the stage in which the unit is."""
    stages = {row["unit"]: row["stage"] for row in board}
    last: dict[tuple[str, str], Row] = {}
    for recorded in log:
        event = recorded.event
        if isinstance(event, GateWaived) and stages.get(event.unit) == event.stage:
            last[event.unit, event.criterion] = {
                "unit": event.unit,
                "stage": event.stage,
                "criterion": event.criterion,
                "until": event.until,
                "approved_by": event.approver,
                "recorded_by": recorded.actor,
                "position": recorded.position,
            }
    return _sorted((row for row in last.values() if _day(row["until"]) >= day), "until")


def _activity(row: Mapping[str, object]) -> Row:
    names = ("activity", "title", "units", "owner", "due_on", "days_overdue")
    return {name: row[name] for name in names}


def _sorted(rows: Iterable[Row], name: str) -> list[Row]:
    return sorted(rows, key=lambda row: str(row[name]))


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is no day")
    return value
