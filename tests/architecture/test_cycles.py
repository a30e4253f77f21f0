"""No module imports itself by a detour, imports made only for types included."""

import ast
import itertools
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.architecture.source_tree import ROOMS, ROOT, Source, plant, sources


def _imported(source: Source, known: set[str]) -> Iterator[str]:
    """Modules of ours that a file imports anywhere in it, inside functions and type blocks too.

    `from package import name` counts as the module `package.name` where there is one, else as
    the package itself. That importing a module also runs its package's `__init__` is not
    counted: a package that re-exports its modules would then be a cycle by definition.
    """
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield from (
                    name for name in [inner if inner in known else node.module] if name in known
                )


def import_cycle(root: Path) -> list[str]:
    """One cycle of imports as the modules along it, first and last the same; empty when none."""
    files = list(sources(root, ROOMS, ".py"))
    known = {source.module for source in files}
    graph = {source.module: set(_imported(source, known)) for source in files}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        # graphlib walks from the imported module to its importer.
        return cycle[::-1]
    return []


def test_the_rooms_have_no_import_cycle() -> None:
    assert import_cycle(ROOT) == []


def test_a_cycle_through_a_type_only_and_a_late_import_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "domain/__init__.py", "")
    plant(
        tmp_path,
        "domain/one.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from domain import two\n",
    )
    plant(tmp_path, "domain/two.py", "def late():\n    from domain.three import x\n    return x\n")
    plant(tmp_path, "domain/three.py", "import domain.one\nx = 1\n")
    cycle = import_cycle(tmp_path)
    assert cycle[0] == cycle[-1]
    steps = set(itertools.pairwise(cycle))
    assert steps == {
        ("domain.one", "domain.two"),
        ("domain.two", "domain.three"),
        ("domain.three", "domain.one"),
    }


def test_a_module_that_imports_itself_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "events/__init__.py", "")
    plant(tmp_path, "events/self_made.py", "import events.self_made\n")
    assert import_cycle(tmp_path) == ["events.self_made", "events.self_made"]


def test_a_package_that_re_exports_its_modules_is_no_cycle(tmp_path: Path) -> None:
    plant(tmp_path, "events/__init__.py", "from events.store import Store\n")
    plant(tmp_path, "events/store.py", "from events.errors import Oops\nclass Store: ...\n")
    plant(tmp_path, "events/errors.py", "class Oops(Exception): ...\n")
    assert import_cycle(tmp_path) == []
