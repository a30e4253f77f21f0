"""What commands share: opening the product, choosing the district, choosing the moment."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from cot_flows.bootstrap import Engine, open_engine, read_settings
from cot_flows.errors import NotConfigured, UnknownDistrict
from cot_flows.moments import Moment, resolve_moment
from events.envelope import Head

PIPED_WIDTH = 160
"""Columns of a table that goes to a file or another program, which has no width of its own."""

out = Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)
"""Where answers go."""

told = Console(stderr=True, highlight=False)
"""Where progress and remarks go, so that answers can be piped."""

DistrictOption = Annotated[
    str | None,
    Parameter(
        name=["--district", "-d"],
        help="District (its short name). May be left out when there is one, or COT_DISTRICT set.",
    ),
]
JsonOption = Annotated[
    bool, Parameter(name="--json", negative="", help="Print JSON with stable keys.")
]


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Asking:
    """The options of every command that reads."""

    district: DistrictOption = None
    as_known_at: Annotated[
        str | None,
        Parameter(
            help="Answer from what was recorded by then: a day (2026-03-01, its end counts) or a "
            "moment (2026-03-01T09:00-08:00)."
        ),
    ] = None
    as_effective_on: Annotated[
        date | None,
        Parameter(help="Answer for this day: facts that count from later are left out."),
    ] = None
    json: JsonOption = False


@contextmanager
def opened() -> Iterator[Engine]:
    """Open the product for one command; says on the terminal what it waits for."""
    settings = read_settings()
    with told.status("Opening the database …") as status:
        engine = open_engine(settings, on_progress=status.update)
    with engine:
        yield engine


def head_of(engine: Engine, given: str | None) -> Head:
    """Return the head of the district that is meant.

    Raises UnknownDistrict, or NotConfigured when none is named and there are several.
    """
    heads = {head.district: head for head in engine.store.heads()}
    name = given or engine.settings.district
    if name is not None:
        if name not in heads:
            raise UnknownDistrict(
                f"there is no district {name!r} here"
                + (f"; there are: {', '.join(heads)}" if heads else "")
                + ". Set one up with `cot init NAME`."
            )
        return heads[name]
    if not heads:
        raise UnknownDistrict("there is no district yet. Set one up with `cot init NAME`.")
    if len(heads) > 1:
        raise NotConfigured(
            f"several districts are here ({', '.join(heads)}): name one with --district"
        )
    return next(iter(heads.values()))


def resolve(engine: Engine, asking: Asking) -> Moment:
    """Return the moment that a question is about."""
    head = head_of(engine, asking.district)
    return resolve_moment(engine, head, asking.as_known_at, asking.as_effective_on)
