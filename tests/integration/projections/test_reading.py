"""Answers name the moment they are true of, and lead back to the events behind them."""

from datetime import date

import pytest

from domain.facts.activity import ActivityProgressNoted, ActivityStarted
from events.errors import UnknownLog
from projections.checking import check
from projections.errors import BeyondTheHead, UnknownProjection
from projections.lineage import behind
from projections.reading import read
from tests.integration.projections.history import planned, triggered
from tests.integration.projections.world import World


def test_an_answer_before_any_refresh_is_computed_from_the_log(world: World) -> None:
    world.put("activity-A1", planned("A1"))
    answer = world.ask("activity_timeline")
    assert (answer.live, answer.position, len(answer.rows)) == (False, 2, 1)
    assert answer.time == world.now


def test_an_earlier_position_shows_what_was_known_then(world: World) -> None:
    world.put("activity-A1", planned("A1"))
    world.put("activity-A1", ActivityStarted(activity="A1"))
    world.refresh("activity_timeline")
    then, now = world.ask("activity_timeline", position=2), world.ask("activity_timeline")
    assert (then.live, then.rows[0]["status"]) == (False, "planned")
    assert (now.live, now.rows[0]["status"]) == (True, "started")


def test_only_the_keys_asked_for_are_answered(world: World) -> None:
    for name in ("A1", "A2"):
        world.put(f"activity-{name}", planned(name))
    computed = world.ask("activity_timeline", keys=["activity:A2"])
    world.refresh("activity_timeline")
    stored = world.ask("activity_timeline", keys=["activity:A2"])
    assert computed.rows == stored.rows
    assert [row["activity"] for row in stored.rows] == ["A2"]


def test_a_position_beyond_the_head_is_refused(world: World) -> None:
    with pytest.raises(BeyondTheHead, match=r"position 2 .* ends at 1"):
        world.ask("activity_timeline", position=2)


def test_an_unknown_projection_and_an_unknown_district_are_refused(world: World) -> None:
    with pytest.raises(UnknownProjection, match="activity_timeline"):
        world.ask("activities")
    with pytest.raises(UnknownLog):
        read(world.connection("cot_reader"), "review_queue", "nowhere", today=date(2025, 8, 1))


def test_the_events_behind_a_key_say_which_of_them_count(world: World) -> None:
    world.put("activity-A1", planned("A1"))
    first = world.put("activity-A1", ActivityProgressNoted(activity="A1", schools_percent=1))
    better = ActivityProgressNoted(activity="A1", schools_percent=2)
    second = world.put("activity-A1", better, corrects=first)
    world.retract("activity-A1", better, second)
    reader = world.connection("cot_reader")
    now = behind(reader, world.district, "activity:A1", position=world.head())
    assert [(e.position, e.counts, e.replaced_by) for e in now] == [
        (2, True, None),
        (3, False, 4),
        (4, False, 5),
        (5, False, None),
    ]
    then = behind(reader, world.district, "activity:A1", position=3)
    assert [(e.position, e.counts) for e in then] == [(2, True), (3, True)]


def test_two_open_reviews_in_one_slot_are_found(world: World) -> None:
    world.put("review-V1", triggered("V1"))
    world.put("review-V2", triggered("V2", cause="8"))
    world.refresh_all()
    (finding,) = check(world.connection("cot_project"), world.district)
    assert (finding.check, finding.where) == ("one-open-review-a-slot", "R6 about unit:HR")
    assert "V1, V2" in finding.message
