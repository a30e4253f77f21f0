"""`cot review packet` and `cot review record`: what a review looks at and what it decided."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from cot_flows.bootstrap import Engine
from cot_flows.cli.session import DistrictOption, head_of, opened, out
from cot_flows.errors import NotConfigured, UnknownThing
from cot_flows.moments import Moment, resolve_moment
from cot_flows.papers.model import Paper
from cot_flows.projecting import day_of
from events.envelope import Head
from projections.reading import read

Identifier = Annotated[
    str, Parameter(help="Id of the review, or its beginning as `cot reviews` shows it.")
]
OutOption = Annotated[
    Path | None,
    Parameter(
        name=["--out", "-o"],
        help="File to write: FILE.pdf, FILE.html or FILE.json. Left out, the JSON is printed.",
    ),
]


KnownAtOption = Annotated[
    str | None, Parameter(help="Make it from what was recorded by then: a day or a moment.")
]
EffectiveOnOption = Annotated[
    date | None, Parameter(help="Make it for this day: facts that count from later are left out.")
]


def packet(
    identifier: Identifier,
    /,
    *,
    out_file: OutOption = None,
    as_known_at: KnownAtOption = None,
    as_effective_on: EffectiveOnOption = None,
    district: DistrictOption = None,
) -> None:
    """Show what a review was frozen to look at, as people read it: PDF, HTML or JSON.

    It is made again from the log and refused unless its digest is the one that was recorded. With
    --as-known-at or --as-effective-on it is made for that moment instead, as JSON: a packet that
    nobody froze, to be laid beside the frozen one.
    """
    from cot_flows.papers.frozen import frozen_packet
    from cot_flows.papers.packet_paper import packet_paper

    kind = _kind(out_file)
    with opened() as engine:
        head = head_of(engine, district)
        review = named(engine, head, identifier)
        if as_known_at is not None or as_effective_on is not None:
            moment = resolve_moment(engine, head, as_known_at, as_effective_on)
            _give_unfrozen(engine, moment, review, out_file, kind)
            return
        frozen = frozen_packet(engine, head.district, review)
    _give(out_file, kind, frozen.content, lambda: packet_paper(frozen, head))
    if out_file is not None:
        out.print(f"The packet of review {review}, verified: {frozen.digest}", markup=False)
        out.print(f"is in {out_file}.", markup=False)


def record(
    identifier: Identifier, /, *, out_file: OutOption = None, district: DistrictOption = None
) -> None:
    """Show what a review decided, who owes what, and whether it worked: PDF, HTML or JSON."""
    from cot_flows.papers.record import review_record
    from cot_flows.papers.record_paper import record_paper

    kind = _kind(out_file)
    with opened() as engine:
        head = head_of(engine, district)
        review = named(engine, head, identifier)
        made = review_record(engine, head.district, review)
    _give(out_file, kind, made.content, lambda: record_paper(made, head))
    if out_file is not None:
        out.print(f"The record of review {review}: {made.digest}", markup=False)
        out.print(f"is in {out_file}.", markup=False)


def named(engine: Engine, head: Head, identifier: str) -> str:
    """Return the id of the one review that an id or the beginning of one names.

    Raises UnknownThing when none or several are meant.
    """
    with engine.reading() as connection:
        answer = read(connection, "review_queue", head.district, today=day_of(head))
    known = [str(row["review"]) for row in answer.rows]
    if identifier in known:
        return identifier
    found = [each for each in known if identifier and each.startswith(identifier)]
    if len(found) != 1:
        raise UnknownThing(
            f"{identifier!r} names {len(found)} reviews of {head.district}: see `cot reviews --all`"
        )
    return found[0]


def add_to(app: App) -> None:
    """Make the commands part of an application."""
    app.command(packet)
    app.command(record)


def _give_unfrozen(
    engine: Engine, moment: Moment, review: str, file: Path | None, kind: str
) -> None:
    """Give what a review's packet would hold at a moment at which nobody froze it."""
    from cot_flows.reviews.packet import packet as made_for

    if kind != ".json":
        raise NotConfigured(
            "only the packet that was frozen is set for people: for another moment leave --out "
            "out, or name FILE.json"
        )
    position = moment.head.position if moment.position is None else moment.position
    made = made_for(engine, moment.district, review, position, moment.today)
    _give(file, kind, made.content, _no_paper)
    if file is not None:
        out.print(f"What a packet of review {review} would hold, not a frozen one:", markup=False)
        out.print(f"{made.digest} is in {file}.", markup=False)


def _no_paper() -> Paper:
    raise NotConfigured("a packet that nobody froze is not set for people")


def _kind(file: Path | None) -> str:
    kind = ".json" if file is None else file.suffix.lower()
    if kind not in {".pdf", ".html", ".json"}:
        raise NotConfigured(f"{file} has no ending that tells what to make: .pdf, .html or .json")
    return kind


def _give(file: Path | None, kind: str, content: bytes, paper: Callable[[], Paper]) -> None:
    if file is None:
        out.file.write(content.decode() + "\n")
        return
    if kind == ".pdf":
        from cot_flows.papers.pdf import pdf

        content = pdf(paper())
    elif kind == ".html":
        from cot_flows.web.papers import standalone

        content = standalone(paper())
    try:
        file.write_bytes(content)
    except OSError as error:
        raise NotConfigured(f"{file} cannot be written: {error.strerror}") from error
