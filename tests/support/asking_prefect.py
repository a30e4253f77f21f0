"""A running Prefect server, asked over its API as anybody may."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from cot_flows.bootstrap import Engine
from cot_flows.prefect_child import PrefectServer
from cot_flows.prefect_login import authorization, prefect_login
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]


@dataclass
class Running:
    """A server with served deployments, and the product it works on."""

    engine: Engine
    server: PrefectServer
    environment: dict[str, str]

    @property
    def authorization(self) -> dict[str, str]:
        """Return the header with the server's login."""
        return authorization(prefect_login(self.engine.settings.home))

    def ask(self, path: str, body: object = None, *, method: str | None = None) -> object:
        """Ask the server's API: POST when there is a body, unless told otherwise."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **self.authorization}
        url = f"{self.server.api_url}{path}"
        request = Request(url, data=data, headers=headers, method=method)
        with urlopen(request, timeout=30) as answer:
            told = answer.read()
            return json.loads(told) if told else None

    def python(self, code: str) -> str:
        """Run Python that imports Prefect, in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()

    def listed(self, path: str, body: object) -> list[dict[str, Any]]:
        """Ask for a list."""
        found = self.ask(path, body)
        assert isinstance(found, list)
        return found

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the events of a name that the server has recorded."""
        found = self.ask("/events/filter", {"filter": {"event": {"name": [name]}}})
        assert isinstance(found, dict)
        events: list[dict[str, Any]] = found["events"]
        return events

    def start(self, name: str, parameters: object = None) -> str:
        """Create a run of a deployment and return its id."""
        body = {"parameters": {} if parameters is None else {"parameters": parameters}}
        run = self.ask(f"/deployments/{deployment(self, name)['id']}/create_flow_run", body)
        assert isinstance(run, dict)
        return str(run["id"])

    def ended(self, run: str) -> Callable[[], str]:
        """Return a question: as what has a run ended? Empty while it goes on."""

        def asked() -> str:
            found = self.ask(f"/flow_runs/{run}")
            assert isinstance(found, dict)
            going = {"SCHEDULED", "PENDING", "RUNNING", "CANCELLING"}
            return "" if found["state_type"] in going else str(found["state_type"])

        return asked


def deployment(running: Running, name: str) -> dict[str, object]:
    """Return a deployment as the server knows it, once the serving child has registered it."""

    def look() -> dict[str, object] | None:
        found = running.ask("/deployments/filter", {"deployments": {"name": {"any_": [name]}}})
        assert isinstance(found, list)
        return found[0] if found else None

    answer = until(look, seconds=60, what=f"the deployment {name}")
    assert answer is not None
    return answer
