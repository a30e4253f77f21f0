"""Commands that answer: units, unit, timeline, reviews, agenda, events."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from cot_flows.bootstrap import Engine
from cot_flows.cli.board import board_row, print_unit
from cot_flows.cli.session import Asking, opened, out, resolve
from cot_flows.cli.showing import about, plain, print_heading, print_json, print_table
from cot_flows.errors import UnknownThing
from cot_flows.moments import Moment
from cot_flows.overlays import missed_in_a_row
from cot_flows.reviews.standing import GoneCause, gone_causes
from projections.lineage import behind
from projections.reading import Answer, read


def ask(
    engine: Engine, moment: Moment, projection: str, *, keys: Sequence[str] | None = None
) -> Answer:
    """Return a projection's answer for a moment."""
    with engine.reading() as connection:
        return read(
            connection,
            projection,
            moment.district,
            keys=keys,
            position=moment.position,
            effective_on=moment.effective_on,
            today=moment.today,
        )


_OF_STAGED = {
    "unit": "Unit",
    "stage": "Stage",
    "days": "Days",
    "gate": "Gate",
    "unmet": "First unmet",
    "d1": "D1",
    "d2": "D2",
    "d3": "D3",
    "d4": "D4",
    "d5": "D5",
    "oldest": "Oldest evidence",
    "activities": "Open/done/late",
    "last": "Last activity",
    "care": "Needs care",
}
"""The columns of the board of units that stand in a stage."""


def units(*, asking: Asking | None = None) -> None:
    """Show the board: every unit's stage, gate, rubric medians, activities and what needs care."""
    asking = asking or Asking()
    with opened() as engine:
        moment = resolve(engine, asking)
        answer = ask(engine, moment, "unit_progress")
        missed = missed_in_a_row(ask(engine, moment, "review_queue").rows)
    if asking.json:
        print_json(moment, answer, answer.rows)
        return
    print_heading(moment, answer, "Units")
    going_on = [row for row in answer.rows if row["ended_on"] is None]
    staged = [board_row(row, missed) for row in going_on if row["staged"]]
    reported = [board_row(row, missed) for row in going_on if not row["staged"]]
    ended = [board_row(row, missed) for row in answer.rows if row["ended_on"] is not None]
    if staged or not answer.rows:
        print_table(
            _OF_STAGED,
            staged,
            empty="No unit is registered. Register one with `cot record register-unit`.",
        )
    if reported:
        out.print("[bold]Not staged, not rated[/]: known from reported facts only")
        print_table(
            {
                "unit": "Unit",
                "name": "Name",
                "f1": "D1",
                "f2": "D2",
                "f3": "D3",
                "f4": "D4",
                "f5": "D5",
                "announced": "Plans",
                "newest": "Newest fact",
                "age": "Years old",
            },
            reported,
            empty="",
        )
    if ended:
        out.print("[bold]Ended[/]: what they were stays readable")
        print_table(
            {"unit": "Unit", "name": "Name", "ended": "Ended", "stage": "Stage then"},
            ended,
            empty="",
        )


def unit(
    code: Annotated[str, Parameter(help="The unit's code, such as HR.")],
    /,
    *,
    asking: Asking | None = None,
) -> None:
    """Show one unit, its current ratings, and the events behind what is shown."""
    asking = asking or Asking()
    with opened() as engine:
        moment = resolve(engine, asking)
        key = f"unit:{code}"
        answer = ask(engine, moment, "unit_progress", keys=[key])
        ratings = ask(engine, moment, "evidence_freshness", keys=[key])
        missed = missed_in_a_row(ask(engine, moment, "review_queue").rows)
        with engine.reading() as connection:
            events = behind(connection, moment.district, key, position=answer.position)
    if not answer.rows:
        raise UnknownThing(f"there is no unit {code!r} in {moment.district} then: see `cot units`")
    if asking.json:
        document = {
            **about(moment, answer),
            "unit": answer.rows[0],
            "ratings": ratings.rows,
            "positions": [each.position for each in events if each.counts],
        }
        out.print_json(data=plain(document))
        return
    print_heading(moment, answer, str(answer.rows[0]["name"]))
    print_unit(answer.rows[0], missed)
    if ratings.rows:
        print_table(
            {
                "indicator": "Indicator",
                "level": "Level",
                "rated_on": "Rated on",
                "newest_evidence_on": "Newest evidence",
                "freshness": "Freshness",
                "contested": "Contested",
            },
            ratings.rows,
            empty="",
        )
    out.print("[bold]Events behind it[/]")
    print_table(
        {
            "position": "Position",
            "occurred_on": "Occurred",
            "effective_from": "Effective",
            "type": "Event",
            "actor": "Actor",
            "counts": "Counts",
        },
        [{name: getattr(each, name) for name in type(each).__slots__} for each in events],
        empty="none",
    )


def timeline(
    *,
    unit: Annotated[str | None, Parameter(help="Only activities of this unit.")] = None,
    dimension: Annotated[int | None, Parameter(help="Only this dimension, 1 to 5.")] = None,
    asking: Asking | None = None,
) -> None:
    """Show activities in the order in which they happened or are planned."""
    asking = asking or Asking()
    with opened() as engine:
        moment = resolve(engine, asking)
        answer = ask(engine, moment, "activity_timeline")
    rows = [row for row in answer.rows if _wanted(row, unit, dimension)]
    rows.sort(key=lambda row: (str(row["occurred_on"]), str(row["activity"])))
    if asking.json:
        print_json(moment, answer, rows)
        return
    print_heading(moment, answer, "Activities")
    columns = {
        "when": "When",
        "units": "Units",
        "dimension": "D",
        "status": "Status",
        "title": "Title",
        "due_on": "Due",
        "overdue": "Late",
    }
    shown = [row | {"when": _when(row)} for row in rows]
    print_table(columns, shown, empty="No activity is on record for that moment.")


def _wanted(row: dict[str, object], unit: str | None, dimension: int | None) -> bool:
    of_row = row["units"]
    fits = unit is None or (isinstance(of_row, list) and unit in of_row)
    return fits and (dimension is None or row["dimension"] == dimension)


def _when(row: dict[str, object]) -> str:
    day = str(row["occurred_on"])
    match row["precision"]:
        case "month":
            return day[:7]
        case "year":
            return day[:4]
        case "school_year":
            return f"{day[:4]}-{(int(day[:4]) + 1) % 100:02d}"
        case _:
            return day


def reviews(
    *,
    all: Annotated[bool, Parameter(help="Those that ended too.", negative="")] = False,
    asking: Asking | None = None,
) -> None:
    """Show reviews: what each is about, why it opened, when it is due and what it decided.

    An open review is marked where its cause no longer holds, because a fact was corrected, taken
    back or recorded late. It stays open: people decide.
    """
    asking = asking or Asking()
    with opened() as engine:
        moment = resolve(engine, asking)
        answer = ask(engine, moment, "review_queue")
        open_ones = [str(row["review"]) for row in answer.rows if row["ended_as"] is None]
        gone = gone_causes(engine, moment.district, open_ones, position=answer.position)
    rows = [
        row | {"gone_causes": [_cause(each) for each in gone if each.review == row["review"]]}
        for row in answer.rows
        if all or row["ended_as"] is None
    ]
    rows.sort(key=lambda row: (str(row["due_on"]), str(row["about"])))
    if asking.json:
        print_json(moment, answer, rows)
        return
    print_heading(moment, answer, "Reviews")
    _print_reviews(rows, "No review is open. `cot sweep` looks for causes.")


def _cause(gone: GoneCause) -> dict[str, object]:
    return {"policy": gone.policy, "cause_key": gone.cause_key, "as_of_date": gone.as_of_date}


def _print_reviews(rows: Sequence[dict[str, object]], empty: str) -> None:
    columns = {
        "due_on": "Due",
        "review_type": "Type",
        "about": "About",
        "status": "Status",
        "phase": "Phase",
        "why": "Why",
        "late": "Days late",
        "id": "Id",
    }
    print_table(columns, [_review_row(row) for row in rows], empty=empty)


def _review_row(row: dict[str, object]) -> dict[str, object]:
    late = row["days_overdue"] if row["overdue"] else None
    why = _mark(row) + _why(row)
    return row | {"why": why, "late": late, "id": str(row["review"])[:8]}


def _mark(row: dict[str, object]) -> str:
    gone, causes = row.get("gone_causes"), row["facts"]
    if not isinstance(gone, list) or not gone or not isinstance(causes, list):
        return ""
    if len(gone) == len(causes):
        return "CAUSE NO LONGER HOLDS: "
    return f"{len(gone)} OF {len(causes)} CAUSES NO LONGER HOLD: "


def _why(row: dict[str, object]) -> str:
    causes = row["facts"]
    if not isinstance(causes, list) or not causes:
        return ""
    facts = [str(fact["shows"]) for fact in causes[0].get("facts", ())]
    why = f"{causes[0]['rule']}: {'; '.join(facts[:2]) or causes[0].get('cause_key', '')}"
    joined = len(causes) - 1
    return f"{why}; {joined} further causes joined" if joined else why


def agenda(
    *,
    days: Annotated[
        int, Parameter(help="How many days ahead to look.", validator=Number(gte=0, lte=3660))
    ] = 7,
    asking: Asking | None = None,
) -> None:
    """Show what is due within the next days, and why: reviews, activities, actions, stale units."""
    asking = asking or Asking()
    with opened() as engine:
        moment = resolve(engine, asking)
        queue = ask(engine, moment, "review_queue")
        activities = ask(engine, moment, "activity_timeline")
        board = ask(engine, moment, "unit_progress")
    until = queue.effective_on + timedelta(days=days)
    due = [row for row in queue.rows if row["ended_as"] is None and _due(row, until)]
    open_work = [row for row in activities.rows if row["status"] in ("planned", "started")]
    work = [row for row in open_work if _due(row, until)]
    missed = missed_in_a_row(queue.rows)
    lines = [board_row(row, missed) for row in board.rows]
    care = [row for row in lines if row["care"] != ""]
    if asking.json:
        document = {
            **about(moment, queue),
            "until": until,
            "reviews": due,
            "activities": work,
            "units": care,
        }
        out.print_json(data=plain(document))
        return
    print_heading(moment, queue, f"Agenda until {until}")
    out.print("[bold]Reviews[/]")
    _print_reviews(sorted(due, key=lambda row: str(row["due_on"])), "None is due.")
    out.print("[bold]Activities[/]")
    columns = {"due_on": "Due", "units": "Units", "title": "Title", "owner": "Owner"}
    print_table(columns | {"overdue": "Late"}, work, empty="None is due.")
    out.print("[bold]Units that need care[/]")
    print_table({"unit": "Unit", "name": "Name", "care": "Why"}, care, empty="None.")


def _due(row: dict[str, object], until: date) -> bool:
    due = row["due_on"]
    return isinstance(due, date) and due <= until
