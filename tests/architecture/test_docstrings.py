"""Every public module, class and function of the rooms says what it means."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source_tree import ROOMS, ROOT, plant, sources

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _needs_no_docstring(node: Definition) -> bool:
    """Private names, overload stubs and property setters: another definition speaks for them."""
    decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
    return node.name.startswith("_") or any(
        decorator.split(".")[-1] in {"overload", "setter", "deleter"} for decorator in decorators
    )


def _public(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Definition]]:
    """Public definitions of a module and of its public classes, by qualified name."""
    for node in body:
        if isinstance(node, Definition) and not _needs_no_docstring(node):
            yield f"{prefix}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body, f"{prefix}{node.name}.")


def undocumented(root: Path) -> list[str]:
    """What is public in the rooms and has no docstring, or an empty one."""
    found: list[str] = []
    for source in sources(root, ROOMS, ".py"):
        stem = source.path.stem
        if (stem.startswith("__") or not stem.startswith("_")) and not ast.get_docstring(
            source.tree
        ):
            found.append(f"{source.where}: the module")
        found += [
            f"{source.at(node)}: {name}"
            for name, node in _public(source.tree.body)
            if not ast.get_docstring(node)
        ]
    return found


def test_every_public_name_has_a_docstring() -> None:
    assert undocumented(ROOT) == []


def test_a_bare_module_class_method_and_function_are_each_caught(tmp_path: Path) -> None:
    text = "class Bare:\n    def method(self): ...\n    def _own(self): ...\n\n\ndef bare(): ...\n"
    plant(tmp_path, "domain/bare.py", text)
    assert undocumented(tmp_path) == [
        "domain/bare.py: the module",
        "domain/bare.py:1: Bare",
        "domain/bare.py:2: Bare.method",
        "domain/bare.py:6: bare",
    ]


def test_private_names_and_overloads_are_left_alone(tmp_path: Path) -> None:
    text = (
        '"""A module."""\nfrom typing import overload\n\n\n'
        "@overload\ndef read(key: int) -> int: ...\n"
        "def _private(): ...\nclass _Private:\n    x = 1\n"
    )
    plant(tmp_path, "events/spoken_for.py", text)
    assert undocumented(tmp_path) == []
