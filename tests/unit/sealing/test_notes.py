"""Signed notes, checkpoints and cosignatures keep to their formats; hostile ones are refused."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from events.errors import NoteRefused
from events.sealing.checkpoint import Checkpoint, parse_checkpoint, read_checkpoint
from events.sealing.cosignature import cosign, require_cosigned, with_cosignatures
from events.sealing.note import (
    COSIGNATURE,
    ED25519,
    LONGEST_NOTE,
    MOST_SIGNATURES,
    VerifierKey,
    decode,
    encode,
    read_note,
    read_vkey,
    sign,
    verifier_key,
)

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
NAME = "example.org/bay"
KEY = verifier_key(NAME, ED25519, PRIVATE)
WITNESS = verifier_key("county.example/w", COSIGNATURE, OTHER)
CHECKPOINT = Checkpoint(NAME, 5, bytes(range(32)))
NOTE = CHECKPOINT.signed(PRIVATE)
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)

# Published with the format's description: a note by somebody else's program and key.
FOREIGN_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
FOREIGN_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_a_note_of_another_program_verifies_and_is_written_the_same() -> None:
    note, key = read_note(FOREIGN_NOTE), read_vkey(FOREIGN_KEY)
    note.require_signed_by(key)
    assert str(note) == FOREIGN_NOTE
    assert str(key) == FOREIGN_KEY


def test_a_checkpoint_reads_back_and_verifies() -> None:
    checkpoint, note = parse_checkpoint(str(NOTE).encode())
    assert (checkpoint, note) == (CHECKPOINT, NOTE)
    note.require_signed_by(read_vkey(str(KEY)))
    assert note.text == f"example.org/bay\n5\n{encode(bytes(range(32)))}\n"


def test_every_altered_letter_of_the_text_is_refused() -> None:
    whole = str(NOTE)
    for place in range(len(NOTE.text)):
        altered = whole[:place] + chr(ord(whole[place]) ^ 1) + whole[place + 1 :]
        with pytest.raises(NoteRefused):
            read_note(altered).require_signed_by(KEY)


def test_a_signature_of_another_key_under_the_same_name_does_not_count() -> None:
    forged = sign(NOTE.text, NAME, OTHER)
    with pytest.raises(NoteRefused, match="no signature of the key"):
        forged.require_signed_by(KEY)


def test_lines_of_unknown_keys_are_kept_and_ignored() -> None:
    more = sign(NOTE.text, "somebody.else", OTHER).signatures
    both = with_cosignatures(NOTE, more)
    both.require_signed_by(KEY)
    assert read_note(str(both)) == both


def test_sixteen_signatures_are_read_and_too_many_are_refused() -> None:
    def with_lines(count: int) -> str:
        line = f"{NOTE.signatures[0]}\n"
        return f"{NOTE.text}\n" + line * count

    assert len(read_note(with_lines(16)).signatures) == 16
    assert len(read_note(with_lines(MOST_SIGNATURES)).signatures) == MOST_SIGNATURES
    with pytest.raises(NoteRefused, match="signatures"):
        read_note(with_lines(MOST_SIGNATURES + 1))


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "\n",
        "text\n",
        "text\n\n",
        "\n\n\u2014 a AAAAAAA=\n",
        "text\n\n\u2014 a AAAAAAA=",
        "text\n\n- a AAAAAAA=\n",
        "text\n\n\u2014 a AAAA\n",
        "text\n\n\u2014 a AAAAAAA\n",
        "text\n\n\u2014 a AAAAAAB=\n",
        "text\n\n\u2014 a+b AAAAAAA=\n",
        "text\n\n\u2014  AAAAAAA=\n",
        "text\n\n\u2014 a\u2003b AAAAAAA=\n",
        "te\txt\n\n\u2014 a AAAAAAA=\n",
        "te\rxt\n\n\u2014 a AAAAAAA=\n",
        b"te\xffxt\n\n\xe2\x80\x94 a AAAAAAA=\n",
        "x" * (LONGEST_NOTE + 1),
    ],
)
def test_what_is_no_note_is_refused(hostile: str | bytes) -> None:
    with pytest.raises(NoteRefused):
        read_note(hostile)


@settings(max_examples=300, deadline=None)
@given(given_=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_arbitrary_bytes_are_refused_or_written_back_as_they_were(given_: bytes) -> None:
    try:
        note = read_note(given_)
    except NoteRefused:
        return
    assert str(note).encode() == given_


@settings(max_examples=300, deadline=None)
@given(cut=st.integers(0, 200), noise=st.binary(max_size=4))
def test_a_damaged_checkpoint_never_verifies_as_another(cut: int, noise: bytes) -> None:
    whole = str(NOTE).encode()
    damaged = whole[:cut] + noise + whole[cut + len(noise) :]
    if damaged == whole:
        return
    try:
        checkpoint, note = parse_checkpoint(damaged)
        note.require_signed_by(KEY)
    except NoteRefused:
        return
    assert checkpoint == CHECKPOINT


@pytest.mark.parametrize(
    "text",
    [
        "o\n5\n",
        "o\n05\nAAAA\n",
        "o\n+5\n" + encode(bytes(32)) + "\n",
        "o\n-5\n" + encode(bytes(32)) + "\n",
        "o\n\u0665\n" + encode(bytes(32)) + "\n",
        "o\n9223372036854775808\n" + encode(bytes(32)) + "\n",
        "o\n5\n" + encode(bytes(31)) + "\n",
        "\n5\n" + encode(bytes(32)) + "\n",
        "o\n5\n" + encode(bytes(32)) + "\n\nmore\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        read_checkpoint(sign(text, NAME, PRIVATE))


def test_extension_lines_of_another_log_are_read_and_signed() -> None:
    extended = Checkpoint("o", 0, bytes(32), ("one", "two"))
    assert read_checkpoint(extended.signed(PRIVATE)) == extended


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "a+b",
        f"{NAME}+00000000+{encode(bytes([1]) + bytes(32))}",
        f"other+{KEY.key_id.hex()}+{encode(bytes([1]) + KEY.public)}",
        str(VerifierKey(NAME, 2, KEY.public)),
        str(VerifierKey(NAME, 1, KEY.public[:31])),
        str(VerifierKey("a b", 1, KEY.public)),
    ],
)
def test_what_is_no_vkey_is_refused(vkey: str) -> None:
    with pytest.raises(NoteRefused):
        read_vkey(vkey)


def test_a_cosignature_holds_for_its_text_and_time_only() -> None:
    line = cosign(NOTE.text, WITNESS.name, OTHER, AT)
    cosigned = require_cosigned(with_cosignatures(NOTE, (line,)), WITNESS)
    assert (cosigned.at, cosigned.witness) == (AT, WITNESS)
    other = Checkpoint(NAME, 6, bytes(32)).signed(PRIVATE)
    with pytest.raises(NoteRefused, match="does not fit"):
        require_cosigned(with_cosignatures(other, (line,)), WITNESS)
    later = (int(AT.timestamp()) + 1).to_bytes(8, "big") + line.made[8:]
    moved = type(line)(line.name, line.key_id, later)
    with pytest.raises(NoteRefused, match="does not fit"):
        require_cosigned(with_cosignatures(NOTE, (moved,)), WITNESS)
    short = type(line)(line.name, line.key_id, b"short")
    with pytest.raises(NoteRefused, match="size"):
        require_cosigned(with_cosignatures(NOTE, (short,)), WITNESS)
    with pytest.raises(NoteRefused, match="no cosignature"):
        require_cosigned(NOTE, WITNESS)


def test_the_same_key_has_another_id_as_a_witness() -> None:
    """So that a log's signature can never be taken for a witness's."""
    as_log = verifier_key(WITNESS.name, ED25519, OTHER)
    assert as_log.key_id != WITNESS.key_id


def test_base64_has_one_spelling() -> None:
    assert decode("AAA=", "it") == b"\x00\x00"
    for other in ("AAB=", "AAA", "AA A=", "AAA=\n"):
        with pytest.raises(NoteRefused, match="base64"):
            decode(other, "it")
