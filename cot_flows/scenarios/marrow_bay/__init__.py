"""Marrow Bay Unified, a fictional district, from July 2025 to November 2026.

An anonymised composite, told in numbered rows and replayed from commands on a simulated clock.
The days, levels and stages are the story's own; EXPECTED says what must be seen after each row.

Left out, because nothing records it yet: partnerships, calendar samples, tests and the theory of
action as things of their own (they appear as activities, evidence and ratings); trigger rules for
partnerships at risk, owner gaps, equity gaps, late records, shocks and missed reviews (rows 16, 42
and 43 are told with what there is); sealed checkpoints (39, 67), legal holds (47, 70), redaction
(52), equity ratios (49, 50), the merger of FED and PRO (57), lapsed reviews (59), tickets (68) and
the year's report to the board (72). The 62 schools are no units.
"""

from cot_flows.scenarios.marrow_bay.checking import check
from cot_flows.scenarios.marrow_bay.replay import MARROW_BAY, Played, ScenarioFailed, play

__all__ = ["MARROW_BAY", "Played", "ScenarioFailed", "check", "play"]
