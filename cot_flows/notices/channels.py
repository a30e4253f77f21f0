"""The ways notices take, as the settings give them."""

from dataclasses import dataclass, field

from cot_flows.errors import NotConfigured
from cot_flows.notices.addresses import mail_address
from cot_flows.notices.chat import chat_address
from cot_flows.notices.mail import Mail, mail_server
from cot_flows.settings import Settings


@dataclass(frozen=True, slots=True)
class Channels:
    """How notices can be handed over: a mail server, and the addresses of the shared chat."""

    mail: Mail | None
    chats: tuple[str, ...] = field(default=(), repr=False)


def channels(settings: Settings) -> Channels:
    """Return the channels that are set. Raises NotConfigured for what cannot be used.

    Chats of single people need no setting: their addresses are kept with the mail addresses.
    """
    mail = None
    if settings.smtp_url is not None:
        if settings.smtp_from is None:
            raise NotConfigured(
                "COT_SMTP_URL is set and COT_SMTP_FROM is not: name the address that mails are from"
            )
        server = mail_server(settings.smtp_url.get_secret_value())
        mail = Mail(server, mail_address(settings.smtp_from))
    shared = settings.notice_urls.get_secret_value().split() if settings.notice_urls else []
    return Channels(mail, tuple(chat_address(each) for each in shared))
