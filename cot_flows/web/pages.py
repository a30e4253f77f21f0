"""The pages themselves: districts, board, unit, reviews, review, handover, events behind, one."""

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from cot_flows.bootstrap import Engine
from cot_flows.errors import UnknownThing
from cot_flows.handover import hand_over
from cot_flows.handover_words import SHOWN
from cot_flows.overlays import ending, missed_in_a_row, overlays
from cot_flows.records.rights import classes_in, unseen
from cot_flows.web.asking import Question, question
from cot_flows.web.behind import CELLS, shown, traces
from cot_flows.web.rendering import page
from domain.catalogue.gates import shipped_gates
from events.envelope import Head, RecordedEvent
from projections.reading import Answer

Row = Mapping[str, object]
router = APIRouter(default_response_class=HTMLResponse)


def engine_of(request: Request) -> Engine:
    """Return the engine that the application was made with."""
    engine: Engine = request.app.state.engine
    return engine


def asked(district: str, request: Request) -> Question:
    """Return the question of an address below a district."""
    return question(engine_of(request), district, request.query_params)


Asked = Annotated[Question, Depends(asked)]


@router.get("/", response_model=None)
def districts(request: Request) -> HTMLResponse | RedirectResponse:
    """Lead to the only district's board, or list the districts."""
    heads = engine_of(request).store.heads()
    if len(heads) == 1:
        return RedirectResponse(f"/districts/{heads[0].district}", status_code=303)
    return page("districts.html", {"title": "Districts", "heads": heads})


@router.get("/districts/{district}")
def board(asked: Asked) -> HTMLResponse:
    """Show every unit: stage, gate, medians, evidence, what needs care."""
    answer = asked.ask("unit_progress")
    going_on = [row for row in answer.rows if row["ended_on"] is None]
    missed = missed_in_a_row(asked.ask("review_queue").rows)
    staged = [row | {"care": overlays(row, missed)} for row in going_on if row["staged"]]
    reported = [row for row in going_on if not row["staged"]]
    return page(
        "board.html",
        {
            "title": "Units",
            "here": "units",
            "staged": staged,
            "reported": reported,
            "ended": [row | {"ending": ending(row)} for row in answer.rows if row["ended_on"]],
            "stages": {gate.code: gate.name for gate in shipped_gates().stages},
            **_standing(asked, answer),
        },
    )


@router.get("/districts/{district}/units/{code}")
def unit(asked: Asked, code: str) -> HTMLResponse:
    """Show one unit: all that its row says, its ratings, its activities, its reviews."""
    key = f"unit:{code}"
    answer = asked.ask("unit_progress", keys=[key])
    if not answer.rows:
        raise UnknownThing(f"there is no unit {code!r} in {asked.district} at that moment")
    row = answer.rows[0]
    activities = asked.ask("activity_timeline").rows
    reviews = asked.ask("review_queue").rows
    return page(
        "unit.html",
        {
            "title": f"{row['name']}",
            "here": "units",
            "row": row,
            "care": overlays(row, missed_in_a_row(reviews)),
            "ending": ending(row),
            "cells": {name: words for name, (words, _) in CELLS.items()},
            "stages": {gate.code: gate.name for gate in shipped_gates().stages},
            "ratings": asked.ask("evidence_freshness", keys=[key]).rows,
            "activities": [each for each in activities if code in _listed(each["units"])],
            "reviews": [each for each in reviews if each["about"] == key],
            **_standing(asked, answer),
        },
    )


@router.get("/districts/{district}/units/{code}/behind/{cell}")
def behind_cell(asked: Asked, code: str, cell: str) -> HTMLResponse:
    """Show the events behind one cell of the board."""
    key = f"unit:{code}"
    answer = asked.ask("unit_progress", keys=[key])
    found = traces(asked, key, cell)
    if not answer.rows:
        raise UnknownThing(f"there is no unit {code!r} in {asked.district} at that moment")
    return page(
        "behind.html",
        {
            "title": f"{code}: events behind {CELLS[cell][0]}",
            "here": "units",
            "back": (asked.link("units", code), str(answer.rows[0]["name"])),
            "traces": found,
            **_standing(asked, answer),
        },
    )


@router.get("/districts/{district}/reviews")
def reviews(asked: Asked) -> HTMLResponse:
    """Show the reviews, open ones first, each with why it started."""
    answer = asked.ask("review_queue")
    rows = sorted(answer.rows, key=lambda row: (str(row["due_on"]), str(row["about"])))
    return page(
        "reviews.html",
        {
            "title": "Reviews",
            "here": "reviews",
            "opened": [row for row in rows if row["status"] != "closed"],
            "ended": [row for row in reversed(rows) if row["status"] == "closed"],
            **_standing(asked, answer),
        },
    )


@router.get("/districts/{district}/reviews/{review}")
def review(asked: Asked, review: str) -> HTMLResponse:
    """Show one review: every cause with its facts, the decisions, the events behind."""
    key = f"review:{review}"
    answer = asked.ask("review_queue", keys=[key])
    if not answer.rows:
        raise UnknownThing(f"there is no review {review!r} in {asked.district} at that moment")
    return page(
        "review.html",
        {
            "title": str(answer.rows[0]["title"]),
            "here": "reviews",
            "row": answer.rows[0],
            "traces": traces(asked, key, "all"),
            **_standing(asked, answer),
        },
    )


@router.get("/districts/{district}/handover")
def handover(asked: Asked) -> HTMLResponse:
    """Show what the next leader must know."""
    told = hand_over(asked.engine, asked.moment)
    lists = [(name, rows, *SHOWN[name]) for name, rows in told.sections().items()]
    return page(
        "handover.html",
        {
            "title": "Handover",
            "here": "handover",
            "lists": lists,
            **_standing(asked, told.answer),
        },
    )


@router.get("/districts/{district}/events/{position}")
def event(asked: Asked, position: int) -> HTMLResponse:
    """Show one event as recorded: its envelope and what it says."""
    known = asked.moment.position
    up_to = asked.moment.head.position if known is None else known
    found: list[RecordedEvent] = []
    if 1 <= position <= up_to:
        found = asked.engine.store.read_log(asked.district, after=position - 1, limit=1)
    if not found:
        raise UnknownThing(f"there is no event at position {position} in {asked.district} then")
    classes = classes_in(asked.engine.store, asked.district)
    return page(
        "event.html",
        {
            "title": f"Event {position}: {found[0].type_name}",
            "here": "",
            "recorded": found[0],
            "shows": unseen(classes(found[0])) or shown(found[0]),
            "personal": sorted(found[0].event.personal),
            "last": up_to,
            **_moment(asked),
        },
    )


def _standing(asked: Question, answer: Answer) -> dict[str, object]:
    return _moment(asked) | {"answer": answer}


def _moment(asked: Question) -> dict[str, object]:
    link: Callable[..., str] = asked.link
    head: Head = asked.moment.head
    return {"asked": asked, "link": link, "head": head, "typed": asked.typed}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
