"""Bundles hold all that was sealed, and every verifier accepts them without the program."""

import json
from pathlib import Path

from tests.support.bundles import WITNESS_KEY, by_node, by_python, by_sql

KINDS = {"verify.py": by_python, "verify.mjs": by_node}


def test_each_verifier_accepts_the_bundle(made: Path, vkey: str, psql: str, elsewhere: str) -> None:
    for run in (by_python, by_node):
        code, told = run(made, "--key", vkey, "--witness", WITNESS_KEY, "--json")
        assert code == 0, told
        found = json.loads(told)
        assert (found["signed_by"], found["witnesses"]) == (vkey, [WITNESS_KEY])
    code, told = by_sql(psql, elsewhere)(made)
    assert code == 0, told
