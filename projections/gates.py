"""The shipped gate criteria, as the query of unit progress counts against them.

They ship as data of the domain; the database gets a copy, so that a query can join them.
"""

from functools import cache
from hashlib import sha256

import orjson

from domain.catalogue import shipped_gates


@cache
def gate_rows() -> bytes:
    """Return all criteria for leaving a stage as one JSON list, in the order in which they ship."""
    rows = [
        {
            "stage": stage.code,
            "stage_name": stage.name,
            "position_in_stage": place,
            "criterion": criterion.id,
            "must": criterion.must,
            "waivable": criterion.waivable,
            "text": criterion.text,
        }
        for stage in shipped_gates().stages
        for place, criterion in enumerate(stage.exit_criteria, start=1)
    ]
    return orjson.dumps(rows)


@cache
def gates_digest() -> str:
    """Return the hex SHA-256 of the criteria."""
    return sha256(gate_rows()).hexdigest()
