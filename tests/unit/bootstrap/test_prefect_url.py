"""The URL of Prefect's database, in the form its server takes, means what ours means."""

import pytest
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from cot_flows.bootstrap.database import async_url


def reaches(url: str) -> dict[str, object]:
    """Return with what arguments Prefect's driver is called."""
    arguments = PGDialect_asyncpg().create_connect_args(make_url(async_url(url)))  # type: ignore[no-untyped-call]
    assert arguments[0] == []
    return dict(arguments[1])


def test_host_port_login_and_database_are_kept() -> None:
    assert reaches("postgresql://app:p%40ss%2F%25@db.example:5433/cot_prefect") == {
        "host": "db.example",
        "port": 5433,
        "user": "app",
        "password": "p@ss/%",
        "database": "cot_prefect",
    }


@pytest.mark.parametrize("mode", ["require", "verify-full", "disable"])
def test_the_tls_mode_is_kept(mode: str) -> None:
    found = reaches(f"postgresql://app@db.example/cot_prefect?sslmode={mode}")
    assert found["ssl"] == mode
    assert found["host"] == "db.example"


def test_the_folder_of_a_socket_is_kept() -> None:
    found = reaches("host=/run/my%db port=5432 user=app dbname=cot_prefect")
    assert found == {
        "host": "/run/my%db",
        "port": 5432,
        "user": "app",
        "database": "cot_prefect",
    }


def test_what_is_not_said_is_left_to_the_driver_except_for_the_host() -> None:
    found = reaches("dbname=cot_prefect")
    assert found == {"host": "localhost", "port": 5432, "database": "cot_prefect"}
