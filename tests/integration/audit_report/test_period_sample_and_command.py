"""Periods, long tables, the sample, and the command that tells all of it."""

import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from cot_flows.audit_report.report import Drawing, audit_report
from cot_flows.audit_report.sample import drawn
from cot_flows.audit_report.section import MOST_ROWS
from cot_flows.bootstrap import Engine
from cot_flows.cli.main import outcome
from cot_flows.errors import NotConfigured
from cot_flows.sealing.checking import check_proof
from cot_flows.sealing.sealing import seal
from tests.integration.audit_report.conftest import (
    DISTRICT,
    NOW,
    TODAY,
    Recording,
    late,
    reported,
    section,
)
from tests.support.log import started, write


def test_a_period_counts_by_the_days_of_recording(engine: Engine, record: Recording) -> None:
    for month in (1, 2, 3):
        at = datetime(2026, month, 2, 12, tzinfo=UTC)
        day = at.date() - timedelta(days=20)
        event = started(f"m-{month}", f"m-{month}", occurred_on=day, effective_from=day, reason="r")
        record(event, at=at)
    february = reported(engine, date(2026, 2, 1), date(2026, 2, 28))
    assert [row["recorded_on"] for row in section(february, "back_dated").rows] == [
        date(2026, 2, 2)
    ]
    assert section(reported(engine, date(2026, 2, 2), TODAY), "back_dated").total == 2
    assert section(reported(engine, None, date(2026, 1, 31)), "back_dated").total == 1
    for first, last in ((date(2026, 3, 1), date(2026, 2, 1)), (None, date(2026, 3, 3))):
        with pytest.raises(NotConfigured):
            reported(engine, first, last)


def test_more_rows_than_a_table_shows_are_counted(engine: Engine) -> None:
    many = [late(f"m-{n}", 20 + n % 3, reason="r") for n in range(MOST_ROWS + 7)]
    engine.store.append(DISTRICT, [write(*many, stream="many")], recorded_at=NOW)
    found = section(reported(engine), "back_dated")
    assert (len(found.rows), found.total) == (MOST_ROWS, MOST_ROWS + 7)


def test_a_sample_is_drawn_again_by_its_seed_and_every_event_in_it_is_proven(
    engine: Engine, record: Recording, tmp_path: Path
) -> None:
    record(*(late(f"a-{n}", 0) for n in range(12)))
    seal(engine, DISTRICT)
    head = engine.store.head(DISTRICT)
    key = next(
        each.event.vkey  # type: ignore[attr-defined]
        for each in engine.store.read_log(DISTRICT, after=0, limit=50)
        if each.type_name == "SealingKeyPublished"
    )
    report = audit_report(engine, head, None, None, Drawing("seven", 6, tmp_path / "proofs"))
    rows = section(report, "sample").rows
    ranked = sorted(
        range(1, head.position + 1), key=lambda n: sha256(f"seven:{n}".encode()).digest()
    )
    assert [row["position"] for row in rows] == sorted(ranked[:6])
    again = audit_report(engine, head, None, None, Drawing("seven", 6))
    assert [r["event_id"] for r in section(again, "sample").rows] == [r["event_id"] for r in rows]
    assert drawn("eight", range(1, head.position + 1), 6) != drawn(
        "seven", range(1, head.position + 1), 6
    )
    for row in rows:
        if row["position"] == head.position:
            assert row["proof"] == "not sealed yet"  # The checkpoint itself.
            continue
        checked = check_proof(Path(str(row["proof"])).read_bytes(), [key], [])
        assert checked.proof.sealed.position == row["position"]
        assert checked.content()["event_id"] == str(row["event_id"])


def test_a_sample_is_drawn_again_after_the_log_has_grown(engine: Engine, record: Recording) -> None:
    record(*(late(f"a-{n}", 0) for n in range(12)))
    head = engine.store.head(DISTRICT)
    first = audit_report(engine, head, None, None, Drawing("s", 15))
    record(*(late(f"b-{n}", 0) for n in range(12)))
    grown = engine.store.head(DISTRICT)
    again = audit_report(engine, grown, None, None, Drawing("s", 15, up_to=head.position))
    assert section(again, "sample").rows == section(first, "sample").rows
    other = audit_report(engine, grown, None, None, Drawing("s", 15))
    assert section(other, "sample").rows != section(first, "sample").rows
    with pytest.raises(NotConfigured, match="none of them"):
        audit_report(engine, grown, None, None, Drawing("s", 15, up_to=grown.position + 1))


def test_the_command_answers_in_json_and_ends_with_1_when_something_is_beyond_a_limit(
    engine: Engine,
    record: Recording,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COT_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")
    record(late("explained", 15, reason="found [red]in[/] a drawer"))
    assert outcome(["audit", "report", "--seed", "s", "--from", "2026-03-01", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["from"], answer["to"], answer["seed"], answer["wrong"]) == (
        "2026-03-01",
        None,
        "s",
        0,
    )
    assert answer["limits"] == {"reason_after_days": 14, "approval_after_days": 90}
    assert answer["sections"]["back_dated"]["rows"][0]["days_late"] == 15
    assert outcome(["audit", "report", "--seed", "s"]) == 0
    told = capsys.readouterr().out
    assert "Sample with the seed s" in told
    assert "found [red]in[/] a drawer" in told
    assert "simulated clock" in told
    record(late("forced", 91, reason="why"))
    assert outcome(["audit", "report"]) == 1
    assert "1 recorded beyond a limit without" in capsys.readouterr().out
    assert outcome(["audit", "report", "--to", "2030-01-01"]) == 64


def test_personnel_reasons_are_not_shown(engine: Engine, record: Recording) -> None:
    record(late("a", 20, reason="a matter of one person", classification="personnel"))
    (row,) = section(reported(engine), "back_dated").rows
    assert row["reason"] == "not shown (personnel)"
