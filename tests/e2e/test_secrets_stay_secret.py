"""No message repeats any part of a password, however wrongly a URL is written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cot_flows.cli.main import app, outcome

FRONT, BACK = "kxqmark", "zwvmark"
"""The two halves of the password; a sign that breaks the URL stands between them."""

SIGNS = st.text(" \t\n#@/?%:&=[]'\"\\,;+é\x7f", max_size=4)
PLACES = (
    "postgresql://app:{pw}@127.0.0.1:1/cot",
    "postgresql://app:{pw}@127.0.0.1:port/cot",
    "postgresql://app:{pw}@127.0.0.1:99999/cot",
    "postgresql://app:{pw}@:1/cot",
    "postgresql://app:{pw}@/cot",
    "postgresql://app:{pw}@",
    "postgresql://app:{pw}",
    "postgresql://:{pw}@127.0.0.1:1/cot",
    "postgresql://app:{pw}@[::1:1/cot",
    "postgresql://app:{pw}@127.0.0.1:1/cot?sslmod=require",
    "postgresql://app@127.0.0.1:1/cot?password={pw}",
    "postgresql:/app:{pw}@127.0.0.1:1/cot",
    "postgresql:app:{pw}@127.0.0.1:1/cot",
    "postgresql+psycopg://app:{pw}@127.0.0.1:1/cot",
    '"postgresql://app:{pw}@127.0.0.1:1/cot"',
    "https://app:{pw}@127.0.0.1:1/cot",
    "app:{pw}@127.0.0.1:1/cot",
    "host=127.0.0.1 dbname=cot port=1 password={pw}",
    "host=127.0.0.1 dbname=cot port=port password={pw}",
    "host=127.0.0.1 dbname=cot port=1 password='{pw}",
    "port=1 password={pw}",
    "host=127.0.0.1 dbname=cot port=1 {pw}",
)
ROOT = Path(__file__).parents[2]


def says_nothing(words: str) -> None:
    assert FRONT not in words
    assert BACK not in words
    assert "Traceback" not in words


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.sampled_from(PLACES), signs=SIGNS, variable=st.booleans())
@example(place=PLACES[0], signs="@", variable=True)
@example(place=PLACES[0], signs="/", variable=True)
@example(place=PLACES[0], signs="@x/", variable=True)
@example(place=PLACES[0], signs="#", variable=False)
@example(place="postgresql://app:{pw}", signs="@", variable=False)
@example(place=PLACES[0], signs="%zz", variable=False)
def test_a_malformed_url_is_refused_without_any_part_of_its_password(
    place: str,
    signs: str,
    variable: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = place.format(pw=f"{FRONT}{signs}{BACK}")
    monkeypatch.setenv("COT_HOME", str(tmp_path))
    monkeypatch.setenv("COT_DATABASE_URL", url)
    monkeypatch.delenv("COT_ADMIN_URL", raising=False)
    words = "units"
    if variable:
        monkeypatch.setenv("COT_DATABASE_URL", "postgresql://app@127.0.0.1:1/cot")
        monkeypatch.setenv("COT_ADMIN_URL", url)
        words = "db init"
    code = outcome(words.split())
    told = capsys.readouterr()
    says_nothing(told.out + told.err)
    assert code in {64, 69}
    assert "COT_" in told.err or "URL" in told.err


@pytest.mark.parametrize("name", ["COT_DATABASE_URL", "COT_ADMIN_URL", "COT_PREFECT_DATABASE_URL"])
@pytest.mark.parametrize("words", ["units", "db init", "doctor", "up"])
def test_the_program_itself_names_the_variable_and_ends_with_64(
    name: str, words: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cot_flows.cli", *words.split()],
        cwd=ROOT,
        env={
            **os.environ,
            "COT_HOME": str(tmp_path),
            name: f"postgresql://app:{FRONT}@{BACK}@127.0.0.1:1/cot",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    says_nothing(done.stdout + done.stderr)
    assert done.returncode == 64, done.stderr
    assert name in done.stderr
    assert "%40" in done.stderr


def test_no_command_takes_a_url_as_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    app(["db", "init", "--help"], exit_on_error=False, result_action="return_value")
    told = " ".join(capsys.readouterr().out.split())
    assert "COT_ADMIN_URL" in told
    assert "list of processes" in told
    url = f"postgresql://app:{FRONT}{BACK}@127.0.0.1:1/cot"
    assert outcome(["db", "init", "--admin-url", url]) == 64
    refused = capsys.readouterr()
    says_nothing(refused.out + refused.err)
