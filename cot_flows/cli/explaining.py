"""`cot why review ID`: every cause of a review, its facts, and whether it comes out again."""

from dataclasses import asdict
from typing import Annotated

from cyclopts import App, Parameter
from rich.markup import escape

from cot_flows.cli.exits import DONE, FOUND_WRONG
from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened, out
from cot_flows.cli.showing import plain
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
