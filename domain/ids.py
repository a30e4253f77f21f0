"""Names of things: subjects, stream names, and ids derived from a cause."""

from uuid import UUID, uuid5

NAMESPACE = UUID("6f1c8a52-0d3e-5b1f-9c55-1a2f4d7be0c4")
"""The root of all derived ids. Never change it: recorded ids depend on it."""

SLUG = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"
"""What an identifier may look like: short, plain, safe in a stream name."""

DISTRICT_STREAM = "district"
"""The stream of facts about the district itself: calendar, rubric, policies."""


def derived_id(*parts: str) -> UUID:
    """Return the id that these parts always give: uuid5 over the parts, unit separator between."""
    return uuid5(NAMESPACE, "\x1f".join(parts))


def subject(kind: str, identifier: str) -> str:
    """Return the subject text `kind:identifier`, such as `unit:HR`."""
    return f"{kind}:{identifier}"


def is_subject(name: str) -> bool:
    """Whether a name is that of a subject; no stream's name holds a colon."""
    return ":" in name


def stream(category: str, identifier: str) -> str:
    """Return the stream name `category-identifier`, such as `unit-HR`."""
    return f"{category}-{identifier}"


def review_slot(review_type: str, about: str) -> str:
    """Return the subject under which reviews of one type about one subject compete.

    At most one review may be open in a slot; `about` is a subject such as `unit:HR`.
    """
    return f"review-slot:{review_type}:{about}"
