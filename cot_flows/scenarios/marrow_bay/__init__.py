"""Marrow Bay Unified, a fictional district, from July 2025 to December 2026.

An anonymised composite, told in numbered rows and replayed from commands on a simulated clock.
The days, levels and stages are the story's own; EXPECTED says what must be seen after each row.

Each night the course of the reviews goes on by itself: packets freeze, what nobody holds is put
before the chair and lapses (row 59), a promise that nobody keeps climbs. Three quarterly reviews
are held long before they are due; the steward freezes their packets. The fourth is put off by the
new chair (row 60).

Left out are sealed checkpoints (39, 67), legal holds (47, 70), redaction (52) and tickets (68).
What people say of them has its place in a module of steps that `timeline.steps` lists, what a night
does by itself beside the sweep in `replay.Night`. The shock of row 35 is called by hand.
"""

from cot_flows.scenarios.marrow_bay.checking import check
from cot_flows.scenarios.marrow_bay.replay import MARROW_BAY, Played, play
from cot_flows.scenarios.marrow_bay.resuming import ScenarioFailed

__all__ = ["MARROW_BAY", "Played", "ScenarioFailed", "check", "play"]
