"""Mail: one message for each digest, with invitations for what moved, by SMTP."""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from cot_flows.calendar_feed.entries import Entry
from cot_flows.calendar_feed.writing import invitation, method_of
from cot_flows.errors import SettingRefused
from cot_flows.notices.delivery import NotDelivered
from cot_flows.notices.digest import Digest
from cot_flows.notices.rendering import as_html, as_text, subject_of

PATIENCE_SECONDS = 20.0
PORTS = {"smtp": 587, "smtps": 465}
HERE = frozenset({"127.0.0.1", "::1", "localhost"})
"""Hosts to which a password may go unencrypted: it does not leave the machine."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that takes mail. `encrypted` from the first byte; else by STARTTLS where offered."""

    host: str
    port: int
    encrypted: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """Return what the server is called in messages."""
        return f"{self.host}:{self.port}"


def mail_server(url: str) -> MailServer:
    """Return the server that COT_SMTP_URL names. Raises SettingRefused, without any part of it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise SettingRefused(
            "COT_SMTP_URL must look like smtp://user:password@host:587 or smtps://…; signs such as "
            "@ / # in a password are written as %40 %2F %23"
        )
    user, password = (
        None if part is None else unquote(part) for part in (parts.username, parts.password)
    )
    return MailServer(
        parts.hostname, port or PORTS[parts.scheme], parts.scheme == "smtps", user, password
    )


def message_of(
    digest: Digest, *, notice: str, sender: str, recipient: str, now: datetime
) -> EmailMessage:
    """Return the mail of a digest. Sent again, it has the same Message-ID."""
    made = EmailMessage(policy=SMTP)
    made["Subject"] = subject_of(digest)
    made["From"], made["To"] = sender, recipient
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{notice}@cot-flows>"
    # Nobody's holiday reply should come back.
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(as_text(digest))
    made.add_alternative(as_html(digest), subtype="html")
    _add_invitations(made, digest.moved, sender, recipient)
    return made


def _add_invitations(
    made: EmailMessage, moved: Sequence[Entry], sender: str, recipient: str
) -> None:
    # One invitation may hold one entry only. Programs act on the one beside the text; the
    # others are attached, to be opened.
    for number, entry in enumerate(moved):
        part = invitation(entry, organizer=sender, attendee=recipient).decode()
        kind = {"method": method_of(entry)}
        if number == 0:
            made.add_alternative(part, subtype="calendar", params=kind)
        else:
            made.add_attachment(
                part, subtype="calendar", params=kind, filename=f"moved-{number + 1}.ics"
            )


class Mail:
    """Hands mail to one server; after a failure that lasts it is not asked again."""

    def __init__(self, server: MailServer, sender: str) -> None:
        """Use a server; it is asked when the first mail is handed over."""
        self._server, self.sender = server, sender
        self._down: NotDelivered | None = None

    def deliver(self, message: EmailMessage) -> None:
        """Hand one mail over. Raises NotDelivered."""
        if self._down is not None:
            raise self._down
        try:
            with self._session() as session:
                self._sign_in(session)
                session.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            # The cause quotes the server, and servers quote addresses.
            failed = _failed(error, self._server.name)
        except NotDelivered as error:
            failed = error
        else:
            return
        self._down = failed if failed.lasting else None
        raise failed from None

    def _session(self) -> smtplib.SMTP:
        host, port = self._server.host, self._server.port
        if self._server.encrypted:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=PATIENCE_SECONDS, context=context)
        return smtplib.SMTP(host, port, timeout=PATIENCE_SECONDS)

    def _sign_in(self, session: smtplib.SMTP) -> None:
        server, encrypted = self._server, self._server.encrypted
        session.ehlo_or_helo_if_needed()
        if not encrypted and session.has_extn("starttls"):
            session.starttls(context=ssl.create_default_context())
            session.ehlo()
            encrypted = True
        if server.user is None:
            return
        if not encrypted and server.host not in HERE:
            words = f"the mail server {server.name} offers no encryption; no password is sent to it"
            raise NotDelivered("insecure", words, lasting=True)
        session.login(server.user, server.password or "")


def _failed(error: Exception, name: str) -> NotDelivered:
    match error:
        case smtplib.SMTPAuthenticationError():
            words = f"the mail server {name} refuses user or password of COT_SMTP_URL"
            return NotDelivered("login_refused", words, lasting=True)
        case smtplib.SMTPRecipientsRefused():
            return NotDelivered("recipient_refused", f"the mail server {name} refuses the address")
        case smtplib.SMTPResponseException() | smtplib.SMTPNotSupportedError():
            return NotDelivered("message_refused", f"the mail server {name} refuses the message")
        case ssl.SSLError():
            words = f"no trusted encryption with the mail server {name}: check its certificate"
            return NotDelivered("insecure", words, lasting=True)
        case TimeoutError():
            words = f"the mail server {name} does not answer in time"
            return NotDelivered("timed_out", words, lasting=True)
        case _:
            words = f"the mail server {name} cannot be reached; check COT_SMTP_URL, or wait for it"
            return NotDelivered("unreachable", words, lasting=True)
