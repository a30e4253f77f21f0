"""Announcing milestones from a run: at its end, so that automations hear without `cot up` too."""

from collections.abc import Iterable

from prefect.context import FlowRunContext
from prefect.settings import get_current_settings

from cot_flows.bootstrap import Engine
from cot_flows.errors import NotAnnounced
from cot_flows.flows.opening import warn
from cot_flows.milestones.announcing import announce
from cot_flows.milestones.posting import HttpPost, Post, header_of
from cot_flows.milestones.telling import Milestone


def post_of_run() -> Post | None:
    """Return how a run hands milestones to the server that it is a run of; None outside one."""
    api = get_current_settings().api
    if FlowRunContext.get() is None or api.url is None:
        return None
    login = api.auth_string.get_secret_value() if api.auth_string else None
    key = api.key.get_secret_value() if api.key else None
    return HttpPost(api.url, header_of(login, key))


def announce_all(engine: Engine, districts: Iterable[str]) -> int:
    """Announce what is new in the logs of some districts; returns how many milestones were told."""
    if FlowRunContext.get() is None:
        return 0
    return sum(announce(engine, engine.store.head(each), post_of_run).told for each in districts)


def tell(milestones: list[Milestone]) -> None:
    """Hand over what a run found and the log does not hold; what is not taken is lost."""
    post = post_of_run()
    if post is None or not milestones:
        return
    try:
        post(milestones)
    except NotAnnounced as lost:
        warn(f"{len(milestones)} milestones were not announced: {lost}")
