"""A replay that dies after every tenth step and is begun again tells the very same log.

Most deaths are exceptions that unwind the program and close its connections, because a process
for each would take minutes; every sixtieth is a process that kills itself with SIGKILL.
"""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.scenarios.marrow_bay import Played, ScenarioFailed, play
from cot_flows.scenarios.marrow_bay.timeline import steps
from cot_flows.settings import Settings
from domain.facts.review import ReviewTriggered, ReviewTriggerMerged
from domain.ids import derived_id
from events.envelope import NewEvent, RecordedEvent
from events.store import ANY_VERSION, StreamWrite
from tests.support import killable
from tests.support.crashing import Crash, dying
from tests.support.databases import fresh_database

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
DISTRICT = "marrow-bay"
EVERY = 10
"""After so many things recorded, by a person's step or in a night, the program dies."""

PROCESSES = 60
"""Of so many deaths one is that of a process."""

RECORDING = ("after-step", "after-review")
"""The points passed when something was recorded, by a step of the story or of a night."""


@contextmanager
def opened(url: str, home: Path) -> Iterator[Engine]:
    with Engine(Settings(home=home, database_url=url), url, None) as engine:
        yield engine


def dying_after(times: int) -> Callable[[str], None]:
    """Return a fail point that raises when so many things were recorded."""
    left = [times]

    def fail(name: str) -> None:
        left[0] -= name in RECORDING
        if left[0] == 0:
            raise Crash

    return fail


def told(engine: Engine) -> list[RecordedEvent]:
    """Return the log, without the leaves: the salt of a personal text is new each time."""
    log = engine.store.read_log(DISTRICT, after=0, limit=10_000)
    return [each._replace(leaf_hash=b"") for each in log]


def kill_a_process(url: str) -> bool:
    """Let a process play and kill itself after ten steps; return False if it came to its end."""
    arguments = ["story", "after-step", str(EVERY), url, DISTRICT]
    done = subprocess.run(
        [sys.executable, "-m", killable.__name__, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def abandon(url: str, home: Path) -> bool:
    """Play and die after ten steps; return False if it came to its end."""
    with opened(url, home) as engine:
        try:
            play(engine, district=DISTRICT, fail_point=dying_after(EVERY))
        except Crash:
            return True
    return False


def calm(server_url: str, home: Path) -> list[RecordedEvent]:
    """Return the log of a replay that nothing disturbs."""
    with fresh_database(server_url) as url, opened(url, home) as engine:
        play(engine, district=DISTRICT)
        return told(engine)


@pytest.mark.timeout(1200)  # Two whole replays and 170 beginnings, on a machine that may be busy.
def test_a_replay_that_dies_after_every_tenth_step_tells_the_same_log(
    server_url: str, tmp_path: Path
) -> None:
    deaths = 0
    with fresh_database(server_url) as url:
        while kill_a_process(url) if deaths % PROCESSES == 0 else abandon(url, tmp_path):
            deaths += 1
        with opened(url, tmp_path) as engine:
            log = told(engine)
    assert deaths > len(steps()) // EVERY
    # Down to the ids and the times of recording.
    assert log == calm(server_url, tmp_path)


def begun(engine: Engine) -> Played:
    """Play the first days of the story."""
    return play(engine, district=DISTRICT, until=date(2025, 7, 15))


def test_what_the_log_holds_is_known_and_not_taken_again(engine_of_its_own: Engine) -> None:
    first = begun(engine_of_its_own)
    again = begun(engine_of_its_own)
    assert first.recorded == again.recognised == len(told(engine_of_its_own))
    assert (again.recorded, again.steps) == (0, first.steps)


def test_a_sweep_that_died_is_finished_on_what_it_began_with(engine_of_its_own: Engine) -> None:
    # The second sweep that opens something finds three causes of one review: it dies after the first.
    crisis = date(2025, 10, 20)
    with pytest.raises(Crash):
        play(
            engine_of_its_own, district=DISTRICT, until=crisis, fail_point=dying("after-review", 2)
        )
    play(engine_of_its_own, district=DISTRICT, until=crisis)
    opened_at = [
        (each.position, type(each.event), each.event.as_of_position)
        for each in told(engine_of_its_own)
        if isinstance(each.event, ReviewTriggered | ReviewTriggerMerged)
        and each.occurred_on == crisis
    ]
    first = opened_at[0][0]
    kinds = (ReviewTriggered, ReviewTriggerMerged, ReviewTriggerMerged)
    assert opened_at == [(first + number, kind, first - 1) for number, kind in enumerate(kinds)]


def test_a_log_that_tells_another_story_is_refused_and_left_alone(
    engine_of_its_own: Engine,
) -> None:
    store = engine_of_its_own.store
    begun(engine_of_its_own)
    head = store.head(DISTRICT)
    last = told(engine_of_its_own)[-1]
    foreign = NewEvent(
        event=last.event,
        event_id=derived_id("another release"),
        occurred_on=last.occurred_on,
        precision="day",
        effective_from=last.effective_from,
        actor=last.actor,
        source="scenario",
        correlation_id=derived_id("another release"),
        subjects=last.subjects,
    )
    write = StreamWrite(last.stream, (foreign,), ANY_VERSION)
    store.append(DISTRICT, [write], recorded_at=head.recorded_at)
    with pytest.raises(ScenarioFailed, match=f"another story from position {head.position + 1}"):
        play(engine_of_its_own, district=DISTRICT)
    assert store.head(DISTRICT).position == head.position + 1


@pytest.fixture
def engine_of_its_own(server_url: str, tmp_path: Path) -> Iterator[Engine]:
    """Open the product on an empty database."""
    with fresh_database(server_url) as url, opened(url, tmp_path) as engine:
        yield engine
