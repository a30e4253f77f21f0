"""Draws docs/images/board.svg from the demo's log: `python -m tests.support.picture`.

Needs the home of a demo that was played (COT_HOME).
"""

from pathlib import Path

from rich.console import Console

from cot_flows.cli import reading, showing
from cot_flows.cli.session import Asking

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "board.svg"
WIDTH = 150


def draw() -> None:
    """Show the fictional district's board on a recording console and save the picture."""
    console = Console(record=True, width=WIDTH, highlight=False, file=Path("/dev/null").open("w"))  # noqa: SIM115
    for module in (reading, showing):
        vars(module)["out"] = console
    reading.units(asking=Asking(district="marrow-bay"))
    console.save_svg(str(PICTURE), title="cot units --district marrow-bay")


if __name__ == "__main__":
    draw()
