"""What a program needs to know to connect to the embedded server."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cot_flows.embedded.errors import HomeNotUsable
from cot_flows.embedded.layout import Layout


@dataclass(frozen=True)
class ServerInfo:
    """A running server: loopback address, superuser, and where its files are.

    ``version`` is PostgreSQL's own text, for example ``"18.6"``. The password is kept out of
    ``repr`` so that a logged value does not leak it.
    """

    host: str
    port: int
    socket_dir: Path
    user: str
    password: str = field(repr=False)
    data_dir: Path
    log_file: Path
    version: str

    def url(self, database: str, user: str | None = None, password: str | None = None) -> str:
        """A ``postgresql://`` address over TCP for ``database``, as the superuser by default.

        A ``user`` without ``password`` gives an address without one.
        """
        if user is None:
            user, password = self.user, self.password if password is None else password
        login = quote(user, safe="")
        if password is not None:
            login += f":{quote(password, safe='')}"
        return f"postgresql://{login}@{self.host}:{self.port}/{quote(database, safe='')}"


def info_from(ready: dict[str, Any], layout: Layout) -> ServerInfo:
    """Build the information from the keeper's answer and the password file.

    Raises HomeNotUsable when the password cannot be read.
    """
    try:
        password = layout.password_file.read_text("ascii").strip()
    except OSError as error:
        raise HomeNotUsable(
            f"Cannot read {layout.password_file}: {error.strerror}. Run as the user who owns the "
            "home, or put the file back from a backup."
        ) from error
    return ServerInfo(
        host=str(ready["host"]),
        port=int(ready["port"]),
        socket_dir=Path(ready["socket_dir"]),
        user=str(ready["user"]),
        password=password,
        data_dir=Path(ready["data_dir"]),
        log_file=Path(ready["log_file"]),
        version=str(ready["version"]),
    )
