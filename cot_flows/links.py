"""Addresses of pages, for what is read elsewhere: calendars, mails, chats."""

from dataclasses import dataclass
from urllib.parse import quote

from cot_flows.settings import USUAL_PORT, Settings


@dataclass(frozen=True, slots=True)
class Links:
    """The pages of one district below a base address without a slash at its end."""

    base: str
    district: str

    def to(self, *parts: str) -> str:
        """Return the address of a page, such as `to("reviews", id)`; without parts the board's."""
        return "/".join(
            (self.base, "districts", *(quote(each, safe="") for each in (self.district, *parts)))
        )


def links(settings: Settings, district: str) -> Links:
    """Return the addresses of a district's pages: below COT_BASE_URL, or on this machine."""
    base = settings.base_url or f"http://127.0.0.1:{settings.web_port or USUAL_PORT}"
    return Links(base.rstrip("/"), district)
