"""The repository holds no left-overs, no address to fetch from and no machine's own paths."""

import ast
import re
from pathlib import Path

from tests.architecture.source_tree import (
    CODE_FOLDERS,
    ROOT,
    plant,
    sources,
    written_files,
)

# Put together from pieces, so that this file does not hold what it looks for.
LEFT_OVERS = re.compile(
    "|".join([rf"\b{a}{b}\b" for a, b in [("TO", "DO"), ("FIX", "ME"), ("XX", "X")]])
)
UNWRITTEN = "NotImplemented" + "Error"
ADDRESS = re.compile(r"\w+://|^--(?:extra-)?index|^--find-links|^-[if] |\s@\s", re.MULTILINE)
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:work|root|home|Users)/[\w.]|\b[A-Z]:\\Users\\")
PINNED = re.compile(r"^[a-z0-9][a-z0-9._-]*==\S+ \\$")


def left_overs(root: Path) -> list[str]:
    """Lines of code and SQL that promise work instead of doing it.

    Catching the error that says "not written" is fine: other people's libraries raise it.
    """
    promised = {
        f"{source.where}:{number}"
        for source in sources(root, CODE_FOLDERS, ".py", ".sql")
        for number, line in enumerate(source.text.splitlines(), start=1)
        if LEFT_OVERS.search(line)
    }
    unwritten = {
        source.at(node)
        for source in sources(root, CODE_FOLDERS, ".py")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Raise) and node.exc and UNWRITTEN in ast.unparse(node.exc)
    }
    return sorted(promised | unwritten)


def machine_paths(root: Path) -> list[str]:
    """Lines of any written text file that name a folder of somebody's machine."""
    found: list[str] = []
    for path in written_files(root):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a workbook or an image: it has no lines to read
        found += [
            f"{path.relative_to(root).as_posix()}:{number}"
            for number, line in enumerate(text.splitlines(), start=1)
            if MACHINE_PATH.search(line)
        ]
    return found


def faults_of_lock(text: str) -> list[str]:
    """What is wrong with a lock file: addresses in it, and packages without a version or a hash."""
    found = [f"address: {match.group()}" for match in ADDRESS.finditer(text)]
    lines = text.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not line or line.startswith(("#", " ")):
            continue
        if not PINNED.match(line) or "--hash=sha256:" not in following:
            found.append(f"not pinned by version and hash: {line}")
    return found


def test_nothing_is_left_over() -> None:
    assert left_overs(ROOT) == []


def test_no_file_names_a_folder_of_a_machine() -> None:
    assert machine_paths(ROOT) == []


def test_the_lock_pins_every_package_by_hash_and_names_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert text.count("==") > len(CODE_FOLDERS)
    assert faults_of_lock(text) == []


def test_left_overs_of_each_kind_are_caught(tmp_path: Path) -> None:
    plant(tmp_path, "domain/later.py", f"# {'TO' + 'DO'}: later\nraise {UNWRITTEN}\n")
    plant(tmp_path, "events/sql/later.sql", f"-- {'FIX' + 'ME'}\n")
    plant(tmp_path, "events/fine.py", "# The to-do list of a review is an action item.\n")
    assert left_overs(tmp_path) == [
        "domain/later.py:1",
        "domain/later.py:2",
        "events/sql/later.sql:1",
    ]


def test_a_path_of_a_machine_is_caught_and_a_route_of_a_page_is_not(tmp_path: Path) -> None:
    home = "ho" + "me"
    plant(tmp_path, "docs/guide.md", f"Look in\n/{home}/someone/cot.toml\n")
    plant(tmp_path, ".ci/run", f"cd /{home}/someone\n")
    plant(tmp_path, "docs/routes.md", f"http://127.0.0.1:4310/{home}/district and ~/cot\n")
    plant(tmp_path, ".venv/pyvenv.cfg", f"/{home}/someone\n")
    assert sorted(machine_paths(tmp_path)) == [".ci/run:1", "docs/guide.md:2"]


def test_a_lock_with_an_address_or_without_a_hash_is_caught() -> None:
    hashed = "rich==15.0.0 \\\n    --hash=sha256:00\n"
    assert faults_of_lock(hashed) == []
    assert faults_of_lock("--index-url x\n" + hashed)
    assert faults_of_lock(f"own @ file{':'}//wheels/own.whl\n")
    assert faults_of_lock("rich==15.0.0\n") == ["not pinned by version and hash: rich==15.0.0"]
    assert faults_of_lock("rich>=15 \\\n    --hash=sha256:00\n")
