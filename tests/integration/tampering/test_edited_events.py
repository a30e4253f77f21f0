"""T1, T2 and T6: events edited, removed, swapped, and a document beside the bytes that differs."""

from datetime import timedelta

import pytest
from psycopg import sql

from cot_flows.bootstrap import Engine
from cot_flows.sealing.sealing import seal
from cot_flows.sealing.standing import standing
from events.errors import ForkFound
from tests.integration.tampering.conftest import (
    DISTRICT,
    faults,
    place,
    require_named_by_its_checkpoint,
    told,
)
from tests.support.forging import Forger

EDITS = {
    "payload": ("e-4", '"schools_percent":5', '"schools_percent":95'),
    "actor": ("e-4", '"actor":"a-steward"', '"actor":"a-thief"'),
    "type": ("e-5", '"type":"ActivityStarted"', '"type":"ActivityAbandoned"'),
    "day": ("e-4", "2025-08-04", "2025-06-04"),
}


def test_a_log_that_nobody_touched_verifies(sealed: Engine, forger: Forger) -> None:
    assert faults(sealed) == ()
    assert seal(sealed, DISTRICT).sealed


@pytest.mark.parametrize("what", EDITS)
def test_an_edited_event_no_longer_fits_its_leaf(sealed: Engine, forger: Forger, what: str) -> None:
    name, old, new = EDITS[what]
    forger.rewrites(place(sealed, name), old, new, rehashed=False)
    assert told(sealed)[0] == ("leaf", f"position {place(sealed, name)}")


@pytest.mark.parametrize("what", EDITS)
def test_an_edited_event_with_its_leaf_recomputed_is_not_what_was_sealed(
    sealed: Engine, forger: Forger, what: str
) -> None:
    name, old, new = EDITS[what]
    forger.rewrites(place(sealed, name), old, new, rehashed=True)
    require_named_by_its_checkpoint(sealed, place(sealed, name))
    with pytest.raises(ForkFound, match="cot verify"):
        seal(sealed, DISTRICT)


def test_a_recording_time_edited_no_longer_fits_its_leaf(sealed: Engine, forger: Forger) -> None:
    at = place(sealed, "e-4")
    forger.moves_recording(at, timedelta(microseconds=-1), rehashed=False)
    assert ("leaf", f"position {at}") in told(sealed)


def test_a_recording_time_edited_within_its_neighbours_is_not_what_was_sealed(
    sealed: Engine, forger: Forger
) -> None:
    at = place(sealed, "e-0")  # The first of its append: the one before it is older.
    forger.moves_recording(at, timedelta(microseconds=-1), rehashed=True)
    require_named_by_its_checkpoint(sealed, at)


def test_an_event_removed_in_the_middle_is_missed_at_its_position(
    sealed: Engine, forger: Forger
) -> None:
    at = place(sealed, "e-4")
    forger.removes(at, closing_up=False)
    found = told(sealed)
    assert found[0] == ("positions", f"position {at + 1}")  # Read there, missed before it.
    assert ("stream versions", f"position {at + 1}") in found


def test_a_gap_closed_up_and_hashed_anew_is_not_what_was_sealed(
    sealed: Engine, forger: Forger
) -> None:
    """The checkpoint moves up too, and now claims to cover itself: it is named."""
    forger.removes(place(sealed, "e-4"), closing_up=True)
    (moved,) = faults(sealed)
    size = standing(sealed, DISTRICT).state.size
    assert (moved.check, moved.where) == ("checkpoints", f"position {size}")
    with pytest.raises(ForkFound, match="cot verify"):
        seal(sealed, DISTRICT)


def test_two_events_swapped_are_not_what_was_sealed(sealed: Engine, forger: Forger) -> None:
    one, two = place(sealed, "e-5"), place(sealed, "e-7")
    forger.swaps(one, two)
    assert (place(sealed, "e-5"), place(sealed, "e-7")) == (two, one)
    require_named_by_its_checkpoint(sealed, one)


@pytest.mark.parametrize(
    ("check", "change"),
    [
        ("document", "data = jsonb_set(data, '{schools_percent}', '95')"),
        ("columns", "actor = 'a-thief'"),
        ("columns", "type = 'ActivityStarted'"),
        ("columns", "occurred_on = '2025-06-04'"),
        ("columns", "effective_from = '2025-06-04'"),
        ("columns", "subjects = '{unit:HR}'"),
        ("columns", "fact_position = 1"),
    ],
)
def test_what_stands_beside_the_hashed_bytes_must_say_the_same(
    sealed: Engine, forger: Forger, check: str, change: str
) -> None:
    """Queries read the columns; the leaf covers the bytes."""
    at = place(sealed, "e-4")
    forger.does(
        sql.SQL("UPDATE cot_log.event SET {} WHERE position = %(at)s").format(sql.SQL(change)),
        at=at,
    )
    assert (check, f"position {at}") in told(sealed)


def test_a_personal_value_exchanged_is_not_the_one_committed_to(
    sealed: Engine, forger: Forger
) -> None:
    at = place(sealed, "e-4")
    forger.does(
        sql.SQL("UPDATE cot_log.event_personal SET value = 'other' WHERE position = %(at)s"), at=at
    )
    assert told(sealed) == [("commitments", f"position {at}")]
