"""`python -m deployments.serve`: registers all deployments and runs what is due, here.

Needs PREFECT_API_URL; `cot up` starts it. Stopping leaves the schedules as they are.
"""

from prefect import serve

from deployments.automations import register_automations
from deployments.building import built, registered_id
from deployments.catalogue import AUTOMATIONS, DEPLOYMENTS

AT_ONCE = 4


def main() -> None:
    """Serve until stopped."""
    deployments = {each.name: built(each) for each in DEPLOYMENTS}
    # An automation names a deployment by its id, which it has once it is registered.
    register_automations({each.runs: registered_id(deployments[each.runs]) for each in AUTOMATIONS})
    # By default every schedule would be paused on stop, and stay so.
    serve(
        *deployments.values(), pause_on_shutdown=False, print_starting_message=False, limit=AT_ONCE
    )


if __name__ == "__main__":
    main()
