"""`cot retention …`: how long personal values are kept, what is due, and disposing of it."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from pydantic import ValidationError

from cot_flows.bootstrap.engine import utc_now
from cot_flows.cli.exits import DONE, FOUND_WRONG
from cot_flows.cli.records import Acting, acting, as_cells, print_rows_as_json, record
from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened, out
from cot_flows.cli.showing import print_table
from cot_flows.records.retaining import (
    Disposed,
    Disposing,
    DueItem,
    due_items,
    rules_in_force,
    today_of,
)
from domain.catalogue.retention import RetentionRules, shipped_retention
from domain.errors import InvalidData
from domain.retention import AdoptRetentionRules

retention = App(
    name="retention",
    group="Look after",
    help="Retention of personal values: rules with years and a citation, what is due under them, "
    "and disposing of it. Values and salts go; events, dates and hashes stay. Nothing is due "
    "before rules are adopted, and what a legal hold covers is never disposed of.",
)
RuleOption = Annotated[str | None, Parameter(help="Only what falls under this rule.")]


@retention.command
def rules(
    *,
    shipped: Annotated[
        bool, Parameter(negative="", help="The examples that ship; they are not law.")
    ] = False,
    district: DistrictOption = None,
    json: JsonOption = False,
) -> None:
    """Show the retention rules in force, or the examples to start a file of your own from."""
    if shipped:
        examples = shipped_retention()
        if json:
            out.print_json(data=examples.model_dump(mode="json"))
            return
        out.print(examples.label, markup=False)
        shown, version = examples.rules, examples.version
    else:
        with opened() as engine:
            head = head_of(engine, district)
            state = rules_in_force(engine.store, head.district)
        shown, version = state.rules, state.version
        if json:
            found = [rule.model_dump(mode="json") for rule in shown]
            print_rows_as_json(head.district, found, rules_version=version)
            return
    if version:
        out.print(f"Version {version}", markup=False)
    columns = {"rule": "Rule", "title": "About", "what": "Types and classes", "years": "Years"}
    print_table(
        columns | {"citation": "Citation"},
        [
            {**rule.model_dump(), "what": ", ".join((*rule.types, *rule.classes)) or "everything"}
            for rule in shown
        ],
        empty="No retention rules are adopted. See `cot retention rules --shipped` for examples, "
        "and `cot retention adopt FILE`.",
    )


@retention.command
def adopt(
    file: Annotated[
        Path, Parameter(help="JSON: version, label, rules; as `rules --shipped --json` prints it.")
    ],
    /,
    *,
    given: Annotated[Acting | None, Parameter(name="*")] = None,
) -> None:
    """Adopt a file of retention rules in place of those in force."""
    read = _rules_of(file)
    command = AdoptRetentionRules(rules_version=read.version, rules=read.rules)
    record(command, given or Acting(), f"Retention rules {read.version} are adopted.")


def _rules_of(file: Path) -> RetentionRules:
    try:
        return RetentionRules.model_validate_json(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidData(f"{file}: {error.strerror}; name a readable JSON file") from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}"
            for each in error.errors(include_url=False)
        )
        raise InvalidData(f"{file}: {faults}") from error


@retention.command
def due(
    *, rule: RuleOption = None, district: DistrictOption = None, json: JsonOption = False
) -> None:
    """Show the events whose personal values are due for disposition, held ones marked."""
    with opened() as engine:
        head = head_of(engine, district)
        today = today_of(head, utc_now)
        items = due_items(engine.store, head.district, today, rule=rule)
    if json:
        print_rows_as_json(head.district, items, today=today)
        return
    _print_due(items)


def _print_due(items: Sequence[DueItem]) -> None:
    columns = {
        "position": "Position",
        "event_type": "Event",
        "fields": "Values",
        "rule": "Rule",
        "kept_until": "Kept until",
        "held_by": "Held by",
        "citation": "Citation",
    }
    shown = [as_cells(item) for item in items]
    print_table(columns, shown, empty="Nothing is due for disposition.")


@retention.command
def dispose(
    *,
    apply: Annotated[
        bool, Parameter(negative="", help="Do it. Without this it only shows what it would do.")
    ] = False,
    approved_by: Annotated[
        str | None, Parameter(help="Another person who approves it; needed with --apply.")
    ] = None,
    rule: RuleOption = None,
    by: Annotated[str | None, Parameter(help="Registered actor who does it.")] = None,
    reason: Annotated[str | None, Parameter(help="A remark for the record.")] = None,
    district: DistrictOption = None,
    json: JsonOption = False,
) -> int:
    """Dispose of what is due: first shown, done with --apply and another person's approval.

    What a legal hold covers is left alone; that it was due and refused is recorded, and the
    command ends with 1.
    """
    with opened() as engine:
        head = head_of(engine, district)
        today = today_of(head, utc_now)
        items = due_items(engine.store, head.district, today, rule=rule)
        if apply:
            who = acting(engine, by)
            desk = Disposing(engine.store, utc_now, head.district, who, approved_by, reason)
            done = desk.dispose(items, today)
            engine.store.announce(head.district)
        else:
            free = [item for item in items if not item.held_by]
            values = sum(len(item.fields) for item in free)
            done = Disposed((), len(free), values, (), len(items) - len(free))
    if json:
        print_rows_as_json(head.district, items, today=today, applied=apply, **asdict(done))
    else:
        _print_due(items)
        _tell(done, applied=apply)
    return FOUND_WRONG if done.refused else DONE


def _tell(done: Disposed, *, applied: bool) -> None:
    did = "Disposed of" if applied else "Would dispose of"
    out.print(f"{did} {done.values} values of {done.events} events; {done.held} are held.")
    for why in done.refused:
        out.print(f"Refused, and on record: {why}", markup=False)
    if not applied and done.events:
        out.print("Nothing was done. Do it with --apply --approved-by ACTOR.")
