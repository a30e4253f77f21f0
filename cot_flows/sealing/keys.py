"""The private keys that sign: files of the home for their owner only, never in the database.

`keys/<district>/<key id>.pem` holds a key in PKCS8, under a passphrase if one is set. Whoever
has the file can sign checkpoints in the district's name.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from cot_flows.embedded.private import private_file, private_folder, private_home
from cot_flows.errors import NoSealingKey, NotConfigured
from cot_flows.settings import Settings
from events.sealing.note import ED25519, VerifierKey, verifier_key

FOLDER = "keys"


class Keys:
    """The keys of a home."""

    def __init__(self, settings: Settings) -> None:
        """Use a home; nothing is read or made yet."""
        self._home = settings.home
        self._passphrase = passphrase(settings)

    def create(self, district: str, origin: str) -> VerifierKey:
        """Make a new key for a log known by a name; return its public side. Raises NoteRefused."""
        private = Ed25519PrivateKey.generate()
        key = verifier_key(origin, ED25519, private)
        private_home(self._home)
        private_folder(self._home / FOLDER)
        private_folder(self._file(district, key).parent)
        write_key(self._file(district, key), private, self._passphrase)
        return key

    def has(self, district: str, key: VerifierKey) -> bool:
        """Whether this home has the private side of a key."""
        return self._file(district, key).exists()

    def forget(self, district: str, key: VerifierKey) -> None:
        """Remove a key that was made and never came into force."""
        self._file(district, key).unlink(missing_ok=True)

    def load(self, district: str, key: VerifierKey) -> Ed25519PrivateKey:
        """Return the private side of a key. Raises NoSealingKey, NotConfigured."""
        path = self._file(district, key)
        if not path.exists():
            raise NoSealingKey(
                f"the key {key} signs the checkpoints of {district}, and {path} is not there: seal "
                "where that file is, bring it back from its safe copy, or say that it is lost with "
                "`cot keys lost` and create another"
            )
        private = read_key(path, self._passphrase)
        if verifier_key(key.name, ED25519, private) != key:
            raise NotConfigured(
                f"{path} holds another key than its name says: bring the right back"
            )
        return private

    def _file(self, district: str, key: VerifierKey) -> Path:
        return self._home / FOLDER / district / f"{key.key_id.hex()}.pem"


def passphrase(settings: Settings) -> bytes | None:
    """Return the passphrase of the key files, if one is set. Raises NotConfigured."""
    path = settings.sealing_passphrase_file
    if settings.sealing_passphrase is not None:
        return settings.sealing_passphrase.get_secret_value().encode()
    if path is None:
        return None
    try:
        (first, *_) = path.read_bytes().split(b"\n")
    except OSError as error:
        raise NotConfigured(
            f"COT_SEALING_PASSPHRASE_FILE names {path}, which cannot be read: {error.strerror}"
        ) from error
    if not first.strip():
        raise NotConfigured(f"the first line of {path} is empty: it must be the passphrase")
    return first.strip()


def write_key(path: Path, private: Ed25519PrivateKey, secret: bytes | None) -> None:
    """Write a key to a new file for its owner only, safely down before it is used."""
    protection: KeySerializationEncryption = (
        NoEncryption() if secret is None else BestAvailableEncryption(secret)
    )
    with private_file(path).open("wb") as file:
        file.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection))
        file.flush()
        os.fsync(file.fileno())


def read_key(path: Path, secret: bytes | None) -> Ed25519PrivateKey:
    """Return the key that a file holds. Raises NotConfigured; no secret is in the message."""
    try:
        pem = path.read_bytes()
    except OSError as error:
        raise NotConfigured(f"cannot read the key {path}: {error.strerror}") from error
    if path.stat().st_mode & 0o077:
        raise NotConfigured(f"others can read the key {path}: run chmod 600 {path}")
    sealed = b"ENCRYPTED" in pem.split(b"\n", 1)[0]
    if sealed and secret is None:
        raise NotConfigured(
            f"{path} is under a passphrase: set COT_SEALING_PASSPHRASE or "
            "COT_SEALING_PASSPHRASE_FILE"
        )
    try:
        private = load_pem_private_key(pem, secret if sealed else None)
    except (ValueError, TypeError):
        raise NotConfigured(
            f"{path} cannot be read as a key: wrong passphrase or damaged"
        ) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise NotConfigured(f"{path} holds a key of another kind; it must be Ed25519")
    return private
