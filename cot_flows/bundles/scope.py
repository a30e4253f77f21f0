"""What a bundle tells and what it leaves out, and the log of that."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from cot_flows.errors import NotConfigured
from domain.message import Classification
from domain.sealing import SEALING_STREAM


@dataclass(frozen=True, slots=True)
class Scope:
    """Who may see the bundle: `values` whether personal values are in it, and which classes.

    `classes` None means events of all classes; else an event is told only if all its classes are
    among them: that of its type, the recorded one, and those it was raised to since.
    Facts about keys and checkpoints are always in it: they hold no secret, and nothing could be
    checked without them.
    """

    values: bool = True
    classes: frozenset[Classification] | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        """Refuse to leave out anything without a reason. Raises NotConfigured."""
        if self.is_redacted and not (self.reason or "").strip():
            raise NotConfigured(
                "a bundle that leaves something out says why: give --reason, such as the "
                "paragraph of the law that asks for it"
            )

    @property
    def is_redacted(self) -> bool:
        """Whether anything is to be left out."""
        return not self.values or self.classes is not None

    def shows(self, stream: str, classes: Collection[Classification]) -> bool:
        """Whether the content of an event of these classes is told."""
        return stream == SEALING_STREAM or self._is_told(classes)

    def shows_values(self, classes: Collection[Classification]) -> bool:
        """Whether the personal values of an event are told: never more than its classes allow."""
        return self.values and self._is_told(classes)

    def _is_told(self, classes: Collection[Classification]) -> bool:
        return self.classes is None or self.classes.issuperset(classes)


@dataclass(slots=True)
class Withheld:
    """How much was left out: events by recorded class, values by event type and field.

    `further` counts, by the class, events whose recorded class is told and another is not: that
    of their type, or one they were raised to. They are among `events` too.
    `not_on_record` counts values that were withdrawn from the log before: nobody has them.
    """

    scope: Scope
    events: Counter[str] = field(default_factory=Counter)
    further: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)
    not_on_record: int = 0

    def leave_out(self, given: Classification, classes: Collection[Classification]) -> None:
        """Count an event whose content is not told, by the class it was recorded with."""
        self.events[given] += 1
        told = self.scope.classes or frozenset()
        if given in told:
            self.further.update(set(classes) - told)

    def as_dict(self) -> dict[str, object]:
        """Return the withholding log."""
        classes = self.scope.classes
        return {
            "reason": self.scope.reason,
            "classes_told": None if classes is None else sorted(classes),
            "events_left_out": self.events.total(),
            "events_by_classification": dict(sorted(self.events.items())),
            "events_by_further_class": dict(sorted(self.further.items())),
            "values_left_out": self.values.total(),
            "values_by_type_and_field": dict(sorted(self.values.items())),
            "values_not_on_record": self.not_on_record,
        }
