"""What is to be sent, and what became of it, for people and programs to read."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from cot_flows.notices.digest import Digest
from domain.facts.notice import Channel


@dataclass(frozen=True, slots=True)
class Prepared:
    """One notice that is to be sent: its digest, and which attempt of the day it will be.

    `to` are the addresses, which no representation shows.
    """

    notice: UUID
    channel: Channel
    digest: Digest
    attempt: int
    to: tuple[str, ...] = field(repr=False)

    @property
    def person(self) -> str:
        """Return the actor who is told."""
        return self.digest.person


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one notice; `failure` says why it was not sent, without addresses."""

    person: str
    channel: Channel
    items: int
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class NoticeReport:
    """What one run did for a district. `closed` says that nothing is sent on that day.

    `unreached` are people whom dates concern and who have no address.
    """

    district: str
    day: date
    closed: bool
    fates: tuple[Fate, ...]
    unreached: tuple[str, ...]

    @property
    def sent(self) -> int:
        """Return how many notices were handed over."""
        return sum(fate.failure is None for fate in self.fates)
