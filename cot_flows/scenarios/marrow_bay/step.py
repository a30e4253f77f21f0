"""One step of the scenario: a command as one of its people gives it, on a literal day.

A step is plain data. What only the log can tell (which review a rule opened, at which position a
fact lies) is named here and looked up when the step is played.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cot_flows.scenarios.marrow_bay.people import STEWARD
from domain.message import Command

OPEN: Final = "open"
"""Stands in a command for the id of the review that is open in the step's slot."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one review at most is open at a time: its type, and what it is about."""

    review_type: str
    about: str


@dataclass(frozen=True, slots=True)
class Step:
    """A command of one row, recorded on `day`; `row` 0 is the beginning, RHYTHM daily work.

    `occurred_on` and `effective_from` are given where they differ from the day. `corrects` names
    a step by `name`; `slot` tells which review OPEN stands for. `refused` is the rule by which the
    step must be refused; then nothing is recorded.
    """

    row: int
    day: date
    command: Command
    actor: str = STEWARD
    occurred_on: date | None = None
    effective_from: date | None = None
    reason: str | None = None
    corrects: str | None = None
    slot: Slot | None = None
    refused: str | None = None

    @property
    def name(self) -> str:
        """Return row, day and command, such as `row 7, 2025-09-02: EnterStage PSU S3`."""
        fields = type(self.command).model_fields
        told = [str(value) for key in _IDENTIFYING if key in fields and (value := self._of(key))]
        about = () if self.slot is None else (self.slot.review_type, self.slot.about)
        words = (type(self.command).__name__, *told, *about)
        return f"row {self.row}, {self.day}: {' '.join(words)}"

    def _of(self, field: str) -> str | None:
        value = getattr(self.command, field)
        return value if isinstance(value, str) and value != OPEN else None


RHYTHM: Final = 100
"""The row of steps that belong to no row of the story: the daily work around it."""

_IDENTIFYING = (
    "actor", "unit", "activity", "evidence", "about", "indicator", "policy", "review", "action",
    "partnership", "measure", "finding", "group", "test", "assumption",
    "decision", "stage", "to_stage", "criterion", "head", "calendar_version", "rubric_version",
)  # fmt: skip
