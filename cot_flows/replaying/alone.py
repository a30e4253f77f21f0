"""A projection's query over a few events alone, in a log that is never committed.

The events are appended, in their order, to a log that exists only inside one transaction, which is
rolled back: the query that runs is the very one that serves every screen, and it can see nothing
but these events.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from uuid import uuid4

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.unkept import unkept
from events.envelope import Head, NewEvent, RecordedEvent
from events.store import ANY_VERSION, StreamWrite
from projections.catalogue import Projection
from projections.comparing import Seen, rows_at
from projections.statements import statement

OWN_POSITIONS = frozenset(
    {
        "last_event_position",
        "last_qualifying_position",
        "known_position",
        "summary_position",
        "opened_position",
        "rating_position",
    }
)
"""Columns that hold positions of events of the row, which have other positions when alone."""


def rows_alone(
    engine: Engine,
    head: Head,
    projection: Projection,
    key: str,
    events: Sequence[RecordedEvent],
    day: date,
) -> list[dict[str, object]]:
    """Return a key's rows from these events alone, effective on a day; none are left behind.

    Positions in the rows are those in the district's own log.
    """
    places = {n: each.position for n, each in enumerate(events, start=1)}
    district = f"alone-{uuid4().hex}"
    with unkept(engine) as (store, connection):
        begins = min((each.recorded_at for each in events), default=head.recorded_at)
        store.create_log(district, clock="simulated", time_zone=head.time_zone, begins_at=begins)
        for batch in _batches(events):
            writes = [StreamWrite(e.stream, (_again(e),), ANY_VERSION) for e in batch]
            store.append(district, writes, recorded_at=batch[-1].recorded_at)
        connection.execute(statement("sql/engine/as_reader"))
        connection.execute(statement("sql/engine/plan_for_these_values"))
        found = rows_at(connection, projection, district, Seen(len(events), day), [key])
    return [_placed(row, places, head.district) for row in found]


def _batches(events: Sequence[RecordedEvent]) -> Iterator[list[RecordedEvent]]:
    """Yield events in their order, as many at once as one append takes.

    A stream is written once in an append, and what is corrected has to be there before.
    """
    batch: list[RecordedEvent] = []
    for each in events:
        together = each.corrects is None and each.stream not in {e.stream for e in batch}
        if batch and not (together and each.recorded_at == batch[-1].recorded_at):
            yield batch
            batch = []
        batch.append(each)
    if batch:
        yield batch


def _again(recorded: RecordedEvent) -> NewEvent:
    return NewEvent(
        event=recorded.event,
        event_id=recorded.event_id,
        occurred_on=recorded.occurred_on,
        precision=recorded.precision,
        effective_from=recorded.effective_from,
        actor=recorded.actor,
        source=recorded.source,
        correlation_id=recorded.correlation_id,
        subjects=recorded.subjects,
        causation_id=recorded.causation_id,
        on_behalf_of=recorded.on_behalf_of,
        approved_by=recorded.approved_by,
        reason=recorded.reason,
        classification=recorded.classification,
        corrects=recorded.corrects,
    )


def _placed(
    row: Mapping[str, object], places: Mapping[int, int], district: str
) -> dict[str, object]:
    told = {name: _place(name, value, places) for name, value in row.items()}
    return told | {"district": district}


def _place(name: str, value: object, places: Mapping[int, int]) -> object:
    if name in OWN_POSITIONS and isinstance(value, int):
        return places.get(value, value)
    if name in ("facts", "decisions") and isinstance(value, list):
        return [
            entry | {"position": places.get(entry["position"], entry["position"])}
            if isinstance(entry, dict) and "position" in entry
            else entry
            for entry in value
        ]
    return value
