"""What the documents say is so: events, links, exit codes, commands, event types."""

import re
from pathlib import Path

import pytest

from cot_flows.cli import exits
from cot_flows.cli.main import app
from cot_flows.cli.recording import RECORDED
from tests.support import event_reference, policy_reference

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_reference_of_events_is_what_the_code_says() -> None:
    assert event_reference.PAGE.read_text(encoding="utf-8") == event_reference.page()


def test_the_reference_of_policies_is_what_ships() -> None:
    assert policy_reference.PAGE.read_text(encoding="utf-8") == policy_reference.page()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_within_the_project_leads_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\((?!https?://)([^)#]+)", text)
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_there_is_a_page_of_each_kind() -> None:
    for kind in ("tutorials", "how-to", "reference", "explanation", "adr"):
        assert list((ROOT / "docs" / kind).glob("*.md")), kind


def test_the_exit_codes_are_documented() -> None:
    text = (ROOT / "docs" / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", text, flags=re.MULTILINE)}
    used = {
        value for name, value in vars(exits).items() if name.isupper() and isinstance(value, int)
    }
    assert documented == used


def documented_commands() -> set[tuple[str, ...]]:
    """Return the beginnings of all `cot` commands that the pages show."""
    found: set[tuple[str, ...]] = set()
    for path in PAGES:
        for line in re.findall(
            r"^(?:[A-Z_]+=\S+ )*cot ([a-z -]+)", path.read_text(), flags=re.MULTILINE
        ):
            found.add(tuple(line.split(" --")[0].split()))
    return found


def test_every_command_shown_in_the_documents_exists() -> None:
    names = set(app) | {"--help"}
    records = {
        "".join(f"-{c.lower()}" if c.isupper() else c for c in command.__name__).lstrip("-")
        for command in RECORDED
    }
    shown = documented_commands()
    assert shown, "no command was found in the documents: the test looks wrongly"
    for words in shown:
        assert words[0] in names, words
        if words[0] == "record" and len(words) > 1:
            assert words[1] in records, words


def test_every_decision_record_has_a_status_context_and_consequences() -> None:
    for path in (ROOT / "docs" / "adr").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert "Status: " in text, path.name
        assert "**Context.**" in text or "| package |" in text, path.name
