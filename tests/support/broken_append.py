"""The broken twin of the append function: without the head's lock, numbered from a sequence.

So most stores on PostgreSQL number their events. A sequence gives a lower position to whoever asks
first, not to whoever commits first.
"""

from events.statements import statement
from tests.support.log import session

LOCK = b"WHERE l.district = p_district FOR UPDATE;"
NO_LOCK = (
    b"WHERE l.district = p_district;\n"
    b"    v_log.head_position := nextval('cot_log.unsafe_position') - 1;"
)
HEAD = b"UPDATE cot_log.log l SET"


def break_append(url: str) -> None:
    """Replace the append function of one database, and its short form, by their broken twins."""
    with session(url, "cot_owner") as connection:
        connection.execute("CREATE SEQUENCE cot_log.unsafe_position")
        connection.execute(_broken(statement("functions/append")))
        connection.execute(_broken(statement("functions/append_one")))


def _broken(sound: bytes) -> bytes:
    assert sound.count(LOCK) == 1
    assert sound.count(HEAD) == 1
    before, after = sound.split(HEAD)
    # What is left of the statement on the head ends with its WHERE clause: it goes with it.
    rest = after.split(b"WHERE l.district = p_district;", 1)[1]
    broken = (before + rest).replace(LOCK, NO_LOCK)
    return broken.replace(b"CREATE FUNCTION", b"CREATE OR REPLACE FUNCTION", 1)
