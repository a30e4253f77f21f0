"""Sealing: what is kept of each log's Merkle tree, and the role that lets it grow."""

from alembic import op

from events.schema import run_statements

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    "tables/tree_node",
    "triggers/tree_node_append_only",
    "functions/subtree_root",
    "functions/grow_tree",
    "privileges/sealing",
)


def upgrade() -> None:
    """Add the kept nodes. There is no way back: a log is never taken away."""
    run_statements(op.get_bind(), STATEMENTS)
