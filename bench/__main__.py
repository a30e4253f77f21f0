"""Run the measurements: `python -m bench [--quick] [--only WORD] [--write FILE] [--url URL]`."""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from bench import appends, projections, reads, sealing
from bench.district import build_district
from bench.harness import Effort, Outcome, Race, run_race
from bench.peers import Peer, PeerProjection
from bench.place import Place, embedded_place, place_at
from bench.report import lines, machine_text, page, table, versions_text

FULL = Effort(rounds=7, seconds=0.5)
QUICK = Effort(rounds=3, seconds=0.1)
FULL_THREADS, QUICK_THREADS = 58, 12


class Run:
    """One run: its place, its effort, and what it has measured so far."""

    def __init__(self, place: Place, effort: Effort, only: str) -> None:
        """Measure the races whose titles hold `only`."""
        self._place, self._effort, self._only = place, effort, only
        self.outcomes: dict[str, Outcome] = {}
        self.units: dict[str, str] = {}

    def measure(self, races: AbstractContextManager[list[Race]]) -> None:
        """Run the races that were asked for."""
        with races as lent:
            for race in lent:
                if self._only in race.title:
                    self._say(race.title)
                    self.units[race.title] = race.unit
                    self.outcomes[race.title] = run_race(race, self._effort, self._place.processor)

    def build(self, per_unit: int) -> int:
        """Record the district and return how many events it has."""
        began = time.perf_counter()
        recorded = build_district(self._place.engine.store, per_unit)
        self._say(f"a district of {recorded} events in {time.perf_counter() - began:.1f} s")
        return recorded

    def _say(self, what: str) -> None:
        print(what, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and write the page if asked."""
    asked = _parsed(arguments)
    effort = QUICK if asked.quick else FULL
    began = time.perf_counter()
    with place_at(asked.url) if asked.url else embedded_place() as place:
        run = Run(place, effort, asked.only)
        peer = Peer(place.peer_url, place.engine.codec)
        recorded = run.build(QUICK_THREADS if asked.quick else FULL_THREADS)
        run.measure(reads.races(place, peer, recorded))
        run.measure(projections.races(place, PeerProjection(peer, place.peer_url)))
        run.measure(appends.races(place, peer))
        run.measure(sealing.races(place))
        peer.close()
        rows = lines(run.outcomes, run.units)
        version = place.server_version
    print(f"{machine_text()}; {versions_text(version)}; {time.perf_counter() - began:.0f} s")
    for line in table(rows):
        print(line)
    if asked.write:
        asked.write.write_text(page(rows, effort.rounds, version), encoding="utf-8")
    return 0


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less than a minute, rough figures")
    parser.add_argument("--only", default="", metavar="WORD", help="only races named like this")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table as a page")
    parser.add_argument("--url", help="a server whose user may create databases")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
