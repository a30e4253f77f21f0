"""`cot handover`: what the next leader must know, in words or as JSON."""

from cot_flows.cli.session import Asking, opened, out, resolve
from cot_flows.cli.showing import about, plain, print_heading, print_table
from cot_flows.handover import hand_over
from cot_flows.handover_words import SHOWN


def handover(*, asking: Asking | None = None) -> None:
    """Show what the next leader must know: promises, decisions, holds, waivers, what is late."""
    asking = asking or Asking()
    with opened() as engine:
        moment = resolve(engine, asking)
        told = hand_over(engine, moment)
    if asking.json:
        out.print_json(data=plain(about(moment, told.answer) | told.sections()))
        return
    print_heading(moment, told.answer, "Handover")
    for name, rows in told.sections().items():
        heading, columns, empty = SHOWN[name]
        out.print(f"[bold]{heading}[/]")
        print_table(columns, rows, empty=empty)
