"""Errors of the embedded server, as one tree.

::

    EmbeddedError
    ├── UnsupportedPlatform     this operating system lacks what the supervisor needs
    ├── BinariesNotFound        no PostgreSQL programs anywhere we look
    ├── BinariesUnusable        programs found, but they do not run here or are too old
    ├── VersionMismatch         the stored data was written by another major version
    ├── HomeNotUsable           the home directory, or what is in it, cannot be used as it is
    ├── InitFailed              ``initdb`` did not finish
    ├── StartFailed             ``postgres`` ended before it accepted connections
    ├── KeeperFailed            the supervising process ended, or never answered
    └── ServerClosed            the handle was used after ``close()``

Every message says what was wrong, where, and what to do about it.
"""


class EmbeddedError(Exception):
    """Anything that keeps the embedded server from serving."""


class UnsupportedPlatform(EmbeddedError):
    """The operating system has no Unix sockets, ``fork`` or file locks."""


class BinariesNotFound(EmbeddedError):
    """No directory with both ``postgres`` and ``initdb`` was found."""


class BinariesUnusable(EmbeddedError):
    """PostgreSQL programs exist, but cannot be run here or are below the floor."""


class VersionMismatch(EmbeddedError):
    """The data directory belongs to another PostgreSQL major version."""


class HomeNotUsable(EmbeddedError):
    """A directory or file of the home is missing, foreign, or held by someone else."""


class InitFailed(EmbeddedError):
    """``initdb`` ended with an error; the message ends with its output."""


class StartFailed(EmbeddedError):
    """``postgres`` ended while starting; the message ends with its log."""


class KeeperFailed(EmbeddedError):
    """The keeper ended without saying why; the message ends with its log."""


class ServerClosed(EmbeddedError):
    """A closed server handle was asked for its server."""


def error_of_kind(kind: str, message: str) -> EmbeddedError:
    """Rebuild an error that the keeper sent as the pair (class name, message)."""
    for candidate in EmbeddedError.__subclasses__():
        if candidate.__name__ == kind:
            return candidate(message)
    return EmbeddedError(message)
