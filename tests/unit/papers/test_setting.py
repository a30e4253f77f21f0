"""What a paper is set from: characters that can be shown, charts, positions that fit."""

from xml.etree import ElementTree

import pytest

from cot_flows.papers.charts import svg
from cot_flows.papers.model import Bar, Chart, Places, places
from cot_flows.papers.printable import ZERO_WIDTH_SPACE, breakable, printable
from cot_flows.papers.words import say, spaced


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Caf\u00e9 → ↓ 2 ≤ 3", "Caf\u00e9 → ↓ 2 ≤ 3"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("שלום مرحبا Привет", "שלום مرحبا Привет"),
        ("\u202egnp", "[U+202E]gnp"),
        ("漢\U0001f600", "[U+6F22][U+1F600]"),
        ("a\tb\nc\u00a0d", "a b c d"),
        ("\x00\u200b", "[U+0000][U+200B]"),
    ],
)
def test_what_has_no_glyph_or_turns_the_text_round_is_written_as_its_number(
    text: str, shown: str
) -> None:
    assert printable(text) == shown


def test_long_words_may_be_broken_and_keep_every_character() -> None:
    text = "short " + "x" * 50
    broken = breakable(text)
    assert broken.replace(ZERO_WIDTH_SPACE, "") == text
    assert (
        max(len(each) for each in broken.replace(" ", ZERO_WIDTH_SPACE).split(ZERO_WIDTH_SPACE))
        == 16
    )


def test_a_chart_is_titled_described_and_escaped() -> None:
    bars = (Bar("<HR>", 2.0, "2 & more"), Bar("IT", 0.0, "0"), Bar("PAY", 9.0, "9"))
    chart = Chart("Days <b>", "HR: 2; IT: 0", bars, 4)
    root = ElementTree.fromstring(svg(chart, "c"))  # noqa: S314 - our own text
    named = {each.tag.rpartition("}")[2]: each for each in root}
    assert root.attrib["aria-labelledby"] == "c-title c-desc"
    assert (named["title"].text, named["desc"].text) == ("Days <b>", "HR: 2; IT: 0")
    lengths = [float(each.attrib["width"]) for each in root if each.tag.endswith("rect")]
    assert lengths == [180.0, 0.0, 360.0]


def test_many_positions_are_cut_and_counted() -> None:
    assert str(places(list(range(1, 11)))) == "1, 2, 3, 4, 5, 6, 7, 8 and 2 more"
    assert str(Places(())) == "none"


def test_values_are_said_in_words() -> None:
    assert (
        say({"met": True, "units": ["HR", "IT"], "note": None})
        == "met yes, units HR, IT, note none"
    )
    assert spaced("UnitPutOnHold") == "Unit put on hold"
    assert spaced("stalled-unit_x") == "stalled unit x"
