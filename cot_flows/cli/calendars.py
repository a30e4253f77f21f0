"""`cot calendar`: what falls due, as a calendar file."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.markup import escape

from cot_flows.cli.session import Asking, opened, resolve, told
from cot_flows.errors import NotConfigured

NOW = Asking()


def calendar(
    *,
    unit: Annotated[str | None, Parameter(help="Only what concerns the unit of this code.")] = None,
    actor: Annotated[str | None, Parameter(help="Only what concerns this actor.")] = None,
    out: Annotated[
        Path | None, Parameter(help="File to write; to the terminal if left out.")
    ] = None,
    asking: Asking = NOW,
) -> None:
    """Write reviews, action items and ends of holds as an iCalendar file (.ics).

    While `cot up` runs, the same is served under /districts/DISTRICT/calendar.ics, to subscribe to.
    """
    from cot_flows.calendar_feed.asking import calendar as written
    from cot_flows.calendar_feed.entries import Wanted

    if asking.json:
        raise NotConfigured("a calendar has one form, iCalendar: leave --json out")
    with opened() as engine:
        made = written(engine, resolve(engine, asking), Wanted(unit, actor))
    if out is None:
        sys.stdout.write(made.decode())
        return
    try:
        out.write_bytes(made)
    except OSError as error:
        raise NotConfigured(f"cannot write {out}: {error.strerror}") from error
    told.print(f"Written: {escape(str(out))}")
