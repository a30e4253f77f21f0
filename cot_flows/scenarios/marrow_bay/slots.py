"""Where the rules open the reviews that the story holds."""

from typing import Final

from cot_flows.scenarios.marrow_bay.step import Slot

QUARTERLY: Final = Slot("R4", "district:all")
"""The quarterly stewardship review."""

HELP_TO_PARTNERSHIPS: Final = Slot("R6", "dimension:2")
"""D2.2 is rated once for the district: its fall concerns the dimension. The district's policies for
interruptions and for too little time with principals are about it too: what they find joins."""


def called_for(unit: str) -> Slot:
    """Return the slot of a unit's event-driven reviews."""
    return Slot("R6", f"unit:{unit}")
