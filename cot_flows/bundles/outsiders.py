"""The verifiers as a bundle carries them: one Python file, one page, one script, one SQL file."""

import re
from importlib.resources import files

PARTS = ("reading", "signing", "verify")
OURS = re.compile(
    r"^from cot_flows\.bundles\.verifiers\.\w+ import (?:\([^)]*\)|[^\n]*)\n", re.MULTILINE
)
PLACE_OF_SCRIPT = "/* verify.mjs stands here */"


def verifiers() -> dict[str, bytes]:
    """Return the verifiers' files by name."""
    page, script = _source("verify.html"), _source("verify.mjs")
    return {
        "verify.py": python_verifier().encode(),
        "verify.mjs": script.encode(),
        "verify.html": page.replace(PLACE_OF_SCRIPT, script).encode(),
        "verify.sql": _source("verify.sql").encode(),
    }


def python_verifier() -> str:
    """Return the parts of the Python verifier as one file that imports nothing of ours."""
    *parts, last = (OURS.sub("", _source(f"{name}.py")) for name in PARTS)
    doc, quotes, rest = last.partition('"""\n\nimport ')
    return doc + quotes.replace("import ", "") + "\n".join(parts) + "\n\nimport " + rest


def _source(name: str) -> str:
    return files("cot_flows.bundles.verifiers").joinpath(name).read_text(encoding="utf-8")
