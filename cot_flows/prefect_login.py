"""The login of our own Prefect server, which would otherwise obey every user of the machine.

It is made once for a home and lies there in `prefect-login`, for the home's owner only. Programs
are given it in their environment, which other users cannot read, and never as an argument.
"""

import os
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from secrets import token_urlsafe
from tempfile import NamedTemporaryFile

from cot_flows.embedded.private import private_home

FILE = "prefect-login"
USER = "cot"
CLIENT = "PREFECT_API_AUTH_STRING"
"""The variable by which Prefect's clients are given the login."""

SERVER = "PREFECT_SERVER_API_AUTH_STRING"
"""The variable by which Prefect's server is given the login that it asks for."""


def login_file(home: Path) -> Path:
    """Return where the login lies, or will."""
    return home.expanduser().resolve() / FILE


def prefect_login(home: Path) -> str:
    """Return the login as `user:password`, made at the first call. Delete the file for a new one.

    Raises HomeNotUsable when the home cannot be made.
    """
    file = private_home(home) / FILE
    if not file.exists():
        # Complete before it has its name: another program may make it at the same moment, and the
        # first counts.
        with NamedTemporaryFile("w", dir=file.parent, prefix=f".{FILE}-", delete=False) as draft:
            draft.write(f"{USER}:{token_urlsafe(32)}\n")
        try:
            os.link(draft.name, file)
        except FileExistsError:
            pass
        finally:
            Path(draft.name).unlink()
    return file.read_text(encoding="ascii").strip()


def client_login(home: Path, api_url: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variable that clients of the server at `api_url` need.

    None for a server that the environment itself names: what that one asks for is in the
    environment too, and ours is not for it to know.
    """
    named = environment.get("PREFECT_API_URL", "").rstrip("/")
    return {} if named == api_url else {CLIENT: prefect_login(home)}


def authorization(login: str) -> dict[str, str]:
    """Return the HTTP header that carries a login."""
    return {"Authorization": f"Basic {b64encode(login.encode()).decode()}"}
