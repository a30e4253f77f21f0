"""Every threat that the reference names is done by the test that it names."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "threats.md"
NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


def missing_from(page: str, root: Path) -> list[str]:
    """Return the tests that a page names and that are in no file of that name."""
    texts: dict[str, str] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        texts[path.name] = texts.get(path.name, "") + path.read_text(encoding="utf-8")
    return [
        f"{file}::{test}"
        for file, test in NAMED.findall(page)
        if not re.search(rf"^def {test}\(", texts.get(file, ""), flags=re.MULTILINE)
    ]


def test_every_test_that_the_threats_name_exists() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert missing_from(text, ROOT) == []
    rows = [line for line in text.splitlines() if line.startswith(("| T", "| |"))]
    unproven = [line for line in rows if not NAMED.search(line) and "somebody" not in line]
    assert unproven == []


def test_every_threat_has_a_row() -> None:
    threats = re.findall(r"^\| (T\d+) \|", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert threats == [f"T{number}" for number in range(1, 13)]


def test_a_name_of_no_test_is_caught() -> None:
    assert missing_from("`test_threats.py::test_nothing`", ROOT) == [
        "test_threats.py::test_nothing"
    ]
