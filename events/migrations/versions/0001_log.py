"""The log: tables, append function, refusing triggers, current view, scope function, privileges."""

from alembic import op

from events.schema import run_statements

revision = "0001"
down_revision = None

STATEMENTS = (
    "tables/log",
    "tables/event",
    "tables/event_subject",
    "tables/event_personal",
    "tables/checkpoint",
    "functions/leaf_hash",
    "functions/append",
    "functions/append_one",
    "functions/create_log",
    "functions/position_known_at",
    "functions/refuse_change",
    "functions/refresh_statistics",
    "triggers/event_append_only",
    "triggers/event_subject_append_only",
    "triggers/event_personal_append_only",
    "triggers/log_forward_only",
    "upcasters/ActivityPlanned_v1_v2",
    "views/current_event",
    "views/readable_event",
    "functions/events_in_scope",
    "privileges/log",
)


def upgrade() -> None:
    """Create the log. There is no way back: a log is never taken away."""
    run_statements(op.get_bind(), STATEMENTS)
