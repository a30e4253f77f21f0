"""Old documents are read in their type's newest shape, everywhere the same, and stay as stored."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files

import orjson
import pytest

from domain.facts.activity import ActivityPlanned
from domain.facts.every import EVENT_TYPES
from domain.message import DomainEvent
from events.codec import Codec
from events.errors import IdReused, UnknownEventType
from events.postgres import PostgresStore, append_parameters, call_append
from events.store import ANY_VERSION, StreamWrite
from events.verify import verify_log
from tests.integration.log.conftest import DISTRICT, Connecting
from tests.support.golden import FOLDER, golden_codec, golden_event
from tests.support.log import BEGINS, lending, plain_codec
from tests.support.samples import SAMPLES

# An upcaster that has shipped is never replaced: what it made of an old fact is what people saw.
DIGESTS = {
    "ActivityPlanned_v1_v2.sql": "39a2dfb04ca2dce3d3151b7f2587b9bd235132284a0225bca712f9ae4aabb973",
}
UPCASTERS = files("events").joinpath("sql", "upcasters")
SHIPPED = {path.name: path.read_bytes() for path in UPCASTERS.iterdir()}
OLD = json.loads((FOLDER / "ActivityPlanned_v1.json").read_text(encoding="utf-8"))


@pytest.fixture
def old(store: PostgresStore, connect: Connecting) -> bytes:
    """A version 1 document, appended by the function as a program of that time would have."""
    sample = golden_event("ActivityPlanned")
    given = append_parameters(
        golden_codec(), DISTRICT, [StreamWrite("activity-1", (sample,), ANY_VERSION)], BEGINS, None
    )
    content: bytes = OLD["content"].encode()
    personal = [
        {"event": 1, "field": field, "salt": salt, "value": value}
        for field, (salt, value) in OLD["personal"].items()
    ]
    older = given | {"contents": [content], "personal": json.dumps(personal)}
    with connect("cot_append").cursor(binary=True) as cursor:
        assert call_append(cursor, older).outcome == "appended"
    return content


def planned() -> ActivityPlanned:
    """The sample, as far as a document of version 1 could say it."""
    sample = SAMPLES["ActivityPlanned"]
    assert isinstance(sample, ActivityPlanned)
    return sample.model_copy(update={"units": ("HR",)})


def test_every_upcaster_is_the_one_that_was_shipped() -> None:
    assert {name: sha256(text).hexdigest() for name, text in SHIPPED.items()} == DIGESTS


def test_every_older_version_of_every_type_has_an_upcaster_and_a_golden_file() -> None:
    for event_type in EVENT_TYPES:
        name = event_type.type_name()
        for version in range(1, event_type.schema_version):
            assert f"{name}_v{version}_v{version + 1}.sql" in SHIPPED
            assert (FOLDER / f"{name}_v{version}.json").exists()


@pytest.mark.parametrize("name", SHIPPED)
def test_an_upcaster_is_an_immutable_sql_function_that_the_planner_can_inline(
    name: str, connect: Connecting
) -> None:
    row = (
        connect(None)
        .execute(
            "SELECT l.lanname, p.provolatile, p.proconfig, p.prosecdef, p.proisstrict "
            "FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang "
            "WHERE p.pronamespace = 'cot_log'::regnamespace AND p.proname = %s",
            (name.removesuffix(".sql"),),
        )
        .fetchone()
    )
    assert row == ("sql", "i", None, False, False)
    assert re.search(rb"\bSET\b", SHIPPED[name]) is None


def test_the_store_reads_an_old_document_in_the_newest_shape(
    old: bytes, store: PostgresStore
) -> None:
    recorded = store.read_stream(DISTRICT, "activity-1")[0]
    assert recorded.event == planned()
    assert recorded.reason == "Agreed at the weekly meeting"
    assert store.read_log(DISTRICT, after=0, limit=9) == [recorded]
    assert store.find(DISTRICT, recorded.event_id) == recorded
    assert store.read_subjects(DISTRICT, ["unit:HR"]) == [recorded]


def test_the_projections_read_the_same_shape(old: bytes, connect: Connecting) -> None:
    row = (
        connect("cot_project")
        .execute(
            "SELECT data, schema_version, content FROM cot_log.events_in_scope(%s, 1, '9999-12-31', NULL)",
            (DISTRICT,),
        )
        .fetchone()
    )
    assert row is not None
    assert row[0] == planned().model_dump(mode="json")
    assert bytes(row[2]) == old


def test_stored_bytes_do_not_change_and_the_checker_is_content(
    old: bytes, store: PostgresStore, connect: Connecting
) -> None:
    reader = connect("cot_append")
    row = reader.execute("SELECT content, schema_version FROM cot_log.event").fetchone()
    assert row is not None
    assert (bytes(row[0]), row[1]) == (old, 1)
    assert verify_log(reader, plain_codec(), store.head(DISTRICT)) == []


def test_an_old_fact_is_recognised_when_it_comes_again_from_a_newer_program(
    old: bytes, store: PostgresStore
) -> None:
    subjects = ("activity:A-hr-partners", "unit:HR")
    again = replace(golden_event("ActivityPlanned"), event=planned(), subjects=subjects)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    write = StreamWrite("activity-1", (again,), ANY_VERSION)
    assert store.append(DISTRICT, [write], recorded_at=moment).recognised
    other = replace(again, event=planned().model_copy(update={"title": "Another title"}))
    with pytest.raises(IdReused):
        store.append(DISTRICT, [StreamWrite("activity-1", (other,), ANY_VERSION)])


def test_a_document_newer_than_the_program_is_refused_and_names_its_place(
    old: bytes, connect: Connecting
) -> None:
    class ActivityPlanned(DomainEvent):  # as an older program knows it: version 1
        unit: str

    codec = Codec([ActivityPlanned], lambda: b"s" * 16)
    older = PostgresStore(lending(connect("cot_reader")), golden_codec())
    stored = older._stored("read/log", district=DISTRICT, after=0, limit=1)[0]
    newer = orjson.dumps(orjson.loads(stored.content) | {"schema_version": 3})
    with pytest.raises(UnknownEventType, match=r"position 1 of marrow-bay.*newer program"):
        codec.decode(stored._replace(current=newer))
