"""`cot freshness`: every current rating, and how old the evidence is on which it rests."""

from typing import Annotated

from cyclopts import Parameter

from cot_flows.cli.reading import ask
from cot_flows.cli.session import Asking, opened, resolve
from cot_flows.cli.showing import print_heading, print_json, print_table

_COLUMNS = {
    "about": "About",
    "indicator": "Indicator",
    "level": "Level",
    "rated_on": "Rated on",
    "newest_evidence_on": "Newest evidence",
    "evidence_age_days": "Days old",
    "freshness": "Freshness",
    "sources": "Sources",
    "contested": "Contested",
}


def freshness(
    *,
    about: Annotated[
        str | None, Parameter(help="Only ratings of a subject, such as unit:HR or district:all.")
    ] = None,
    asking: Asking | None = None,
) -> None:
    """Show the current ratings and how fresh their evidence is: of units, networks, the district.

    Fresh is evidence up to 90 days old, warn up to 180, then stale; none when no evidence stands.
    """
    asking = asking or Asking()
    with opened() as engine:
        moment = resolve(engine, asking)
        keys = None if about is None else [about]
        answer = ask(engine, moment, "evidence_freshness", keys=keys)
    if asking.json:
        print_json(moment, answer, answer.rows)
        return
    print_heading(moment, answer, "Freshness of evidence")
    print_table(_COLUMNS, answer.rows, empty="Nothing is rated there at that moment.")
