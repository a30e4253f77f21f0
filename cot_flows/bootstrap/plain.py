"""What the database server and its driver say, in words that tell what, where and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import psycopg_pool
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.exc import DBAPIError

from cot_flows.errors import CotError, DatabaseNotReady, DatabaseUnavailable, SettingRefused

ADVICE = (
    ("password", "the user or the password in the URL is wrong"),
    ("no pg_hba.conf entry", "the server lets this login in from elsewhere only: see pg_hba.conf"),
    ("does not exist", "correct the name, or let an administrator run `cot db init`"),
)
"""What to do, by what the reason holds; the first that fits."""

OTHERWISE = "see that the server runs and that the URL names the right host and port"


@contextmanager
def in_plain_words(url: str) -> Iterator[None]:
    """Raise what goes wrong with the server that `url` names as a CotError that says it plainly.

    Other errors pass through unchanged.
    """
    try:
        yield
    except Exception as error:
        plain = plainly(error, url)
        if plain is None:
            raise
        raise plain from error


def plainly(error: BaseException, url: str | None = None) -> CotError | None:
    """Return the error to show instead, or None where this one is no server's or driver's.

    A privilege that is missing is DatabaseNotReady, whatever passes by itself DatabaseUnavailable.
    """
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    match cause:
        case psycopg.errors.InsufficientPrivilege():
            return DatabaseNotReady(
                f"the login{_user(url)} may not do this on the server ({_reason(cause)}): set "
                "COT_ADMIN_URL to an administrator's URL for `cot db`, or let one run `cot db init`"
            )
        case psycopg.errors.QueryCanceled():
            return DatabaseUnavailable(
                f"the server ended a statement ({_reason(cause)}): ask for less, or allow more "
                "time in COT_STATEMENT_TIMEOUT_SECONDS"
            )
        case psycopg_pool.PoolTimeout():
            return DatabaseUnavailable(
                f"the database server{_where(url)} gave no connection in time: {OTHERWISE}"
            )
        case psycopg.OperationalError():
            reason = _reason(cause)
            todo = next((words for found, words in ADVICE if found in reason), OTHERWISE)
            return DatabaseUnavailable(
                f"the database server{_where(url)} cannot be used: {reason}. What to do: {todo}"
            )
        case psycopg.ProgrammingError() if cause.sqlstate is None:
            # The driver could not read the URL. It quotes what it could not read; we do not.
            return SettingRefused("a database URL cannot be read: see COT_DATABASE_URL")
    return None


def _reason(error: BaseException) -> str:
    """Return one line: without hints for programmers, and without where, which we say ourselves."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = lines[0] if lines else type(error).__name__
    for introduction in ("failed: ", "FATAL: ", "ERROR: "):
        told = told.rpartition(introduction)[2] or told
    return told.strip().rstrip(".")


def _where(url: str | None) -> str:
    parts = conninfo_to_dict(url) if url else {}
    host, port = parts.get("host") or parts.get("hostaddr"), parts.get("port") or 5432
    return f" at {host}, port {port}," if host else ""


def _user(url: str | None) -> str:
    user = conninfo_to_dict(url).get("user") if url else None
    return f" {user}" if user else ""
