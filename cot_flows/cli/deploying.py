"""`cot deploy`: everything registered for workers on other machines."""

import os
from typing import Annotated

from cyclopts import Parameter

from cot_flows.bootstrap import read_settings
from cot_flows.cli.session import JsonOption, out, told


def deploy(
    pool: Annotated[
        str, Parameter(help="Name of the work pool, of type process; made if it is missing.")
    ],
    *,
    json: JsonOption = False,
) -> None:
    """Register all deployments and automations on the Prefect server named by PREFECT_API_URL.

    Then start workers with `prefect worker start --pool POOL` on machines where COT_DATABASE_URL
    is set. Deploy again after an update; what somebody has paused or disabled stays so. `cot up`
    serves the deployments itself and needs none of this.
    """
    from cot_flows.deploying import deploy as register

    with told.status("Registering …"):
        lines = register(read_settings(), pool, os.environ)
    if json:
        named = [line.split(": ", 1) for line in lines]
        out.print_json(data={"pool": pool, "registered": [{"name": a, "as": b} for a, b in named]})
        return
    for line in lines:
        out.print(line, markup=False)
