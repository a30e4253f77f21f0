"""Policies run over the past of the fictional district: they find what happened, or say how not."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cot_flows.bootstrap import Engine
from cot_flows.cli.main import outcome
from cot_flows.errors import NotConfigured
from cot_flows.projecting import project
from cot_flows.reviews.comparing import compare
from cot_flows.reviews.past import Happening
from cot_flows.reviews.policy_files import as_adopted, parse_policies
from cot_flows.reviews.simulation import Simulated, Sweeps, Wanted, simulate
from cot_flows.scenarios.marrow_bay import play
from cot_flows.scenarios.marrow_bay.timeline import sweep_days
from domain.shipped import shipped_text

pytestmark = pytest.mark.slow

DISTRICT = "marrow-bay"
FIRST, LAST = date(2025, 7, 1), date(2026, 12, 18)


@pytest.fixture(scope="module")
def marrow_bay(engine: Engine) -> Engine:
    """The whole story, in a district of this module."""
    play(engine, district=DISTRICT)
    project(engine, DISTRICT)
    return engine


def run(engine: Engine, sweeps: Sweeps = "as-run", **wanted: Any) -> Simulated:
    return simulate(
        engine, DISTRICT, Wanted(**{"first": FIRST, "last": LAST, "sweeps": sweeps} | wanted)
    )


def shipped(change: Callable[[dict[str, Any]], None] = lambda _: None) -> str:
    """The shipped policies as a file, changed."""
    document = json.loads(shipped_text("domain.catalogue", "policies_v1.json"))
    by_slug = {each["slug"]: each for each in document["policies"]}
    change(by_slug)
    document["policies"] = list(by_slug.values())
    return json.dumps(document)


def told(happenings: tuple[Happening, ...]) -> list[Happening]:
    return sorted(happenings, key=lambda each: (each.day, each.cause))


def test_the_policies_as_adopted_on_the_days_of_the_sweeps_find_what_happened(
    marrow_bay: Engine,
) -> None:
    simulated = run(marrow_bay)
    assert len(simulated.did) > 20
    assert sum(each.merged for each in simulated.did) > 0
    assert told(simulated.would) == told(simulated.did)
    assert {at.day for at in simulated.moments} <= sweep_days()
    compared = compare(simulated)
    assert (compared.would_open, compared.would_not_open) == ((), ())
    assert {each.days for each in compared.same} == {0}


@pytest.mark.parametrize("first", [date(2025, 11, 20), date(2026, 3, 1), date(2026, 8, 1)])
def test_a_simulation_may_begin_in_the_middle(marrow_bay: Engine, first: date) -> None:
    simulated = run(marrow_bay, first=first)
    assert told(simulated.would) == told(simulated.did)


def test_rules_asked_only_where_something_stirred_find_the_same(marrow_bay: Engine) -> None:
    policies = as_adopted(parse_policies(shipped(), "shipped"))
    spring = {"first": date(2026, 2, 20), "last": date(2026, 4, 20)}
    for chosen in (None, policies):
        sparing = run(marrow_bay, "daily", policies=chosen, **spring)
        everything = run(marrow_bay, "daily", policies=chosen, every=True, **spring)
        assert sparing.would == everything.would
        assert sparing.asked < everything.asked


def test_a_shorter_limit_opens_the_review_of_a_stalled_unit_earlier(marrow_bay: Engine) -> None:
    def sooner(policies: dict[str, Any]) -> None:
        policies["stalled-unit"]["parameters"]["days"] = dict.fromkeys(
            ("S1", "S2", "S3", "S4", "S5"), 30
        )

    changed = as_adopted(parse_policies(shipped(sooner), "sooner"))
    same = compare(run(marrow_bay, "working-days", policies=changed, last=date(2026, 3, 1))).same
    stalls = [each for each in same if each.policy == "stalled-unit"]
    assert stalls
    assert all(each.days < 0 for each in stalls)


def test_a_policy_left_out_opens_nothing_and_is_named(marrow_bay: Engine) -> None:
    without = parse_policies(shipped(lambda each: each.pop("district-quarterly-review")), "without")
    simulated = run(marrow_bay, policies=as_adopted(without))
    assert all(each.policy != "district-quarterly-review" for each in simulated.would)
    missing = compare(simulated).would_not_open
    assert {each.instead for each in missing if each.policy == "district-quarterly-review"} == {
        "the policy is not adopted"
    }


def test_a_review_that_never_was_ends_after_the_assumed_days(marrow_bay: Engine) -> None:
    def often(policies: dict[str, Any]) -> None:
        policies["activities-completed-unit"]["parameters"]["count"] = 1
        policies["rating-regression"]["review_type"] = "R8"

    chosen = as_adopted(parse_policies(shipped(often), "often"))
    short, long = (run(marrow_bay, policies=chosen, held_after=days) for days in (0, 250))
    # What the calendar asks for waits for the review that stays open, while it has its day.
    only_short = {each.cause for each in short.would} - {each.cause for each in long.would}
    assert {policy for policy, _, _ in only_short} <= {"unit-monthly-review", "network-review"}
    assert {each.cause for each in long.would} <= {each.cause for each in short.would}
    assert sum(each.merged for each in short.would) < sum(each.merged for each in long.would)


def test_nothing_is_written_and_days_to_come_are_refused(marrow_bay: Engine) -> None:
    before = marrow_bay.store.head(DISTRICT)
    run(marrow_bay, "working-days", first=date(2026, 9, 1))
    assert marrow_bay.store.head(DISTRICT) == before
    with pytest.raises(NotConfigured, match="lies ahead"):
        run(marrow_bay, last=date(2027, 1, 15))
    with pytest.raises(NotConfigured, match="swap them"):
        run(marrow_bay, first=LAST, last=FIRST)


@pytest.fixture
def command_line(marrow_bay: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The command line on the module's database."""
    monkeypatch.setenv("COT_DATABASE_URL", marrow_bay.url)
    monkeypatch.setenv("COT_HOME", str(marrow_bay.settings.home))
    return marrow_bay


@pytest.mark.usefixtures("command_line")
def test_the_command_says_what_differs_in_words_and_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "trial.json"
    file.write_text(shipped(lambda each: each.pop("rating-regression")))
    asked = ["policy", "simulate", str(file), "--from", "2026-01-01", "--to", "2026-06-30"]
    assert outcome([*asked, "--sweeps", "as-run"]) == 0
    words = capsys.readouterr().out
    assert "nothing was recorded" in words
    assert "Opened, and would not have" in words
    assert outcome([*asked, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["sweeps_simulated"] == 181
    assert set(document) == {
        "district",
        "clock",
        "known_at_position",
        "from",
        "to",
        "sweeps",
        "sweeps_simulated",
        "held_after",
        "policies",
        "causes",
        "same",
        "would_open",
        "would_not_open",
        "refused",
    }
    assert set(document["same"][0]) == {
        "review",
        "policy",
        "about",
        "cause_key",
        "title",
        "really_on",
        "would_on",
        "days",
    }


@pytest.mark.usefixtures("command_line")
def test_policies_are_listed_and_shown_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["policy", "list"]) == 0
    assert "stalled-unit" in capsys.readouterr().out
    assert outcome(["policy", "show", "stalled-unit", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)["policy"]
    assert shown["query_as_adopted"] is True
    assert "Days on hold do not count" in shown["query_in_words"]
    assert outcome(["policy", "show", "nothing"]) == 66
