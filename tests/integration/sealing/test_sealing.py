"""A log proves itself: sealed, verified, proven to outsiders; and what was tampered with is named."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from psycopg import errors, sql
from pydantic import SecretStr

from cot_flows.bootstrap import Engine
from cot_flows.errors import NoSealingKey, NotConfigured, UnknownThing
from cot_flows.sealing.changing_keys import create_key, report_lost, rotate_key, usual_origin
from cot_flows.sealing.checking import check_proof
from cot_flows.sealing.key_listing import listed_keys
from cot_flows.sealing.keys import Keys
from cot_flows.sealing.proving import prove, require_not_contradicting, require_same_log
from cot_flows.sealing.sealing import seal, seal_if_possible
from cot_flows.sealing.standing import standing
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from cot_flows.verifying import VerifyReport, verify
from domain.errors import Rejected
from domain.sealing import SEALING_STREAM
from events.errors import ForkFound, NoteRefused, ProofRefused
from events.sealing.checkpoint import Checkpoint
from events.sealing.note import encode, read_vkey
from tests.integration.sealing.conftest import DISTRICT, ORIGIN, event_id, fill
from tests.support.log import BEGINS, session
from tests.support.merkle import mth

REHASH = sql.SQL(
    "UPDATE cot_log.event e SET leaf_hash = cot_log.leaf_hash("
    "e.district, e.position, e.stream, e.stream_version, e.recorded_at, e.content) "
    "WHERE position = %(position)s"
)
EDIT = sql.SQL(
    "UPDATE cot_log.event SET actor = 'a-thief', content = convert_to(replace("
    "convert_from(content, 'UTF8'), '\"actor\":\"a-steward\"', '\"actor\":\"a-thief\"'), 'UTF8') "
    "WHERE position = %(position)s"
)


def leaves(engine: Engine, size: int) -> list[bytes]:
    return [e.leaf_hash for e in engine.store.read_log(DISTRICT, after=0, limit=size)]


def key_of(engine: Engine) -> str:
    key = standing(engine, DISTRICT).state.key
    assert key is not None
    return key


def first_fault(report: VerifyReport, check: str) -> str:
    return next(f"{f.where}: {f.message}" for f in report.findings if f.check == check)


@pytest.mark.parametrize("count", [0, 300, 600])
def test_a_checkpoint_has_the_root_of_the_definition_and_the_log_verifies(
    keyed: Engine, count: int
) -> None:
    if count:
        fill(keyed, count)
    head = keyed.store.head(DISTRICT).position
    report = seal(keyed, DISTRICT)
    assert (report.sealed, report.size, report.position) == (True, head, head + 1)
    assert report.root == encode(mth(leaves(keyed, head)))
    found = verify(keyed, DISTRICT)
    assert (found.findings, found.checkpoints, found.sealed) == ((), 1, head)


def test_every_later_checkpoint_continues_the_one_before(keyed: Engine) -> None:
    sizes = []
    for step, count in enumerate((1, 250, 3, 300)):
        fill(keyed, count, f"step-{step}")
        sizes.append(seal(keyed, DISTRICT).size)
    checkpoints = [standing(keyed, DISTRICT).note(size)[0] for size in sizes]
    for one in checkpoints:
        assert encode(one.root) == encode(mth(leaves(keyed, one.size)))
        for two in checkpoints:
            require_same_log(keyed, DISTRICT, one, two)
    assert verify(keyed, DISTRICT).findings == ()


def test_an_idle_log_stays_idle(keyed: Engine) -> None:
    first = seal(keyed, DISTRICT)
    head = keyed.store.head(DISTRICT)
    again = seal(keyed, DISTRICT)
    assert (again.sealed, again.size, again.root) == (False, first.size, first.root)
    assert keyed.store.head(DISTRICT) == head
    fill(keyed, 1)
    assert seal(keyed, DISTRICT).size == head.position + 1


def test_without_a_key_sealing_says_how_to_get_one(engine: Engine) -> None:
    with pytest.raises(NoSealingKey, match="cot keys create"):
        seal(engine, DISTRICT)
    report = seal_if_possible(engine, DISTRICT)
    assert not report.sealed
    assert "cot keys create" in str(report.lacking)


def test_many_sealers_at_once_make_one_checkpoint(keyed: Engine) -> None:
    for round_ in range(5):
        fill(keyed, 40, f"round-{round_}")
        with ThreadPoolExecutor(4) as threads:
            reports = list(threads.map(lambda _: seal(keyed, DISTRICT), range(4)))
        assert sum(report.sealed for report in reports) == 1
        assert len({report.size for report in reports}) == 1
    assert len(standing(keyed, DISTRICT).state.roots) == 5
    assert verify(keyed, DISTRICT).findings == ()


def test_an_edit_with_its_leaf_recomputed_is_named_and_nothing_is_sealed_over_it(
    keyed: Engine, tamper: Callable[..., None]
) -> None:
    fill(keyed, 5)
    seal(keyed, DISTRICT)
    fill(keyed, 5, "more")
    sealed = seal(keyed, DISTRICT).size
    fill(keyed, 5, "later")
    tamper(EDIT, REHASH, position=sealed - 2)
    report = verify(keyed, DISTRICT)
    told = first_fault(report, "checkpoints")
    assert f"to {sealed} is not what was sealed" in told
    first = int(told.removeprefix("position ").partition(":")[0])
    assert first <= sealed - 2
    assert {f.check for f in report.findings} == {"checkpoints"}  # Nothing else could notice.
    with pytest.raises(ForkFound, match="cot verify"):
        seal(keyed, DISTRICT)
    assert standing(keyed, DISTRICT).state.size == sealed


def test_in_a_long_log_the_kept_hashes_narrow_the_edit_down(
    keyed: Engine, tamper: Callable[..., None]
) -> None:
    fill(keyed, 900)
    size = seal(keyed, DISTRICT).size
    tamper(EDIT, REHASH, position=600)
    told = first_fault(verify(keyed, DISTRICT), "checkpoints")
    assert told.startswith("position 513: one of the events 513 to 768"), (told, size)


def test_a_forged_kept_hash_is_named(keyed: Engine, tamper: Callable[..., None]) -> None:
    fill(keyed, 600)
    seal(keyed, DISTRICT)
    tamper(sql.SQL("UPDATE cot_log.tree_node SET hash = sha256('x') WHERE number = 1"))
    assert first_fault(verify(keyed, DISTRICT), "kept tree").startswith("position 257:")
    fill(keyed, 1, "more")
    with pytest.raises(ForkFound):
        seal(keyed, DISTRICT)


def test_a_tail_cut_off_is_seen_by_kept_hashes_and_by_a_checkpoint_kept_elsewhere(
    keyed: Engine, tamper: Callable[..., None]
) -> None:
    fill(keyed, 300)
    seal(keyed, DISTRICT)
    kept = standing(keyed, DISTRICT).note()[0]
    tamper(
        sql.SQL("DELETE FROM cot_log.event WHERE position > %(position)s"),
        sql.SQL("DELETE FROM cot_log.event_subject WHERE position > %(position)s"),
        sql.SQL("DELETE FROM cot_log.event_personal WHERE position > %(position)s"),
        sql.SQL(
            "UPDATE cot_log.log SET head_position = %(position)s, head_recorded_at = "
            "(SELECT recorded_at FROM cot_log.event WHERE position = %(position)s)"
        ),
        position=200,
    )
    report = verify(keyed, DISTRICT)
    assert first_fault(report, "kept tree").startswith("position 201:")
    assert {f.check for f in report.findings} == {"kept tree"}
    with pytest.raises(ForkFound, match="cut off"):
        require_same_log(keyed, DISTRICT, kept, kept)


def test_one_small_file_proves_one_event_without_the_database(keyed: Engine) -> None:
    fill(keyed, 300)
    seal(keyed, DISTRICT)
    proof = str(prove(keyed, DISTRICT, event_id("e-17"))).encode()
    assert len(proof) < 4000
    checked = check_proof(proof, [key_of(keyed)], [])
    stored = keyed.store.find(DISTRICT, event_id("e-17"))
    assert stored is not None
    assert checked.proof.sealed.position == stored.position
    assert checked.proof.sealed.leaf == stored.leaf_hash
    assert checked.content()["event_id"] == str(event_id("e-17"))
    assert any("not that it was true" in line for line in checked.lines())
    anonymous = check_proof(proof, [], [])
    assert anonymous.signed_by is None
    assert any("NOT SHOWN" in line for line in anonymous.lines())
    other = str(replace(read_vkey(key_of(keyed)), public=bytes(32)))
    with pytest.raises(NoteRefused, match="none of the keys"):
        check_proof(proof, [other], [])


def test_after_a_restore_the_kept_tree_grows_anew(
    keyed: Engine, tamper: Callable[..., None]
) -> None:
    fill(keyed, 300)
    seal(keyed, DISTRICT)
    tamper(sql.SQL("DELETE FROM cot_log.tree_node"))
    assert verify(keyed, DISTRICT).findings == ()
    prove(keyed, DISTRICT, event_id("e-17"))
    fill(keyed, 1, "more")
    assert seal(keyed, DISTRICT).sealed


def test_what_is_not_sealed_yet_or_not_there_has_no_proof(keyed: Engine) -> None:
    with pytest.raises(UnknownThing, match="cot events"):
        prove(keyed, DISTRICT, event_id("nothing"))
    fill(keyed, 1)
    with pytest.raises(UnknownThing, match="cot seal"):
        prove(keyed, DISTRICT, event_id("e-0"))
    seal(keyed, DISTRICT)
    fill(keyed, 1, "later")
    with pytest.raises(UnknownThing, match="run `cot seal` first"):
        prove(keyed, DISTRICT, event_id("later-0"))


def test_a_simulated_log_says_so_in_every_checkpoint_and_proof(engine: Engine) -> None:
    plan = DistrictPlan(
        district="past",
        name="Past",
        time_zone="UTC",
        people=(Person("a-steward", "steward"),),
        clock="simulated",
        begins_at=BEGINS,
    )
    set_up_district(engine.store, plan)
    head = engine.store.head("past")
    with pytest.raises(Rejected, match="simulated"):
        create_key(engine, head, "a-steward", "example.org/past")
    assert listed_keys(engine, "past") == []
    key = create_key(engine, head, "a-steward", None)
    assert key.name == usual_origin(head) == "cot-flows/past/simulated"
    assert "simulated" in seal(engine, "past").lines()[0]
    (first,) = engine.store.read_log("past", after=0, limit=1)
    checked = check_proof(str(prove(engine, "past", first.event_id)).encode(), [str(key)], [])
    assert checked.as_dict()["simulated"] is True
    assert "simulated clock" in checked.lines()[-1]
    assert verify(engine, "past").findings == ()


def test_a_rotated_key_is_vouched_for_and_both_eras_verify(keyed: Engine) -> None:
    seal(keyed, DISTRICT)
    old = key_of(keyed)
    new = rotate_key(keyed, keyed.store.head(DISTRICT), "a-steward")
    fill(keyed, 3)
    seal(keyed, DISTRICT)
    assert verify(keyed, DISTRICT).findings == ()
    rows = listed_keys(keyed, DISTRICT)
    assert [(r["vkey"], r["ended"], r["here"]) for r in rows] == [
        (old, "rotated", True),
        (str(new), None, True),
    ]
    standing(keyed, DISTRICT).note()[1].require_signed_by(new)


def test_after_a_loss_a_new_key_seals_on(keyed: Engine) -> None:
    seal(keyed, DISTRICT)
    lost = report_lost(keyed, keyed.store.head(DISTRICT), "a-steward", "the laptop was stolen")
    fill(keyed, 1)
    with pytest.raises(NoSealingKey, match="no key signs"):
        seal(keyed, DISTRICT)
    key = create_key(keyed, keyed.store.head(DISTRICT), "a-steward", None)
    assert (key.name, key == lost) == (ORIGIN, False)
    assert seal(keyed, DISTRICT).sealed
    assert verify(keyed, DISTRICT).findings == ()
    assert [row["ended"] for row in listed_keys(keyed, DISTRICT)] == ["lost", None]


def test_a_key_that_is_refused_leaves_no_file(keyed: Engine) -> None:
    folder = keyed.settings.home / "keys" / DISTRICT
    before = list(folder.iterdir())
    with pytest.raises(Rejected, match="in force"):
        create_key(keyed, keyed.store.head(DISTRICT), "a-steward", None)
    assert list(folder.iterdir()) == before


def test_a_checkpoint_under_a_key_not_in_force_is_named(
    keyed: Engine, tamper: Callable[..., None]
) -> None:
    """A thief with the database and a key of his own."""
    seal(keyed, DISTRICT)
    stream = keyed.store.read_stream(DISTRICT, SEALING_STREAM)
    place = stream[-1].position
    tamper(
        sql.SQL(
            "UPDATE cot_log.event SET content = convert_to(regexp_replace("
            "convert_from(content, 'UTF8'), '\u2014 example.org/bay .{8}', "
            "'\u2014 example.org/bay AAAAAAAA'), 'UTF8') WHERE position = %(position)s"
        ),
        sql.SQL(
            "UPDATE cot_log.event SET data = convert_from(content, 'UTF8')::jsonb -> 'data' "
            "WHERE position = %(position)s"
        ),
        REHASH,
        position=place,
    )
    report = verify(keyed, DISTRICT)
    assert first_fault(report, "checkpoints").startswith(f"position {place}: the note carries no")


def test_two_histories_shown_to_two_people_contradict_each_other(keyed: Engine) -> None:
    fill(keyed, 10)
    seal(keyed, DISTRICT)
    mine = standing(keyed, DISTRICT).note()[0]
    theirs = Checkpoint(mine.origin, mine.size, bytes(32))
    assert require_not_contradicting(mine, mine)
    with pytest.raises(ForkFound, match="two histories"):
        require_not_contradicting(mine, theirs)
    with pytest.raises(ProofRefused, match="two logs"):
        require_not_contradicting(mine, Checkpoint("other", mine.size, mine.root))
    with pytest.raises(ForkFound, match="FORK"):
        require_same_log(keyed, DISTRICT, mine, Checkpoint(mine.origin, 3, bytes(32)))


def test_the_key_is_a_file_for_its_owner_and_not_in_the_database(
    keyed: Engine, database_url: str
) -> None:
    (path,) = (keyed.settings.home / "keys" / DISTRICT).iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    secret = Keys(keyed.settings).load(DISTRICT, read_vkey(key_of(keyed))).private_bytes_raw()
    with session(database_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM cot_log.event WHERE position(%s::bytea IN content) > 0 "
            "OR position(convert_to(%s, 'UTF8') IN content) > 0",
            (secret, encode(secret)),
        ).fetchone()
    assert row == (0,)
    path.chmod(0o640)
    with pytest.raises(NotConfigured, match="chmod 600"):
        seal(keyed, DISTRICT)
    path.rename(path.with_suffix(".away"))
    with pytest.raises(NoSealingKey, match="safe copy"):
        seal(keyed, DISTRICT)


def test_a_key_under_a_passphrase_opens_with_it_only(engine: Engine, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("correct horse\n")
    told = engine.settings
    engine.settings = told.model_copy(update={"sealing_passphrase_file": secret})
    create_key(engine, engine.store.head(DISTRICT), "a-steward", ORIGIN)
    (path,) = (told.home / "keys" / DISTRICT).iterdir()
    assert b"ENCRYPTED" in path.read_bytes()
    engine.settings = told
    with pytest.raises(NotConfigured, match="COT_SEALING_PASSPHRASE"):
        seal(engine, DISTRICT)
    engine.settings = told.model_copy(update={"sealing_passphrase": SecretStr("wrong")})
    with pytest.raises(NotConfigured, match="wrong passphrase"):
        seal(engine, DISTRICT)
    engine.settings = told.model_copy(update={"sealing_passphrase": SecretStr("correct horse")})
    assert seal(engine, DISTRICT).sealed


def test_the_sealing_role_sees_hashes_and_no_content(keyed: Engine) -> None:
    with keyed.sealing() as connection:
        connection.execute("SELECT leaf_hash FROM cot_log.event")
        for question in (
            "SELECT content FROM cot_log.event",
            "SELECT * FROM cot_log.event_personal",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(question)
    with keyed.appending() as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("SELECT cot_log.grow_tree('bay', 1)")
