"""`cot redact …`: personal values withdrawn from the record, by one who asks and two who agree."""

from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter

from cot_flows.cli.recording import parsed
from cot_flows.cli.records import Acting, as_cells, print_rows_as_json, record
from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened
from cot_flows.cli.showing import print_table
from cot_flows.records.reports import redactions
from domain.redaction import ApproveRedaction, DeclineRedaction, RequestRedaction, WithdrawValues

redact = App(
    name="redact",
    group="Look after",
    help="Withdraw personal values from the record. One asks and cites the law (`request`), two "
    "others agree (`approve`, each under their own id), then the values and their salts go "
    "(`withdraw`). The event, its place and its hash stay, and so does every proof; readers are "
    "told by which law and when. A legal hold stops it.",
)
Name = Annotated[str, Parameter(help="Id of the redaction, such as RD-2026-05.")]


@redact.command
def request(
    name: Name,
    events: Annotated[
        tuple[UUID, ...], Parameter(help="Ids of the events, as `cot events` shows them.")
    ],
    /,
    *,
    basis: Annotated[str, Parameter(help="Law or rule that demands it, such as '34 CFR 99.30'.")],
    field: Annotated[
        tuple[str, ...],
        Parameter(help="Field to withdraw: reason, or data.NAME; all if left out.", negative=()),
    ] = (),
    acting: Acting | None = None,
) -> None:
    """Ask that personal values be withdrawn; nothing goes before two others have agreed.

    A corrected fact has several events: name each that holds what is to go.
    """
    asked = {"redaction": name, "basis": basis, "events": events, "fields": field}
    command = parsed(RequestRedaction, asked)
    record(command, acting or Acting(), f"Redaction {name} is asked for; two others must approve.")


@redact.command
def approve(name: Name, /, *, acting: Acting | None = None) -> None:
    """Agree to a redaction that another person asked for. Trying to approve one's own is recorded.

    Two different people must agree; a steward, chair, superintendent, counsel or records_officer.
    """
    command = parsed(ApproveRedaction, {"redaction": name})
    record(command, acting or Acting(), f"Redaction {name} is approved by one more.")


@redact.command
def decline(name: Name, /, *, acting: Acting | None = None) -> None:
    """End a redaction without withdrawing anything; say why with --reason."""
    command = parsed(DeclineRedaction, {"redaction": name})
    record(command, acting or Acting(), f"Redaction {name} is declined; nothing was withdrawn.")


@redact.command
def withdraw(name: Name, /, *, acting: Acting | None = None) -> None:
    """Withdraw the values of a redaction that two have approved. This cannot be undone.

    Backups made before still hold the values: see the guide on redactions.
    """
    command = parsed(WithdrawValues, {"redaction": name})
    record(command, acting or Acting(), f"The values of redaction {name} are withdrawn.")


@redact.command(name="list")
def show(*, district: DistrictOption = None, json: JsonOption = False) -> None:
    """Show every redaction: asked for, approved, withdrawn or declined, and by whom."""
    with opened() as engine:
        head = head_of(engine, district)
        rows = redactions(engine.store, head.district)
    if json:
        print_rows_as_json(head.district, rows)
        return
    columns = {
        "redaction": "Redaction",
        "status": "Status",
        "basis": "Basis",
        "asked_by": "Asked by",
        "asked_on": "On",
        "approved_by": "Approved by",
        "values": "Values",
        "ended_on": "Ended",
    }
    shown = [
        as_cells(
            row,
            values="; ".join(f"{where} {what}: {', '.join(f)}" for where, what, f in row.targets),
        )
        for row in rows
    ]
    print_table(columns, shown, empty="No redaction was asked for.")
