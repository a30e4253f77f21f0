"""A program that kills itself with SIGKILL at a named point: `python -m tests.support.killable`.

Arguments: operation, fail point, how often it is passed before the kill, database URL, district,
and the file of an import or the projection to bring up or to rebuild.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cot_flows.bootstrap import Engine
from cot_flows.imports import import_activities
from cot_flows.projecting import project_one, rebuild_one
from cot_flows.reviews.cycle import advance
from cot_flows.reviews.sweep import sweep
from cot_flows.scenarios.marrow_bay import play
from cot_flows.settings import Settings

FailPoint = Callable[[str], None]
CYCLE_AT = datetime(2025, 1, 6, 22, tzinfo=UTC)
"""When reviews are advanced in a district that begins in July 2024."""


def run(engine: Engine, operation: str, district: str, rest: list[str], fail: FailPoint) -> None:
    """Run one operation with a fail point."""
    match operation:
        case "import":
            import_activities(engine, district, [Path(rest[0])], actor="importer", fail_point=fail)
        case "project":
            project_one(engine, rest[0], district, fail_point=fail)
        case "rebuild":
            rebuild_one(engine, rest[0], district, fail_point=fail)
        case "sweep":
            sweep(engine, district, fail_point=fail)
        case "cycle":
            advance(engine, district, recorded_at=CYCLE_AT, fail_point=fail)
        case "story":
            play(engine, district=district, fail_point=fail)
        case _:
            raise ValueError(operation)


def main(arguments: list[str]) -> None:
    """Run, and die at the point."""
    operation, point, times, url, district, *rest = arguments
    left = [int(times)]

    def fail(name: str) -> None:
        if name == point:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    with Engine(Settings(database_url=url), url, None) as engine:
        run(engine, operation, district, rest, fail)


if __name__ == "__main__":
    main(sys.argv[1:])
