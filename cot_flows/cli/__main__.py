"""`python -m cot_flows.cli` is `cot`."""

from cot_flows.cli.main import run

run()
