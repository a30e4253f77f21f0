"""T8, T9 and T10: back-dating, checkpoints and tree edited, keys changed without being vouched for."""

from datetime import timedelta

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import sql

from cot_flows.bootstrap import Engine
from cot_flows.sealing.changing_keys import create_key, report_lost, rotate_key, statement_text
from cot_flows.sealing.checking import check_proof
from cot_flows.sealing.proving import prove, require_not_contradicting
from cot_flows.sealing.sealing import seal
from cot_flows.sealing.standing import standing
from domain.sealing import SEALING_STREAM
from events.errors import ForkFound, NoteRefused, TimeRefused
from events.sealing.checkpoint import Checkpoint
from events.sealing.note import encode, sign
from tests.integration.sealing.conftest import ORIGIN, fill
from tests.integration.tampering.conftest import DISTRICT, faults, key_of, place, stolen, told
from tests.support.forging import Forger
from tests.support.log import BEGINS, event_id, started, write


def last_fact(engine: Engine) -> tuple[int, dict[str, str]]:
    """The position and the data of the newest fact about sealing."""
    found = engine.store.read_stream(DISTRICT, SEALING_STREAM)[-1]
    return found.position, found.event.model_dump(mode="json")


def in_json(text: str) -> str:
    """A text as it stands within canonical bytes."""
    return orjson.dumps(text).decode()[1:-1]


def test_nobody_gives_a_recording_time_to_a_log_on_the_servers_clock(sealed: Engine) -> None:
    before = sealed.store.head(DISTRICT)
    with pytest.raises(TimeRefused, match="leave the recording time to it"):
        sealed.store.append(DISTRICT, [write(started("early"))], recorded_at=BEGINS)
    assert sealed.store.head(DISTRICT) == before


def test_a_record_dated_before_a_checkpoint_stands_behind_its_successor(
    sealed: Engine, forger: Forger
) -> None:
    """Recorded after the seal, made to look recorded a month before it, its leaf fitting."""
    at = place(sealed, "later-1")
    forger.moves_recording(at, timedelta(days=-30), rehashed=True)
    assert told(sealed)[0] == ("recording times", f"position {at}")


def test_between_two_checkpoints_a_recording_time_is_only_as_good_as_the_server(
    sealed: Engine, forger: Forger
) -> None:
    """The limit that the pages name: what is not sealed yet can be moved between its neighbours."""
    at = place(sealed, "later-0")
    forger.moves_recording(at, timedelta(microseconds=-1), rehashed=True)
    assert faults(sealed) == ()


def test_a_checkpoint_that_says_another_root_is_named(sealed: Engine, forger: Forger) -> None:
    at, data = last_fact(sealed)
    forger.rewrites(at, f'"root":"{data["root"]}"', f'"root":"{encode(bytes(32))}"', rehashed=True)
    assert told(sealed) == [("checkpoints", f"position {at}")]
    assert "says other than it" in faults(sealed)[0].message


def test_a_checkpoint_signed_anew_over_another_root_is_named(
    sealed: Engine, forger: Forger
) -> None:
    """Even the stolen key cannot make the log lead to another root."""
    at, data = last_fact(sealed)
    root = bytes(range(32))
    note = str(Checkpoint(ORIGIN, int(data["size"]), root).signed(stolen(sealed)))
    forger.rewrites(at, in_json(data["note"]), in_json(note), rehashed=True)
    forger.rewrites(at, f'"root":"{data["root"]}"', f'"root":"{encode(root)}"', rehashed=True)
    (fault,) = faults(sealed)
    assert (fault.check, encode(root) in fault.message) == ("checkpoints", True)
    with pytest.raises(ForkFound):
        seal(sealed, DISTRICT)


def test_a_checkpoint_edited_contradicts_its_old_copy(sealed: Engine, forger: Forger) -> None:
    copy = standing(sealed, DISTRICT).note()[0]
    at, data = last_fact(sealed)
    note = str(Checkpoint(ORIGIN, copy.size, bytes(32)).signed(stolen(sealed)))
    forger.rewrites(at, in_json(data["note"]), in_json(note), rehashed=True)
    with pytest.raises(ForkFound, match="two histories"):
        require_not_contradicting(copy, standing(sealed, DISTRICT).note()[0])


def test_a_hash_of_the_kept_tree_edited_is_named(keyed: Engine, database_url: str) -> None:
    fill(keyed, 600)
    seal(keyed, DISTRICT)
    Forger(database_url).does(
        sql.SQL("UPDATE cot_log.tree_node SET hash = sha256('x') WHERE number = 1")
    )
    assert told(keyed) == [("kept tree", "position 257")]


def test_a_key_rotated_without_the_signature_of_the_one_before_is_named(
    sealed: Engine, forger: Forger
) -> None:
    rotate_key(sealed, sealed.store.head(DISTRICT), "a-steward")
    assert faults(sealed) == ()
    at, data = last_fact(sealed)
    unsigned = str(sign(statement_text(data["vkey"]), ORIGIN, Ed25519PrivateKey.generate()))
    forger.rewrites(at, in_json(data["statement"]), in_json(unsigned), rehashed=True)
    assert told(sealed) == [("checkpoints", f"position {at}")]


def test_a_key_put_in_by_calling_the_old_one_lost_is_unknown_to_outsiders(sealed: Engine) -> None:
    """Whoever may record can say so; it stands in the log, and proofs need the vkey they had."""
    known = key_of(sealed)
    report_lost(sealed, sealed.store.head(DISTRICT), "a-steward", "so they say")
    create_key(sealed, sealed.store.head(DISTRICT), "a-steward", None)
    seal(sealed, DISTRICT)
    assert faults(sealed) == ()
    proof = str(prove(sealed, DISTRICT, event_id("e-4"))).encode()
    with pytest.raises(NoteRefused, match="none of the keys"):
        check_proof(proof, [known], [])
