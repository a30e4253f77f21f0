"""What the program records of itself cannot be recorded by hand."""

from typing import Any

import pytest

from cot_flows.cli.recording import OWN_RECORDS, RECORDED
from domain.decisions import COMMANDS

OWN = ("record-refused-attempt", "record-access", "attest-projection", "report-projection-differs")


@pytest.mark.parametrize("name", OWN)
def test_no_subcommand_records_what_only_the_program_can_know(testburg: Any, name: str) -> None:
    before = len(testburg.json("events")["rows"])
    code, _, err = testburg(f"record {name}")
    assert (code, f'Unknown command "{name}"' in err) == (64, True), err
    assert len(testburg.json("events")["rows"]) == before


def test_every_command_is_either_recorded_by_people_or_by_the_program() -> None:
    assert set(RECORDED) | set(OWN_RECORDS) == set(COMMANDS)
    assert not set(RECORDED) & set(OWN_RECORDS)
