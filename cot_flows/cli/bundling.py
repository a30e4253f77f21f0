"""`cot audit bundle`: what an auditor takes away, and checks without this program."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cot_flows.bootstrap.engine import utc_now
from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened, out, told
from cot_flows.cli.showing import plain
from domain.message import Classification

PROGRESS_EVERY = 1000

ByOption = Annotated[
    str | None, Parameter(help="Registered actor who gets restricted events (or set COT_ACTOR).")
]
PurposeOption = Annotated[
    str | None,
    Parameter(help="Why; demanded when restricted events are in it, and recorded first."),
]
OnlyOption = Annotated[
    tuple[Classification, ...],
    Parameter(
        negative=(),
        help="Tell the content of events only if all their classes (recorded, of the type, "
        "raised to since) are named; repeat it for several. Of the others the hashes are told, "
        "and their personal values are not.",
    ),
]


def bundle(
    place: Annotated[
        Path, Parameter(help="A new folder, or a new file that ends in .zip, to write.")
    ],
    /,
    *,
    district: DistrictOption = None,
    redacted: Annotated[
        bool, Parameter(negative="", help="Leave out all personal values and their salts.")
    ] = False,
    only: OnlyOption = (),
    reason: Annotated[
        str | None, Parameter(help="Why something is left out; it stands in the bundle.")
    ] = None,
    by: ByOption = None,
    purpose: PurposeOption = None,
    force: Annotated[
        bool, Parameter(negative="", help="Replace a bundle that is there already.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Write all that is sealed, with verifiers that need nothing of this program.

    In it: every event exactly as it was hashed, personal values, checkpoints with cosignatures,
    proofs, keys, a data dictionary, and three verifiers: verify.html for a browser, verify.py,
    verify.sql. Whoever gets it needs the log's vkey too, by another way. A full bundle and one
    that leaves things out verify against the same checkpoint.

    Events of a restricted class (personnel, student-derived, privileged) are in it only for an
    actor who may read them and states a purpose; that they were given is recorded first. Whoever
    holds the bundle reads them, and no log tells of that.
    """
    from cot_flows.bundles.making import make_bundle, sealed_state
    from cot_flows.bundles.scope import Scope
    from cot_flows.bundles.sight import events_told
    from cot_flows.bundles.writing import require_free
    from cot_flows.records.rights import Reader, require_sight

    scope = Scope(not redacted, frozenset(only) if only else None, reason)
    columns = (TextColumn("Events"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with opened() as engine, Progress(*columns, console=told, transient=True) as progress:
        head = head_of(engine, district)
        total = sealed_state(engine, head.district).state.size
        require_free(place, force=force)
        reader = Reader(by or engine.settings.actor, purpose)
        given = events_told(engine, head.district, total, scope)
        require_sight(engine.store, utc_now, head.district, reader, given)
        task = progress.add_task("events", total=total)

        def step(position: int) -> None:
            if position % PROGRESS_EVERY == 0 or position == total:
                progress.update(task, completed=position)

        made = make_bundle(engine, head, place, scope, made_at=utc_now(), force=force, told=step)
    if json:
        out.print_json(data=plain(made.as_dict()))
        return
    for line in made.lines():
        out.print(line, markup=False, soft_wrap=True)
