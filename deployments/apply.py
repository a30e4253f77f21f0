"""`python -m deployments.apply POOL`: registers all deployments for workers of a process pool.

Registering again changes nothing but what the catalogue changed. Needs PREFECT_API_URL; `cot
deploy` runs it.
"""

import sys

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectNotFound
from prefect.workers.process import ProcessWorker

from deployments.automations import register_automations
from deployments.building import built, registered_id
from deployments.catalogue import AUTOMATIONS, DEPLOYMENTS


def ensure_pool(pool: str) -> None:
    """Create the work pool, of type process, if there is none of this name."""
    with get_client(sync_client=True) as client:
        try:
            client.read_work_pool(pool)
        except ObjectNotFound:
            # The worker's own template: the default would be looked up on the internet.
            template = ProcessWorker.get_default_base_job_template()
            wanted = WorkPoolCreate(name=pool, type="process", base_job_template=template)
            client.create_work_pool(wanted)


def main(arguments: list[str]) -> None:
    """Register everything and say so."""
    if len(arguments) != 1:
        sys.exit("usage: python -m deployments.apply POOL")
    (pool,) = arguments
    ensure_pool(pool)
    registered = {}
    for deployment in DEPLOYMENTS:
        registered[deployment.name] = registered_id(built(deployment, work_pool=pool))
        sys.stdout.write(f"{deployment.name}: registered for {pool}\n")
    register_automations(registered)
    for automation in AUTOMATIONS:
        starts = f"{', '.join(automation.on)} runs {automation.runs}"
        sys.stdout.write(f"{automation.name}: {starts}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
