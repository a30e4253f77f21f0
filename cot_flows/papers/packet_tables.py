"""The tables of a packet: each part's entries as rows, the events behind a row in its last cell."""

from collections.abc import Iterable

from cot_flows.papers.model import Cell, Table, places
from cot_flows.papers.words import ARROWS, Entry, entries, number, part, say, spaced

LONGEST = 40
"""How many facts of each group of changes a paper lists, the newest; the JSON holds more."""

UNSAID = ("digest", "location", "source_key", "rubric_version", "rule_digest")
"""Fields that tell a machine more than a meeting; the JSON holds them."""

BEHIND = "Events"
"""The head of the column with the positions of the events behind a row."""


def why(document: Entry) -> Table:
    """Return the causes, one row for each of their facts."""
    rows: list[tuple[Cell, ...]] = []
    for cause in entries(document, "causes"):
        facts = entries(cause, "facts") or [{"shows": cause["cause_key"], "positions": []}]
        for fact in facts:
            behind = sorted(
                {*places(fact["positions"]).positions, *places(cause["positions"]).positions}
            )
            rows.append(
                (
                    spaced(cause["rule"]),
                    str(cause["policy"]),
                    str(cause["as_of_date"]),
                    str(fact["shows"]),
                    places(behind),
                )
            )
    return _table("Causes", ("Rule", "Policy", "For the day", "Fact", BEHIND), rows)


def owed(document: Entry) -> Table:
    """Return the action items."""
    columns = (
        "Action",
        "Owner",
        "Due on",
        "Days late",
        "State",
        "What would show it worked",
        BEHIND,
    )
    rows = [
        (
            str(each["title"]) + (" (critical)" if each["critical"] else ""),
            say(each["owner"]),
            say(each["due_on"]) + (f", moved {each['moves']} times" if each["moves"] else ""),
            str(each["days_late"]),
            say(each["phase"]) + (", of the last review" if each["of_last_review"] else ""),
            str(each["shows_it_worked"]),
            places(each["positions"]),
        )
        for each in entries(document, "actions")
    ]
    return _table("Action items", columns, rows, 3)


def changed(document: Entry) -> tuple[Table, ...]:
    """Return the changes in three tables: new, late, corrections."""
    columns = ("What", "Occurred on", "Counts from", "Says", BEHIND)
    found: list[Table] = []
    for name, caption in (
        ("new", "New facts"),
        ("late", "Late facts"),
        ("corrections", "Corrections and retractions"),
    ):
        group = part(part(document, "changes"), name)
        newest = entries(group, "facts")[-LONGEST:]
        rows = [_change(each) for each in newest]
        count = number(group["count"])
        said = f"{caption}: {count}" if count else caption
        found.append(Table(said, columns, tuple(rows), hidden=count - len(rows)))
    return tuple(found)


def _change(each: Entry) -> tuple[Cell, ...]:
    told = str(each["type"])
    if not each["counts"]:
        told += ", replaced since"
    told_of = {name: value for name, value in part(each, "says").items() if name not in UNSAID}
    says = say(told_of) if each["says"] else f"not told here: {each['classification']}"
    return (
        spaced(told),
        str(each["occurred_on"]),
        str(each["effective_from"]),
        says,
        places(each["positions"]),
    )


def standing(document: Entry) -> Table:
    """Return where the units stand."""
    columns = (
        "Unit",
        "Stage",
        "Days",
        BEHIND,
        "Gate",
        "Activities open, done, late",
        BEHIND,
        "Actions open, late",
        BEHIND,
    )
    rows: list[tuple[Cell, ...]] = []
    for each in entries(document, "units"):
        stage, gate = part(each, "stage"), part(each, "gate")
        work, owing = part(each, "activities"), part(each, "actions")
        staged = bool(each["staged"])
        rows.append(
            (
                f"{each['unit']} {each['name']}",
                f"{stage['stage']} since {stage['entered_on']}" if staged else "not staged",
                str(number(stage["days"])) if staged else "none",
                places(stage["positions"] if staged else each["positions"]),
                f"{gate['musts_met']} of {gate['musts_total']} musts" if staged else "none",
                f"{work['open']}, {work['done']}, {work['late']}",
                places(work["positions"]),
                f"{owing['open']}, {owing['late']}",
                places(owing["positions"]),
            )
        )
    return _table("Units", columns, rows, 2)


def rated(document: Entry) -> tuple[Table, ...]:
    """Return the medians by dimension, and every rating."""
    medians = [
        (
            f"Dimension {each['dimension']}",
            str(each["median"]),
            str(each["count"]),
            say(each["before"]),
            ARROWS[str(each["arrow"])],
            places(each["positions"]),
        )
        for each in entries(document, "medians")
    ]
    rows = [
        (
            f"{each['about']} {each['indicator']}",
            str(each["level"]),
            f"{ARROWS[str(each['arrow'])]}"
            + ("" if each["before"] is None else f" from {each['before']}"),
            str(each["rated_on"]),
            say(each["evidence_age_days"]),
            str(each["sources"]) + (", contested" if each["contested"] else ""),
            places(each["positions"]),
        )
        for each in entries(document, "ratings")
    ]
    return (
        _table(
            "Median level by dimension",
            ("Dimension", "Median", "Rated", "Before", "Arrow", BEHIND),
            medians,
            1,
            2,
        ),
        _table(
            "Ratings and the age of their newest evidence",
            ("Indicator", "Level", "Arrow", "Rated on", "Evidence, days old", "Sources", BEHIND),
            rows,
            1,
            4,
        ),
    )


def measured(document: Entry) -> Table:
    """Return the measures, one row for each value."""
    rows: list[tuple[Cell, ...]] = []
    for each in entries(document, "measurements"):
        for value in entries(each, "values"):
            kept = value["value"] is None
            rows.append(
                (
                    f"{each['title']} ({each['unit_of_measure']}, {each['better']} is better)",
                    str(each["kind"]),
                    str(each["trend"]),
                    f"{value['period_from']} to {value['period_to']}",
                    f"withheld: n below {value['fewer_than']}" if kept else str(value["value"]),
                    "withheld" if kept else str(value["n"]),
                    places(value["positions"]),
                )
            )
    columns = ("Measure", "Kind", "Trend", "Period", "Value", "n", BEHIND)
    return _table("Measures", columns, rows, 4, 5)


def partnered(document: Entry) -> Table:
    """Return sessions and interruptions."""
    rows = [
        (
            str(each["kind"]),
            say(each["unit"]),
            say(each["cause"]),
            str(each["count"]),
            f"{each['minutes']} minutes together"
            if each["kind"] == "sessions"
            else f"{each['half_days_lost']} half days lost",
            places(each["positions"]),
        )
        for each in entries(document, "partnerships")
    ]
    columns = ("Kind", "Caused by unit", "Cause", "Count", "Time", BEHIND)
    return _table("Partnership time", columns, rows, 3)


def tried(document: Entry) -> Table:
    """Return the tests of change."""
    rows = [
        (
            str(each["question"] or each["test"]),
            say(each["unit"]),
            say(each["prediction"]),
            say(each["phase"]),
            say(each["outcome"]),
            say(each["matched"]),
            say(each["decision"]),
            places(each["positions"]),
        )
        for each in entries(document, "tests")
    ]
    columns = (
        "Question",
        "Unit",
        "Prediction",
        "Step",
        "What happened",
        "Prediction was",
        "Then",
        BEHIND,
    )
    return _table("Tests of change", columns, rows)


def contested(document: Entry) -> Table:
    """Return what is contested."""
    rows = [
        (str(each["what"]), str(each["state"]), say(each["finding"]), places(each["positions"]))
        for each in entries(document, "contested")
    ]
    return _table("Contested", ("What", "State", "Finding", BEHIND), rows)


def threatened(document: Entry) -> Table:
    """Return the risks."""
    rows = [
        (str(each["unit"]), str(each["risk"]), str(each["shows"]), places(each["positions"]))
        for each in entries(document, "risks")
    ]
    return _table("Risks", ("Unit", "Risk", "Shows", BEHIND), rows)


def against(document: Entry) -> Table:
    """Return the facts against."""
    rows = [
        (str(each["kind"]), str(each["shows"]), places(each["positions"]))
        for each in entries(document, "disconfirming")
    ]
    return _table("Facts against", ("Kind", "Fact", BEHIND), rows)


def around(document: Entry) -> Table:
    """Return what changed around the subject."""
    rows = [
        (
            str(each["area"]),
            str(each["shows"]),
            str(each["effective_from"]),
            places(each["positions"]),
        )
        for each in entries(document, "outside")
    ]
    return _table("Changes around it", ("Of", "What", "Counts from", BEHIND), rows)


def imagined(document: Entry) -> Table:
    """Return the ideas for improvement."""
    rows = [
        (str(each["idea"]), say(each["unit"]), str(each["stands"]), places(each["positions"]))
        for each in entries(document, "ideas")
    ]
    return _table("Ideas", ("Idea", "Unit", "Stands", BEHIND), rows)


def asked(document: Entry) -> Table:
    """Return the questions, numbered; the answers are written on the paper."""
    rows = [
        (f"{number}", str(each["asks"]), places(each["positions"]))
        for number, each in enumerate(entries(document, "questions"), 1)
    ]
    return _table("Questions for this review", ("Number", "Question", BEHIND), rows)


def _table(
    caption: str, columns: tuple[str, ...], rows: Iterable[tuple[Cell, ...]], *numeric: int
) -> Table:
    return Table(caption, columns, tuple(rows), frozenset(numeric))
