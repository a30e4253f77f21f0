"""How the events behind a value are shown, and whether it comes out of them."""

import re
from typing import Annotated

from cyclopts import Parameter
from rich.markup import escape

from cot_flows.cli.session import out
from cot_flows.cli.showing import print_table
from cot_flows.records.rights import Classes
from cot_flows.replaying.documents import event_entry
from cot_flows.replaying.tracing import Traced
from cot_flows.replaying.words import name_of, sentence, value

INDICATOR = re.compile(r"D[1-5]\.[0-9]{1,2}")

DigestOption = Annotated[
    str | None,
    Parameter(
        help="Digest of the query (sha256:…) under which the value was recorded; left out, that of "
        "the last attestation. It is said when the query in force is another."
    ),
]


def traced_document(found: Traced, classes: Classes) -> dict[str, object]:
    """Return a traced value by stable keys."""
    asked = found.asked
    return {
        "district": found.district,
        "known_at_position": found.position,
        "effective_on": found.effective_on,
        "projection": asked.projection,
        "key": asked.key,
        "indicator": asked.indicator,
        "field": asked.field,
        "value": found.value,
        "from_these_events_alone": found.alone,
        "verdict": found.verdict,
        "query_digest": found.query_digest,
        "recorded_digest": found.recorded_digest,
        "same_query": found.same_query,
        "product_version": found.product_version,
        "events": [
            event_entry(each.recorded, classes(each.recorded))
            | {"counts": each.counts, "replaced_by": each.replaced_by}
            for each in found.events
        ],
    }


def print_traced(found: Traced, classes: Classes) -> None:
    """Print a traced value for a person."""
    asked = found.asked
    what = ", ".join(each for each in (asked.key, asked.indicator, asked.field) if each)
    out.print(
        f"[bold]{escape(what)}[/] is [bold]{escape(value(found.value))}[/] · {found.district} · "
        f"known at position {found.position} · effective on {found.effective_on}"
    )
    rows = [
        {
            "position": each.recorded.position,
            "recorded": each.recorded.recorded_at.date(),
            "effective": each.recorded.effective_from,
            "event": name_of(each.recorded),
            "counts": each.counts,
            "replaced": each.replaced_by,
            "says": sentence(each.recorded, classes(each.recorded)),
        }
        for each in found.events
    ]
    columns = {"position": "Position", "recorded": "Recorded", "effective": "Effective"}
    columns |= {"event": "Event", "counts": "Counts", "replaced": "Replaced by", "says": "Says"}
    print_table(columns, rows, empty="No event bears on it.")
    if found.verdict == "re-derives":
        out.print("[green]re-derives[/]: the query gives the same from these events alone")
    else:
        told = escape(value(found.alone))
        out.print(f"[bold red]does not re-derive[/]: from these events alone it would be {told}")
    out.print(f"Query {found.query_digest}, cot-flows {found.product_version}", markup=False)
    if found.same_query is False:
        out.print(
            f"[yellow]Another query than the recorded one[/] ({escape(str(found.recorded_digest))})"
            ": what differs from what was shown then may come from that."
        )
