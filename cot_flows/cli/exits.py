"""Exit codes of the command line, and which error ends with which.

- 0: done
- 1: something checked was found wrong (verify, attest, doctor, why, audit, seal, witness), causes
  of a sweep were refused while the others were recorded, or an error without a code of its own
- 64: the command line or an environment variable is wrong, or something must be named and was not
- 65: the data is refused: a command rejected, a file with errors; nothing of it was recorded
- 66: no such district, unit or backup
- 69: the database, the home folder or Prefect's server cannot be used
- 75: a race was lost several times: try again
- 130: interrupted from the keyboard
"""

from cot_flows.embedded import EmbeddedError
from cot_flows.errors import CotError
from domain.errors import DomainError
from events.errors import (
    AppendRefused,
    InvalidDocument,
    LogDiffers,
    LogError,
    LogRefused,
    SchemaMismatch,
    TimeNotYetKnown,
    UnknownLog,
    WrongExpectedVersion,
)
from projections.errors import ProjectionError

DONE, FOUND_WRONG, USAGE, REFUSED, UNKNOWN, UNAVAILABLE, TRY_AGAIN, INTERRUPTED = (
    0,
    1,
    64,
    65,
    66,
    69,
    75,
    130,
)

EXPECTED = (CotError, DomainError, LogError, ProjectionError, EmbeddedError)
"""Errors whose message is for the user; any other is a fault of the program and shown whole."""


def exit_code(error: BaseException) -> int:
    """Return the exit code for an error."""
    match error:
        case CotError():
            return error.exit_code
        case UnknownLog():
            return UNKNOWN
        case TimeNotYetKnown() | LogRefused() | LogDiffers():
            return USAGE
        case WrongExpectedVersion():
            return TRY_AGAIN
        case DomainError() | AppendRefused() | InvalidDocument():
            return REFUSED
        case EmbeddedError() | SchemaMismatch():
            return UNAVAILABLE
        case KeyboardInterrupt():
            return INTERRUPTED
        case _:
            return FOUND_WRONG
