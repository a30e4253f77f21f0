"""How handing a notice over may fail, in words without addresses and passwords."""

from cot_flows.errors import CotError
from domain.facts.notice import FailureKind


class NotDelivered(CotError):
    """A notice could not be handed over. `lasting` says that the next one would fail as well."""

    def __init__(self, kind: FailureKind, message: str, *, lasting: bool = False) -> None:
        """Keep the kind, which the log records."""
        super().__init__(message)
        self.kind: FailureKind = kind
        self.lasting = lasting
