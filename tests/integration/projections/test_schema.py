"""Installing twice does nothing, and a table of another version is refused."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.rows import TupleRow

from projections.catalogue import PROJECTIONS
from projections.errors import SchemaDiffers
from projections.schema import apply_functions, create_tables
from tests.integration.projections.world import World


@pytest.fixture
def owner(world: World) -> Iterator[psycopg.Connection[TupleRow]]:
    """A session of the owner whose changes are taken back."""
    with world.session("cot_owner") as connection, connection.transaction(force_rollback=True):
        yield connection


def test_installing_again_does_nothing(owner: psycopg.Connection[TupleRow]) -> None:
    assert create_tables(owner) == ()
    assert apply_functions(owner) == ()


def test_only_what_has_changed_is_replaced(owner: psycopg.Connection[TupleRow]) -> None:
    name = "catalogue/review_queue/rows"
    owner.execute(
        "UPDATE cot_projection.installed SET digest = repeat('0', 64) WHERE name = %s", (name,)
    )
    assert apply_functions(owner) == (name,)


def test_a_table_of_another_version_is_refused_by_name(
    owner: psycopg.Connection[TupleRow],
) -> None:
    owner.execute(
        "UPDATE cot_projection.installed SET digest = repeat('0', 64)"
        " WHERE name = 'catalogue/review_queue/table'"
    )
    with pytest.raises(SchemaDiffers, match="catalogue/review_queue/table"):
        create_tables(owner)


def test_a_program_and_a_database_of_different_versions_do_not_work_together(
    world: World,
) -> None:
    with world.session("cot_owner") as connection:
        held = connection.execute(
            "SELECT digest FROM cot_projection.installed WHERE name = 'query/review_queue'"
        ).fetchone()
        assert held is not None
        assert held[0] == {p.name: p.query_digest for p in PROJECTIONS}["review_queue"]
        change = "UPDATE cot_projection.installed SET digest = %s WHERE name = 'query/review_queue'"
        connection.execute(change, ("0" * 64,))
        try:
            with pytest.raises(SchemaDiffers, match="review_queue"):
                world.refresh("review_queue")
            with pytest.raises(SchemaDiffers, match="review_queue"):
                world.ask("review_queue")
        finally:
            connection.execute(change, (held[0],))
