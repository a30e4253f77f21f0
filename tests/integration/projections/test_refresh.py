"""Live rows follow the log: touched keys only, all or nothing, late and retracted facts right."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from domain.facts.action import ActionItemCompleted
from domain.facts.activity import ActivityProgressNoted, ActivityStarted
from domain.facts.review import ReviewClosed, ReviewHeld
from domain.facts.unit import UnitRegistered
from projections.catalogue import PROJECTIONS, projection_named
from projections.checking import check
from projections.errors import CheckpointAhead, NeedsRebuild
from projections.refresh import ALL_KEYS_ABOVE, refresh
from tests.integration.projections.history import (
    RandomHistory,
    action,
    decided,
    merged,
    planned,
    reported,
    triggered,
)
from tests.integration.projections.world import Died, World, dies_at


def test_a_first_refresh_builds_all_rows_and_a_second_one_writes_nothing(world: World) -> None:
    world.put("activity-A1", planned("A1"))
    world.put("activity-A2", planned("A2"))
    first = world.refresh("activity_timeline")
    stamp = "SELECT updated_at, xmin FROM cot_projection.checkpoint WHERE district = %s"
    before = world.connection("cot_reader").execute(stamp, (world.district,)).fetchall()
    second = world.refresh("activity_timeline")
    after = world.connection("cot_reader").execute(stamp, (world.district,)).fetchall()
    assert (first.from_position, first.position, first.keys, first.rows) == (0, 3, None, 2)
    assert (second.position, second.keys, second.rows) == (3, 0, 0)
    assert before == after


def test_a_refresh_computes_only_the_keys_that_new_events_touch(world: World) -> None:
    for name in ("A1", "A2", "A3"):
        world.put(f"activity-{name}", planned(name))
    world.refresh("activity_timeline")
    world.put("activity-A2", ActivityStarted(activity="A2"), about=("unit:HR",))
    done = world.refresh("activity_timeline")
    assert (done.keys, done.rows) == (1, 1)
    statuses = {row["activity"]: row["status"] for row in world.ask("activity_timeline").rows}
    assert statuses == {"A1": "planned", "A2": "started", "A3": "planned"}


def test_events_that_touch_no_key_still_move_the_checkpoint(world: World) -> None:
    world.refresh("review_queue")
    world.put("unit-HR", UnitRegistered(unit="HR", name="Human resources"))
    done = world.refresh("review_queue")
    assert (done.from_position, done.position, done.keys) == (1, 2, 0)


def test_many_touched_keys_are_computed_all_at_once_with_the_same_rows(world: World) -> None:
    world.put("activity-A0", planned("A0", title="Kept"))
    world.refresh("activity_timeline")
    names = [f"A{n}" for n in range(1, ALL_KEYS_ABOVE + 2)]
    world.put_at_once("import", (planned(name) for name in names))
    done = world.refresh("activity_timeline")
    assert (done.keys, done.rows) == (None, ALL_KEYS_ABOVE + 2)
    assert check(world.connection("cot_project"), world.district) == []


def test_a_correction_replaces_a_fact_and_a_retraction_takes_it_away(world: World) -> None:
    world.put("activity-A1", planned("A1"))
    noted = ActivityProgressNoted(activity="A1", schools_percent=40)
    first = world.put("activity-A1", noted)
    world.refresh("activity_timeline")
    better = ActivityProgressNoted(activity="A1", schools_percent=60)
    second = world.put("activity-A1", better, corrects=first)
    world.refresh("activity_timeline")
    assert [row["schools_percent"] for row in world.ask("activity_timeline").rows] == [60]
    world.retract("activity-A1", better, second)
    world.refresh("activity_timeline")
    assert [row["schools_percent"] for row in world.ask("activity_timeline").rows] == [None]


def test_a_retracted_plan_leaves_no_row(world: World) -> None:
    plan = planned("A1")
    recorded = world.put("activity-A1", plan)
    world.refresh("activity_timeline")
    world.retract("activity-A1", plan, recorded)
    assert world.refresh("activity_timeline").rows == 0
    assert world.ask("activity_timeline").rows == []


def test_a_fact_recorded_ahead_counts_from_its_day_on(world: World) -> None:
    world.put("review-V1", triggered("V1"))
    day = world.today + timedelta(days=10)
    world.put("review-V1", ReviewClosed(review="V1"), counts_from=day, about=("unit:HR",))
    world.refresh("review_queue")
    assert world.ask("review_queue").rows[0]["status"] == "triggered"
    # The day has come, nothing is refreshed yet: the answer is computed instead of read.
    ahead = world.ask("review_queue", on=day)
    assert (ahead.live, ahead.rows[0]["status"]) == (False, "closed")
    world.later(11)
    world.put("unit-HR", UnitRegistered(unit="HR", name="Human resources"))
    assert world.refresh("review_queue").keys == 1
    now = world.ask("review_queue")
    assert (now.live, now.rows[0]["status"]) == (True, "closed")


def test_a_passing_day_without_a_fact_due_leaves_the_live_rows_in_use(world: World) -> None:
    world.put("activity-A1", planned("A1"))
    world.refresh("activity_timeline")
    late = world.ask("activity_timeline", on=world.today + timedelta(days=25))
    assert late.live
    assert (late.rows[0]["overdue"], late.rows[0]["days_overdue"]) == (True, 6)


@pytest.mark.parametrize(
    "point", ["before-rows", "between-rows-and-checkpoint", "before-commit", "after-commit"]
)
def test_rows_and_checkpoint_stay_together_when_a_refresh_dies(world: World, point: str) -> None:
    world.put("activity-A1", planned("A1"))
    world.refresh("activity_timeline")
    world.put("activity-A1", ActivityStarted(activity="A1"), about=("unit:HR",))
    with pytest.raises(Died):
        world.refresh("activity_timeline", fail_point=dies_at(point))
    stood_at = 3 if point == "after-commit" else 2
    assert world.checkpoints("activity_timeline") == [(1, "live", stood_at)]
    assert check(world.connection("cot_project"), world.district) == []
    world.refresh("activity_timeline")
    assert world.ask("activity_timeline").rows[0]["status"] == "started"


def test_rows_beyond_the_end_of_the_log_are_refused(world: World) -> None:
    world.refresh("activity_timeline")
    with world.session("cot_project") as connection:
        connection.execute(
            "UPDATE cot_projection.checkpoint SET position = 99 WHERE district = %s",
            (world.district,),
        )
    with pytest.raises(CheckpointAhead, match="stands at 99, the log ends at 1"):
        world.refresh("activity_timeline")
    assert [each.check for each in check(world.connection("cot_project"), world.district)] == [
        "checkpoint-not-ahead"
    ]
    assert world.rebuild("activity_timeline").switched
    assert world.refresh("activity_timeline").position == 1


def test_rows_of_another_query_wait_for_a_rebuild_and_are_not_read(world: World) -> None:
    world.put("activity-A1", planned("A1"))
    world.refresh("activity_timeline")
    with world.session("cot_project") as connection:
        connection.execute(
            "UPDATE cot_projection.checkpoint SET query_digest = 'older' WHERE district = %s",
            (world.district,),
        )
    with pytest.raises(NeedsRebuild, match="activity_timeline"):
        world.refresh("activity_timeline")
    assert not world.ask("activity_timeline").live
    rebuilt = world.rebuild("activity_timeline")
    assert (rebuilt.same_moment, rebuilt.difference_count) == (False, 0)
    assert world.ask("activity_timeline").live


def test_a_review_row_tells_its_causes_decisions_and_open_actions(world: World) -> None:
    about = ("review:V1", "unit:HR")
    world.put("review-V1", triggered("V1"))
    world.put("review-V1", merged("V1", "cause-2"), about=about)
    world.put("review-V1", ReviewHeld(review="V1", present=("a-chair",)), about=about)
    world.put("review-V1", decided("V1"), about=about)
    world.put("action-C1", action("C1", "V1"))
    world.put("action-C2", action("C2", "V1"))
    done = ActionItemCompleted(action="C1", evidence=("E1",))
    world.put("action-C1", done, about=about)
    world.refresh_all()
    (row,) = world.ask("review_queue").rows
    facts, decisions = row["facts"], row["decisions"]
    assert isinstance(facts, list)
    assert isinstance(decisions, list)
    assert (row["status"], row["causes"]) == ("decided", 2)
    assert (row["actions_open"], row["actions_total"]) == (1, 2)
    assert [fact["cause_key"] for fact in facts] == ["7", "cause-2"]
    assert facts[0]["facts"] == [{"position": 1, "shows": "no activity for 60 days"}]
    assert [(each["decision"], each["insufficient"]) for each in decisions] == [("continue", True)]
    assert row["last_event_position"] == world.head()


def test_no_personal_value_reaches_a_row(world: World) -> None:
    world.put("activity-R1", reported("R1"))
    world.put("review-V1", triggered("V1"))
    world.put("review-V1", decided("V1"), about=("review:V1", "unit:HR"))
    world.refresh_all()
    for projection in PROJECTIONS:
        shown = str(world.ask(projection.name).rows)
        assert "Named people" not in shown
        assert "About a person" not in shown
    (row,) = world.ask("activity_timeline").rows
    assert row["summary_position"] == 2


@pytest.mark.parametrize("seed", range(6))
def test_live_rebuilt_and_as_of_rows_agree_over_a_random_history(world: World, seed: int) -> None:
    history = RandomHistory(world, seed)
    for _ in range(25):
        history.step()
        world.refresh_all()
    seen = {}
    for projection in PROJECTIONS:
        live = world.ask(projection.name)
        assert live.live
        seen[projection.name] = live
        keys = sorted({str(row["key"]) for row in live.rows})
        by_key = [row for key in keys for row in _as_of(world, projection.name, key)]
        assert sorted(by_key, key=str) == sorted(live.rows, key=str)
    assert check(world.connection("cot_project"), world.district) == []
    # What is recorded later changes no answer about an earlier moment.
    for _ in range(10):
        history.step()
    world.refresh_all()
    for name, answer in seen.items():
        again = world.ask(name, position=answer.position, on=answer.effective_on)
        assert (again.live, again.rows) == (False, answer.rows)


def _as_of(world: World, name: str, key: str) -> list[dict[str, object]]:
    """One key's rows at the head, computed from the log by another role than the live rows."""
    given = {
        "district": world.district,
        "position": world.head(),
        "today": world.today,
        "keys": [key],
    }
    cursor = world.connection("cot_reader").execute(projection_named(name).sql("as_of"), given)
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def test_refreshes_at_once_count_every_event_once(world: World) -> None:
    for n in range(8):
        world.put(f"activity-A{n}", planned(f"A{n}"))

    def refreshes(_worker: int) -> None:
        with world.session("cot_project") as connection:
            for _ in range(15):
                refresh(
                    connection,
                    projection_named("activity_timeline"),
                    world.district,
                    today=world.now.date(),
                )

    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(refreshes, worker) for worker in range(3)]
        for n in range(40):
            noted = ActivityProgressNoted(activity=f"A{n % 8}", schools_percent=n)
            world.put(f"activity-A{n % 8}", noted)
        for each in running:
            each.result()
    world.refresh("activity_timeline")
    assert check(world.connection("cot_project"), world.district) == []
    percents = {row["schools_percent"] for row in world.ask("activity_timeline").rows}
    assert percents == set(range(32, 40))
