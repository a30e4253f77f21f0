"""Field types that the events share: codes, short titles, decimal texts."""

from typing import Annotated, Literal

from pydantic import Field

from domain.ids import SLUG

Slug = Annotated[str, Field(pattern=SLUG)]
"""An identifier: letters, digits, dot, underscore, hyphen; at most 80 characters."""

Title = Annotated[str, Field(min_length=1, max_length=160)]
"""A short text without personal data, shown on every screen."""

Note = Annotated[str, Field(min_length=1, max_length=4000)]
"""A free text. Personal unless the field says otherwise."""

DECIMAL = r"^-?[0-9]{1,18}(\.[0-9]{1,9})?$"
"""How a decimal number is written."""

DecimalText = Annotated[str, Field(pattern=DECIMAL)]
"""A number as a decimal text, so that no float ever enters the log."""

DigestText = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
"""The digest of a document that is kept elsewhere."""

Subject = Annotated[str, Field(pattern=r"^(unit|dimension|network|district):[A-Za-z0-9._-]{1,80}$")]
"""What a rating or a review is about, such as `unit:HR`, `dimension:2`, `district:all`."""

Dimension = Annotated[int, Field(ge=1, le=5)]
"""One of the five dimensions of central office transformation."""

Level = Annotated[int, Field(ge=0, le=3)]
"""A rubric level, 0 to 3."""

EscalationLevel = Literal["owner", "head", "chair", "superintendent"]
"""Who is told that an action item is late, from the nearest to the highest."""

Stage = Annotated[str, Field(pattern=r"^S[0-6]$")]
"""A unit's reorganization stage, S0 to S6."""
