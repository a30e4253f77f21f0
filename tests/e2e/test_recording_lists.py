"""A field that holds a list of things with fields of their own is given as JSON."""

import json
from typing import Any

MEASURE = (
    "record define-measure --measure case-days --title Days --unit-of-measure days --better lower"
)
ASSUMPTION = {"assumption": "A1", "text": "Partners know schools.", "measure": "case-days"}


def adopt(testburg: Any, assumptions: str) -> tuple[int, str, str]:
    """Adopt a theory with these assumptions, as typed."""
    words = "record adopt-theory-of-action --version 1 --statements"
    result: tuple[int, str, str] = testburg(words, "If, then.", "--assumptions", assumptions)
    return result


def test_a_theory_of_action_is_adopted_with_its_assumptions_as_json(testburg: Any) -> None:
    testburg.done(MEASURE)
    code, out, err = adopt(testburg, json.dumps([ASSUMPTION]))
    assert code == 0, err
    assert "AdoptTheoryOfAction recorded" in out
    recorded = testburg.json("events --limit 100")["rows"][-1]
    assert recorded["data"]["assumptions"] == [ASSUMPTION]


def test_what_is_no_json_or_lacks_a_field_is_refused_by_option(testburg: Any) -> None:
    for typed, says in (
        ("A1: partners", "--assumptions: not JSON"),
        ('[{"assumption": "A1"}]', "--assumptions: Field required"),
        (json.dumps([ASSUMPTION | {"measure": None}]), "measure"),
    ):
        code, _, err = adopt(testburg, typed)
        assert code == 65
        assert says in err


def test_the_help_says_which_options_take_json(testburg: Any) -> None:
    assert "(as JSON)" in testburg.done("record adopt-theory-of-action --help")
