"""Which characters the fonts of a PDF can show, and what stands for the others.

An accessible PDF may not hold a character without a glyph, and one that turns the reading order
round could make a text say something else. Both are written as their number, such as [U+1F600].
"""

from bisect import bisect_right
from unicodedata import normalize

BREAK_AFTER = 16
"""Characters of one word after which a line may be broken, so that no word leaves its cell."""

ZERO_WIDTH_SPACE = "\u200b"

# Every character of these ranges was set with the two fonts that come with the typesetter.
_RANGES = (
    (0x0020, 0x007E),
    (0x00A1, 0x00AC),
    (0x00AE, 0x024F),
    (0x038E, 0x03A1),
    (0x03A3, 0x0482),
    (0x048A, 0x04FF),
    (0x05D0, 0x05EA),
    (0x060C, 0x060C),
    (0x061B, 0x061B),
    (0x061F, 0x061F),
    (0x0621, 0x063A),
    (0x0640, 0x064A),
    (0x0660, 0x066D),
    (0x067E, 0x0680),
    (0x0686, 0x0687),
    (0x0698, 0x0698),
    (0x06A9, 0x06A9),
    (0x06AF, 0x06AF),
    (0x06CC, 0x06CC),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x2040),
    (0x2070, 0x2071),
    (0x2074, 0x208E),
    (0x20A0, 0x20BF),
    (0x2126, 0x2151),
    (0x2190, 0x22FF),
)
_STARTS = [first for first, _ in _RANGES]


def printable(text: str) -> str:
    """Return a text in composed form with only characters that can be shown."""
    return "".join(_shown(each) for each in normalize("NFC", text))


def breakable(text: str) -> str:
    """Return a text whose long words may be broken over lines."""
    return " ".join(_broken(word) for word in text.split(" "))


def _shown(character: str) -> str:
    code = ord(character)
    index = bisect_right(_STARTS, code) - 1
    if index >= 0 and code <= _RANGES[index][1]:
        return character
    return " " if character.isspace() else f"[U+{code:04X}]"


def _broken(word: str) -> str:
    pieces = (word[at : at + BREAK_AFTER] for at in range(0, len(word), BREAK_AFTER))
    return ZERO_WIDTH_SPACE.join(pieces)
