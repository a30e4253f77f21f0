"""Where people are reached: kept in a file of the home, never in the log.

Addresses are personal data. The file is `addresses.json`, for its owner only; it maps a district's
name and an actor id to a mail address and an address of a chat.
"""

import json
import os
from collections.abc import Mapping
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cot_flows.embedded.private import private_file, private_home
from cot_flows.errors import NotConfigured

FILE = "addresses.json"


class Reached(BaseModel):
    """How one person is reached; the values are shown in no message and no representation."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    mail: str | None = Field(default=None, repr=False)
    chat: str | None = Field(default=None, repr=False)


class _Book(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    districts: dict[str, dict[str, Reached]] = {}


class Addresses:
    """The addresses of a home."""

    def __init__(self, home: Path) -> None:
        """Use a home; nothing is read or made yet."""
        self._home = home

    def of(self, district: str) -> Mapping[str, Reached]:
        """Return how the people of a district are reached, by actor id. Raises NotConfigured."""
        return self._read().districts.get(district, {})

    def keep(self, district: str, actor: str, reached: Reached | None) -> None:
        """Keep how one person is reached, or forget it (None). Raises NotConfigured."""
        book = self._read()
        people = book.districts.setdefault(district, {})
        if reached is None:
            people.pop(actor, None)
        else:
            people[actor] = reached
        self._write(book)

    def _read(self) -> _Book:
        path = self._home / FILE
        try:
            return _Book.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return _Book()
        except OSError as error:
            raise NotConfigured(f"cannot read {path}: {error.strerror}") from error
        except ValidationError:
            # The cause would show addresses.
            raise NotConfigured(
                f"{path} is not as this program writes it: mend it, or move it away and name the "
                "addresses again with `cot notices address`"
            ) from None

    def _write(self, book: _Book) -> None:
        home = private_home(self._home)
        draft = private_file(home / f"{FILE}.new")
        text = json.dumps(book.model_dump(exclude_none=True), indent=1, sort_keys=True)
        with draft.open("w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(home / FILE)


def mail_address(text: str) -> str:
    """Return a mail address that can be written to. Raises NotConfigured."""
    try:
        parsed = Address(addr_spec=text.strip())
    except (ValueError, HeaderParseError, IndexError):
        parsed = Address()
    if not (parsed.username and parsed.domain) or not text.isprintable():
        raise NotConfigured("that is no mail address: write it as name@example.org")
    return parsed.addr_spec
