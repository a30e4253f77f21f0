"""A milestone as Prefect's events have it: name, resources, payload."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cot_flows.milestones.vocabulary import BY_TYPE, PREFIX, VERIFICATION_FAILED, Kind
from domain.ids import derived_id
from events.envelope import RecordedEvent

ID = "prefect.resource.id"
ROLE = "prefect.resource.role"
KINDS_OF_RESOURCES = ("review", "unit", "action", "notice")


@dataclass(frozen=True, slots=True)
class Milestone:
    """One milestone of a district. `about` is the id of what it is about, without the prefix."""

    kind: Kind
    district: str
    identity: str
    about: str
    related: tuple[tuple[str, str], ...]
    occurred: datetime
    payload: Mapping[str, object]

    def document(self) -> dict[str, object]:
        """Return it as Prefect's server takes it."""
        return {
            "id": str(derived_id("milestone", self.district, self.identity, self.kind.name)),
            "event": self.kind.event,
            "occurred": self.occurred.isoformat(),
            "resource": {
                ID: resource(self.kind.about, self.district, self.about),
                "prefect.resource.name": self.about,
                "cot-flows.district": self.district,
            },
            "related": [
                {ID: resource("district", self.district, self.district), ROLE: "district"},
                *(
                    {ID: resource(kind, self.district, name), ROLE: kind}
                    for kind, name in self.related
                ),
            ],
            "payload": {"district": self.district, **self.payload},
        }


def resource(kind: str, district: str, name: str) -> str:
    """Return a resource's id, such as `cot-flows.review.oakland.R-1`."""
    return PREFIX + (f"district.{district}" if kind == "district" else f"{kind}.{district}.{name}")


def milestone_of(event: RecordedEvent) -> Milestone | None:
    """Return the milestone that a fact is, or None.

    A correction says what was so all along: nothing happened now, so it is none.
    """
    kind = BY_TYPE.get(type(event.event))
    if kind is None or event.corrects is not None:
        return None
    named = (each.partition(":") for each in (*event.event.subjects(), *event.subjects))
    concerned = list(dict.fromkeys((a, b) for a, _, b in named if a in KINDS_OF_RESOURCES))
    about = next(name for word, name in concerned if word == kind.about)
    return Milestone(
        kind,
        event.district,
        str(event.position),
        about,
        tuple(each for each in concerned if each != (kind.about, about)),
        event.recorded_at,
        {
            "position": event.position,
            "event_type": event.type_name,
            "occurred_on": event.occurred_on.isoformat(),
            "recorded_at": event.recorded_at.isoformat(),
            **event.event.model_dump(mode="json", include=set(kind.tells)),
        },
    )


def verification_failed(
    district: str, *, position: int, checks: Sequence[str], now: datetime
) -> Milestone:
    """Return the milestone that a verification found faults; `checks` names the check of each."""
    return Milestone(
        VERIFICATION_FAILED,
        district,
        now.isoformat(),
        district,
        (),
        now,
        {"position": position, "faults": len(checks), "checks": sorted(set(checks))},
    )
