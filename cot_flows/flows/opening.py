"""What flows share: opening the product, which districts are meant, tasks, and the run's report."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from prefect import Task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import FlowRunContext
from prefect.futures import PrefectFuture, wait
from prefect.logging import get_run_logger
from prefect.states import get_state_exception
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from pydantic import BaseModel, ConfigDict, Field

from cot_flows.bootstrap import Engine, open_engine, read_settings
from cot_flows.bootstrap.transient import is_transient
from cot_flows.errors import UnknownDistrict

R = TypeVar("R")
SIDE_BY_SIDE: TaskRunner[PrefectFuture[Any]] = ThreadPoolTaskRunner(max_workers=4)  # type: ignore[assignment]
"""Four tasks of a run work at once, each on a connection of its own."""


class Parameters(BaseModel):
    """Base of all flow parameters: no unknown ones, checked by Prefect's server too.

    They are kept in Prefect's database and shown to all who see its pages: none takes free text.
    """

    model_config = ConfigDict(extra="forbid")


class ForDistricts(Parameters):
    """One district, or all when none is named."""

    district: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}$",
        description="Short name of a district; all when left out",
    )


@contextmanager
def product() -> Iterator[Engine]:
    """Open the product by the settings of the environment, for one run."""
    with open_engine(read_settings()) as engine:
        yield engine


def districts(engine: Engine, district: str | None) -> list[str]:
    """Return the districts that are meant. Raises UnknownDistrict."""
    known = [head.district for head in engine.store.heads()]
    if district is None:
        return known
    if district not in known:
        raise UnknownDistrict(f"there is no district {district!r}; there are: {', '.join(known)}")
    return [district]


def if_transient(_task: Task[Any, Any], _run: TaskRun, state: State[Any]) -> bool:
    """Say whether a failed task may succeed when it is simply run again."""
    found = get_state_exception(state)
    return is_transient(found if isinstance(found, BaseException) else None)


QUIETLY: dict[str, Any] = {
    "retries": 2,
    "retry_delay_seconds": [1, 5],
    "retry_condition_fn": if_transient,
    "cache_policy": NO_CACHE,
    "persist_result": False,
}
"""Options of every task: Prefect keeps no result, and only what passes by itself is retried."""


def each(step: Task[..., R], given: Iterable[Sequence[Any]]) -> list[R]:
    """Run a task for every set of arguments: side by side in a flow run, plainly outside one.

    In a run all are finished before the first failure is raised.
    """
    if FlowRunContext.get() is None:
        return [step.fn(*arguments) for arguments in given]
    futures = [step.submit(*arguments) for arguments in given]
    wait(futures)
    return [future.result() for future in futures]


def say(key: str, words: str, description: str) -> None:
    """Leave words on the run's page: what was done, how many, and what a person should look at.

    Markdown, of which each flow leaves one, under a key of its own. Outside a run nothing is done.
    """
    if FlowRunContext.get() is not None:
        create_markdown_artifact(key=key, markdown=words, description=description)


def look_at(*what: str) -> str:
    """Return the last paragraph of a run's words: what a person should look at, or nothing."""
    return "\n\n**To look at:** " + ("; ".join(what) if what else "nothing") + "."


def warn(words: str) -> None:
    """Put a warning into the run's log; outside a run nothing is done."""
    if FlowRunContext.get() is not None:
        get_run_logger().warning(words)
