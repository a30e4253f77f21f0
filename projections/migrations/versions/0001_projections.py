"""The types and tables of all projections, checkpoints included."""

from alembic import op

from projections.errors import SchemaDiffers
from projections.schema import create_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create what is missing. Rows are computed afterwards, from the log."""
    driver = op.get_bind().connection.driver_connection
    if driver is None:
        raise SchemaDiffers("the database connection was lost while migrating: run it again")
    create_tables(driver)
