"""The record of a review as a paper."""

from cot_flows.papers.model import Attachment, Paper, Section, Table, places
from cot_flows.papers.packet_paper import SIMULATED
from cot_flows.papers.record import Record
from cot_flows.papers.words import Entry, entries, part, say, spaced
from events.envelope import Head


def record_paper(record: Record, head: Head) -> Paper:
    """Return the paper of a review's record."""
    document = record.document
    digest = "none" if document["packet"] is None else part(document, "packet")["digest"]
    held, closed = _told(document, "held", "present"), _told(document, "closed", "next_on")
    return Paper(
        title=str(document["title"]),
        kind="Review record",
        lines=(
            ("District", head.district),
            ("Review", f"{document['review']}, type {document['review_type']}"),
            ("About", str(document["about"])),
            ("Held on", f"{held[0]}, present: {held[1]}"),
            ("Packet", str(digest)),
            ("Record", f"{record.digest}, as of position {record.position}"),
            ("Closed on", f"{closed[0]}, next on: {closed[1]}"),
        ),
        sections=(
            Section("Decisions", "What was decided, and on which evidence.", (_decided(document),)),
            Section("Actions", "Who owes what, and what would show it worked.", (_owed(document),)),
            Section("Effect check", "Whether it worked, asked later.", (_effect(document),)),
        ),
        foot=(
            f"{head.district}, review {document['review']}, position {record.position}",
            f"Record {record.digest}",
            f"Packet {digest}",
        ),
        verified=(
            "Made from the log: the same until something more is recorded of this review or its "
            "actions. Dissent and remarks are personal and are not printed; where there are some, "
            "that is said."
        ),
        day=record.day,
        attached=Attachment(
            "record.json", f"The record whose digest is {record.digest}", record.content
        ),
        notices=(SIMULATED,) if head.clock == "simulated" else (),
    )


def _told(document: Entry, name: str, field: str) -> tuple[str, str]:
    if document[name] is None:
        return ("not yet", "none")
    told = part(document, name)
    return (str(told["on"]), say(told[field]))


def _decided(document: Entry) -> Table:
    rows = tuple(
        (
            str(each["title"]),
            str(each["decision"])
            + (f" {each['unit']}" if each["unit"] else "")
            + (f" to {each['to_stage']}" if each["to_stage"] else ""),
            "marked insufficient" if each["insufficient"] else say(each["evidence"]),
            "on record, withheld as personal" if each["note_withheld"] else "none",
            places(each["positions"]),
        )
        for each in entries(document, "decisions")
    )
    columns = ("Decision", "Kind", "Evidence", "Dissent or remark", "Events")
    return Table("Decisions", columns, rows)


def _owed(document: Entry) -> Table:
    rows = tuple(
        (
            str(each["title"]) + (" (critical)" if each["critical"] else ""),
            say(each["owner"]),
            say(each["due_on"]),
            str(each["shows_it_worked"]),
            say(each["phase"]),
            places(each["positions"]),
        )
        for each in entries(document, "actions")
    )
    columns = ("Action", "Owner", "Due on", "What would show it worked", "State", "Events")
    return Table("Action items", columns, rows)


def _effect(document: Entry) -> Table:
    columns = ("Effect", "On", "Evidence", "Events")
    if document["effect"] is not None:
        told = part(document, "effect")
        cited = "marked insufficient" if told["insufficient"] else say(told["evidence"])
        row = (spaced(told["verdict"]), str(told["on"]), cited, places(told["positions"]))
        return Table("Effect check", columns, (row,))
    if document["effect_due"] is not None:
        due = part(document, "effect_due")
        asked = (f"to be said by {due['due_on']}", str(due["on"]), "none", places(due["positions"]))
        return Table("Effect check", columns, (asked,))
    return Table("Effect check", columns, ())
