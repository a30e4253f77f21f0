"""A frozen packet as a paper: what it holds, in the order in which a meeting needs it."""

from datetime import date

from cot_flows.papers.frozen import FrozenPacket
from cot_flows.papers.measure_tables import compared, grouped
from cot_flows.papers.model import Attachment, Bar, Chart, Paper, Section
from cot_flows.papers.packet_tables import (
    against,
    around,
    asked,
    changed,
    contested,
    imagined,
    measured,
    owed,
    partnered,
    rated,
    standing,
    threatened,
    tried,
    why,
)
from cot_flows.papers.words import entries, number, part, say
from events.envelope import Head

SIMULATED = (
    "Simulated clock: the recording times of this district were supplied, not set by the server. "
    "An auditor may not rely on them."
)
"""What every paper of a district with such a clock says."""


def packet_paper(packet: FrozenPacket, head: Head) -> Paper:
    """Return the paper of a packet."""
    document = packet.document
    window = part(part(document, "changes"), "window")
    last = window["last_review"]
    compared = (
        f"review {last}, packet as known at position {window['after_position']} and effective on "
        f"{window['since']}"
        if last
        else f"no review of this subject was held before; changes since {window['since']}"
    )
    known, day = document["as_known_position"], document["as_effective_on"]
    return Paper(
        title=str(document["title"]),
        kind="Review packet",
        lines=(
            ("District", head.district),
            ("Review", f"{document['review']}, type {document['review_type']}"),
            ("About", str(document["about"])),
            ("Due on", str(document["due_on"])),
            ("Known at", f"position {known} of the log"),
            ("Effective on", str(day)),
            ("Compared with", compared),
        ),
        sections=_sections(document),
        foot=(
            f"{head.district}, review {document['review']}",
            f"Position {known}, effective on {day}",
            f"Packet {packet.digest}",
        ),
        verified=(
            f"Verified: made again at position {known}, this packet has the digest "
            f"{packet.digest}, which the log holds at position {packet.recorded_at_position}."
        ),
        day=date.fromisoformat(str(day)),
        attached=Attachment(
            "packet.json", f"The packet whose digest is {packet.digest}", packet.content
        ),
        notices=(SIMULATED,) if head.clock == "simulated" else (),
    )


def _sections(document: dict[str, object]) -> tuple[Section, ...]:
    return (
        Section("Why this review", "What opened it, and the facts that did.", (why(document),)),
        Section(
            "Actions",
            "What the last review asked for, whatever became of it, and all that is still owed.",
            (owed(document),),
        ),
        Section(
            "What changed",
            "What was recorded since the last packet. Late facts counted already when that packet "
            "was made, and were not known.",
            changed(document),
        ),
        Section(
            "What changed around it",
            "Leaders, rules, money, units and partners elsewhere, since the last packet.",
            (around(document),),
        ),
        Section(
            "Where the units stand",
            "Holds do not count as days.",
            (standing(document),),
            _days(document),
        ),
        Section(
            "Ratings",
            "Levels 0 to 3. Not rated is not zero. Arrows compare with the last packet.",
            rated(document),
            _medians(document),
        ),
        *_of_measures(document),
        Section(
            "Partnership time",
            "Of directors with principals, since the last packet.",
            (partnered(document),),
        ),
        Section("Tests of change", "Prediction and outcome.", (tried(document),)),
        Section(
            "Ideas for improvement",
            "Changes to be tried, studied, decided or spread.",
            (imagined(document),),
        ),
        Section("Contested", "What may not be relied on as it stands.", (contested(document),)),
        Section("Risks", "What lies over the stages of the units.", (threatened(document),)),
        Section("What speaks against", _asked(document), (against(document),)),
        Section(
            "Questions",
            "What the record asks. The last question is put in every review.",
            (asked(document),),
            own_page=True,
        ),
    )


def _of_measures(document: dict[str, object]) -> tuple[Section, ...]:
    return (
        Section(
            "Measures",
            "Services, feedback and outcomes: at most five, what got worse comes first."
            + _left_out(document, "measurements"),
            (measured(document),),
        ),
        Section(
            "Parity of school groups",
            "How a group is served beside the best served one: from 0.90 fine, below 0.80 to act "
            "on. Groups with too few are kept back, and one beside them, so that none can be "
            "subtracted." + _left_out(document, "parity"),
            grouped(document),
        ),
        Section(
            "Money planned and spent",
            "From the ledger, as measures tell it." + _left_out(document, "money"),
            (compared(document, "money"),),
        ),
        Section(
            "Outside partners",
            "What they did, beside what was promised." + _left_out(document, "partners"),
            (compared(document, "partners"),),
        ),
    )


def _left_out(document: dict[str, object], name: str) -> str:
    counts = [each["count"] for each in entries(document, "left_out") if each["part"] == name]
    return f" {counts[0]} more are on record." if counts else ""


def _asked(document: dict[str, object]) -> str:
    if entries(document, "disconfirming"):
        return "Every fact at hand against the work going well. Look at these before deciding."
    return (
        "The record holds no fact against. Ask what would show that this is not working, and who "
        "would have seen it."
    )


def _medians(document: dict[str, object]) -> tuple[Chart, ...]:
    rows = entries(document, "medians")
    bars = tuple(
        Bar(
            f"Dimension {row['dimension']}",
            float(str(row["median"])),
            f"median {row['median']}, {row['count']} rated",
        )
        for row in rows
    )
    said = "; ".join(f"{each.label}: {each.says}" for each in bars)
    return _chart("Median level by dimension", f"{said}. The table beneath says the same.", bars, 3)


def _days(document: dict[str, object]) -> tuple[Chart, ...]:
    rows = [row for row in entries(document, "units") if row["staged"]]
    stages = [(str(row["unit"]), part(row, "stage")) for row in rows]
    bars = tuple(
        Bar(name, number(stage["days"]), f"{number(stage['days'])} days in {say(stage['stage'])}")
        for name, stage in stages
    )
    said = "; ".join(f"{each.label}: {each.says}" for each in bars)
    longest = max((each.length for each in bars), default=0)
    title = "Days in the present stage by unit"
    return _chart(title, f"{said}. The table beneath says the same.", bars, longest)


def _chart(title: str, said: str, bars: tuple[Bar, ...], longest: float) -> tuple[Chart, ...]:
    return (Chart(title, said, bars, longest),) if bars else ()
