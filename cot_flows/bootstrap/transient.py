"""Which errors pass by themselves: those after which the same call may succeed unchanged."""

import psycopg

from cot_flows.embedded import EmbeddedError
from cot_flows.errors import DatabaseUnavailable
from projections.errors import CheckpointMoved

TRANSIENT = (
    psycopg.OperationalError,  # the connection was lost, a deadlock, no free connection in time
    psycopg.InterfaceError,  # a connection that had been lost was used once more
    DatabaseUnavailable,
    EmbeddedError,  # our own server is being started again, perhaps by another program
    CheckpointMoved,
)


def is_transient(error: BaseException | None) -> bool:
    """Say whether waiting a little and doing the same again is reasonable.

    A statement that ran into its time limit would run into it again.
    """
    return isinstance(error, TRANSIENT) and not isinstance(error, psycopg.errors.QueryCanceled)
