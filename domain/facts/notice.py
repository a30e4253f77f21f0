"""Facts about notices: what a person was told on a day, or why it could not be told.

No address is recorded: a notice names its recipient by the actor id alone.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.facts.fields import DigestText, Slug
from domain.ids import subject
from domain.message import DomainEvent

Channel = Literal["mail", "chat"]
"""By what kind of way a person is told."""

ItemRef = Annotated[
    str, Field(pattern=r"^(review|action):[A-Za-z0-9][A-Za-z0-9._-]{0,79}#[a-z0-9-]{1,40}$")
]
"""One thing a notice tells: what it is about, and which step of it: `review:R-1#due-soon`."""

FailureKind = Literal[
    "unreachable",
    "timed_out",
    "insecure",
    "login_refused",
    "recipient_refused",
    "message_refused",
    "not_delivered",
]
"""Why a notice could not be handed over; never the server's words, which may hold an address."""


class _OfNotice(DomainEvent):
    """A fact about the notice of one person, day and channel."""

    notice: Slug
    recipient: Slug
    channel: Channel
    day: date
    digest: DigestText
    items: tuple[ItemRef, ...] = Field(min_length=1)

    def subjects(self) -> tuple[str, ...]:
        """Return the notice and its recipient."""
        return (subject("notice", self.notice), subject("actor", self.recipient))


class NoticeSent(_OfNotice):
    """It was handed over to the channel. `digest` is that of its text."""


class NoticeFailed(_OfNotice):
    """It could not be handed over, at the `attempt`th try, counted from 1."""

    attempt: int = Field(ge=1)
    failure: FailureKind
