"""Where the rules open the reviews that the story holds."""

from typing import Final

from cot_flows.scenarios.marrow_bay.step import Slot

QUARTERLY: Final = Slot("R4", "district:all")
"""The quarterly stewardship review."""

HELP_TO_PARTNERSHIPS: Final = Slot("R6", "dimension:2")
"""D2.2 is rated once for the district: its fall concerns the dimension, and opens this."""


TIME_SAMPLE: Final = Slot("R6", "district:all")
"""A calendar sample is of all directors: too little time with principals opens this."""


def called_for(unit: str) -> Slot:
    """Return the slot of a unit's event-driven reviews."""
    return Slot("R6", f"unit:{unit}")


PAYROLL: Final = called_for("PAY")
"""Interruptions of partnerships by one unit open its review."""
