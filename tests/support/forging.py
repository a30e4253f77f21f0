"""What somebody does to a log who is superuser of its database, switches the guards off, and knows
how leaves are computed; with the district's key, whoever stole it can do more.
"""

from datetime import timedelta

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from events.canonical import canonical_bytes
from events.sealing.checkpoint import Checkpoint
from events.sealing.note import encode
from tests.support.log import session
from tests.support.merkle import mth

TABLES = ("event", "event_subject", "event_personal", "tree_node", "log")
REHASH = sql.SQL(
    "UPDATE cot_log.event SET leaf_hash = cot_log.leaf_hash("
    "district, position, stream, stream_version, recorded_at, content) "
    "WHERE position BETWEEN %(first)s AND %(last)s"
)
REWRITE = sql.SQL(
    "UPDATE cot_log.event SET content = %(content)s, type = told ->> 'type', "
    "actor = told ->> 'actor', data = told -> 'data', "
    "occurred_on = (told ->> 'occurred_on')::date, "
    "effective_from = (told ->> 'effective_from')::date "
    "FROM (SELECT convert_from(%(content)s, 'UTF8')::jsonb AS told) AS t "
    "WHERE position = %(position)s"
)
SHIFT = sql.SQL(
    "UPDATE cot_log.{} SET position = position + %(by)s WHERE position BETWEEN %(first)s AND %(last)s"
)
CUT_TREE = sql.SQL("DELETE FROM cot_log.tree_node WHERE (number + 1) * 256 ^ level > %(size)s")
HEAD = sql.SQL(
    "UPDATE cot_log.log SET head_position = last.position, head_recorded_at = last.recorded_at "
    "FROM (SELECT position, recorded_at FROM cot_log.event ORDER BY position DESC LIMIT 1) AS last"
)
RENUMBER = sql.SQL(
    "UPDATE cot_log.event e SET fact_position = position, stream_version = %(free)s + "
    "(SELECT count(*) FROM cot_log.event b WHERE b.stream = e.stream AND b.position <= e.position) "
    "WHERE position >= %(gap)s"
)
ASIDE = 1_000_000
"""How far events are moved away while others take their places."""


class Forger:
    """A superuser at work in a database that holds one district."""

    def __init__(self, url: str) -> None:
        """Use a database; the guards are switched off for good."""
        self._url = url
        with session(url) as connection:
            for table in TABLES:
                off = sql.SQL("ALTER TABLE cot_log.{} DISABLE TRIGGER USER")
                connection.execute(off.format(sql.Identifier(table)))

    def does(self, statement: sql.SQL | sql.Composed, **given: object) -> None:
        """Run a statement."""
        with session(self._url) as connection:
            connection.execute(statement, given)

    def rewrites(self, position: int, old: str, new: str, *, rehashed: bool) -> None:
        """Replace a text in what was hashed, and in everything that stands beside it."""
        with session(self._url) as connection:
            content = _content(connection, position)
            assert old.encode() in content, content
            _write(connection, position, content.replace(old.encode(), new.encode()))
            if rehashed:
                connection.execute(REHASH, {"first": position, "last": position})

    def moves_recording(self, position: int, by: timedelta, *, rehashed: bool) -> None:
        """Let an event be recorded at another time."""
        move = "UPDATE cot_log.event SET recorded_at = recorded_at + %(by)s WHERE position = %(position)s"
        with session(self._url) as connection:
            connection.execute(sql.SQL(move), {"by": by, "position": position})
            if rehashed:
                connection.execute(REHASH, {"first": position, "last": position})

    def removes(self, position: int, *, closing_up: bool) -> None:
        """Remove one event of the stream of activity A1; or close the gap so that none is seen."""
        with session(self._url) as connection:
            for table in ("event_personal", "event_subject", "event"):
                remove = sql.SQL("DELETE FROM cot_log.{} WHERE position = %(position)s")
                connection.execute(remove.format(sql.Identifier(table)), {"position": position})
            if closing_up:
                _close_up(connection, position)

    def swaps(self, first: int, second: int) -> None:
        """Let two events of one stream, about the same subjects, change places."""
        swap = sql.SQL(
            "UPDATE cot_log.event e SET content = o.content, event_id = o.event_id, data = o.data, "
            "type = o.type FROM (SELECT * FROM cot_log.event) o "
            "WHERE (e.position, o.position) IN ((%(one)s, %(two)s), (%(two)s, %(one)s))"
        )
        with session(self._url) as connection:
            connection.execute(sql.SQL("ALTER TABLE cot_log.event DROP CONSTRAINT event_id_once"))
            connection.execute(swap, {"one": first, "two": second})
            connection.execute(REHASH, {"first": first, "last": second})

    def cuts_off_after(self, position: int) -> None:
        """Remove the end of the log, and everything in the database that knew of it."""
        with session(self._url) as connection:
            for table in ("event_personal", "event_subject", "event"):
                cut = sql.SQL("DELETE FROM cot_log.{} WHERE position > %(position)s")
                connection.execute(cut.format(sql.Identifier(table)), {"position": position})
            connection.execute(CUT_TREE, {"size": position})
            connection.execute(HEAD)

    def seals_anew(self, private: Ed25519PrivateKey) -> None:
        """Compute the tree anew and sign every checkpoint again, with the stolen key."""
        with session(self._url) as connection:
            connection.execute(sql.SQL("DELETE FROM cot_log.tree_node"))
            rows = connection.execute(
                sql.SQL(
                    "SELECT position, content FROM cot_log.event "
                    "WHERE type = 'CheckpointSealed' ORDER BY position"
                )
            ).fetchall()
            for position, content in rows:
                document = orjson.loads(content)
                _sign(connection, document["data"], private)
                _write(connection, position, canonical_bytes(document))
                connection.execute(REHASH, {"first": position, "last": position})


def _sign(
    connection: Connection[TupleRow], told: dict[str, object], key: Ed25519PrivateKey
) -> None:
    leaves = connection.execute(
        sql.SQL("SELECT leaf_hash FROM cot_log.event WHERE position <= %(size)s ORDER BY position"),
        {"size": told["size"]},
    ).fetchall()
    root = mth([leaf for (leaf,) in leaves])
    origin = str(told["note"]).partition("\n")[0]
    told["root"] = encode(root)
    told["note"] = str(Checkpoint(origin, len(leaves), root).signed(key))


def _content(connection: Connection[TupleRow], position: int) -> bytes:
    ask = sql.SQL("SELECT content FROM cot_log.event WHERE position = %(position)s")
    row = connection.execute(ask, {"position": position}).fetchone()
    assert row is not None
    return bytes(row[0])


def _write(connection: Connection[TupleRow], position: int, content: bytes) -> None:
    connection.execute(REWRITE, {"content": content, "position": position})


def _close_up(connection: Connection[TupleRow], gap: int) -> None:
    end = {"first": gap, "last": ASIDE - 1, "by": ASIDE}
    back = {"first": ASIDE, "last": 2 * ASIDE, "by": -ASIDE - 1}
    for table in ("event", "event_subject", "event_personal"):
        for given in (end, back):
            connection.execute(SHIFT.format(sql.Identifier(table)), given)
    for free in (ASIDE, 0):  # Aside first: no version may be there twice, not even for a moment.
        connection.execute(RENUMBER, {"gap": gap, "free": free})
    connection.execute(REHASH, {"first": gap, "last": ASIDE})
    connection.execute(HEAD)
