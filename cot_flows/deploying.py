"""Registering the deployments on a Prefect server whose workers are elsewhere."""

import subprocess
import sys
from collections.abc import Mapping

from cot_flows.errors import NotConfigured, PrefectUnavailable
from cot_flows.prefect_child import (
    PrefectServer,
    importable,
    prefect_environment,
    prefect_folder,
)
from cot_flows.settings import Settings
from cot_flows.up import environment_for_children

DEPLOY_SECONDS = 180


def deploy(settings: Settings, pool: str, environment: Mapping[str, str]) -> list[str]:
    """Register everything for a work pool; returns what was registered, a line each.

    Raises NotConfigured when the environment names no server, PrefectUnavailable when that does not
    answer or take it.
    """
    url = environment.get("PREFECT_API_URL", "").rstrip("/")
    if not url:
        raise NotConfigured(
            "no Prefect server is named: set PREFECT_API_URL to the API of the server that your "
            "workers ask, such as http://prefect.example.org:4200/api; `cot up` needs no deploying"
        )
    if not PrefectServer(url, None, None).healthy():
        raise PrefectUnavailable(f"no Prefect server answers at {url}: start it, or mend the URL")
    return _registered(settings, pool, url)


def _registered(settings: Settings, pool: str, url: str) -> list[str]:
    # A program of its own: Prefect reads its settings when it is imported, and this room may not
    # import the deployments.
    done = subprocess.run(  # noqa: S603 - a program of ours
        [sys.executable, "-P", "-m", "deployments.apply", pool],
        env=importable(
            {**environment_for_children(settings), **prefect_environment(settings.home, url)}
        ),
        cwd=prefect_folder(settings.home),
        capture_output=True,
        text=True,
        timeout=DEPLOY_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        words = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        raise PrefectUnavailable(f"the Prefect server at {url} did not take everything: {words}")
    return done.stdout.splitlines()
