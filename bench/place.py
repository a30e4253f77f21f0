"""Where the measurements run: one server, with a database for this project and one for its peer."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from bench.harness import Processor
from bench.statements import statement
from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.database import create_database, set_up
from cot_flows.embedded import open_server, stop_server
from cot_flows.settings import Settings

OURS = "cot_bench"
PEER = "cot_bench_peer"
ADMINISTRATION = "postgres"


@dataclass(frozen=True, slots=True)
class Place:
    """An engine on a fresh database, the URL of the peer's database, and the server's version."""

    engine: Engine
    peer_url: str
    processor: Processor
    server_version: str

    def connect(self) -> psycopg.Connection[TupleRow]:
        """Open a connection to the project's database as its owner, for the floors."""
        return psycopg.connect(self.engine.url, autocommit=True)


@contextmanager
def embedded_place() -> Iterator[Place]:
    """Run an embedded server of its own in a temporary home, and remove both at the end."""
    # The server may run under another user than this program: it must be able to pass through.
    base = Path(tempfile.mkdtemp(prefix="cot-bench-"))
    base.chmod(0o755)
    home = base / "home"
    server = open_server(home)
    try:
        with _databases(server.info.url(ADMINISTRATION), Settings(home=home)) as place:
            yield place
    finally:
        server.close()
        stop_server(home)
        shutil.rmtree(base, ignore_errors=True)


@contextmanager
def place_at(url: str) -> Iterator[Place]:
    """Use the server behind a URL whose user may create databases; they are dropped at the end."""
    with _databases(url, Settings(database_url=url)) as place:
        yield place


@contextmanager
def _databases(url: str, settings: Settings) -> Iterator[Place]:
    ours, peer = make_conninfo(url, dbname=OURS), make_conninfo(url, dbname=PEER)
    _drop(url)
    set_up(ours)
    create_database(ours, PEER)
    try:
        with (
            Engine(settings, ours, None) as engine,
            psycopg.connect(ours, autocommit=True) as connection,
        ):
            processor = Processor(ours)
            yield Place(engine, peer, processor, _server_text(connection))
            processor.close()
    finally:
        _drop(url)


def _server_text(connection: psycopg.Connection[TupleRow]) -> str:
    version, fsync, commit = connection.execute(statement("server")).fetchone() or ("", "", "")
    return f"{version.split(maxsplit=1)[0]} with fsync {fsync} and synchronous_commit {commit}"


def _drop(url: str) -> None:
    with psycopg.connect(make_conninfo(url, dbname=ADMINISTRATION), autocommit=True) as connection:
        for name in (OURS, PEER):
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))
