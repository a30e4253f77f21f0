"""`cot deploy` where it cannot: said plainly, with an exit code of its own."""

import pytest

from cot_flows.cli.main import outcome
from cot_flows.prefect_child import free_port

pytestmark = pytest.mark.prefect


def test_deploying_without_a_named_server_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    assert outcome(["deploy", "workers"]) == 64
    told = " ".join(capsys.readouterr().err.split())
    assert "set PREFECT_API_URL" in told


def test_deploying_to_a_server_that_does_not_answer_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"http://127.0.0.1:{free_port()}/api"
    monkeypatch.setenv("PREFECT_API_URL", url)
    assert outcome(["deploy", "workers"]) == 69
    told = "".join(capsys.readouterr().err.split())
    assert f"noPrefectserveranswersat{url}" in told
