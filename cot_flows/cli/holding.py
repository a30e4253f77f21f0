"""`cot hold …`: legal holds placed, released in whole or in part, and what they cover."""

from datetime import date
from typing import Annotated

from cyclopts import App, Parameter

from cot_flows.cli.recording import parsed
from cot_flows.cli.records import Acting, Also, as_cells, print_rows_as_json, record
from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened
from cot_flows.cli.showing import print_table
from cot_flows.records.holding import hold_rows
from domain.hold import PlaceLegalHold, ReleaseLegalHold
from events.store import EventStore

hold = App(
    name="hold",
    group="Look after",
    help="Legal holds. While one covers an event, nothing of it is redacted or disposed of, and "
    "whoever tries is on record. Released on counsel's written word only, unit by unit if need "
    "be. (A unit whose own clock stands still is another matter: `cot record put-unit-on-hold`.)",
)
Name = Annotated[str, Parameter(help="Id of the hold, such as LH-2026-04.")]
Units = Annotated[tuple[str, ...], Parameter(name="--unit", help="Code of a unit.", negative=())]
Streams = Annotated[
    tuple[str, ...], Parameter(name="--stream", help="A stream, such as activity-A7.", negative=())
]


@hold.command
def place(
    name: Name,
    /,
    *,
    matter: Annotated[str, Parameter(help="Case or request it is about.")],
    authority: Annotated[str, Parameter(help="Who ordered it, such as counsel's notice of a day.")],
    units: Units = (),
    streams: Streams = (),
    happened_from: Annotated[date | None, Parameter(help="Only what happened from then on.")] = (
        None
    ),
    happened_to: Annotated[date | None, Parameter(help="Only what happened until then.")] = None,
    acting: Acting | None = None,
) -> None:
    """Place a legal hold over units, streams and days; over the whole district if none is named.

    It takes a steward, chair, superintendent, counsel or records_officer. How much the hold covers
    is told, so that a stream or a day typed wrong is noticed.
    """
    asked: dict[str, object] = {
        "hold": name,
        "matter": matter,
        "authority": authority,
        "units": units,
        "streams": streams,
        "happened_from": happened_from,
        "happened_to": happened_to,
    }
    command, told = parsed(PlaceLegalHold, asked), f"Legal hold {name} is placed."
    record(command, acting or Acting(), told, lambda store, of: _covered(store, of, name))


def _covered(store: EventStore, district: str, name: str) -> Also:
    row = next(row for row in hold_rows(store, district) if row.hold == name)
    sentence = f"It covers {row.events} events with {row.values} personal values recorded so far."
    if not row.events:
        sentence += (
            " Is that meant? If a name or a day is wrong, place another hold under a new id."
        )
    return Also(sentence, {"events": row.events, "values": row.values})


@hold.command
def release(
    name: Name,
    /,
    *,
    directive: Annotated[str, Parameter(help="Counsel's letter, such as letter of 2026-11-09.")],
    units: Units = (),
    streams: Streams = (),
    acting: Acting | None = None,
) -> None:
    """Release a hold, or only the units and streams named; the others stay held.

    It takes a chair, superintendent or counsel.
    """
    asked: dict[str, object] = {
        "hold": name,
        "directive": directive,
        "units": units,
        "streams": streams,
    }
    what = "Parts of legal hold" if units or streams else "Legal hold"
    are = "are" if units or streams else "is"
    command = parsed(ReleaseLegalHold, asked)
    record(command, acting or Acting(), f"{what} {name} {are} released.")


@hold.command(name="list")
def show(*, district: DistrictOption = None, json: JsonOption = False) -> None:
    """Show every legal hold, what of it is still held, and how many events and values it covers."""
    with opened() as engine:
        head = head_of(engine, district)
        rows = hold_rows(engine.store, head.district)
    if json:
        print_rows_as_json(head.district, rows)
        return
    columns = {
        "hold": "Hold",
        "matter": "Matter",
        "authority": "Authority",
        "placed_on": "Placed",
        "still": "Still held",
        "days": "Happened",
        "events": "Events",
        "values": "Values",
    }
    shown = [
        as_cells(
            row,
            still="released"
            if row.ended
            else ", ".join((*row.units_held, *row.streams_held)) or "everything",
            days=f"{row.happened_from or 'ever'} to {row.happened_to or 'now'}",
        )
        for row in rows
    ]
    print_table(columns, shown, empty="There is no legal hold.")
