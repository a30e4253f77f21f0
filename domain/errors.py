"""Errors of the domain.

    DomainError
    ├── Rejected      a command is refused: the rule it would break, and why
    └── InvalidData   a value cannot be what it claims to be

``InvalidData`` is also a ``ValueError``, so that a pydantic validator may raise it and have it
reported as an error of the field that was wrong.
"""


class DomainError(Exception):
    """Base of every error that the domain raises on purpose."""


class Rejected(DomainError):
    """A command was refused and nothing happened.

    ``rule`` is a stable snake_case name of the rule that refused, for programs; ``message`` says
    what was wrong, where, and what to do, for people.
    """

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(rule, message)
        self.rule = rule
        self.message = message

    def __str__(self) -> str:
        return self.message


class InvalidData(DomainError, ValueError):
    """A value is malformed or contradicts itself; the message names it and what is accepted."""
