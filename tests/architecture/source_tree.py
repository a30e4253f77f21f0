"""The project's own files, read once, for checks that look at text and syntax."""

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("cot_flows", "domain", "events", "projections", "deployments")
BELOW_COT_FLOWS = ("domain", "events", "projections")
CODE_FOLDERS = (*ROOMS, "tests", "bench")

_HIDDEN_BUT_OURS = {".ci", ".gitignore"}
_MADE_BY_TOOLS = {"__pycache__", "build", "dist", "htmlcov", "node_modules"}


@dataclass(frozen=True)
class Source:
    """One text file: where it lies under the root, and what it says."""

    root: Path
    path: Path

    @property
    def where(self) -> str:
        """The path from the root, with forward slashes, as a message should name it."""
        return self.path.relative_to(self.root).as_posix()

    @functools.cached_property
    def text(self) -> str:
        """The whole text."""
        return self.path.read_text(encoding="utf-8")

    @functools.cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text, filename=self.where)

    @property
    def module(self) -> str:
        """The dotted name a Python file is imported by."""
        parts = self.path.relative_to(self.root).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def at(self, node: ast.AST) -> str:
        """Where a node of the tree begins, as `path:line`."""
        return f"{self.where}:{getattr(node, 'lineno', 1)}"


def _is_ours(path: Path, root: Path) -> bool:
    """Whether a path was written by a person: hidden folders and what tools make are not."""
    inside = path.relative_to(root).parts
    return not any(
        part in _MADE_BY_TOOLS or part.startswith(".") or part.endswith(".egg-info")
        for part in inside
    )


def sources(root: Path, folders: tuple[str, ...], *suffixes: str) -> Iterator[Source]:
    """Every file under the folders that exist, with one of the suffixes, in a settled order."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix in suffixes and _is_ours(path, root):
                yield Source(root, path)


def written_files(root: Path) -> Iterator[Path]:
    """Every file of the repository that a person wrote, hidden ones at the top included."""
    for top in sorted(root.iterdir()):
        if not (top.name in _HIDDEN_BUT_OURS or _is_ours(top, root)):
            continue
        below = [top] if top.is_file() else sorted(top.rglob("*"))
        yield from (path for path in below if path.is_file() and _is_ours(path, top))


def plant(root: Path, where: str, text: str) -> Path:
    """Write one file under a root, folders included, so that a check can be shown a breach."""
    path = root / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
