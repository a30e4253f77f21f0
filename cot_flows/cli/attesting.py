"""`cot attest`: stored rows compared with the log, and what was found recorded."""

from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.markup import escape

from cot_flows.attesting import SAMPLE, drawing
from cot_flows.attesting import attest as attest_district
from cot_flows.cli.exits import DONE, FOUND_WRONG
from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened, out
from cot_flows.cli.showing import plain
from cot_flows.cli.working import progress


def attest(
    name: Annotated[
        Literal["unit_progress", "activity_timeline", "review_queue", "evidence_freshness"] | None,
        Parameter(help="The projection; all of them if left out."),
    ] = None,
    /,
    *,
    every: Annotated[
        bool, Parameter(name="--all", negative="", help="Compare every row, not a sample.")
    ] = False,
    sample: Annotated[
        int | None,
        Parameter(
            help=f"How many keys to draw of each projection; {SAMPLE} if left out.",
            validator=Number(gte=1, lte=100_000),
        ),
    ] = None,
    seed: Annotated[
        str | None,
        Parameter(help="Draw by this seed: the one on record, to draw the same sample again."),
    ] = None,
    district: DistrictOption = None,
    json: JsonOption = False,
) -> int:
    """Compare stored rows with what the log gives, and record what was found as a fact.

    Rows are computed again at the position at which they stand. Equal rows are recorded as
    attested up to that position, unless nothing that concerns them is new since; rows that differ
    are named, first of all the first. Ends with 1 when any differs.
    """
    chosen = drawing(every=every, count=sample, seed=seed)
    with opened() as engine, progress() as bar:
        task = bar.add_task("Comparing")
        found = attest_district(
            engine,
            head_of(engine, district).district,
            chosen,
            name=name,
            source="cli",
            on_progress=lambda at: bar.update(task, description=f"Comparing {at}"),
        )
    if json:
        document = {"attestations": [each.as_dict() for each in found]}
        out.print_json(data=plain(document))
    else:
        for each in found:
            mark = "" if each.holds else "[bold red]DIFFERS[/] "
            out.print(mark + escape(each.in_words()))
    return DONE if all(each.holds for each in found) else FOUND_WRONG
