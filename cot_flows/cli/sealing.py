"""`cot seal` and `cot keys …`: checkpoints over the log, and the keys that sign them."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.markup import escape

from cot_flows.bootstrap import Engine
from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened, out, told
from cot_flows.cli.showing import plain, print_table
from cot_flows.cli.writing import ForceOption, write_text
from cot_flows.errors import NotConfigured
from events.errors import SealError

keys = App(
    name="keys",
    group="Prove",
    help="The keys that sign checkpoints. Private sides are files in COT_HOME/keys, for their "
    "owner only and never in the database: keep a copy in another place. With "
    "COT_SEALING_PASSPHRASE or COT_SEALING_PASSPHRASE_FILE they are written "
    "under a passphrase. Outsiders need the public side, the vkey, by a way of its own: on paper, "
    "on the district's site.",
)

ByOption = Annotated[str | None, Parameter(help="Registered actor who does it (or set COT_ACTOR).")]


def _actor(given: str | None, usual: str | None) -> str:
    actor = given or usual
    if actor is None:
        raise NotConfigured("who does this? Name a registered actor with --by, or set COT_ACTOR")
    return actor


def seal(*, district: DistrictOption = None, json: JsonOption = False) -> None:
    """Sign a checkpoint over everything recorded, if anything is new since the last one.

    `cot up` does it every day, and whenever a packet was frozen. It needs a key: `cot keys create`.
    """
    from cot_flows.sealing.sealing import seal as seal_district

    with opened() as engine:
        report = seal_district(engine, head_of(engine, district).district)
    if json:
        out.print_json(data=plain(asdict(report)))
        return
    for line in report.lines():
        out.print(line, markup=False)


def seal_what_was_frozen(engine: Engine, district: str) -> None:
    """Seal after a packet was frozen: what a meeting looks at is proven from that day on.

    The packet is recorded whatever becomes of the seal, so a failure is a remark here.
    """
    from cot_flows.sealing.sealing import seal_if_possible

    try:
        seal_if_possible(engine, district)
    except (NotConfigured, SealError) as error:
        told.print(f"[bold red]Not sealed[/]: {escape(str(error))}")


@keys.command
def create(
    *,
    district: DistrictOption = None,
    origin: Annotated[
        str | None,
        Parameter(
            help="Name of the log for outsiders, for ever: best below a domain of the district's, "
            "such as records.example.org/transformation. It ends in /simulated exactly if the "
            "clock is."
        ),
    ] = None,
    by: ByOption = None,
) -> None:
    """Make the key that signs this district's checkpoints; its public side goes into the log."""
    from cot_flows.sealing.changing_keys import create_key

    with opened() as engine:
        head = head_of(engine, district)
        key = create_key(engine, head, _actor(by, engine.settings.actor), origin)
        place = engine.settings.home / "keys" / head.district
    out.print(f"{key}", markup=False, soft_wrap=True)
    out.print(
        f"signs the checkpoints of {head.district} from now on. Copy {place} to a safe place, give "
        "the line above to outsiders, and seal with `cot seal`.",
        markup=False,
    )


@keys.command(name="list")
def list_keys(*, district: DistrictOption = None, json: JsonOption = False) -> None:
    """List every key there ever was, from where to where it signed, and whether it is here."""
    from cot_flows.sealing.key_listing import listed_keys

    with opened() as engine:
        rows = listed_keys(engine, head_of(engine, district).district)
    if json:
        out.print_json(data=plain({"keys": rows}))
        return
    columns = {
        "vkey": "Public side (vkey)",
        "from_position": "From position",
        "until_position": "Until",
        "ended": "Ended",
        "here": "Here",
    }
    print_table(columns, rows, empty="No key yet: create one with `cot keys create`.")


@keys.command
def rotate(*, district: DistrictOption = None, by: ByOption = None) -> None:
    """Let a new key sign from now on. The one in force signs that this is so: it must be here."""
    from cot_flows.sealing.changing_keys import rotate_key

    with opened() as engine:
        head = head_of(engine, district)
        key = rotate_key(engine, head, _actor(by, engine.settings.actor))
    out.print(f"{key}", markup=False, soft_wrap=True)
    out.print(
        "signs from now on, vouched for by the key before it. Tell outsiders and witnesses.",
        markup=False,
    )


@keys.command
def lost(
    *,
    reason: Annotated[str, Parameter(help="What happened; stored so that it can be withdrawn.")],
    district: DistrictOption = None,
    by: ByOption = None,
) -> None:
    """Say that the key in force is lost, or that others may have it. Then create another.

    What was sealed stays proven by checkpoints that witnesses cosigned or others kept.
    """
    from cot_flows.sealing.changing_keys import report_lost

    with opened() as engine:
        head = head_of(engine, district)
        key = report_lost(engine, head, _actor(by, engine.settings.actor), reason)
    out.print(
        f"{key} signs no more. Nothing is sealed until `cot keys create`; tell outsiders and "
        "witnesses by the way they got the vkey.",
        markup=False,
        soft_wrap=True,
    )


@keys.command
def export(
    file: Annotated[Path | None, Parameter(help="File to write; shown if left out.")] = None,
    /,
    *,
    district: DistrictOption = None,
    force: ForceOption = False,
) -> None:
    """Write the public sides of all keys, one vkey a line: what outsiders check signatures with."""
    from cot_flows.sealing.key_listing import listed_keys

    with opened() as engine:
        rows = listed_keys(engine, head_of(engine, district).district)
    text = "".join(f"{row['vkey']}\n" for row in rows)
    if file is None:
        out.out(text, end="")
    else:
        write_text(file, text, force=force)
        out.print(f"{file} holds {len(rows)} public keys.", markup=False)
