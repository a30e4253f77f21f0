"""Canonical bytes: the one form in which a document is stored, hashed and compared.

RFC 8785 over a restricted domain: ASCII keys, no floats, integers that fit a double exactly, text
in NFC without NUL. In that domain sorting keys and writing compact JSON gives the RFC's bytes; a
property test proves it against an independent implementation.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

import orjson

from events.errors import InvalidDocument

LARGEST_INTEGER = 2**53 - 1
ESCAPED_NUL = b"\\u0000"
PLAIN = frozenset({str, int, bool, type(None)})


def canonical_bytes(document: Mapping[str, object]) -> bytes:
    """Return the canonical bytes of a document.

    Raises InvalidDocument, naming the place, for a float, a non-ASCII key, an integer beyond
    2^53 - 1, a NUL or a lone surrogate.
    """
    written = write_plain(document) if is_plain(document) else None
    if written is not None:
        return written
    try:
        return orjson.dumps(_normal(document, "$"), option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise InvalidDocument(f"the document cannot be written: {error}") from error


def write_plain(document: Mapping[str, object]) -> bytes | None:
    """Return the canonical bytes of a plain document, or None if writing it needs more care.

    Dates, UUIDs and fragments that were written by this function count as plain here.
    """
    try:
        written = orjson.dumps(document, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)
    except orjson.JSONEncodeError:
        return None  # What is wrong with it is found, and named, by who takes more care.
    if not written.isascii() or ESCAPED_NUL in written:
        return None
    # The writer cuts its buffer down to size and leaves the rest as a hole in the heap, which makes
    # the next thousand documents five times as slow to write; a copy leaves none.
    return bytes(memoryview(written))


def commitment(salt: bytes, field: str, value: str) -> str:
    """Return the salted commitment to a personal value: hex SHA-256 over salt and both texts.

    `salt` is 128 random bits, so that short values cannot be confirmed by guessing.
    """
    disclosed = orjson.dumps([field, normal_text(value, field)])
    return sha256(b"cot-flows/commitment/v1" + salt + disclosed).hexdigest()


def normal_text(text: str, place: str) -> str:
    """Return the text in NFC; raises InvalidDocument for what PostgreSQL or JSON cannot hold."""
    if text.isascii():
        if "\x00" in text:
            raise InvalidDocument(f"{place}: the text holds a NUL character: remove it")
        return text
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidDocument(f"{place}: the text holds a NUL or half a character: remove it")
    return unicodedata.normalize("NFC", text)


def is_plain(value: object) -> bool:
    """Say whether JSON holds the value as it is: then, in ASCII, normalising changes nothing."""
    if type(value) is dict:
        parts: Iterable[object] = value.values()
    elif type(value) is list or type(value) is tuple:
        parts = value
    else:
        return type(value) in PLAIN
    # Most parts are plain themselves; asking here saves a call for each of them.
    return all(type(part) in PLAIN or is_plain(part) for part in parts)


def _normal(value: object, place: str) -> object:
    if isinstance(value, str):
        return normal_text(value, place)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise InvalidDocument(f"{place}: {value} is too large: write it as a text")
        return value
    if isinstance(value, Mapping):
        for key in value:
            if not (isinstance(key, str) and key.isascii() and "\x00" not in key):
                raise InvalidDocument(f"{place}: the key {key!r} is not plain ASCII text")
        return {key: _normal(item, f"{place}.{key}") for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_normal(item, f"{place}[{n}]") for n, item in enumerate(value)]
    raise InvalidDocument(f"{place}: {type(value).__name__} may not be hashed: write it as a text")
