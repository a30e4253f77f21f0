"""A small district on the server's clock, where reviews open by hand."""

from datetime import timedelta
from typing import Literal
from uuid import UUID, uuid4

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.handling import Handling, Request
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from domain.facts.review import TriggerFact
from domain.review import TriggerReview
from tests.support.samples import DIGEST

QUAYSIDE = "quayside"


def quayside(engine: Engine) -> None:
    """Set the district up: one unit, and a policy that a test may cite."""
    plan = DistrictPlan(
        district=QUAYSIDE,
        name="Quayside Unified",
        time_zone="UTC",
        people=(Person("s-1", "steward"),),
        units=("HR",),
        policies=("stalled-unit",),
    )
    set_up_district(engine.store, plan)


def open_review(
    engine: Engine,
    name: str,
    *,
    review_type: Literal["R6", "R7"] = "R6",
    corrects: UUID | None = None,
) -> UUID:
    """Open a review that is due tomorrow, or correct how it opened; returns the request's id."""
    today = utc_now().date()
    command = TriggerReview(
        review=name,
        review_type=review_type,
        about="unit:HR",
        title="Nothing has moved here",
        due_on=today + timedelta(days=1),
        policy="stalled-unit",
        rule="stalled_unit",
        rule_digest=DIGEST,
        cause_key=name,
        as_of_position=engine.store.head(QUAYSIDE).position,
        as_of_date=today,
        facts=(TriggerFact(position=1, shows="nothing since the beginning"),),
    )
    reason = None if corrects is None else "the date was wrong"
    request = Request(
        command=command, event_id=uuid4(), actor="s-1", corrects=corrects, reason=reason
    )
    Handling(engine.store, utc_now).handle(QUAYSIDE, request)
    return request.event_id
