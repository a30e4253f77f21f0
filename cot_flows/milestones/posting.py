"""Handing milestones to Prefect's server, over HTTP: whoever does it need not import Prefect."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request

from cot_flows.errors import NotAnnounced
from cot_flows.milestones.telling import Milestone
from cot_flows.prefect_child import opener_for
from cot_flows.prefect_login import CLIENT, authorization, client_login

POST_SECONDS = 10

Post = Callable[[Sequence[Milestone]], None]
"""Hands milestones over. Raises NotAnnounced."""


@dataclass(frozen=True, slots=True)
class HttpPost:
    """Posts to one server, with the header that it asks for."""

    api_url: str
    headers: Mapping[str, str] = field(repr=False)

    def __call__(self, milestones: Sequence[Milestone]) -> None:
        """Hand milestones over. Raises NotAnnounced."""
        body = json.dumps([each.document() for each in milestones]).encode()
        headers = {"Content-Type": "application/json", **self.headers}
        url = f"{self.api_url.rstrip('/')}/events"
        request = Request(url, data=body, headers=headers)  # noqa: S310 - a configured address
        try:
            with opener_for(url).open(request, timeout=POST_SECONDS):
                return
        except (URLError, OSError, HTTPException) as error:
            if isinstance(error, HTTPError):
                error.close()  # It holds the answer's connection open.
            raise NotAnnounced(
                f"Prefect's server at {self.api_url} did not take it: {error}"
            ) from (error)


def header_of(login: str | None, key: str | None) -> dict[str, str]:
    """Return the header for a login, or else for a key of Prefect Cloud; none for neither."""
    if login:
        return authorization(login)
    return {"Authorization": f"Bearer {key}"} if key else {}


def post_to(api_url: str, home: Path, environment: Mapping[str, str]) -> HttpPost:
    """Return a post to a server: ours, with its login, or the one the environment names."""
    variables = {**environment, **client_login(home, api_url, environment)}
    return HttpPost(api_url, header_of(variables.get(CLIENT), variables.get("PREFECT_API_KEY")))
