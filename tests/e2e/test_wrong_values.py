"""Values that no question can have end in a plain line and a documented exit code."""

from typing import Any

import pytest

from tests.e2e.conftest import INIT


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ("units --as-known-at 9999-12-31", 64, "leave it out"),
        ("agenda --days 99999999", 64, "3660"),
        ("agenda --days -1", 64, "0"),
        ("events --limit -3", 64, "1"),
        ("events --limit 0", 64, "1"),
        ("events --after -1", 64, "0"),
        ("init d2 --name x --steward s --time-zone Nope/Zone", 64, "is no time zone"),
        ("init d2 --name x --steward s --calendar-from 9999-01-01", 64, "school calendar"),
        ("init d2 --name x --steward s --calendar-to 9999-01-01", 64, "school calendar"),
        ("init Bad_Name --name x --steward s", 64, "cannot name a district"),
        (
            "init d2 --name x --steward s --begins-at 2000-01-01T00:00:00+00:00",
            64,
            "keep a server clock",
        ),
        (INIT.replace("--name Testburg", "--name Other"), 64, "was set up with another"),
    ],
)
def test_a_wrong_value_is_told_in_a_plain_line(
    testburg: Any, words: str, code: int, says: str
) -> None:
    ended, out, err = testburg(words)
    assert (ended, says in out + err) == (code, True), out + err
    assert "Traceback" not in out + err


def test_the_events_of_a_day_fill_the_limit_and_name_their_position(testburg: Any) -> None:
    every = testburg.json("events --limit 1000")
    answer = testburg.json(
        f"events --limit 3 --as-effective-on {every['rows'][0]['effective_from']}"
    )
    assert len(answer["rows"]) == 3
    assert answer["known_at_position"] == every["known_at_position"] == len(every["rows"])
