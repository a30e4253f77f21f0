"""The command that shows the log itself: events in their order, whole or about one subject."""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.markup import escape

from cot_flows.bootstrap import Engine
from cot_flows.cli.session import Asking, opened, out, resolve
from cot_flows.cli.showing import cell, plain
from cot_flows.moments import Moment
from events.envelope import RecordedEvent

EVENTS_PAGE = 500
MOST_EVENTS = 100_000


def events(
    *,
    after: Annotated[
        int, Parameter(help="Only events after this position.", validator=Number(gte=0))
    ] = 0,
    limit: Annotated[
        int, Parameter(help="At most this many.", validator=Number(gte=1, lte=MOST_EVENTS))
    ] = 50,
    about: Annotated[
        str | None, Parameter(help="Only events about a subject, such as unit:HR.")
    ] = None,
    asking: Asking | None = None,
) -> None:
    """Show the log itself: every recorded event in its order, corrections included."""
    asking = asking or Asking()
    with opened() as engine:
        moment = resolve(engine, asking)
        up_to = moment.head.position if moment.position is None else moment.position
        shown = list(islice(_events(engine, moment, about, after, up_to), limit))
    if asking.json:
        document = {
            "district": moment.district,
            "clock": moment.head.clock,
            "known_at_position": up_to,
            "effective_on": moment.effective_on,
            "rows": [event_document(each) for each in shown],
        }
        out.print_json(data=plain(document))
        return
    for each in shown:
        _print_event(each)
    if not shown:
        out.print("No event is on record there.")


def _events(
    engine: Engine, moment: Moment, about: str | None, after: int, up_to: int
) -> Iterator[RecordedEvent]:
    """Yield the events of a moment in order, read a page at a time."""
    day = moment.effective_on
    while after < up_to:
        if about is None:
            page = engine.store.read_log(moment.district, after=after, limit=EVENTS_PAGE)
        else:
            page = engine.store.read_subjects(moment.district, [about], up_to=up_to)
        for each in page:
            if after < each.position <= up_to and (day is None or each.effective_from <= day):
                yield each
        if about is not None or not page:
            return
        after = page[-1].position


def event_document(recorded: RecordedEvent) -> dict[str, object]:
    """Return an event as JSON shows it, personal values included or marked as withheld."""
    return {
        "position": recorded.position,
        "stream": recorded.stream,
        "stream_version": recorded.stream_version,
        "type": recorded.type_name,
        "event_id": recorded.event_id,
        "recorded_at": recorded.recorded_at,
        "occurred_on": recorded.occurred_on,
        "precision": recorded.precision,
        "effective_from": recorded.effective_from,
        "actor": recorded.actor,
        "on_behalf_of": recorded.on_behalf_of,
        "approved_by": recorded.approved_by,
        "source": recorded.source,
        "reason": recorded.reason,
        "classification": recorded.classification,
        "corrects": recorded.corrects,
        "fact_position": recorded.fact_position,
        "subjects": recorded.subjects,
        "withheld": sorted(recorded.withheld),
        "leaf_hash": recorded.leaf_hash.hex(),
        "data": recorded.event.model_dump(mode="json"),
    }


def _print_event(recorded: RecordedEvent) -> None:
    correction = f" [yellow]on {recorded.fact_position}[/]" if recorded.corrects else ""
    out.print(
        f"[bold]{recorded.position}[/] {recorded.recorded_at:%Y-%m-%d %H:%M:%S} "
        f"{recorded.type_name}{correction} · {escape(recorded.stream)} "
        f"v{recorded.stream_version} · by {escape(recorded.actor)} · {recorded.event_id}"
    )
    fields = recorded.event.model_dump(mode="json", exclude_none=True)
    if recorded.reason:
        fields["reason"] = recorded.reason
    out.print("    " + " · ".join(f"{name}={cell(value)}" for name, value in fields.items()))
