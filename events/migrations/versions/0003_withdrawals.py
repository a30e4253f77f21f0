"""Withdrawals: personal values leave by one function, while no legal hold covers them."""

from alembic import op

from events.schema import run_statements

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    "functions/holds_over",
    "functions/is_withdrawn",
    "functions/refuse_unless_withdrawn",
    "functions/withdraw",
    "triggers/event_personal_append_only",
    "triggers/event_personal_withdrawn_only",
    "privileges/withdrawals",
)


def upgrade() -> None:
    """Let values be withdrawn. There is no way back: what is withdrawn is gone."""
    run_statements(op.get_bind(), STATEMENTS)
