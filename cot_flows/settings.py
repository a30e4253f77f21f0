"""The settings of the program: read once from the environment, at the top, and passed down."""

import os
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

USUAL_PORT = 4280
"""Where the pages are served unless that port is taken."""


def default_home() -> Path:
    """Return the per-user data directory: `$XDG_DATA_HOME/cot-flows`, else below the home."""
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "cot-flows"


class Settings(BaseSettings):
    """What may be set, each by an environment variable that begins with `COT_`.

    `database_url` empty means the embedded server in `home`. `admin_url` is only used by
    `cot db init`, where the server is not ours. `prefect_database_url` empty means a database of
    its own beside the log's. `web_port` empty means the usual port of the pages, or any free one
    when that is taken. `base_url` is where others reach the pages, for links in calendars and
    notices; empty means this machine. `smtp_url` and `smtp_from` are where notices are mailed and
    by whom; `notice_urls` the Apprise addresses, separated by blanks, of a chat for the chair.
    `sealing_passphrase`, or the first line of `sealing_passphrase_file`, protects the files of the
    keys that sign checkpoints; empty means that the files' permissions alone do. A
    variable that is set to nothing counts as not set.
    """

    model_config = SettingsConfigDict(
        env_prefix="COT_",
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    home: Path = Field(default_factory=default_home)
    database_url: str | None = None
    admin_url: str | None = None
    district: str | None = None
    actor: str | None = None
    binaries: Path | None = None
    prefect_database_url: str | None = None
    prefect_port: int | None = Field(default=None, ge=1, le=65535)
    web_port: int | None = Field(default=None, ge=0, le=65535)
    base_url: str | None = Field(default=None, pattern=r"^https?://[^\s?#@]+$")
    smtp_url: SecretStr | None = None
    smtp_from: str | None = None
    notice_urls: SecretStr | None = None
    sealing_passphrase: SecretStr | None = None
    sealing_passphrase_file: Path | None = None
    statement_timeout_seconds: int = Field(default=300, ge=1)

    @property
    def embedded(self) -> bool:
        """Say whether the program runs its own PostgreSQL."""
        return self.database_url is None
