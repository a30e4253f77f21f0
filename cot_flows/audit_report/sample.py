"""A sample that anybody can draw again: by the seed alone, without this program.

Of all positions in the span those are drawn whose SHA-256 of `SEED:POSITION`, as text, is smallest.
"""

from collections.abc import Iterable
from hashlib import sha256
from heapq import nsmallest
from pathlib import Path
from uuid import UUID

from cot_flows.audit_report.section import Row, Section, Span, asked
from cot_flows.bootstrap import Engine
from cot_flows.errors import UnknownThing
from cot_flows.sealing.proving import prove
from cot_flows.sealing.standing import standing
from events.sealing.proof import SUFFIX


def drawn(seed: str, positions: Iterable[int], size: int) -> list[int]:
    """Return the sample's positions, in order; all of them when there are no more than `size`."""
    return sorted(nsmallest(size, positions, key=lambda each: _rank(seed, each)))


def _rank(seed: str, position: int) -> bytes:
    return sha256(f"{seed}:{position}".encode()).digest()


def sample(engine: Engine, span: Span, seed: str, size: int, folder: Path | None) -> Section:
    """Return the sample, and write each event's proof into a folder if one is given.

    An event recorded after the last checkpoint has no proof yet. Raises UnknownThing when the
    folder cannot be written.
    """
    positions = drawn(seed, range(span.after + 1, span.up_to + 1), size)
    rows = asked(engine, "drawn", span, positions=positions)
    sealed = standing(engine, span.district).state.size
    if folder is not None:
        _make(folder)
    rows = [row | {"proof": _proof(engine, span, row, sealed, folder)} for row in rows]
    return Section(
        name="sample",
        title=f"Sample with the seed {seed}",
        meaning="Drawn by the smallest SHA-256 of SEED:POSITION; the same seed and span draw the "
        "same events. Trace each to its source, and check its proof with `cot audit check`.",
        columns={
            "position": "Position",
            "event_id": "Event",
            "type": "Fact",
            "actor": "By",
            "occurred_on": "Of",
            "recorded_on": "Recorded",
            "proof": "Proof",
        },
        rows=rows,
        total=len(rows),
    )


def _proof(engine: Engine, span: Span, row: Row, sealed: int, folder: Path | None) -> str:
    if int(str(row["position"])) > sealed:
        return "not sealed yet"
    if folder is None:
        return "not written"
    file = folder / f"{row['position']}{SUFFIX}"
    file.write_text(str(prove(engine, span.district, UUID(str(row["event_id"])))), encoding="utf-8")
    return str(file)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnknownThing(f"cannot make the folder {folder}: {error.strerror}") from error
