"""The pages answer for any moment, lead to the events, and refuse what cannot be asked."""

import re
from html import unescape

import httpx
import pytest
from psycopg import sql

from cot_flows.bootstrap import Engine
from cot_flows.errors import PortTaken
from cot_flows.settings import Settings
from cot_flows.web.behind import CELLS
from cot_flows.web.serving import Pages
from events.postgres import PostgresStore
from projections.reading import read
from tests.e2e.pages.conftest import DISTRICT
from tests.support.log import Odd, new, noted, plain_codec, write

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pages")]

LINK = re.compile(r'href="(/[^"]*)"')
ROW = re.compile(r"<tr>\s*<th scope=\"row\">(.*?)</th>(.*?)</tr>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")


def text(html: str) -> str:
    """What a person reads of a piece of page."""
    return " ".join(unescape(TAG.sub(" ", html)).split())


def rows(answer: httpx.Response) -> dict[str, str]:
    """The rows of a page's tables, by their first word."""
    found = ROW.findall(answer.text)
    return {text(head).split()[0]: text(rest) for head, rest in found}


def links(answer: httpx.Response) -> set[str]:
    """The addresses a page leads to."""
    return {unescape(each) for each in LINK.findall(answer.text)}


def test_one_district_alone_is_shown_at_once(client: httpx.Client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/districts/{DISTRICT}")


def test_the_board_shows_every_unit_with_what_the_projection_says(
    client: httpx.Client, engine: Engine
) -> None:
    shown = rows(client.get(f"/districts/{DISTRICT}"))
    with engine.reading() as connection:
        head = engine.store.head(DISTRICT)
        answer = read(
            connection, "unit_progress", DISTRICT, today=head.recorded_at.date(), position=None
        )
    assert len(shown) == len(answer.rows) > 20
    for row in answer.rows:
        assert f"{row['stage']} " in shown[str(row["unit"])]
        if row["ended_on"] is not None:
            assert f"on {row['ended_on']}" in shown[str(row["unit"])]
            continue
        assert f"{row['musts_met']} of {row['musts_total']}" in shown[str(row["unit"])]


@pytest.mark.parametrize(
    ("query", "stage", "level"),
    [("known_at=2026-03-01", "S4", "2"), ("effective_on=2026-03-01", "S4", "1")],
)
def test_a_unit_is_shown_as_known_and_as_effective_at_a_moment(
    client: httpx.Client, query: str, stage: str, level: str
) -> None:
    """A fact of February that was recorded late in March lowers the level, but only as known now."""
    answer = client.get(f"/districts/{DISTRICT}/units/HR?{query}")
    assert f"{stage} " in text(answer.text)
    assert rows(answer)["D3.1"].startswith(level)


def test_every_link_of_the_board_leads_to_a_page_for_the_same_moment(client: httpx.Client) -> None:
    first = client.get(f"/districts/{DISTRICT}?known_at=2026-03-01")
    inside = {each for each in links(first) if "/districts/" in each}
    assert len(inside) > 100
    for each in sorted(inside):
        assert each.endswith("?known_at=2026-03-01")
        answer = client.get(each)
        assert answer.status_code == 200, each
        assert "known at position" in answer.text


def test_the_events_behind_a_cell_are_those_that_bear_on_it(client: httpx.Client) -> None:
    stage = client.get(f"/districts/{DISTRICT}/units/HR/behind/stage")
    types = {row.split()[0] for row in rows(stage).values()}
    assert "UnitStageEntered" in types
    assert types <= {
        "UnitRegistered",
        "UnitStageEntered",
        "UnitStageReverted",
        "UnitPutOnHold",
        "UnitHoldLifted",
        "FactRetracted",
    }
    third = client.get(f"/districts/{DISTRICT}/units/HR/behind/d3")
    assert "indicator: D3.1" in third.text
    assert "indicator: D5.1" not in third.text
    assert "replaced by" in third.text


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_of_a_unit_can_be_asked_for(client: httpx.Client, cell: str) -> None:
    assert client.get(f"/districts/{DISTRICT}/units/HR/behind/{cell}").status_code == 200


def test_a_review_says_why_it_started_and_leads_to_the_facts(client: httpx.Client) -> None:
    queue = client.get(f"/districts/{DISTRICT}/reviews")
    reviews = sorted(each for each in links(queue) if "/reviews/" in each)
    assert reviews
    for each in reviews[:5]:
        answer = client.get(each)
        assert "Policy " in text(answer.text)
        facts = [address for address in links(answer) if "/events/" in address]
        assert client.get(facts[0]).status_code == 200


def test_an_event_is_shown_without_its_personal_text(database_url: str, engine: Engine) -> None:
    settings = Settings(home=engine.settings.home, database_url=database_url)
    with Engine(settings, database_url, None) as other:
        other.store.create_log("bay", clock="server", time_zone="UTC")
        other.store.append("bay", [write(noted("a", "Zebedee <b>said</b> so", reason="Florence"))])
        served = Pages(other, 0)
        try:
            answer = httpx.get(f"{served.url}/districts/bay/events/1", trust_env=False)
        finally:
            served.close()
        leaf = other.store.read_log("bay", after=0, limit=1)[0].leaf_hash
    assert leaf.hex() in answer.text
    assert "Zebedee" not in answer.text
    assert "Florence" not in answer.text
    assert "not shown on pages" in answer.text


def test_what_a_fact_says_is_shown_as_text_and_never_as_markup(
    database_url: str, engine: Engine
) -> None:
    settings = Settings(home=engine.settings.home, database_url=database_url)
    with Engine(settings, database_url, None) as other:
        other.store.create_log("bay", clock="server", time_zone="UTC")
        told = new(Odd(amount="<script>alert(1)</script>"), "a")
        # A type of the tests, which may hold anything: the pages must bear every text.
        other.codec = plain_codec()
        other.store = PostgresStore(other.appending, other.codec)
        other.store.append("bay", [write(told)])
        served = Pages(other, 0)
        try:
            answer = httpx.get(f"{served.url}/districts/bay/events/1", trust_env=False)
        finally:
            served.close()
    assert "<script>" not in answer.text
    assert "<script>alert(1)</script>" in unescape(answer.text)


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("?known_at=yesterday", 400, "is no day or moment"),
        ("?known_at=2199-01-01", 400, "give an earlier one"),
        ("?effective_on=31.12.2025", 400, "is no day"),
        ("?known_at=9999-12-31", 400, "leave it out"),
        ("/units/NOPE", 404, "there is no unit"),
        ("/units/%00", 404, "under such a name"),
        ("/units/HR/behind/nothing", 404, "there is no cell"),
        ("/reviews/none", 404, "there is no review"),
        ("/events/0", 404, "there is no event"),
        ("/events/999999", 404, "there is no event"),
        ("/events/9223372036854775808", 404, "there is no event"),
        ("/events/word", 404, "No such page"),
        ("/somewhere", 404, "No such page"),
    ],
)
def test_what_cannot_be_asked_is_told_on_a_page(
    client: httpx.Client, address: str, status: int, says: str
) -> None:
    answer = client.get(f"/districts/{DISTRICT}{address}")
    assert answer.status_code == status
    assert says in unescape(answer.text)
    assert "<main" in answer.text


def test_a_district_that_is_not_there_is_told_without_repeating_markup(
    client: httpx.Client,
) -> None:
    answer = client.get("/districts/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_another_name_that_points_to_this_machine_is_refused(pages: Pages) -> None:
    answer = httpx.get(f"{pages.url}/", headers={"Host": "evil.example"}, trust_env=False)
    assert answer.status_code == 400


def test_no_page_may_run_a_script_or_be_framed_or_kept(client: httpx.Client) -> None:
    headers = client.get(f"/districts/{DISTRICT}").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written_through_the_pages(client: httpx.Client, method: str) -> None:
    assert client.request(method, f"/districts/{DISTRICT}").status_code == 405


def test_a_database_that_is_away_is_told_and_asked_again_later(
    database_url: str, engine: Engine
) -> None:
    name = database_url.split("dbname=")[1].split(maxsplit=1)[0]
    settings = Settings(home=engine.settings.home, database_url=database_url)
    with Engine(settings, database_url, None) as other:
        served = Pages(other, 0)
        try:
            assert "no district yet" in httpx.get(served.url, trust_env=False).text
            with engine.listening() as admin:
                admin.execute(
                    sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(
                        sql.Identifier(name)
                    )
                )
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    (name,),
                )
            answer = httpx.get(served.url, trust_env=False, timeout=60)
            assert answer.status_code == 503
            assert "The database does not answer" in answer.text
        finally:
            served.close()


def test_a_port_that_is_taken_is_refused(pages: Pages, engine: Engine) -> None:
    with pytest.raises(PortTaken, match="COT_WEB_PORT"):
        Pages(engine, int(pages.url.rsplit(":", 1)[1]))
