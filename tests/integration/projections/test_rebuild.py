"""A rebuild stands beside the live rows, tells what differs, and takes their place at once."""

import pytest

from domain.facts.activity import ActivityStarted
from projections.catalogue import projection_named
from projections.checking import check
from projections.rebuild import rebuild
from tests.integration.projections.history import planned, triggered
from tests.integration.projections.world import Died, World, dies_at

NAME = "activity_timeline"


@pytest.fixture
def filled(world: World) -> World:
    """A district with two activities, refreshed."""
    world.put("activity-A1", planned("A1"))
    world.put("activity-A2", planned("A2"))
    world.refresh(NAME)
    return world


def _spoil(world: World) -> None:
    """Change a live row behind the engine's back."""
    with world.session("cot_project") as connection:
        connection.execute(
            "UPDATE cot_projection.activity_timeline SET title = 'spoilt'"
            " WHERE district = %s AND activity = 'A2'",
            (world.district,),
        )


def _generations(world: World) -> set[int]:
    rows = world.connection("cot_reader").execute(
        "SELECT DISTINCT generation FROM cot_projection.activity_timeline WHERE district = %s",
        (world.district,),
    )
    return {row[0] for row in rows}


def test_a_rebuild_of_sound_rows_finds_no_difference_and_leaves_one_generation(
    filled: World,
) -> None:
    filled.put("activity-A1", ActivityStarted(activity="A1"))
    rebuilt = filled.rebuild(NAME)
    assert (rebuilt.generation, rebuilt.position, rebuilt.rows) == (2, 4, 2)
    assert (rebuilt.difference_count, rebuilt.same_moment, rebuilt.switched) == (0, True, True)
    assert filled.checkpoints(NAME) == [(2, "live", 4)]
    assert _generations(filled) == {2}


def test_a_spoilt_row_is_reported_with_its_columns_and_mended(filled: World) -> None:
    _spoil(filled)
    assert [each.where for each in check(filled.connection("cot_project"), filled.district)] == [
        "activity_timeline, activity:A2"
    ]
    rebuilt = filled.rebuild(NAME)
    (found,) = rebuilt.differences
    assert rebuilt.difference_count == 1
    assert (found.key, found.columns) == ("activity:A2", ("title",))
    assert check(filled.connection("cot_project"), filled.district) == []


def test_a_dry_look_reports_and_leaves_the_live_rows_in_place(filled: World) -> None:
    _spoil(filled)
    looked = filled.rebuild(NAME, switch=False)
    assert (looked.difference_count, looked.switched) == (1, False)
    assert filled.checkpoints(NAME) == [(1, "live", 3)]
    titles = {row["title"] for row in filled.ask(NAME).rows}
    assert titles == {"Coach principals", "spoilt"}


def test_a_row_too_many_is_a_difference_without_a_new_side(filled: World) -> None:
    with filled.session("cot_project") as connection:
        connection.execute(
            "UPDATE cot_projection.activity_timeline SET activity = 'A9', key = 'activity:A9'"
            " WHERE district = %s AND activity = 'A2'",
            (filled.district,),
        )
    found = {each.key: each for each in filled.rebuild(NAME).differences}
    assert set(found) == {"activity:A2", "activity:A9"}
    assert found["activity:A2"].old is None
    assert found["activity:A9"].new is None


@pytest.mark.parametrize(
    ("point", "left"),
    [
        ("after-build", [(1, "live", 3), (2, "building", 3)]),
        ("before-switch", [(1, "live", 3), (2, "building", 3)]),
        ("after-switch", [(1, "retired", 3), (2, "live", 3)]),
    ],
)
def test_a_rebuild_that_dies_leaves_whole_rows_and_the_next_one_ends_it(
    filled: World, point: str, left: list[tuple[int, str, int]]
) -> None:
    with pytest.raises(Died):
        filled.rebuild(NAME, fail_point=dies_at(point))
    assert filled.checkpoints(NAME) == left
    assert len(filled.ask(NAME).rows) == 2
    filled.put("activity-A3", planned("A3"))
    filled.refresh(NAME)
    again = filled.rebuild(NAME)
    assert (again.difference_count, again.rows) == (0, 3)
    assert filled.checkpoints(NAME) == [(again.generation, "live", 4)]
    assert _generations(filled) == {again.generation}


def test_live_rows_serve_and_move_while_another_generation_is_built(filled: World) -> None:
    def meanwhile(point: str) -> None:
        if point == "after-build":
            filled.put("activity-A3", planned("A3"))
            assert filled.refresh(NAME).position == 4
            assert filled.ask(NAME).live

    rebuilt = rebuild(
        lambda: filled.session("cot_project"),
        projection_named(NAME),
        filled.district,
        today=filled.today,
        fail_point=meanwhile,
    )
    assert (rebuilt.position, rebuilt.rows, rebuilt.difference_count) == (4, 3, 0)


def test_a_rebuild_before_any_refresh_is_the_first_build(world: World) -> None:
    world.put("review-V1", triggered("V1"))
    rebuilt = world.rebuild("review_queue")
    assert (rebuilt.generation, rebuilt.rows, rebuilt.switched) == (1, 1, True)
