"""What can go wrong in the program around the log; rooms below have trees of their own.

CotError
├── DatabaseUnavailable   the server cannot be reached, or refuses us
├── DatabaseNotReady      the database is not set up, or by another version
├── UnknownDistrict       no such district here
├── UnknownThing          no such unit, or no such backup
├── NotConfigured         something must be named and was not
│   ├── NoSealingKey      checkpoints need a key, and this home has not the one in force
│   └── SettingRefused    an environment variable holds what cannot be used
├── ImportRefused         a file cannot be imported; carries every error by row and column
├── PolicyFileRefused     a file of policies has faults; the message names policy and field
├── RequestsDepend        requests sent as one append depend on each other
├── BundleRefused         the log is not what was sealed, so no bundle of it was made
├── VerificationFailed    an invariant does not hold; the report says which
├── PacketDiffers         a frozen packet made again is not the one that the log holds
├── NotInstalled          a part of the program that was left out is needed
├── PrefectUnavailable    Prefect's server ended instead of starting
├── NotAnnounced          Prefect's server did not take milestones; they are lost
├── PortTaken             a port of this machine that we were told to use is taken
└── RunsAlready           another program runs what only one may run in a home
"""

from collections.abc import Sequence


class CotError(Exception):
    """The root of the program's errors; `exit_code` is what the command line ends with."""

    exit_code = 1


class DatabaseUnavailable(CotError):
    """The database server cannot be reached, or refuses us."""

    exit_code = 69


class DatabaseNotReady(CotError):
    """The database is not set up for this version of the program."""

    exit_code = 69


class UnknownDistrict(CotError):
    """There is no such district in this database."""

    exit_code = 66


class UnknownThing(CotError):
    """What was asked for is not there, or was not there then."""

    exit_code = 66


class NotConfigured(CotError):
    """Something must be named, by an option or a setting, and was not."""

    exit_code = 64


class NoSealingKey(NotConfigured):
    """Checkpoints need a key, and this home does not have the one in force; says how to get it."""


class SettingRefused(NotConfigured):
    """An environment variable holds what cannot be used; no part of a URL is in the message."""


class ImportRefused(CotError):
    """A file cannot be imported; nothing was recorded. `errors` tell every row and column."""

    exit_code = 65

    def __init__(self, message: str, errors: Sequence[object] = ()) -> None:
        """Keep every error found."""
        super().__init__(message)
        self.errors = tuple(errors)


class PolicyFileRefused(CotError):
    """A file of review policies has faults; the message names every one by policy and field."""

    exit_code = 65


class RequestsDepend(CotError):
    """Requests of one append depend on each other and must be sent one after the other."""

    exit_code = 65


class BundleRefused(CotError):
    """The log is not what was sealed: a bundle of it would not verify, and none was made."""


class VerificationFailed(CotError):
    """Verification found that an invariant does not hold; the report says which."""


class PacketDiffers(CotError):
    """A frozen packet made again has another digest than the log holds; both are named."""


class NotInstalled(CotError):
    """A part of the program is needed that is installed only on request; the message says how."""

    exit_code = 69


class PrefectUnavailable(CotError):
    """Prefect's server ended instead of starting; the message quotes its log."""

    exit_code = 69


class NotAnnounced(CotError):
    """Prefect's server did not take milestones. They are hints: whoever sends them goes on."""

    exit_code = 69


class PortTaken(CotError):
    """A port that the program was told to use belongs to another program."""

    exit_code = 69


class RunsAlready(CotError):
    """Another program already runs what only one program may run in a home."""

    exit_code = 69
