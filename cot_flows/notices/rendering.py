"""A digest as plain text and as HTML; every text in it is escaped."""

from collections.abc import Iterator
from hashlib import sha256
from html import escape
from itertools import groupby

from cot_flows.notices.digest import Digest, Item

SIMULATED = "This district's clock is simulated: nothing of this is due in truth."
WHY = "You get this because it concerns you. What is told once is not told again."


def subject_of(digest: Digest) -> str:
    """Return the line by which a digest is known in a list of mails."""
    count = len(digest.items)
    return f"{digest.district}, {digest.day}: {count} {'thing' if count == 1 else 'things'} to know"


def as_text(digest: Digest) -> str:
    """Return a digest as plain text."""
    lines = [SIMULATED, ""] if digest.simulated else []
    for section, items in _sections(digest):
        lines += [section, ""]
        for item in items:
            lines += [f"- {item.words}", f"  {item.url}"]
        lines.append("")
    return "\n".join([*lines, WHY, f"All reviews: {digest.url}", ""])


def as_html(digest: Digest) -> str:
    """Return a digest as a small HTML document without pictures, scripts or styles."""
    parts = [f"<p><strong>{SIMULATED}</strong></p>"] if digest.simulated else []
    for section, items in _sections(digest):
        listed = "".join(
            f'<li><a href="{escape(item.url)}">{escape(item.words)}</a></li>' for item in items
        )
        parts.append(f"<h2>{escape(section)}</h2><ul>{listed}</ul>")
    parts.append(f'<p>{WHY} <a href="{escape(digest.url)}">All reviews</a></p>')
    title = escape(subject_of(digest))
    head = f'<head><meta charset="utf-8"><title>{title}</title></head>'
    return f'<!doctype html><html lang="en">{head}<body>{"".join(parts)}</body></html>\n'


def digest_of(digest: Digest) -> str:
    """Return the SHA-256 of a digest's text, as the log records it."""
    return f"sha256:{sha256(as_text(digest).encode()).hexdigest()}"


def _sections(digest: Digest) -> Iterator[tuple[str, list[Item]]]:
    for section, items in groupby(digest.items, key=lambda item: item.section):
        yield section, list(items)
