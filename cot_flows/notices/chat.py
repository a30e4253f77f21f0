"""Chats: Teams, Slack and whatever else Apprise knows by an address of its own kind."""

import logging
from collections.abc import Sequence

from apprise import Apprise, NotifyFormat

from cot_flows.errors import NotConfigured
from cot_flows.notices.delivery import NotDelivered
from cot_flows.notices.digest import Digest
from cot_flows.notices.rendering import as_text, subject_of


def chat_address(text: str) -> str:
    """Return an address that Apprise can write to. Raises NotConfigured, without repeating it."""
    _quiet()
    if not text.strip() or not Apprise().add(text.strip()):
        raise NotConfigured("Apprise knows no such address of a chat: see its list of services")
    return text.strip()


def deliver(addresses: Sequence[str], digest: Digest) -> None:
    """Write a digest to chats. Raises NotDelivered when any of them did not take it."""
    _quiet()
    chats = Apprise()
    if not all(chats.add(each) for each in addresses):
        raise NotDelivered("not_delivered", "Apprise does not know the address of the chat")
    told = chats.notify(
        title=subject_of(digest), body=as_text(digest), body_format=NotifyFormat.TEXT
    )
    if not told:
        raise NotDelivered("not_delivered", "the chat did not take the notice")


def _quiet() -> None:
    # Its log names addresses, which hold the right to write there.
    logging.getLogger("apprise").disabled = True
