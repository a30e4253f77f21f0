"""Makes the golden files of event types that have none yet: `python -m tests.support.golden`.

A golden file that exists is never written again: it shows what was stored once. A type whose
content changes gets a new schema version, an upcaster and a further file, and keeps the old one.
"""

import json
from datetime import date
from functools import cache
from pathlib import Path
from uuid import UUID

from domain.facts.every import EVENT_TYPES
from domain.message import merged_subjects
from events.codec import Codec
from events.envelope import NewEvent
from tests.support.samples import SAMPLES

FOLDER = Path(__file__).parents[1] / "golden"


class NumberedSalts:
    """Salts that are 1, 2, 3 … as 16 bytes, from 1 again when told so."""

    def __init__(self) -> None:
        self.last = 0

    def __call__(self) -> bytes:
        self.last += 1
        return self.last.to_bytes(16, "big")


SALTS = NumberedSalts()


@cache
def golden_codec() -> Codec:
    """The codec with numbered salts; making one takes a while."""
    return Codec(EVENT_TYPES, SALTS)


def golden_event(name: str) -> NewEvent:
    """The sample of a type, in an envelope that is the same for all."""
    event = SAMPLES[name]
    return NewEvent(
        event=event,
        event_id=UUID("0f000000-0000-4000-8000-000000000001"),
        occurred_on=date(2025, 9, 15),
        precision="day",
        effective_from=date(2025, 9, 16),
        actor="a-steward",
        source="cli",
        correlation_id=UUID("0f000000-0000-4000-8000-000000000002"),
        subjects=merged_subjects(event.subjects()),
        causation_id=UUID("0f000000-0000-4000-8000-000000000003"),
        reason="Agreed at the weekly meeting",
    )


def file_of(name: str) -> Path:
    """Where the golden file of a type's newest version lies."""
    return FOLDER / f"{name}.json"


def golden(name: str) -> dict[str, object]:
    """What a golden file holds: the content as text, and the personal values with their salts."""
    SALTS.last = 0
    encoded = golden_codec().encode(golden_event(name))
    return {
        "content": encoded.content.decode(),
        "personal": {each.field: [each.salt.hex(), each.value] for each in encoded.personal},
    }


if __name__ == "__main__":
    for each in EVENT_TYPES:
        if not file_of(each.type_name()).exists():
            text = json.dumps(golden(each.type_name()), indent=1, ensure_ascii=False)
            file_of(each.type_name()).write_text(text + "\n", encoding="utf-8")
