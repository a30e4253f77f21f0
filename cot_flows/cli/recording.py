"""`cot record …`: one subcommand for each command of the domain, made from its fields."""

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID, uuid4

from cyclopts import App, Parameter
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.cli.records import answer_of
from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened, out
from cot_flows.errors import NotConfigured
from cot_flows.handling import Handling, Request
from domain import attestation, sealing
from domain.access import RecordAccess, RecordRefusedAttempt
from domain.decisions import COMMANDS
from domain.errors import InvalidData
from domain.message import Classification, Command, Precision
from events.envelope import Head
from events.store import Appended

record = App(
    name="record",
    group="Record",
    help="Record one fact. The rules of the domain are checked first; a refusal says which rule "
    "was broken and records nothing of it, though trying to approve or verify one's own is put on "
    "record as an attempt.",
)


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What every recorded fact says of itself besides its own fields."""

    district: DistrictOption = None
    by: Annotated[
        str | None,
        Parameter(help="Registered actor who records it (or set COT_ACTOR)."),
    ] = None
    on: Annotated[date | None, Parameter(help="Day on which it happened; today if left out.")] = (
        None
    )
    precision: Annotated[Precision, Parameter(help="How exactly that day is known.")] = "day"
    effective_from: Annotated[
        date | None, Parameter(help="Day from which it counts; the day it happened if left out.")
    ] = None
    reason: Annotated[
        str | None,
        Parameter(help="Why; required for corrections and for what is recorded over 14 days late."),
    ] = None
    approved_by: Annotated[
        str | None, Parameter(help="Steward or chair who allows recording it over 90 days late.")
    ] = None
    on_behalf_of: Annotated[
        str | None, Parameter(help="Registered actor for whom it is recorded.")
    ] = None
    classification: Annotated[Classification, Parameter(help="Who may read it.")] = "internal"
    corrects: Annotated[UUID | None, Parameter(help="Id of the event that this one corrects.")] = (
        None
    )
    event_id: Annotated[
        UUID | None,
        Parameter(help="Id of this fact; giving the same again records nothing twice."),
    ] = None
    recorded_at: Annotated[
        datetime | None,
        Parameter(help="Recording time with offset, for districts with a simulated clock only."),
    ] = None
    json: JsonOption = False


def _subcommand(command: type[Command]) -> Callable[..., None]:
    """Return the function of one subcommand; its options are the fields of the command."""

    def run(*, envelope: Envelope | None = None, **fields: Any) -> None:
        given = envelope or Envelope()
        with opened() as engine:
            head = head_of(engine, given.district)
            result = _handle(engine, head, given, parsed(command, fields))
        _tell(head, command, result, as_json=given.json)

    parameters = [_option(name, info) for name, info in command.model_fields.items()]
    parameters.append(
        inspect.Parameter(
            "envelope",
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Envelope | None,
        )
    )
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    run.__doc__ = command.__doc__
    run.__name__ = command.__name__
    return run


AS_JSON = " (as JSON)"


def _option(name: str, info: FieldInfo) -> inspect.Parameter:
    kind, note = _plain(info.annotation)
    optional = not info.is_required()
    annotation: Any = kind | None if optional else kind
    described = f"{info.description or name}{note}"
    negative = () if kind is not bool else None
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[annotation, Parameter(help=described, negative=negative)],
        default=None if optional else inspect.Parameter.empty,
    )


def _plain(annotation: Any) -> tuple[Any, str]:
    """Return the type by which the terminal gives a field, and a remark for its help."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _plain(arguments[0])
    if origin in (Union, UnionType):
        return _plain(next(each for each in arguments if each is not type(None)))
    if origin is Literal or annotation in (str, int, bool, date, UUID):
        return annotation, ""
    if origin is tuple:
        of, note = _plain(arguments[0])
        # What is no plain text or day itself is given whole, as one JSON list.
        if of in (str, date) and note != AS_JSON:
            return tuple.__class_getitem__((of, ...)), " (repeat the option for several)"
    return str, AS_JSON


def parsed(command: type[Command], fields: Mapping[str, object]) -> Command:
    """Return the command from the options given. Raises InvalidData naming option and fault."""
    document: dict[str, object] = {}
    for name, value in fields.items():
        if value is None:
            continue
        _, note = _plain(command.model_fields[name].annotation)
        if note == AS_JSON and isinstance(value, str):
            document[name] = _json(name, value)
        else:
            document[name] = _written(value)
    try:
        return command.model_validate_json(json.dumps(document))
    except ValidationError as error:
        faults = [
            f"--{str(each['loc'][0]).replace('_', '-') if each['loc'] else '…'}: {each['msg']}"
            for each in error.errors(include_url=False)
        ]
        raise InvalidData("; ".join(faults)) from error


def _json(name: str, text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidData(f"--{name.replace('_', '-')}: not JSON: {error}") from error


def _written(value: object) -> object:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_written(each) for each in value]
    return value if isinstance(value, str | int | bool) else str(value)


def _handle(engine: Engine, head: Head, given: Envelope, command: Command) -> Appended:
    actor = given.by or engine.settings.actor
    if actor is None:
        raise NotConfigured("who records this? Name a registered actor with --by, or set COT_ACTOR")
    request = Request(
        command=command,
        event_id=given.event_id or uuid4(),
        actor=actor,
        occurred_on=given.on,
        precision=given.precision,
        effective_from=given.effective_from,
        reason=given.reason,
        approved_by=given.approved_by,
        on_behalf_of=given.on_behalf_of,
        classification=given.classification,
        corrects=given.corrects,
    )
    at = given.recorded_at
    if head.clock == "simulated" and at is None:
        at = head.recorded_at
    result = Handling(engine.store, utc_now).handle(head.district, request, recorded_at=at)
    engine.store.announce(head.district)
    return result


def _tell(head: Head, command: type[Command], result: Appended, *, as_json: bool) -> None:
    if as_json:
        out.print_json(data=answer_of(head, result))
        return
    places = ", ".join(str(position) for position in result.positions)
    was = "was recorded before" if result.recognised else "recorded"
    out.print(f"{command.__name__} {was} at position {places} of {head.district}.", markup=False)


def _dashed(name: str) -> str:
    """Return `PlanActivity` as `plan-activity`."""
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


OWN_RECORDS: tuple[type[Command], ...] = (
    *sealing.COMMANDS,
    *attestation.COMMANDS,
    RecordAccess,
    RecordRefusedAttempt,
)
"""What the program records of what it did or saw itself; by hand it would be made up.

Keys and checkpoints come from `cot keys`, `seal` and `witness`, attestations from `cot attest`,
accesses and refused attempts from the command that somebody gave.
"""

RECORDED: tuple[type[Command], ...] = tuple(each for each in COMMANDS if each not in OWN_RECORDS)
"""The commands that are subcommands of `cot record`, in reading order."""

for each_command in RECORDED:
    record.command(_subcommand(each_command), name=_dashed(each_command.__name__))
