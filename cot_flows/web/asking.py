"""What every page is asked: which district, as known at, as effective on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from cot_flows.bootstrap import Engine
from cot_flows.errors import NotConfigured, UnknownDistrict
from cot_flows.moments import Moment, resolve_moment
from projections.reading import Answer, read

KNOWN_AT, EFFECTIVE_ON = "known_at", "effective_on"


@dataclass(frozen=True, slots=True)
class Question:
    """One page's question: the district, the two times as they were typed, and what they mean."""

    engine: Engine
    moment: Moment
    typed: Mapping[str, str]

    @property
    def district(self) -> str:
        """Return the district's short name."""
        return self.moment.district

    def ask(self, projection: str, *, keys: Sequence[str] | None = None) -> Answer:
        """Return a projection's answer for the moment of the question."""
        with self.engine.reading() as connection:
            return read(
                connection,
                projection,
                self.district,
                keys=keys,
                position=self.moment.position,
                effective_on=self.moment.effective_on,
                today=self.moment.today,
            )

    def link(self, *parts: str) -> str:
        """Return the address of another page of the district, for the same moment."""
        path = "/".join(quote(part, safe="") for part in ("districts", self.district, *parts))
        return f"/{path}" + (f"?{urlencode(self.typed)}" if self.typed else "")


def question(engine: Engine, district: str, typed: Mapping[str, str]) -> Question:
    """Return the question that an address asks; empty fields of the form ask nothing.

    Raises UnknownDistrict, NotConfigured, or TimeNotYetKnown.
    """
    heads = {head.district: head for head in engine.store.heads()}
    if district not in heads:
        raise UnknownDistrict(f"there is no district {district!r} here")
    given = {name: typed[name].strip() for name in (KNOWN_AT, EFFECTIVE_ON) if name in typed}
    given = {name: value for name, value in given.items() if value}
    day = _day(given[EFFECTIVE_ON]) if EFFECTIVE_ON in given else None
    moment = resolve_moment(engine, heads[district], given.get(KNOWN_AT), day)
    return Question(engine, moment, given)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotConfigured(f"{text!r} is no day: write it as 2026-03-01") from error
