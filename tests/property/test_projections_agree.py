"""Live, rebuilt and as-of rows agree over random histories, and wrong queries are caught."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cot_flows.bootstrap import Engine
from events.envelope import RecordedEvent
from events.store import EventStore
from projections.catalogue import PROJECTIONS, Projection, projection_named
from projections.reading import read
from projections.rebuild import rebuild
from projections.refresh import refresh
from projections.statements import statement
from tests.support.histories import History
from tests.support.oracle import expected_units, in_scope
from tests.support.oracle_of_work import expected_actions, expected_activities

STEPS = 60
MUST_COVER = (
    "several units",
    "effective later",
    "correction of a correction",
    "cited evidence retracted",
    "closure",
    "FactRetracted",
    "ActivityReported",
    "UnitPutOnHold",
    "UnitRestarted",
    "UnitsMerged",
    "UnitSplit",
    "UnitDissolved",
    "work left",
    "ActivityReassigned",
    "ActionItemAccepted",
    "ActionItemReassigned",
    "ActionItemDueDateMoved",
    "ActionItemEscalated",
    "RatingReaffirmed",
    "EvidenceDisputed",
    "dispute of cited evidence upheld",
)
Rows = list[dict[str, object]]


@dataclass(frozen=True)
class Looked:
    """What was live at one moment: position, day, and the rows of each projection."""

    position: int
    day: date
    rows: dict[str, Rows]


def rows_as_of(engine: Engine, name: str, district: str, history: History, **when: object) -> Rows:
    with engine.reading() as connection:
        answer = read(connection, name, district, today=history.today, **when)  # type: ignore[arg-type]
    return answer.rows


class Disagreement(AssertionError):
    """Rows that must be equal are not."""


def check_history(engine: Engine, seed: int, steps: int = STEPS) -> Counter[str]:
    """Play a history and compare its rows in every way that must agree."""
    district = f"h{seed}"
    history = History(store=engine.store, district=district, random=Random(seed))
    history.begin()
    seen: list[Looked] = []
    for number in range(steps):
        history.step()
        if number % 6 == 5:
            seen.append(live_rows(engine, history))
    history.today += timedelta(days=history.random.choice((0, 3, 40)))
    seen.append(live_rows(engine, history))
    compare_past(engine, history, seen)
    compare_keys(engine, history)
    compare_rebuilt(engine, history)
    compare_oracle(engine, history, seen)
    return history.covered


def live_rows(engine: Engine, history: History) -> Looked:
    rows: dict[str, Rows] = {}
    for projection in PROJECTIONS:
        with engine.projecting() as connection:
            done = refresh(connection, projection, history.district, today=history.today)
        with engine.reading() as connection:
            given = {
                "district": history.district,
                "generation": done.generation,
                "position": done.position,
                "today": history.today,
                "keys": None,
            }
            cursor = connection.cursor(row_factory=psycopg.rows.dict_row)
            rows[projection.name] = cursor.execute(projection.sql("live"), given).fetchall()
    return Looked(history.store.head(history.district).position, history.today, rows)


def require_equal(name: str, one: Rows, other: Rows, what: str) -> None:
    if one != other:
        differing = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
        raise Disagreement(f"{name}: {what}: {len(one)} and {len(other)} rows, {differing[:1]}")


def compare_past(engine: Engine, history: History, seen: list[Looked]) -> None:
    """What was live then is what is answered as of then."""
    for looked in seen:
        for name, live in looked.rows.items():
            then = rows_as_of(
                engine,
                name,
                history.district,
                history,
                position=looked.position,
                effective_on=looked.day,
            )
            require_equal(name, live, then, f"live at {looked.position} and as of it")


def compare_keys(engine: Engine, history: History) -> None:
    """A key's rows are the same whether asked for alone or with all."""
    for projection in PROJECTIONS:
        position = history.store.head(history.district).position
        when = {"position": position - 1, "effective_on": history.today - timedelta(days=7)}
        every = rows_as_of(engine, projection.name, history.district, history, **when)
        alone = [
            row
            for key in sorted({str(row["key"]) for row in every})
            for row in rows_as_of(
                engine, projection.name, history.district, history, keys=[key], **when
            )
        ]
        order = sorted(every, key=lambda row: str(row["key"]))
        require_equal(projection.name, order, alone, "all keys and each key")


def compare_rebuilt(engine: Engine, history: History) -> None:
    """A rebuild at the same moment finds no difference."""
    for projection in PROJECTIONS:
        done = rebuild(engine.projecting, projection, history.district, today=history.today)
        if done.difference_count:
            raise Disagreement(f"{projection.name}: rebuilt rows differ: {done.differences[:1]}")


def compare_oracle(engine: Engine, history: History, seen: list[Looked]) -> None:
    """The queries say what the plain fold says, at every moment looked at."""
    events = all_events(engine.store, history.district)
    for looked in seen:
        expected = expected_units(events, looked.position, looked.day)
        found = {str(row["unit"]): row for row in looked.rows["unit_progress"]}
        if set(found) != set(expected):
            raise Disagreement(f"units {sorted(found)} and {sorted(expected)} at {looked}")
        for unit, columns in expected.items():
            shown = {name: plain(found[unit][name]) for name in columns}
            if shown != columns:
                odd = {k: (shown[k], columns[k]) for k in columns if shown[k] != columns[k]}
                raise Disagreement(f"{unit} at {looked.position}, {looked.day}: {odd}")
        compare_work(in_scope(events, looked.position, looked.day), looked)


def compare_work(counting: list[RecordedEvent], looked: Looked) -> None:
    """Activities and action items are whose the plain fold says, and stand as it says."""
    activities = {
        row["activity"]: {name: row[name] for name in ("owner", "units")}
        for row in looked.rows["activity_timeline"]
        if row["kind"] == "planned work"
    }
    if activities != expected_activities(counting):
        raise Disagreement(f"{activities} and {expected_activities(counting)} at {looked.day}")
    actions = expected_actions(counting)
    for row in looked.rows["review_queue"]:
        for item in listed(row["actions"]):
            shown = {name: item[name] for name in actions[item["action"]]}
            if shown != actions[item["action"]]:
                raise Disagreement(f"{item} and {actions[item['action']]} at {looked.day}")


def listed(value: object) -> list[dict[str, str]]:
    assert isinstance(value, list)
    return value


def plain(value: object) -> object:
    return f"{value:.1f}" if type(value).__name__ == "Decimal" else value


def all_events(store: EventStore, district: str) -> list[RecordedEvent]:
    return store.read_log(district, after=0, limit=10_000)


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(min_value=1, max_value=10**6))
def test_live_rebuilt_and_as_of_rows_agree(engine: Engine, seed: int) -> None:
    if f"h{seed}" not in {head.district for head in engine.store.heads()}:
        check_history(engine, seed)


def test_the_histories_cover_what_makes_projections_go_wrong(engine: Engine) -> None:
    covered: Counter[str] = Counter()
    for seed in range(1, 11):
        covered += check_history(engine, 10_000_000 + seed)
    assert {name for name in MUST_COVER if covered[name] < 3} == set()


def check_histories(engine: Engine, base: int) -> None:
    """Check one history after another until one disagrees, at most forty."""
    for seed in range(1, 41):
        check_history(engine, base + seed)


def broken_rows(old: bytes, new: bytes) -> bytes:
    """Return unit progress's query with one thing wrong."""
    query = statement("catalogue/unit_progress/rows")
    assert old in query, "the query has changed: break it in another way"
    return query.replace(old, new)


WRONG_QUERIES = {
    "a plan concerns its first unit only": broken_rows(
        b"unnest(w.units) AS u (unit)", b"unnest(w.units[1:1]) AS u (unit)"
    ),
    "retracted evidence still counts": broken_rows(
        b"r.retracted_evidence > 0 OR r.disputed", b"r.disputed"
    ),
    "the last recorded stage wins, not the last effective": broken_rows(
        b"ORDER BY s.data ->> 'unit', s.effective_from DESC, s.fact_position DESC\n), registered",
        b"ORDER BY s.data ->> 'unit', s.position DESC\n), registered",
    ),
    "known later facts are seen early": broken_rows(
        b"cot_log.events_in_scope(p_district, p_position, p_effective, wanted.keys) e",
        b"cot_log.events_in_scope(p_district, 1000000, p_effective, wanted.keys) e",
    ),
    "effective dates are ignored": broken_rows(
        b"cot_log.events_in_scope(p_district, p_position, p_effective, wanted.keys) e",
        b"cot_log.events_in_scope(p_district, p_position, '2100-01-01', wanted.keys) e",
    ),
    "plans count as reported": broken_rows(
        b"count(*) FILTER (WHERE s.type = 'ActivityAnnounced') AS announced",
        b"count(*) AS announced",
    ),
    "an upheld dispute changes nothing": broken_rows(
        b" OR r.disputed_evidence > 0 AS contested", b" AS contested"
    ),
    "a restart keeps what was met before it": broken_rows(
        b"r.unit IS NULL OR s.data", b"true OR s.data"
    ),
    "what an ended unit left stays with it": broken_rows(
        b"x.unit = u.unit AND (w.finished_on", b"false AND (w.finished_on"
    ),
    "what was done before the end passes to the heir too": broken_rows(
        b"(w.finished_on IS NULL OR x.since <= w.finished_on)", b"true"
    ),
    "an activity stays with those who planned it": broken_rows(
        b"WHEN s.type IN ('ActivityPlanned', 'ActivityReassigned')",
        b"WHEN s.type = 'ActivityPlanned'",
    ),
    "a moved due date is overlooked": broken_rows(
        b"'ActionItemOpened', 'ActionItemDueDateMoved')\n", b"'ActionItemOpened')\n"
    ),
    "a moved due date leaves the escalation": broken_rows(
        b"('ActionItemEscalated', 'ActionItemDueDateMoved')", b"('ActionItemEscalated')"
    ),
    "a unit that is given work takes its past with it": broken_rows(
        b"OVER (told_so_far ROWS UNBOUNDED PRECEDING) AS given",
        b"OVER ever_told AS given",
    ),
}


@pytest.mark.parametrize("what", sorted(WRONG_QUERIES))
def test_a_wrong_query_is_caught(engine: Engine, what: str) -> None:
    with psycopg.connect(engine.url, autocommit=True) as owner:
        owner.execute(WRONG_QUERIES[what])
    with pytest.raises((Disagreement, psycopg.Error)):
        check_histories(engine, 20_000_000)


def test_keys_that_are_not_touched_are_caught(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the subjects that evidence carries, live rows go stale."""
    first_only = b"""
        SELECT min(s.subject) AS key FROM cot_log.event_subject s
        WHERE s.district = %(district)s AND s.position > %(after)s AND s.position <= %(up_to)s
          AND starts_with(s.subject, 'unit:') GROUP BY s.position"""
    original = Projection.sql

    def sql(self: Projection, part: str) -> bytes:
        wrong = self.name == "unit_progress" and part == "touched"
        return first_only if wrong else original(self, part)

    monkeypatch.setattr(Projection, "sql", sql)
    with pytest.raises(Disagreement):
        check_histories(engine, 30_000_000)


@pytest.mark.parametrize("name", ["unit_progress", "activity_timeline"])
def test_an_ending_that_touches_nobody_else_is_caught(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Without the heirs, and what they have from others, live rows go stale."""
    endings = b"IN ('UnitsMerged', 'UnitSplit', 'UnitDissolved'"
    original = Projection.sql

    def sql(self: Projection, part: str) -> bytes:
        found = original(self, part)
        if self.name == name and part == "touched":
            assert endings in found, "the query has changed: break it in another way"
            return found.replace(endings, b"IN ('UnitsCounted'")
        return found

    monkeypatch.setattr(Projection, "sql", sql)
    with pytest.raises(Disagreement):
        check_histories(engine, 50_000_000)


def test_days_that_come_without_an_event_are_caught(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the keys whose day has come, live rows keep yesterday's answer."""
    nothing = b"SELECT NULL::text AS key WHERE %(district)s = '' AND %(up_to)s = 0 \
AND %(date_after)s::date = %(date_up_to)s::date"
    original = Projection.sql

    def sql(self: Projection, part: str) -> bytes:
        return nothing if part == "touched_by_date" else original(self, part)

    monkeypatch.setattr(Projection, "sql", sql)
    with pytest.raises(Disagreement):
        check_histories(engine, 40_000_000)


def test_every_projection_has_a_digest_of_its_own() -> None:
    digests = {projection.query_digest for projection in PROJECTIONS}
    assert len(digests) == len(PROJECTIONS)
    assert projection_named("unit_progress").query_digest in digests
