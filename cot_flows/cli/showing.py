"""How answers look: tables for people, JSON with stable keys for programs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from rich.markup import escape
from rich.table import Table

from cot_flows.cli.session import out
from cot_flows.moments import Moment
from projections.reading import Answer

EMPTY = "-"
BOOKKEEPING = frozenset({"key", "generation", "district"})


def plain(value: object) -> object:
    """Return a value as JSON holds it: dates and numbers with fractions as texts."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case str() | int() | bool() | None:
            return value
        case Iterable():
            return [plain(item) for item in value]
        case _ if hasattr(value, "lower") and hasattr(value, "upper"):
            # A range of days: its first day, and the first day after it.
            return [plain(value.lower), plain(value.upper)]
        case _:
            return str(value)


def cell(value: object) -> str:
    """Return a value as a table cell shows it; texts from the log are data, never markup."""
    match value:
        case None:
            return EMPTY
        case True:
            return "yes"
        case False:
            return "no"
        case list() | tuple():
            return ", ".join(cell(each) for each in value) or EMPTY
        case Decimal():
            return f"{value:.1f}"
        case _:
            return escape(str(value))


def print_json(moment: Moment, answer: Answer, rows: Sequence[Mapping[str, object]]) -> None:
    """Print an answer for programs: what it is true of, then its rows."""
    document = {
        **about(moment, answer),
        "rows": [{k: v for k, v in row.items() if k not in BOOKKEEPING} for row in rows],
    }
    out.print_json(data=plain(document))


def about(moment: Moment, answer: Answer) -> dict[str, object]:
    """Return what every answer says of itself: district, clock, position, moment, day."""
    return {
        "district": moment.district,
        "clock": moment.head.clock,
        "known_at_position": answer.position,
        "known_at_time": answer.time if answer.position else None,
        "effective_on": answer.effective_on,
    }


def print_heading(moment: Moment, answer: Answer, title: str) -> None:
    """Print what an answer is about and what it is true of, on one line."""
    known = f"known at position {answer.position}"
    if answer.position:
        known += f" ({answer.time:%Y-%m-%d %H:%M} UTC)"
    simulated = " · [yellow]simulated clock[/]" if moment.head.clock == "simulated" else ""
    out.print(
        f"[bold]{escape(title)}[/] · {moment.district} · {known} · "
        f"effective on {answer.effective_on}{simulated}"
    )


def print_table(
    columns: Mapping[str, str], rows: Iterable[Mapping[str, object]], *, empty: str
) -> None:
    """Print rows as a table; `columns` maps field to heading. `empty` is said when none."""
    rows = list(rows)
    if not rows:
        out.print(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold", collapse_padding=True)
    for name, heading in columns.items():
        numeric = all(isinstance(row.get(name), int | Decimal | None) for row in rows)
        table.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell(row.get(name)) for name in columns))
    out.print(table)
