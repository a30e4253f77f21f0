"""Signed notes (C2SP signed-note): a text, and lines by which keys vouch for it.

Notes come from anywhere: what does not keep to the format is refused, and what is too large is
refused before it is looked at. Only Ed25519 is spoken (type 0x01; 0x04 for cosignatures, see
`events.sealing.cosignature`); lines of other keys are kept and ignored, as the format demands.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from events.errors import NoteRefused

ED25519 = 0x01
COSIGNATURE = 0x04
MOST_SIGNATURES = 64
"""A verifier must accept 16 signature lines; more than this is nobody's honest note."""

LONGEST_NOTE = 256 * 1024
_LINE_START = "\u2014 "
_PUBLIC_KEY_SIZE = 32
_KEY_ID_SIZE = 4
_FIRST_PRINTABLE = " "
_VKEY_PARTS = 3


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whose signatures to believe: key name, what kind of signature it makes, 32-byte public key.

    Written as a vkey: `<name>+<key id as 8 hex digits>+<base64 of kind and public key>`.
    """

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Return the 4 bytes that together with the name say which key signed."""
        signed = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return sha256(signed).digest()[:_KEY_ID_SIZE]

    def __str__(self) -> str:
        """Return the vkey."""
        return f"{self.name}+{self.key_id.hex()}+{encode(bytes([self.kind]) + self.public)}"

    def accepts(self, signature: bytes, message: bytes) -> bool:
        """Whether the key made an Ed25519 signature over a message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the key's name and id, and the bytes whose meaning is the key's."""

    name: str
    key_id: bytes
    made: bytes

    def __str__(self) -> str:
        """Return the line, without its newline."""
        return f"{_LINE_START}{self.name} {encode(self.key_id + self.made)}"

    def is_of(self, key: VerifierKey) -> bool:
        """Whether the line says that this key signed."""
        return (self.name, self.key_id) == (key.name, key.key_id)


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and its signature lines."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        """Return the note as it is stored and sent."""
        return f"{self.text}\n" + "".join(f"{each}\n" for each in self.signatures)

    def require_signed_by(self, key: VerifierKey) -> None:
        """Refuse a note that an Ed25519 key did not sign. Raises NoteRefused."""
        own = [each for each in self.signatures if each.is_of(key)]
        if not own:
            raise NoteRefused(f"the note carries no signature of the key {key}")
        if not all(key.accepts(each.made, self.text.encode()) for each in own):
            raise NoteRefused(
                f"the signature of {key.name} does not fit the text: the note was altered, or "
                "another key made it"
            )


def require_key_name(name: str) -> str:
    """Return a key name that the format allows. Raises NoteRefused."""
    spaced = any(letter.isspace() for letter in name)
    if not name or spaced or "+" in name or _has_control(name):
        raise NoteRefused(f"{name!r} is no key name: no spaces, no +, such as example.org/district")
    return name


def read_vkey(text: str) -> VerifierKey:
    """Return the key that a vkey tells. Raises NoteRefused."""
    parts = text.strip().split("+", _VKEY_PARTS - 1)
    if len(parts) != _VKEY_PARTS:
        raise NoteRefused(f"{text[:80]!r} is no vkey: it has the form <name>+<key id>+<base64>")
    name, key_id, encoded = parts
    told = decode(encoded, "the key")
    if len(told) != 1 + _PUBLIC_KEY_SIZE or told[0] not in (ED25519, COSIGNATURE):
        raise NoteRefused(f"the vkey of {name} is not of a kind that is understood: Ed25519")
    key = VerifierKey(require_key_name(name), told[0], told[1:])
    if key.key_id.hex() != key_id.lower():
        raise NoteRefused(f"the vkey of {name} has the key id {key_id}, its key {key.key_id.hex()}")
    return key


def verifier_key(name: str, kind: int, private: Ed25519PrivateKey) -> VerifierKey:
    """Return the public side of a private key, under a name. Raises NoteRefused."""
    return VerifierKey(require_key_name(name), kind, private.public_key().public_bytes_raw())


def sign(text: str, name: str, private: Ed25519PrivateKey) -> Note:
    """Return the text with a signature of one Ed25519 key. Raises NoteRefused."""
    _require_text(text)
    key = verifier_key(name, ED25519, private)
    return Note(text, (Signature(key.name, key.key_id, private.sign(text.encode())),))


def read_note(given: bytes | str) -> Note:
    """Return a note as read; no signature is checked yet. Raises NoteRefused."""
    if len(given) > LONGEST_NOTE:
        raise NoteRefused(f"a note has at most {LONGEST_NOTE:,} bytes, not {len(given):,}")
    try:
        whole = given if isinstance(given, str) else given.decode()
    except UnicodeDecodeError as error:
        raise NoteRefused(f"the note is no UTF-8 text: {error.reason}") from error
    text, divider, lines = whole.rpartition("\n\n")
    if not divider or not lines.endswith("\n"):
        raise NoteRefused("a note is a text, an empty line and lines of signatures; one is missing")
    _require_text(f"{text}\n")
    return Note(f"{text}\n", read_signatures(lines))


def read_signatures(lines: str) -> tuple[Signature, ...]:
    """Return the signatures of lines that each end in a newline. Raises NoteRefused."""
    each_line = lines.split("\n")[:-1]
    if not 0 < len(each_line) <= MOST_SIGNATURES:
        raise NoteRefused(f"a note has 1 to {MOST_SIGNATURES} signatures, not {len(each_line)}")
    return tuple(_signature(line) for line in each_line)


def _signature(line: str) -> Signature:
    start, name, encoded = line[:2], *line[2:].partition(" ")[::2]
    if start != _LINE_START:
        raise NoteRefused(f"{line[:80]!r} is no signature line: it begins with a dash and a space")
    told = decode(encoded, f"the signature of {name[:80]!r}")
    if len(told) <= _KEY_ID_SIZE:
        raise NoteRefused(f"the signature of {name[:80]!r} is too short")
    return Signature(require_key_name(name), told[:_KEY_ID_SIZE], told[_KEY_ID_SIZE:])


def encode(value: bytes) -> str:
    """Return bytes as the formats write them: standard base64."""
    return b64encode(value).decode()


def decode(text: str, what: str) -> bytes:
    """Return what a base64 text stands for, refusing every other spelling. Raises NoteRefused."""
    try:
        value = b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        raise NoteRefused(f"{what} is not in base64") from error
    if encode(value) != text:
        raise NoteRefused(f"{what} is not in the one spelling that base64 has for it")
    return value


def decoded_hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    """Return the hashes of a proof, one a line. Raises NoteRefused."""
    return tuple(decode(line, f"hash {number}") for number, line in enumerate(lines, start=1))


def _require_text(text: str) -> None:
    if not text.strip("\n") or not text.endswith("\n"):
        raise NoteRefused("the text of a note is not empty and ends in a newline")
    if any(_has_control(line) for line in text.split("\n")):
        raise NoteRefused("the text of a note holds no control characters but newlines")


def _has_control(text: str) -> bool:
    return any(letter < _FIRST_PRINTABLE for letter in text)
