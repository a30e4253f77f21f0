"""`cot why …`: why a review opened, and what is behind a number; each derived once more."""

from dataclasses import asdict
from typing import Annotated

from cyclopts import App, Parameter
from rich.markup import escape

from cot_flows.cli.exits import DONE, FOUND_WRONG
from cot_flows.cli.session import (
    Asking,
    DistrictOption,
    JsonOption,
    head_of,
    opened,
    out,
    resolve,
)
from cot_flows.cli.showing import plain
from cot_flows.cli.tracing import INDICATOR, DigestOption, print_traced, traced_document
from cot_flows.records.rights import classes_in
from cot_flows.replaying.bearing import Asked
from cot_flows.replaying.tracing import trace
from cot_flows.reviews.rederiving import CauseChecked, ReviewExplained, explain

why = App(name="why", group="Ask", help="Why something is so, derived from the log once more.")


@why.command(name="review")
def why_review(
    review: Annotated[
        str, Parameter(help="The review's id, or the beginning `cot reviews` shows.")
    ],
    /,
    *,
    district: DistrictOption = None,
    json: JsonOption = False,
) -> int:
    """Show every cause of a review with its facts, and ask its rule again as it was asked then.

    Ends with 1 when a cause does not come out of the log again.
    """
    with opened() as engine:
        explained = explain(engine, head_of(engine, district).district, review)
    if json:
        out.print_json(data=plain(asdict(explained) | {"holds": explained.holds}))
    else:
        _print(explained)
    return DONE if explained.holds else FOUND_WRONG


@why.command(name="unit")
def why_unit(
    code: Annotated[str, Parameter(help="The unit's code, such as HR.")],
    field: Annotated[
        str,
        Parameter(
            help="What is asked about: a field as `cot units --json` names it, such as stage, "
            "days_in_stage or activities_open, or an indicator such as D3.1."
        ),
    ],
    /,
    *,
    recorded_digest: DigestOption = None,
    asking: Asking | None = None,
) -> int:
    """Show the events behind a number of a unit, and derive it anew from these events alone.

    Ends with 1 when the value does not come out of the events that are listed.
    """
    key = f"unit:{code}"
    if INDICATOR.fullmatch(field):
        asked = Asked("evidence_freshness", key, "level", field)
    else:
        asked = Asked("unit_progress", key, field)
    return _traced(asked, recorded_digest, asking)


@why.command(name="rating")
def why_rating(
    about: Annotated[str, Parameter(help="What is rated, such as unit:HR or district:all.")],
    indicator: Annotated[str, Parameter(help="The indicator, such as D3.1.")],
    field: Annotated[str, Parameter(help="A field as `cot freshness --json` names it.")] = "level",
    /,
    *,
    recorded_digest: DigestOption = None,
    asking: Asking | None = None,
) -> int:
    """Show the events behind a rating or the age of its evidence, and derive it anew from these."""
    asked = Asked("evidence_freshness", about, field, indicator)
    return _traced(asked, recorded_digest, asking)


@why.command(name="activity")
def why_activity(
    activity: Annotated[str, Parameter(help="The activity's id.")],
    field: Annotated[str, Parameter(help="A field as `cot timeline --json` names it.")],
    /,
    *,
    recorded_digest: DigestOption = None,
    asking: Asking | None = None,
) -> int:
    """Show the events behind a field of an activity, and derive it anew from these alone."""
    asked = Asked("activity_timeline", f"activity:{activity}", field)
    return _traced(asked, recorded_digest, asking)


@why.command(name="queue")
def why_queue(
    review: Annotated[str, Parameter(help="The review's whole id.")],
    field: Annotated[str, Parameter(help="A field as `cot reviews --json` names it.")],
    /,
    *,
    recorded_digest: DigestOption = None,
    asking: Asking | None = None,
) -> int:
    """Show the events behind a field of a review, and derive it anew from these alone."""
    asked = Asked("review_queue", f"review:{review}", field)
    return _traced(asked, recorded_digest, asking)


def _traced(asked: Asked, recorded_digest: str | None, asking: Asking | None) -> int:
    asking = asking or Asking()
    with opened() as engine:
        moment = resolve(engine, asking)
        found = trace(engine, moment, asked, recorded_digest=recorded_digest)
        classes = classes_in(engine.store, moment.district)
    if asking.json:
        out.print_json(data=plain(traced_document(found, classes)))
    else:
        print_traced(found, classes)
    return DONE if found.verdict == "re-derives" else FOUND_WRONG


def _print(explained: ReviewExplained) -> None:
    out.print(
        f"[bold]{escape(explained.title)}[/] · {explained.about} · review {explained.review} · "
        f"{explained.district}"
    )
    for cause in explained.causes:
        adopted = "" if cause.policy_position is None else f", adopted at {cause.policy_position}"
        out.print(
            f"Policy {cause.policy}{adopted}: rule {cause.rule} ({cause.rule_digest[:19]}…), asked "
            f"at position {cause.as_of_position} for {cause.as_of_date}, recorded at "
            f"{cause.position}"
        )
        if cause.reason:
            out.print(f"    [yellow]{escape(cause.reason)}[/]")
        for fact in cause.facts:
            event = f"{fact.event} by {fact.actor}" if fact.event else "no such event"
            out.print(f"    {fact.position}: {escape(fact.shows)} ({escape(event)})")
        out.print(f"    {_verdict(cause)}")


def _verdict(cause: CauseChecked) -> str:
    match cause.verdict:
        case "re-derives":
            return "[green]re-derives[/]: the rule finds the same facts in the log"
        case "differs":
            return f"[bold red]does not re-derive[/]: {escape(cause.difference or '')}"
        case "by hand":
            return "opened by hand: no policy in force asked for it, so there is no rule to ask"
        case _:
            return f"[yellow]cannot be compared[/]: {escape(cause.difference or '')}"
