"""`cot review …`: freeze a packet, read it, read the record, and let reviews run their course.

What people say of a review is recorded by `cot record`: postpone-review, merge-review,
cancel-review, hold-review, record-decision, close-review, check-review-effect.
"""

from typing import Annotated
from uuid import uuid4

from cyclopts import App, Parameter
from rich.markup import escape

from cot_flows.bootstrap.engine import utc_now
from cot_flows.cli.papers import add_to, named
from cot_flows.cli.sealing import seal_what_was_frozen
from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened, out
from cot_flows.cli.showing import plain
from cot_flows.errors import NotConfigured
from cot_flows.handling import Handling, Request
from cot_flows.projecting import day_of
from cot_flows.projecting import project as project_district
from cot_flows.reviews.advancing import freezing
from cot_flows.reviews.cycle import CycleReport
from cot_flows.reviews.cycle import advance as advance_district

review = App(
    name="review",
    group="Work",
    help="Freeze a review's packet, read it and the record of what was decided, or do for all "
    "reviews what is due. What people decide is recorded by `cot record`, such as "
    "`cot record postpone-review`.",
)
add_to(review)


@review.command
def freeze(
    identifier: Annotated[
        str, Parameter(help="Id of the review, or its beginning as `cot reviews` shows it.")
    ],
    /,
    *,
    by: Annotated[
        str | None, Parameter(help="Registered actor who freezes it (or set COT_ACTOR).")
    ] = None,
    district: DistrictOption = None,
    json: JsonOption = False,
) -> None:
    """Fix what a review looks at, as known now. It is needed before the review can be held."""
    with opened() as engine:
        head = head_of(engine, district)
        actor = by or engine.settings.actor
        if actor is None:
            raise NotConfigured(
                "who freezes it? Name a registered actor with --by, or set COT_ACTOR"
            )
        which = named(engine, head, identifier)
        command = freezing(engine, head.district, which, head.position, day_of(head))
        at = head.recorded_at if head.clock == "simulated" else None
        request = Request(command=command, event_id=uuid4(), actor=actor)
        done = Handling(engine.store, utc_now).handle(head.district, request, recorded_at=at)
        engine.store.announce(head.district)
        seal_what_was_frozen(engine, head.district)
    document = {
        "district": head.district,
        **command.model_dump(mode="json"),
        "positions": done.positions,
    }
    if json:
        out.print_json(data=plain(document))
        return
    out.print(f"The packet of review {which} is frozen as known at position {head.position}:")
    out.print(f"    {command.digest}", markup=False)
    out.print(f"    {'; '.join(command.inputs)}", markup=False)


@review.command
def advance(*, district: DistrictOption = None, json: JsonOption = False) -> None:
    """Do for every review what is due by now: freeze, tell the chair, lapse, ask for the effect.

    And for every late action item: tell its owner, the head, the chair, the superintendent.
    Running it twice does nothing twice; what earlier runs missed is caught up in order.
    """
    with opened() as engine:
        report = advance_district(engine, head_of(engine, district).district)
        project_district(engine, report.district)
        if any(taken.step == "freeze" for taken in report.taken):
            seal_what_was_frozen(engine, report.district)
    if json:
        out.print_json(data=plain(_document(report)))
        return
    for taken in report.taken:
        what = taken.step.replace("_", " ")
        out.print(f"[bold]{taken.day}[/] {what}: {taken.named}")
    for refused in report.refused:
        what = refused.step.replace("_", " ")
        out.print(f"[yellow]refused[/] {what}, {refused.named}: {escape(refused.message)}")
    out.print(f"{len(report.taken)} steps recorded ({report.district}, {report.today}).")


def _document(report: CycleReport) -> dict[str, object]:
    return {
        "district": report.district,
        "position": report.position,
        "today": report.today,
        "taken": [
            {
                "review": each.named.review,
                "about": each.named.about,
                "action": each.named.action,
                "step": each.step,
                "day": each.day,
                "due_on": each.due_on,
            }
            for each in report.taken
        ],
        "refused": [
            {
                "review": each.named.review,
                "action": each.named.action,
                "step": each.step,
                "message": each.message,
            }
            for each in report.refused
        ],
    }
