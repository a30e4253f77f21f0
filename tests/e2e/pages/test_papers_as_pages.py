"""A review's packet and record as pages: reached by links, leading to events, also as PDF."""

from hashlib import sha256
from html import unescape

import httpx
import pytest

from cot_flows.bootstrap import Engine
from cot_flows.papers.frozen import frozen_packet
from domain.facts.review_course import ReviewPacketFrozen
from domain.ids import derived_id
from tests.e2e.pages.conftest import DISTRICT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pages")]

HELD = str(derived_id("review", "late-record", "unit:HR", "2026-03-12"))
"""The second look at HR after the late record: the id follows from policy, subject and day."""
REVIEW = f"/districts/{DISTRICT}/reviews/{HELD}"


def test_a_review_leads_to_its_packet_and_its_record(client: httpx.Client) -> None:
    shown = client.get(REVIEW).text
    for name in ("packet", "packet.pdf", "record", "record.pdf"):
        assert f'href="{REVIEW}/{name}"' in shown
        assert client.get(f"{REVIEW}/{name}").status_code == 200


def test_a_packet_shows_its_digest_and_leads_to_the_events(
    client: httpx.Client, engine: Engine
) -> None:
    frozen = frozen_packet(engine, DISTRICT, HELD)
    shown = client.get(f"{REVIEW}/packet").text
    assert f"Verified: made again at position {frozen.position}" in shown
    assert shown.count(frozen.digest) >= 2
    cause = frozen.document["causes"]
    assert isinstance(cause, list)
    assert f'href="/districts/{DISTRICT}/events/{cause[0]["positions"][0]}"' in shown


def test_every_packet_of_the_scenario_is_the_one_that_was_frozen(engine: Engine) -> None:
    log = engine.store.read_log(DISTRICT, after=0, limit=100_000)
    named = {e.event.review for e in log if isinstance(e.event, ReviewPacketFrozen)}
    assert len(named) > 20
    for review in named:
        frozen = frozen_packet(engine, DISTRICT, review)
        assert frozen.recorded_at_position > frozen.position


def test_a_packet_as_pdf_is_a_pdf_and_the_same_again(client: httpx.Client) -> None:
    first, second = (client.get(f"{REVIEW}/packet.pdf") for _ in range(2))
    assert first.headers["content-type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    assert first.content == second.content


def test_the_json_of_a_packet_is_what_its_digest_is_taken_over(
    client: httpx.Client, engine: Engine
) -> None:
    answer = client.get(f"{REVIEW}/packet.json")
    assert answer.headers["content-type"] == "application/json"
    digest = frozen_packet(engine, DISTRICT, HELD).digest
    assert f"sha256:{sha256(answer.content).hexdigest()}" == digest
    assert f'href="{REVIEW}/packet.json"' in client.get(f"{REVIEW}/packet").text
    record = client.get(f"{REVIEW}/record.json").content
    assert sha256(record).hexdigest() in client.get(f"{REVIEW}/record").text


def test_before_it_was_frozen_a_packet_is_not_there(client: httpx.Client) -> None:
    for name in ("packet", "packet.pdf", "packet.json"):
        answer = client.get(f"{REVIEW}/{name}?known_at=2026-01-01")
        assert answer.status_code == 404
        assert "there is no review" in unescape(answer.text)
