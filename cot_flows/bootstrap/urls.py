"""Reading a database URL without ever repeating it: any part of it may be a part of the password.

libpq takes what is written wrongly for something else, a password's end for a host's name, and
quotes it in its messages. So the form is checked first, and refused in words of our own.
"""

import re

import psycopg
from psycopg.conninfo import conninfo_to_dict

from cot_flows.errors import SettingRefused

SCHEMES = ("postgresql", "postgres")
HOST = re.compile(r"/.*|[\w.:%-]+")
"""A folder of sockets, or a name or address."""

HIGHEST_PORT = 65535
FORM = (
    "Write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, in the password %40 for @, %3A for :, "
    "%2F for /, %3F for ?, %23 for #, %25 for % and %20 for a space. It is not shown: it may "
    "hold a password."
)


def require_well_formed(url: str, name: str) -> None:
    """Refuse a URL that cannot be meant as written; `name` is the setting that it was given by.

    Takes what libpq takes, `key=value` too. Raises SettingRefused, without any part of the URL.
    """
    fault = (_fault_of_url(url) if "://" in url else None) or _fault_of_parts(url)
    if fault is not None:
        raise SettingRefused(f"{name} is no database URL: {fault}. {FORM}")


def _fault_of_url(url: str) -> str | None:
    scheme, _, rest = url.partition("://")
    login, at, _ = rest.partition("@")
    if scheme not in SCHEMES:
        return "it does not begin with postgresql://"
    if any(not sign.isprintable() or sign.isspace() for sign in url):
        return "it holds a space or an invisible character"
    if "#" in rest:
        return "it holds a #"
    if rest.count("@") > 1 or (at and re.search(r"[/?]", login)):
        return "it holds @, / or ? where none can be, perhaps in the password"
    return None


def _fault_of_parts(url: str) -> str | None:
    try:
        parts = conninfo_to_dict(url)
    except (psycopg.Error, ValueError):  # libpq quotes what it cannot read: not repeated
        return "it cannot be read"
    hosts = [str(parts[key]) for key in ("host", "hostaddr") if parts.get(key)]
    if not hosts and not parts.get("service"):
        return "it names no host (for a socket write ?host=/its/folder)"
    if not parts.get("dbname") and not parts.get("service"):
        # Also the sign of a URL that was cut: what stands last may be the password's end.
        return "it names no database"
    if not all(HOST.fullmatch(host) for given in hosts for host in given.split(",")):
        return "what stands where the host belongs is no host"
    ports = [port for port in str(parts.get("port") or "").split(",") if port]
    if not all(_is_port(port) for port in ports):
        return f"what stands where the port belongs is no number from 1 to {HIGHEST_PORT}"
    return None


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 1 <= int(text) <= HIGHEST_PORT
