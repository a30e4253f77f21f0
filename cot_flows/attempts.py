"""What is recorded of an attempt that a rule of the record refused."""

from uuid import UUID

from domain.access import RecordRefusedAttempt
from domain.errors import Rejected
from domain.ids import derived_id
from domain.message import Command

LONGEST_TARGET, LONGEST_EXPLANATION = 200, 600


def attempt_of(
    command: Command, event_id: UUID, refusal: Rejected, target: str
) -> tuple[RecordRefusedAttempt, UUID]:
    """Return the command that records an attempt, and its event id: the same for each try.

    `event_id` is that of the refused request, `target` the stream it was about.
    """
    attempt = RecordRefusedAttempt(
        refusal=str(event_id),
        attempt=type(command).__name__,
        rule=refusal.rule,
        target=target[:LONGEST_TARGET],
        explanation=refusal.message[:LONGEST_EXPLANATION],
    )
    return attempt, derived_id(str(event_id), "refused")
