"""The flows without Prefect's server: what they do, and what they say of it."""

from pathlib import Path

import psycopg
import pytest

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.transient import is_transient
from cot_flows.embedded.errors import KeeperFailed
from cot_flows.errors import DatabaseUnavailable, UnknownDistrict
from cot_flows.flows import import_activities as importing
from cot_flows.flows import verify as verifying
from cot_flows.flows.import_activities import Importing, import_activities
from cot_flows.flows.opening import ForDistricts
from cot_flows.flows.project import project
from cot_flows.flows.rebuild import Rebuilding, rebuild
from cot_flows.flows.review_cycle import review_cycle
from cot_flows.flows.review_sweep import review_sweep
from cot_flows.flows.seal import seal
from cot_flows.flows.verify import verify
from cot_flows.imports import ImportReport
from cot_flows.sealing.changing_keys import create_key
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from cot_flows.verifying import Fault, VerifyReport
from projections.errors import CheckpointMoved, SchemaDiffers
from tests.support.files import rows, write_csv

pytestmark = pytest.mark.prefect


@pytest.fixture
def testburg(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Set a district up in the database that flows find by the environment."""
    assert engine.settings.database_url is not None
    monkeypatch.setenv("COT_DATABASE_URL", engine.settings.database_url)
    monkeypatch.setenv("COT_HOME", str(engine.settings.home))
    plan = DistrictPlan(
        district="testburg",
        name="Testburg Unified",
        time_zone="UTC",
        people=(Person("s-1", "steward"),),
        units=("HR",),
    )
    set_up_district(engine.store, plan)
    return engine


def standing(engine: Engine) -> set[int]:
    """Return the positions at which the live rows of the projections stand."""
    with engine.reading() as connection:
        found = connection.execute("SELECT position FROM cot_projection.checkpoint")
        return {position for (position,) in found}


def test_project_brings_every_projection_to_the_head(testburg: Engine) -> None:
    assert project.fn(ForDistricts(district="testburg")) > 0
    assert standing(testburg) == {testburg.store.head("testburg").position}
    assert project.fn() == 0


def test_import_records_each_row_once_and_projects_it(testburg: Engine, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "rows.csv", rows(3))
    asked = Importing(district="testburg", files=[str(file)])
    assert import_activities.fn(asked) == 3
    assert standing(testburg) == {testburg.store.head("testburg").position}
    assert import_activities.fn(asked) == 0


def test_sweep_cycle_rebuild_and_verify_agree_with_the_log(testburg: Engine) -> None:
    first = review_sweep.fn()
    assert review_sweep.fn() == 0, f"{first} causes were recorded twice"
    steps = review_cycle.fn()
    assert review_cycle.fn() == 0, f"{steps} steps were recorded twice"
    assert rebuild.fn(Rebuilding(projection="unit_progress", district="testburg")) == 0
    assert verify.fn() == testburg.store.head("testburg").position


def test_seal_passes_over_a_log_without_a_key_and_seals_one_with_a_key_once(
    testburg: Engine,
) -> None:
    assert seal.fn() == 0
    create_key(testburg, testburg.store.head("testburg"), "s-1", None)
    assert seal.fn() == 1
    assert seal.fn(ForDistricts(district="testburg")) == 0
    assert verify.fn() == testburg.store.head("testburg").position


@pytest.mark.parametrize(
    "flow", [project, review_sweep, review_cycle, seal, verify], ids=lambda flow: flow.name
)
def test_a_district_that_is_not_here_is_named(testburg: Engine, flow: object) -> None:
    with pytest.raises(UnknownDistrict, match="nowhere"):
        flow.fn(ForDistricts(district="nowhere"))  # type: ignore[attr-defined]


def test_an_import_says_numbers_and_no_recorded_value() -> None:
    report = ImportReport(1, 2, 0, 1, 0, 0, 4, changes=("X-001: summary: Ann did → Bob did",))
    told = importing.in_words(report)
    assert "1 rows recorded, 2 known before" in told
    assert "4 rows were known before" in told
    assert "Ann" not in told


def test_verification_says_places_and_no_recorded_value() -> None:
    fault = Fault("columns", "position 7", "actor is 'ann', the content says 'bob'")
    told = verifying.in_words(VerifyReport("testburg", 9, "simulated", (fault,)))
    assert "9 events read and checked" in told
    assert "simulated" in told
    assert "position 7: columns" in told
    assert "ann" not in told


@pytest.mark.parametrize(
    "error",
    [
        psycopg.OperationalError("gone"),
        psycopg.errors.DeadlockDetected("each other"),
        DatabaseUnavailable("starting"),
        KeeperFailed("starting"),
        CheckpointMoved("moved"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_passes_by_itself_is_tried_again(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        psycopg.errors.QueryCanceled("too long"),
        psycopg.errors.UndefinedColumn("none"),
        SchemaDiffers("older"),
        UnknownDistrict("none"),
        None,
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_would_fail_again_is_not(error: Exception | None) -> None:
    assert not is_transient(error)
