"""Every deployment as data: which flow, when, how many at once, and what starts it besides."""

from dataclasses import dataclass, field
from typing import Literal

from cot_flows.milestones.vocabulary import REVIEW_OPENED


@dataclass(frozen=True, slots=True)
class Timed:
    """When a deployment runs by itself: every so many seconds, or by cron in a time zone.

    The `slug` identifies the schedule, so that registering again does not revive a paused one.
    """

    slug: str
    every_seconds: int | None = None
    cron: str | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Deployment:
    """A flow by its module entrypoint, with what Prefect needs to run it.

    The entrypoint is dotted to its end: with a colon Prefect would copy the folder it starts in.

    Runs beyond `at_once` are cancelled, for the one that runs does their work too; where each run
    has work of its own, `when_busy` says that they wait.
    """

    name: str
    entrypoint: str
    description: str
    schedules: tuple[Timed, ...] = ()
    at_once: int = 1
    when_busy: Literal["cancel", "wait"] = "cancel"
    tags: tuple[str, ...] = ("cot-flows",)
    parameters: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hung:
    """A deployment that milestones start, besides its schedule.

    `on` names them as Prefect knows them, `runs` the deployment. Prefect may lose either: then the
    schedule does the work, later.
    """

    name: str
    description: str
    on: tuple[str, ...]
    runs: str


DEPLOYMENTS: tuple[Deployment, ...] = (
    Deployment(
        name="project",
        entrypoint="cot_flows.flows.project.project",
        description="Brings all projections up to the log: the guarantee when no follower runs.",
        schedules=(Timed(slug="every-five-minutes", every_seconds=300),),
    ),
    Deployment(
        name="review-sweep",
        entrypoint="cot_flows.flows.review_sweep.review_sweep",
        description="Evaluates the adopted policies and opens reviews; twice opens nothing twice.",
        schedules=(Timed(slug="hourly", cron="7 * * * *"),),
    ),
    Deployment(
        name="review-cycle",
        entrypoint="cot_flows.flows.review_cycle.review_cycle",
        description="Freezes packets, tells who is late, lapses reviews, asks whether they worked.",
        schedules=(Timed(slug="daily", cron="20 5 * * *"),),
    ),
    Deployment(
        name="send-notices",
        entrypoint="cot_flows.flows.send_notices.send_notices",
        description="Tells each person once a working day what concerns them, in their zone.",
        # Districts have zones of their own: a run serves those whose working hours it meets, and
        # whoever was told that day is not told again.
        schedules=(Timed(slug="hourly", cron="25 * * * *"),),
    ),
    Deployment(
        name="seal",
        entrypoint="cot_flows.flows.seal.seal",
        description="Signs a checkpoint over what is new; a log where nothing is new stays idle.",
        schedules=(Timed(slug="daily", cron="50 5 * * *"),),
    ),
    Deployment(
        name="verify",
        entrypoint="cot_flows.flows.verify.verify",
        description="Reads every event again and checks all invariants; fails if one is broken.",
        schedules=(Timed(slug="weekly", cron="40 3 * * 0"),),
    ),
    Deployment(
        name="attest",
        entrypoint="cot_flows.flows.attest.attest",
        description="Compares a sample of stored rows with the log and records what it found.",
        schedules=(Timed(slug="daily", cron="50 4 * * *"),),
    ),
    Deployment(
        name="rebuild",
        entrypoint="cot_flows.flows.rebuild.rebuild",
        description="Builds a projection anew beside the old rows, compares, and switches.",
        when_busy="wait",
    ),
    Deployment(
        name="import-activities",
        entrypoint="cot_flows.flows.import_activities.import_activities",
        description="Imports activity files that lie on the machine of the run.",
        when_busy="wait",
    ),
)
"""All deployments, in the order in which they are shown."""

AUTOMATIONS: tuple[Hung, ...] = (
    Hung(
        name="Advance reviews when one opens",
        description="A review that is due soon has its packet at once, not tomorrow morning.",
        on=(REVIEW_OPENED.event,),
        runs="review-cycle",
    ),
)
"""All automations that hang on milestones."""
