"""The moment that a question is about: as known at, and as effective on, in one district."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cot_flows.bootstrap import Engine
from cot_flows.errors import NotConfigured
from cot_flows.projecting import day_of
from events.envelope import Head


@dataclass(frozen=True, slots=True)
class Moment:
    """The question's district and moment, resolved.

    `position` and `effective_on` are None where the question leaves them open: everything known,
    today. `today` is the day that ages are reckoned to.
    """

    head: Head
    position: int | None
    effective_on: date | None
    today: date

    @property
    def district(self) -> str:
        """Return the district's short name."""
        return self.head.district


def resolve_moment(
    engine: Engine, head: Head, as_known_at: str | None, as_effective_on: date | None
) -> Moment:
    """Return the moment that a question is about.

    Raises NotConfigured for a text that names no moment, TimeNotYetKnown for one in the future.
    """
    zone, today = ZoneInfo(head.time_zone), day_of(head)
    if as_known_at is None:
        return Moment(head, None, as_effective_on, as_effective_on or today)
    when = parse_when(as_known_at, zone)
    position = engine.store.position_known_at(head.district, when)
    day = when.astimezone(zone).date() if isinstance(when, datetime) else when
    effective = as_effective_on or day
    return Moment(head, position, effective, effective)


def parse_when(text: str, zone: ZoneInfo) -> datetime | date:
    """Return the day or moment that a text names; a moment without offset is the district's.

    Raises NotConfigured for a text that is neither.
    """
    try:
        if len(text) == len("2026-03-01"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotConfigured(
            f"{text!r} is no day or moment: write 2026-03-01 or 2026-03-01T09:00"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
