"""Which outside names a file uses, told by their full dotted names whatever it calls them."""

import ast
from collections.abc import Iterator


def _local_names(tree: ast.Module) -> dict[str, str]:
    """Local name to full name, for every import anywhere in the file."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def _dotted(node: ast.expr) -> list[str] | None:
    """`a.b.c` as its parts; nothing for an expression that is not a plain chain of names."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value)
        return None if before is None else [*before, node.attr]
    return None


def uses(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Each use of an imported name with its full name, the imports themselves included.

    A chain yields every prefix of itself: `os.environ.get` is a use of `os`, `os.environ` and
    `os.environ.get`, all at one place.
    """
    names = _local_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node, node.module
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Name | ast.Attribute):
            parts = _dotted(node)
            if parts is not None and parts[0] in names:
                yield node, ".".join([names[parts[0]], *parts[1:]])
