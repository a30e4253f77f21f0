"""Papers: refused when they are not what was frozen, the same when made again, for everybody."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import outloud
import pymupdf
import pytest

from cot_flows.bootstrap import Engine
from cot_flows.errors import NotInstalled, PacketDiffers, UnknownThing
from cot_flows.papers.frozen import frozen_packet
from cot_flows.papers.model import Paper
from cot_flows.papers.packet_paper import packet_paper
from cot_flows.papers.pdf import pdf
from cot_flows.papers.record import review_record
from cot_flows.papers.record_paper import record_paper
from cot_flows.web.papers import standalone
from domain.facts.review_course import ReviewPacketFrozen
from domain.review_course import CheckReviewEffect
from tests.support.packets import two_reviews
from tests.support.reviewing import Reviewing

HOSTILE = (
    '#panic("x") </title><b>B</b> &amp; \u05e9\u05dc\u05d5\u05dd \u202egnp \U0001f600 e\u0301 '
    + "W" * 70
)


@pytest.fixture
def bay(engine: Engine) -> Reviewing:
    """Set up two reviews whose action has a title that means harm."""
    return two_reviews(engine, title=HOSTILE)


def packet_of(bay: Reviewing) -> Paper:
    """The paper of the second review's packet."""
    head = bay.engine.store.head(bay.district)
    return packet_paper(frozen_packet(bay.engine, bay.district, "R2"), head)


def record_of(bay: Reviewing) -> Paper:
    """The paper of the first review's record."""
    head = bay.engine.store.head(bay.district)
    return record_paper(review_record(bay.engine, bay.district, "R1"), head)


def faults(made: bytes, path: Path) -> list[str]:
    """What the independent checker finds wrong, errors and warnings.

    On a single page it takes the hexadecimal of a digest in the foot for prose that nobody hears;
    the same digest is read out in the particulars above, so that is no fault.
    """
    path.write_bytes(made)
    found = [each for each in outloud.check(path).findings if each.severity != "info"]
    return [
        str(each)
        for each in found
        if not (each.rule == "TAG-002" and each.count == 1 and "sha256:" in each.evidence)
    ]


def text_of(made: bytes) -> list[str]:
    """The text of each page, without the places where words may break."""
    opening: Any = pymupdf.open
    with opening(stream=made, filetype="pdf") as document:
        return [page.get_text().replace("\u200b", "") for page in document]


@pytest.mark.parametrize("make", [packet_of, record_of])
def test_a_pdf_made_twice_is_the_same_and_has_no_fault_of_accessibility(
    bay: Reviewing, tmp_path: Path, make: Callable[[Reviewing], Paper]
) -> None:
    made = pdf(make(bay))
    assert made == pdf(make(bay))
    assert faults(made, tmp_path / "paper.pdf") == []


def test_the_digest_and_the_position_are_on_every_page(bay: Reviewing) -> None:
    frozen = frozen_packet(bay.engine, bay.district, "R2")
    pages = text_of(pdf(packet_of(bay)))
    assert len(pages) > 1
    for page in pages:
        assert frozen.digest in page
        assert f"Position {frozen.position}, effective on 2025-12-01" in page
    assert "Verified: made again at position" in pages[0]
    assert "Simulated clock" in pages[0]


def test_a_pdf_is_fit_for_archives_and_carries_the_bytes_it_was_made_from(bay: Reviewing) -> None:
    frozen = frozen_packet(bay.engine, bay.district, "R2")
    record = review_record(bay.engine, bay.district, "R1")
    for made, name, content in (
        (pdf(packet_of(bay)), "packet.json", frozen.content),
        (pdf(record_of(bay)), "record.json", record.content),
    ):
        opening: Any = pymupdf.open
        with opening(stream=made, filetype="pdf") as document:
            assert document.embfile_names() == [name]
            assert document.embfile_get(name) == content
            claims = document.get_xml_metadata()
        for claim in ("pdfaid:part>3<", "pdfaid:conformance>A<", "pdfuaid:part>1<"):
            assert claim in claims


def test_the_questions_have_one_page_of_their_own(bay: Reviewing) -> None:
    asked = frozen_packet(bay.engine, bay.district, "R2").document["questions"]
    assert isinstance(asked, list)
    *_, last = text_of(pdf(packet_of(bay)))
    shown = " ".join(last.split())
    assert shown.startswith("Questions What the record asks.")
    assert len(asked) > 3
    for each in asked:
        assert each["asks"] in shown


def test_an_empty_part_says_in_plain_words_that_nothing_is_on_record(bay: Reviewing) -> None:
    shown = standalone(packet_of(bay)).decode()
    told = "".join(text_of(pdf(packet_of(bay)))).replace("\n", " ")
    for words in (
        "Money: no plan and no spending is on record for this subject.",
        "Outside partners: nothing they did is on record for this subject.",
        "Parity: no value of a school group is on record for this subject.",
    ):
        assert words in shown
        assert words in told


def test_hostile_texts_show_as_text(bay: Reviewing) -> None:
    made = "".join(text_of(pdf(packet_of(bay)))).replace("\n", " ")
    for part in ('#panic("x")', "</title><b>B</b>", "&amp;", "[U+202E]", "[U+1F600]", "\u00e9"):
        assert part in made
    html = standalone(packet_of(bay)).decode()
    assert "<b>B</b>" not in html
    assert "#panic(&#34;x&#34;) &lt;/title&gt;&lt;b&gt;B&lt;/b&gt; &amp;amp;" in html
    assert "W" * 70 in html


def test_a_hostile_title_of_the_review_itself_shows_as_text(bay: Reviewing, tmp_path: Path) -> None:
    paper = packet_of(bay)
    made = pdf(replace(paper, title=HOSTILE))
    assert '#panic("x")' in text_of(made)[0]
    assert faults(made, tmp_path / "paper.pdf") == []


def test_a_packet_that_is_not_the_frozen_one_is_refused_with_both_digests(bay: Reviewing) -> None:
    frozen = frozen_packet(bay.engine, bay.district, "R2")
    other = "sha256:" + "0" * 64
    forged = ReviewPacketFrozen(
        review="R2",
        digest=other,
        as_known_position=frozen.position,
        as_effective_on=date(2025, 12, 1),
        inputs=("ratings: 2",),
    )
    bay.put(date(2025, 12, 3), "review-R2", forged)
    with pytest.raises(PacketDiffers) as refused:
        frozen_packet(bay.engine, bay.district, "R2")
    assert other in str(refused.value)
    assert frozen.digest in str(refused.value)


def test_a_review_without_a_frozen_packet_has_none_to_show(bay: Reviewing) -> None:
    bay.open(date(2025, 12, 3), "R3", date(2025, 12, 20), "unit:IT")
    with pytest.raises(UnknownThing, match="cot review freeze R3"):
        frozen_packet(bay.engine, bay.district, "R3")
    with pytest.raises(UnknownThing, match="decided nothing yet"):
        review_record(bay.engine, bay.district, "R3")
    with pytest.raises(UnknownThing, match="no review 'R9'"):
        frozen_packet(bay.engine, bay.district, "R9")


def test_a_record_tells_decisions_actions_and_that_dissent_is_withheld(bay: Reviewing) -> None:
    record = review_record(bay.engine, bay.district, "R1")
    html = standalone(record_of(bay)).decode()
    assert b"disagrees" not in record.content
    assert "on record, withheld as personal" in html
    for told in ("a-steward", "2025-11-14", "Minutes", "marked insufficient"):
        assert told in html
    bay.open(date(2025, 12, 3), "R3", date(2025, 12, 20), "unit:IT")
    assert review_record(bay.engine, bay.district, "R1") == record
    bay.night(date(2025, 12, 23))
    said = CheckReviewEffect(review="R1", verdict="partly", insufficient=True)
    bay.say(date(2025, 12, 24), said)
    after = review_record(bay.engine, bay.district, "R1")
    assert after.position > record.position
    assert "partly" in standalone(record_of(bay)).decode()


def test_without_typst_the_error_says_how_to_install_it(
    bay: Reviewing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(NotInstalled, match=r"pip install 'cot-flows\[packets\]'"):
        pdf(packet_of(bay))
