"""Statements are written whole, with their parameters bound, and say what they do."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source_tree import CODE_FOLDERS, ROOMS, ROOT, plant, sources

# Methods that hand a statement to the database, and the functions that make a statement of a text.
TAKES_A_STATEMENT = frozenset(
    {
        "copy",
        "exec_driver_sql",
        "execute",
        "executemany",
        "scalar",
        "scalars",
        "SQL",
        "text",
    }
)

QUOTES_A_PART = frozenset({"Identifier", "Literal", "Placeholder"})


def _called(call: ast.Call) -> str:
    """The bare name of what is called."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _composes_identifiers(call: ast.Call) -> bool:
    """`SQL("…").format(…)`, or a template formatted with quoted parts: the driver quotes each."""
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    if isinstance(receiver, ast.Call) and _called(receiver) == "SQL":
        return True
    parts = [*call.args, *(keyword.value for keyword in call.keywords)]
    return all(isinstance(part, ast.Call) and _called(part) in QUOTES_A_PART for part in parts)


def _is_glued(argument: ast.expr) -> bool:
    """Whether a text is put together where it is handed over."""
    if isinstance(argument, ast.JoinedStr):
        return True
    if isinstance(argument, ast.BinOp):
        return isinstance(argument.op, ast.Add | ast.Mod)
    if isinstance(argument, ast.Call) and _called(argument) in {"format", "join", "replace"}:
        return _called(argument) != "format" or not _composes_identifiers(argument)
    return False


def glued_statements(root: Path) -> list[str]:
    """Calls that hand the database a statement put together from pieces."""
    return [
        f"{source.at(node)}: {_called(node)}"
        for source in sources(root, CODE_FOLDERS, ".py")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and _called(node) in TAKES_A_STATEMENT
        and node.args
        and _is_glued(node.args[0])
    ]


def unexplained_statements(root: Path) -> list[str]:
    """SQL files whose first words are not a comment."""
    return [
        source.where
        for source in sources(root, ROOMS, ".sql")
        if not source.text.lstrip().startswith(("--", "/*"))
    ]


def test_no_statement_is_glued_from_pieces() -> None:
    assert glued_statements(ROOT) == []


def test_every_sql_file_begins_by_saying_what_it_does() -> None:
    assert unexplained_statements(ROOT) == []


@pytest.mark.parametrize(
    "argument",
    [
        "f'SELECT {x}'",
        "'SELECT ' + x",
        "'SELECT %s' % x",
        "'SELECT {}'.format(x)",
        "template.format(sql.Identifier(x), y)",
        "' '.join(['SELECT', x])",
        "text(f'SELECT {x}')",
    ],
)
def test_each_way_of_gluing_is_caught(tmp_path: Path, argument: str) -> None:
    plant(tmp_path, "events/glue.py", f"connection.execute({argument})\n")
    assert len(glued_statements(tmp_path)) == 1


@pytest.mark.parametrize(
    "argument",
    [
        "statement",
        "'SELECT %s', (x,)",
        "SQL('CREATE DATABASE {}').format(Identifier(x))",
        "template.format(sql.Identifier(x), owner=sql.Identifier(y))",
        "sql.SQL('SET ROLE {}').format(sql.Identifier(x))",
    ],
)
def test_a_bound_parameter_and_a_quoted_identifier_are_left_alone(
    tmp_path: Path, argument: str
) -> None:
    plant(tmp_path, "events/bound.py", f"connection.execute({argument})\n")
    assert glued_statements(tmp_path) == []


def test_a_silent_sql_file_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "projections/catalogue/x/rows.sql", "\nSELECT 1;\n-- too late\n")
    plant(tmp_path, "events/sql/spoken.sql", "\n-- Counts to one.\nSELECT 1;\n")
    assert unexplained_statements(tmp_path) == ["projections/catalogue/x/rows.sql"]
