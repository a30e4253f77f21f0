"""Reading the settings so that what is set wrongly ends in one plain line."""

from pydantic import ValidationError

from cot_flows.bootstrap.urls import require_well_formed
from cot_flows.errors import SettingRefused
from cot_flows.settings import Settings

URLS = ("database_url", "admin_url", "prefect_database_url")
WANTED = {
    "prefect_port": "must be a port number from 1 to 65535",
    "base_url": "must be an address such as https://cot.example.org, without user or query",
    "statement_timeout_seconds": "must be a whole number of seconds, 1 or more",
}


def read_settings() -> Settings:
    """Return the settings of the environment.

    Raises SettingRefused, which names the variable and never repeats what may hold a password.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        # The cause would show the value once more.
        raise SettingRefused(". ".join(_fault(error, n) for n in _names(error))) from None
    for name in URLS:
        url = getattr(settings, name)
        if url is not None:
            require_well_formed(url, variable(name))
    return settings


def variable(name: str) -> str:
    """Return the environment variable that gives a setting."""
    return f"COT_{name.upper()}"


def _names(error: ValidationError) -> list[str]:
    return sorted({str(each["loc"][0]) for each in error.errors(include_input=False)})


def _fault(error: ValidationError, name: str) -> str:
    wanted = WANTED.get(name, "cannot be read")
    (given, *_) = (each["input"] for each in error.errors() if each["loc"][0] == name)
    shown = "" if name in URLS else f" is {given!r} and"
    return f"{variable(name)}{shown} {wanted}"
