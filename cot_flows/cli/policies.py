"""`cot policy …`: the review policies in words, checked, and tried on the past."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import App, Parameter
from cyclopts.validators import Number
from pydantic import BaseModel
from rich.markup import escape

from cot_flows.bootstrap import Engine
from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened, out, told
from cot_flows.cli.showing import cell, plain, print_table
from cot_flows.errors import UnknownThing
from cot_flows.projecting import day_of
from cot_flows.reviews.comparing import compare, document
from cot_flows.reviews.expanding import expanded_file
from cot_flows.reviews.policies import NO_CALENDAR, adopted_policies, calendar_in_force
from cot_flows.reviews.policy_files import as_adopted, read_policies
from cot_flows.reviews.simulation import HELD_AFTER, Simulated, Sweeps, Wanted, simulate
from domain.catalogue import shipped_policies
from domain.facts.district import ReviewPolicyAdopted
from domain.policy_parameters import parse_parameters
from events.envelope import Head
from projections.rules import rule_named

policy = App(
    name="policy",
    group="Work",
    help="Review policies: what is adopted, what it does, and what other numbers would have done.",
)


@policy.command(name="list")
def list_policies(*, district: DistrictOption = None, json: JsonOption = False) -> None:
    """List the policies in force today: rule, review type, working days until due, owner."""
    with opened() as engine:
        head = head_of(engine, district)
        rows = [_row(each) for each in _in_force(engine, head)]
    if json:
        out.print_json(data=plain({"district": head.district, "rows": rows}))
        return
    columns = {
        "policy": "Policy",
        "rule": "Rule",
        "review_type": "Type",
        "due_working_days": "Due, working days",
        "owner_role": "Owner",
        "numbers": "Numbers",
    }
    shown = [row | {"numbers": _numbers(row["parameters"])} for row in rows]
    print_table(columns, shown, empty="No policy is in force. `cot init` adopts the shipped ones.")


@policy.command
def show(
    name: Annotated[str, Parameter(help="The policy's name, such as stalled-unit.")],
    /,
    *,
    district: DistrictOption = None,
    json: JsonOption = False,
) -> None:
    """Show one policy: what its rule looks for, its numbers and what they mean, its version."""
    with opened() as engine:
        head = head_of(engine, district)
        in_force = {each.policy: each for each in _in_force(engine, head)}
    if name not in in_force:
        known = ", ".join(in_force) or "none"
        raise UnknownThing(f"no policy {name!r} is in force in {head.district}; there are: {known}")
    adopted = in_force[name]
    rule = rule_named(adopted.rule)
    model = type(parse_parameters(adopted.rule, adopted.parameters))
    row = _row(adopted) | {
        "rule_says": rule.title,
        "meaning": _meaning(model),
        "shipped_description": _shipped(name),
        "rule_digest_now": rule.digest,
        "query_as_adopted": rule.digest == adopted.rule_digest,
        "query_in_words": _comment(rule.query),
    }
    if json:
        out.print_json(data=plain({"district": head.district, "policy": row}))
        return
    out.print(f"[bold]{escape(name)}[/] · {head.district} · rule {adopted.rule}: {rule.title}")
    out.print(escape(str(row["query_in_words"])))
    out.print(f"Numbers: {escape(_numbers(adopted.parameters))}")
    out.print(f"They mean: {escape(str(row['meaning']))}")
    out.print(
        f"Opens a review of type {adopted.review_type}, due after {adopted.due_working_days} "
        f"working days, for the {escape(adopted.owner_role)}."
    )
    same = "the query of this version" if row["query_as_adopted"] else "another query than now"
    out.print(f"Adopted with {adopted.rule_digest}: {same}.")


@policy.command
def check(
    file: Annotated[Path, Parameter(help="JSON in the shape of the shipped policies.")],
    /,
    *,
    json: JsonOption = False,
) -> None:
    """Check a file of policies: every fault is named by policy and field. Records nothing."""
    policies = read_policies(file)
    names = [each.slug for each in policies.policies]
    if json:
        out.print_json(
            data=plain({"file": file.name, "version": policies.version, "policies": names})
        )
        return
    out.print(
        f"{escape(file.name)}, version {escape(policies.version)}, is well formed: "
        f"{len(names)} policies"
    )
    out.print("    " + escape(", ".join(names)))


@policy.command
def expand(
    file: Annotated[Path, Parameter(help="JSON of policies, recurrences without their dates.")],
    /,
    *,
    until: Annotated[
        date | None, Parameter(help="Last day to look at; left out: the end of the calendar.")
    ] = None,
    district: DistrictOption = None,
) -> None:
    """Fill in the dates of every recurrence and print the file as JSON. Records nothing.

    Days are told in the district's time zone; one on a day that its calendar closes becomes the
    next working day. The policy then keeps its days, whatever calendar is published later.
    """
    with opened() as engine:
        head = head_of(engine, district)
        calendar = calendar_in_force(engine.store, head.district, day_of(head))
    if until is None and calendar is NO_CALENDAR:
        raise UnknownThing(f"{head.district} has published no calendar: say --until which day")
    document = expanded_file(
        file,
        zone=ZoneInfo(head.time_zone),
        calendar=calendar,
        until=until or calendar.last_day,
    )
    out.print_json(data=document)


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Simulating:
    """What is simulated: the options of `cot policy simulate`."""

    first: Annotated[date, Parameter(name="--from", help="First day that is simulated.")]
    last: Annotated[date, Parameter(name="--to", help="Last day that is simulated.")]
    sweeps: Annotated[
        Sweeps,
        Parameter(
            help="Run the rules at the end of every day, as the schedule does; of every working "
            "day; or only as known and on the days when a sweep really recorded something."
        ),
    ] = "daily"
    held_after: Annotated[
        int,
        Parameter(
            help="A review that never was is taken to end so many working days after its due date.",
            validator=Number(gte=0, lte=250),
        ),
    ] = HELD_AFTER
    district: DistrictOption = None
    json: JsonOption = False


@policy.command(name="simulate")
def simulate_policies(
    file: Annotated[
        Path | None,
        Parameter(help="JSON in the shape of the shipped policies; left out: those in force then."),
    ] = None,
    /,
    *,
    simulating: Simulating,
) -> None:
    """Run policies over the past, writing nothing: what would have opened, beside what did."""
    chosen = None if file is None else as_adopted(read_policies(file))
    asked = Wanted(
        first=simulating.first,
        last=simulating.last,
        policies=chosen,
        sweeps=simulating.sweeps,
        held_after=simulating.held_after,
    )
    with opened() as engine, told.status("Running the rules over the past …"):
        head = head_of(engine, simulating.district)
        simulated = simulate(engine, head.district, asked)
    if simulating.json:
        out.print_json(data=plain(document(simulated, asked)))
    else:
        _print(simulated, asked)


def _print(simulated: Simulated, asked: Wanted) -> None:
    compared, head = compare(simulated), simulated.past.head
    out.print(
        f"[bold]Simulated[/] {asked.first} to {asked.last} · {head.district} · "
        f"{len(simulated.moments)} sweeps ({asked.sweeps}) · {len(simulated.would)} causes, really "
        f"{len(simulated.did)} · nothing was recorded"
    )
    columns = {"about": "About", "policy": "Policy", "title": "Title", "opens_on": "Opens"}
    out.print("[bold]Would have opened, and did not[/]")
    rows = [{n: getattr(e, n) for n in type(e).__slots__} for e in compared.would_open]
    print_table(columns | {"due_on": "Due", "instead": "Really"}, rows, empty="None.")
    out.print("[bold]Opened, and would not have[/]")
    rows = [{n: getattr(e, n) for n in type(e).__slots__} for e in compared.would_not_open]
    print_table(columns | {"instead": "Simulated"}, rows, empty="None.")
    moved = [each for each in compared.same if each.days]
    out.print(f"[bold]The same[/]: {len(compared.same)}, of them on another day: {len(moved)}")
    rows = [
        {n: getattr(e, n) for n in type(e).__slots__}
        | {"moved": f"{abs(e.days)} days {'later' if e.days > 0 else 'earlier'}"}
        for e in moved
    ]
    columns = {"about": "About", "policy": "Policy", "really_on": "Really", "would_on": "Simulated"}
    if rows:
        print_table(columns | {"moved": "Moved"}, rows, empty="")
    for refused in simulated.refused:
        out.print(
            f"[yellow]Refused[/] {refused.about}, {refused.policy} on {refused.day}: the unit "
            "is not registered then"
        )


def _in_force(engine: Engine, head: Head) -> list[ReviewPolicyAdopted]:
    return adopted_policies(engine.store, head.district, day_of(head))


def _row(adopted: ReviewPolicyAdopted) -> dict[str, object]:
    return adopted.model_dump(mode="json", exclude={"active"})


def _numbers(parameters: object) -> str:
    if not isinstance(parameters, Mapping):
        return cell(parameters)
    return ", ".join(
        f"{name} {'(' + _numbers(each) + ')' if isinstance(each, Mapping) else each}"
        for name, each in parameters.items()
    )


def _meaning(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").replace("``", "").split())


def _shipped(name: str) -> str | None:
    found = (each for each in shipped_policies().policies if each.slug == name)
    return next((each.description for each in found), None)


def _comment(query: bytes) -> str:
    """Return what a query's own comment, its first lines, says of it."""
    lines = query.decode().splitlines()
    said: list[str] = []
    for line in lines:
        if not line.startswith("--"):
            break
        said.append(line.removeprefix("--").strip())
    return " ".join(said)
