"""What a simulation would have opened, beside what really happened."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from cot_flows.reviews.past import Happening
from cot_flows.reviews.simulation import Simulated, Wanted


@dataclass(frozen=True, slots=True)
class Same:
    """A review that opens in both; `days` later in the simulation, negative for earlier."""

    review: str
    policy: str
    about: str
    cause_key: str
    title: str
    really_on: date
    would_on: date
    days: int


@dataclass(frozen=True, slots=True)
class Only:
    """A review that opens on one side only; `instead` says what the other side did."""

    review: str
    policy: str
    about: str
    cause_key: str
    title: str
    opens_on: date
    due_on: date | None
    instead: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All reviews of both sides, in the order of their days."""

    same: tuple[Same, ...]
    would_open: tuple[Only, ...]
    would_not_open: tuple[Only, ...]


def compare(simulated: Simulated) -> Comparison:
    """Return the reviews that open in both, in the simulation only, and really only."""
    did = {each.review: each for each in simulated.did if not each.merged}
    would = {each.review: each for each in simulated.would if not each.merged}
    same = [_same(did[name], would[name]) for name in would if name in did]
    would_only = [
        _only(would[name], _instead(would[name], simulated.did, None))
        for name in would
        if name not in did
    ]
    did_only = [
        _only(did[name], _instead(did[name], simulated.would, simulated.policies))
        for name in did
        if name not in would
    ]
    return Comparison(tuple(same), tuple(would_only), tuple(did_only))


def _same(did: Happening, would: Happening) -> Same:
    days = (would.day - did.day).days
    told = (would.review, *would.cause, would.title)
    return Same(*told, did.day, would.day, days)


def _only(each: Happening, instead: str) -> Only:
    return Only(each.review, *each.cause, each.title, each.day, each.due_on, instead)


def _instead(each: Happening, other: Sequence[Happening], adopted: frozenset[str] | None) -> str:
    """Return what became of a cause on the other side."""
    joined = next((found for found in other if found.cause == each.cause), None)
    if joined is not None:
        return f"joins the open review {joined.review} on {joined.day}"
    if adopted is not None and each.policy not in adopted:
        return "the policy is not adopted"
    return "does not fire"


def document(simulated: Simulated, wanted: Wanted) -> dict[str, object]:
    """Return the simulation and its comparison by stable keys."""
    compared = compare(simulated)
    head = simulated.past.head
    return {
        "district": head.district,
        "clock": head.clock,
        "known_at_position": head.position,
        "from": wanted.first,
        "to": wanted.last,
        "sweeps": wanted.sweeps,
        "sweeps_simulated": len(simulated.moments),
        "held_after": wanted.held_after,
        "policies": sorted(simulated.policies),
        "causes": {
            "real": len(simulated.did),
            "simulated": len(simulated.would),
            "joined_real": sum(each.merged for each in simulated.did),
            "joined_simulated": sum(each.merged for each in simulated.would),
        },
        "same": [asdict(each) for each in compared.same],
        "would_open": [asdict(each) for each in compared.would_open],
        "would_not_open": [asdict(each) for each in compared.would_not_open],
        "refused": [asdict(each) for each in simulated.refused],
    }
