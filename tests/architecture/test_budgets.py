"""Files and functions stay small enough to be read in one go."""

import ast
from pathlib import Path

from tests.architecture.source_tree import CODE_FOLDERS, ROOT, plant, sources

MOST_LINES_IN_A_FILE = 400
MOST_LINES_IN_A_FUNCTION = 60


def long_files(root: Path) -> list[str]:
    """Python and SQL files over the budget, with their lines."""
    counted = [
        (source.where, len(source.text.splitlines()))
        for source in sources(root, CODE_FOLDERS, ".py", ".sql")
    ]
    return [f"{where}: {lines} lines" for where, lines in counted if lines > MOST_LINES_IN_A_FILE]


def long_functions(root: Path) -> list[str]:
    """Functions and methods over the budget, counted from `def` to their last line."""
    found = []
    for source in sources(root, CODE_FOLDERS, ".py"):
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MOST_LINES_IN_A_FUNCTION:
                found.append(f"{source.at(node)} {node.name}: {lines} lines")
    return found


def test_no_file_is_longer_than_its_budget() -> None:
    assert long_files(ROOT) == []


def test_no_function_is_longer_than_its_budget() -> None:
    assert long_functions(ROOT) == []


def test_a_file_one_line_over_is_caught_and_one_at_the_limit_is_not(tmp_path: Path) -> None:
    plant(tmp_path, "events/sql/over.sql", "-- x\n" * (MOST_LINES_IN_A_FILE + 1))
    plant(tmp_path, "bench/over.py", "# x\n" * (MOST_LINES_IN_A_FILE + 1))
    plant(tmp_path, "events/at_the_limit.py", "# x\n" * MOST_LINES_IN_A_FILE)
    assert long_files(tmp_path) == [
        f"{where}: {MOST_LINES_IN_A_FILE + 1} lines"
        for where in ("events/sql/over.sql", "bench/over.py")
    ]


def test_a_function_one_line_over_is_caught_and_one_at_the_limit_is_not(tmp_path: Path) -> None:
    body = "    pass\n" * (MOST_LINES_IN_A_FUNCTION - 1)
    plant(
        tmp_path,
        "domain/long.py",
        f"def at_limit():\n{body}\n\nasync def over():\n{body}    pass\n",
    )
    over = MOST_LINES_IN_A_FUNCTION + 1
    assert long_functions(tmp_path) == [f"domain/long.py:{over + 2} over: {over} lines"]
