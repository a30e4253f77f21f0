"""The command that shows the log itself: events in their order, whole or about one subject."""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.markup import escape

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.cli.session import Asking, opened, out, resolve, told
from cot_flows.cli.showing import cell, plain
from cot_flows.moments import Moment
from cot_flows.records.rights import Reader, Seen, look
from cot_flows.records.withheld import Notes, withheld_notes
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
    by: Annotated[
        str | None, Parameter(help="Registered actor who reads (or set COT_ACTOR).")
    ] = None,
    purpose: Annotated[
        str | None,
        Parameter(help="Why restricted events are read; shown to roles that may, and recorded."),
    ] = None,
    asking: Asking | None = None,
) -> None:
    """Show the log itself: every recorded event in its order, corrections included.

    Events of a restricted class (personnel, student-derived, privileged) show their content only
    to a role that may read the class and states a purpose; that they were read is recorded first.
    Values that were withdrawn show the law and the day instead.
    """
    asking = asking or Asking()
    with opened() as engine:
        moment = resolve(engine, asking)
        up_to = moment.head.position if moment.position is None else moment.position
        shown = list(islice(_events(engine, moment, about, after, up_to), limit))
        reader = Reader(by or engine.settings.actor, purpose)
        seen = look(engine.store, utc_now, moment.district, reader, shown)
        notes = withheld_notes(engine.store, moment.district, shown)
    if asking.json:
        document = {
            "district": moment.district,
            "clock": moment.head.clock,
            "known_at_position": up_to,
            "effective_on": moment.effective_on,
            "rows": [event_document(each, seen, notes) for each in shown],
        }
        out.print_json(data=plain(document))
        return
    for each in shown:
        _print_event(each, seen, notes)
    if seen.lacking:
        told.print("Restricted events are not shown: say why you read them with --purpose.")
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


def event_document(recorded: RecordedEvent, seen: Seen, notes: Notes) -> dict[str, object]:
    """Return an event as JSON shows it, personal values included or marked as withheld.

    `restricted` names the classes for which a right is needed; hidden events have no data.
    """
    hidden = recorded.event_id in seen.hidden
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
        "reason": None if hidden else recorded.reason,
        "classification": recorded.classification,
        "restricted": seen.classes.get(recorded.event_id, ()),
        "hidden": hidden,
        "corrects": recorded.corrects,
        "fact_position": recorded.fact_position,
        "subjects": recorded.subjects,
        "withheld": sorted(recorded.withheld),
        "withheld_by": {
            name: {"basis": note.basis, "on": note.on, "position": note.position}
            for name in sorted(recorded.withheld)
            if (note := notes.get((recorded.event_id, name))) is not None
        },
        "leaf_hash": recorded.leaf_hash.hex(),
        "data": None if hidden else recorded.event.model_dump(mode="json"),
    }


def _print_event(recorded: RecordedEvent, seen: Seen, notes: Notes) -> None:
    correction = f" [yellow]on {recorded.fact_position}[/]" if recorded.corrects else ""
    out.print(
        f"[bold]{recorded.position}[/] {recorded.recorded_at:%Y-%m-%d %H:%M:%S} "
        f"{recorded.type_name}{correction} · {escape(recorded.stream)} "
        f"v{recorded.stream_version} · by {escape(recorded.actor)} · {recorded.event_id}"
    )
    restricted = ", ".join(seen.classes.get(recorded.event_id, ()))
    if recorded.event_id in seen.hidden:
        out.print(f"    [yellow]not shown: restricted ({restricted})[/]")
        return
    fields = recorded.event.model_dump(mode="json", exclude_none=True)
    if recorded.reason:
        fields["reason"] = recorded.reason
    for name in sorted(recorded.withheld):
        fields[name.removeprefix("data.")] = notes.get((recorded.event_id, name), "withheld")
    if restricted:
        fields["restricted"] = restricted
    out.print("    " + " · ".join(f"{name}={cell(value)}" for name, value in fields.items()))
