"""Levels with arrows against the last packet, the age of their evidence, medians by dimension."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from cot_flows.reviews.inputs.reading import Entry, Reading, Row, dimension_of, keys_of
from domain.facts.assessment import IndicatorRated
from domain.facts.evidence import EvidenceSubmitted
from domain.ids import subject

RATINGS = ("rating_position", "corrected_at", "before_position")
"""Where an entry names the rating, its correction that counts, and that of the last packet."""

Rated = tuple[str, str]
"""Who is rated, by which indicator."""


def ratings(reading: Reading, about: str, before: Reading | None) -> list[Entry]:
    """Return the current ratings of a subject; `before` is where the last packet was made."""
    rows = rating_rows(reading, about)
    earlier = {} if before is None else _by_rated(rating_rows(before, about))
    named = {str(each) for row in rows for each in _listed(row["evidence"])}
    submitted = _submitted(reading, named)
    words = _last_words(reading, {str(row["about"]) for row in rows})
    return [_entry(row, earlier.get(_rated(row)), submitted, words, reading.day) for row in rows]


def rating_rows(reading: Reading, about: str) -> list[Row]:
    """Return the rows of the ratings that belong to a subject."""
    rows = reading.rows("evidence_freshness", keys_of(about))
    wanted = dimension_of(about)
    return [row for row in rows if wanted in {None, row["dimension"]}]


def medians(current: list[Entry]) -> list[Entry]:
    """Return the median of the rated indicators of each dimension, now and at the last packet."""
    found: list[Entry] = []
    for dimension in sorted({_number(each["dimension"]) for each in current}):
        of_it = [each for each in current if each["dimension"] == dimension]
        now = median(_number(each["level"]) for each in of_it)
        earlier = [_number(each["before"]) for each in of_it if each["before"] is not None]
        before = median(earlier) if earlier else None
        found.append(
            {
                "dimension": dimension,
                "median": now,
                "count": len(of_it),
                "before": before,
                "arrow": arrow(now, before),
                "positions": _places(each[name] for each in of_it for name in RATINGS),
            }
        )
    return found


def median(levels: Iterable[int]) -> Decimal:
    """Return the median of at least one level; between two, their middle."""
    ordered = sorted(levels)
    middle = len(ordered) // 2
    return Decimal(ordered[middle] + ordered[-middle - 1]) / 2


def arrow(now: Decimal | int, before: Decimal | int | None) -> str:
    """Return up, down or same against what stood before; new without that."""
    if before is None:
        return "new"
    return "same" if now == before else "up" if now > before else "down"


def _entry(
    row: Row, earlier: Row | None, submitted: dict[str, int], words: dict[int, int], day: date
) -> Entry:
    level = _number(row["level"])
    before = None if earlier is None else _number(earlier["level"])
    newest = row["newest_evidence_on"]
    compared = (row["rating_position"], None if earlier is None else earlier["rating_position"])
    corrected = words.get(_number(row["rating_position"]))
    cited = sorted(str(each) for each in _listed(row["evidence"]))
    return {
        "about": row["about"],
        "indicator": row["indicator"],
        "dimension": row["dimension"],
        "level": level,
        "before": before,
        "before_position": compared[1],
        "corrected_at": corrected,
        "arrow": arrow(level, before),
        "rated_on": row["rated_on"],
        "rubric_version": row["rubric_version"],
        "sources": row["sources"],
        "newest_evidence_on": newest,
        "evidence_age_days": (day - newest).days if isinstance(newest, date) else None,
        "contested": row["contested"],
        "evidence": cited,
        "rating_position": row["rating_position"],
        "positions": _places([*compared, corrected, *(submitted.get(each) for each in cited)]),
    }


def _submitted(reading: Reading, named: Iterable[str]) -> dict[str, int]:
    return {
        each.event.evidence: each.position
        for each in reading.concerning(subject("evidence", name) for name in named)
        if isinstance(each.event, EvidenceSubmitted)
    }


def _last_words(reading: Reading, rated: Iterable[str]) -> dict[int, int]:
    """Return the position of the correction that counts, by the position of the first rating."""
    return {
        each.fact_position: each.position
        for about in sorted(rated)
        for each in reading.behind(about)
        if each.type == IndicatorRated.type_name() and each.position != each.fact_position
    }


def _places(positions: Iterable[object]) -> list[int]:
    """Return positions once and in order; where there was none, there is none."""
    return sorted({_number(each) for each in positions if each is not None})


def _by_rated(rows: list[Row]) -> dict[Rated, Row]:
    return {_rated(row): row for row in rows}


def _rated(row: Row) -> Rated:
    return (str(row["about"]), str(row["indicator"]))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number")
    return value
