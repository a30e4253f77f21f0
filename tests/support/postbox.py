"""A mail server on the loopback address that keeps what it is given, or refuses it."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from cot_flows.prefect_child import free_port


@dataclass
class Mailbox:
    """What came in: messages, and whether each came encrypted. `refused` are unknown recipients."""

    port: int
    refused: set[str] = field(default_factory=set)
    messages: list[EmailMessage] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    users: list[bytes] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Take a recipient or refuse it, quoting the address as servers do."""
        if address in self.refused:
            return f"550 no such user {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a message."""
        made = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(made, EmailMessage)
        self.messages.append(made)
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    def check(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        """Let the one user in."""
        self.users.append(data.login)
        known = (data.login, data.password) == (b"cot", b"pa@ss")
        return AuthResult(success=known, handled=False)

    def of(self, address: str) -> list[EmailMessage]:
        """The messages to one address."""
        return [each for each in self.messages if each["To"] == address]


@contextmanager
def mailbox(tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """Run a server on a free port; with `tls` it offers STARTTLS and asks for a password."""
    box = Mailbox(free_port())
    more: dict[str, Any] = {}
    if tls is not None:
        more = {"tls_context": tls, "authenticator": box.check, "auth_required": True}
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **more)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
