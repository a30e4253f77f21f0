"""A small district with two people who have addresses, and a mail server to write to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from cot_flows.bootstrap import Engine
from cot_flows.notices.addresses import Addresses, Reached
from cot_flows.settings import Settings
from tests.support.burg import DISTRICT, Burg, burg
from tests.support.postbox import Mailbox, mailbox

HEAD, OWNER = "head@example.org", "owner@example.org"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as running:
        yield running


@pytest.fixture
def small(database_url: str, tmp_path: Path, box: Mailbox) -> Iterator[Burg]:
    settings = Settings(
        home=tmp_path / "home",
        database_url=database_url,
        base_url="https://cot.example.org",
        smtp_url=SecretStr(f"smtp://127.0.0.1:{box.port}"),
        smtp_from="cot@example.org",
    )
    with Engine(settings, database_url, None) as opened:
        made = burg(opened)
        book = Addresses(settings.home)
        book.keep(DISTRICT, "hr-1", Reached(mail=HEAD))
        book.keep(DISTRICT, "own-1", Reached(mail=OWNER))
        yield made
