"""The README of a bundle, in plain words: what is in it, how to check it, what that shows."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from events.sealing.proof import WHEN_SIMULATED


def readme(manifest: Mapping[str, Any], withheld: Mapping[str, Any]) -> str:
    """Return the README of a bundle."""
    events, values = withheld["events_left_out"], withheld["values_left_out"]
    left_out = ""
    if withheld["reason"] is not None:
        left_out = (
            f". Left out are the content of {events} events and {values} personal values: "
            f"{withheld['reason']}. `withheld.json` tells more"
        )
    simulated = f"\n**{WHEN_SIMULATED}**\n" if manifest["clock"] == "simulated" else ""
    text = files("cot_flows.bundles").joinpath("readme.md").read_text(encoding="utf-8")
    return text.format(
        district=manifest["district"],
        events=manifest["size"],
        made_at=manifest["made_at"],
        left_out=left_out,
        simulated=simulated,
    )
