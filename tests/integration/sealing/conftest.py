"""A small district on a server clock, with a key and with enough events to fill tiles."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from psycopg import sql

from cot_flows.bootstrap import Engine
from cot_flows.sealing.changing_keys import create_key
from cot_flows.setting_up import DistrictPlan, Person, set_up_district
from cot_flows.settings import Settings
from tests.support.log import event_id, session, started, write

DISTRICT = "bay"
ORIGIN = "example.org/bay"


def fill(engine: Engine, count: int, name: str = "e") -> None:
    """Record events that mean nothing, a few hundred in one append."""
    news = [started(f"{name}-{number}") for number in range(count)]
    engine.store.append(DISTRICT, [write(*news)])


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    """A district with a server clock, not yet with a key."""
    settings = Settings(home=tmp_path / "home", database_url=database_url)
    with Engine(settings, database_url, None) as opened:
        plan = DistrictPlan(
            district=DISTRICT,
            name="Bay Unified",
            time_zone="UTC",
            people=(Person("a-steward", "steward"),),
            units=("HR",),
        )
        set_up_district(opened.store, plan)
        yield opened


@pytest.fixture
def keyed(engine: Engine) -> Engine:
    """The same, with a key in force."""
    create_key(engine, engine.store.head(DISTRICT), "a-steward", ORIGIN)
    return engine


@pytest.fixture
def tamper(database_url: str) -> Callable[..., None]:
    """What a superuser can do who switched the guards off."""

    def tampering(*statements: sql.SQL, **given: object) -> None:
        with session(database_url) as connection:
            for table in ("event", "event_subject", "event_personal", "tree_node", "log"):
                off = sql.SQL("ALTER TABLE cot_log.{} DISABLE TRIGGER USER")
                connection.execute(off.format(sql.Identifier(table)))
            for each in statements:
                connection.execute(each, given)

    return tampering


__all__ = ["DISTRICT", "ORIGIN", "event_id", "fill"]
