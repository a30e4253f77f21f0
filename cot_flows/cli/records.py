"""What the commands on the record share: who acts, what is asked, and how it is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from typing import TYPE_CHECKING, Annotated
from uuid import UUID, uuid4

from cyclopts import Parameter

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened, out
from cot_flows.cli.showing import plain
from cot_flows.errors import NotConfigured
from cot_flows.handling import Handling, Request
from domain.message import Classification, Command
from events.envelope import Head
from events.store import Appended, EventStore

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Who does it, and why: the options of every command that changes something."""

    district: DistrictOption = None
    by: Annotated[
        str | None, Parameter(help="Registered actor who does it (or set COT_ACTOR).")
    ] = None
    on_behalf_of: Annotated[str | None, Parameter(help="Registered actor for whom it is done.")] = (
        None
    )
    reason: Annotated[str | None, Parameter(help="Why; do not repeat what is to go.")] = None
    classification: Annotated[Classification, Parameter(help="Who may read this step.")] = (
        "internal"
    )
    event_id: Annotated[
        UUID | None, Parameter(help="Id of this step; the same again records nothing twice.")
    ] = None
    json: JsonOption = False


def acting(engine: Engine, given: str | None) -> str:
    """Return who acts. Raises NotConfigured when nobody is named."""
    actor = given or engine.settings.actor
    if actor is None:
        raise NotConfigured("who does this? Name a registered actor with --by, or set COT_ACTOR")
    return actor


@dataclass(frozen=True, slots=True)
class Also:
    """What is told beside the positions: a sentence for people, fields for programs."""

    sentence: str
    fields: Mapping[str, object]


Afterwards = Callable[[EventStore, str], Also]
"""Finds out, from the log and the district, what there is to tell once it is recorded."""


def record(
    command: Command, acting_as: Acting, told: str, afterwards: Afterwards | None = None
) -> None:
    """Record what a command leads to, and say so. Raises what handling raises."""
    with opened() as engine:
        head = head_of(engine, acting_as.district)
        request = Request(
            command=command,
            event_id=acting_as.event_id or uuid4(),
            actor=acting(engine, acting_as.by),
            on_behalf_of=acting_as.on_behalf_of,
            reason=acting_as.reason,
            classification=acting_as.classification,
        )
        at = head.recorded_at if head.clock == "simulated" else None
        result = Handling(engine.store, utc_now).handle(head.district, request, recorded_at=at)
        engine.store.announce(head.district)
        also = afterwards(engine.store, head.district) if afterwards else Also("", {})
    _tell(head, result, told, also, as_json=acting_as.json)


def answer_of(head: Head, result: Appended) -> dict[str, object]:
    """Return what was recorded, by stable keys."""
    return {
        "district": head.district,
        "positions": list(result.positions),
        "recorded_at": result.recorded_at.isoformat(),
        "recognised": result.recognised,
    }


def _tell(head: Head, result: Appended, told: str, also: Also, *, as_json: bool) -> None:
    if as_json:
        out.print_json(data={**answer_of(head, result), **also.fields})
        return
    places = ", ".join(str(position) for position in result.positions)
    was = "was recorded before" if result.recognised else "is recorded"
    out.print(f"{told} It {was} at position {places} of {head.district}.", markup=False)
    if also.sentence:
        out.print(also.sentence, markup=False)


def print_rows_as_json(district: str, rows: Sequence[object], **more: object) -> None:
    """Print rows of a report for programs."""
    document = {"district": district, **more, "rows": [_row(row) for row in rows]}
    out.print_json(data=plain(document))


def _row(row: object) -> object:
    return asdict(row) if is_dataclass(row) and not isinstance(row, type) else row


def as_cells(row: "DataclassInstance", **more: object) -> Mapping[str, object]:
    """Return a row of a report as cells of a table, with what is said in other words."""
    return {**asdict(row), **more}
