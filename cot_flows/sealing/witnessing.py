"""A witness's own folder: its key, and for each log it knows the largest tree it has seen.

It needs no database and trusts nobody's: a county office, a neighbour or an auditor runs it on a
machine of their own. The state is written down before a cosignature is given out.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, ValidationError

from cot_flows.embedded.private import private_file
from cot_flows.errors import NotConfigured, UnknownThing
from cot_flows.sealing.keys import read_key, write_key
from events.sealing.checkpoint import read_checkpoint
from events.sealing.cosignature import cosign
from events.sealing.merkle import EMPTY_ROOT
from events.sealing.note import COSIGNATURE, VerifierKey, decode, encode, read_vkey, verifier_key
from events.sealing.witness import Seen, read_request, require_continued

STATE = "witness.json"
KEY = "witness.pem"


class _Log(BaseModel):
    """One log that the witness knows: whose signatures it trusts, and the largest tree seen."""

    model_config = ConfigDict(extra="forbid")

    keys: list[str]
    size: int = 0
    root: str = encode(EMPTY_ROOT)


class _State(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    logs: dict[str, _Log] = {}


class WitnessFolder:
    """A witness by the folder that holds all it remembers."""

    def __init__(self, folder: Path, secret: bytes | None = None) -> None:
        """Use a folder; nothing is read or made yet. `secret` protects the key's file."""
        self.folder, self._secret = folder, secret

    def create(self, name: str) -> VerifierKey:
        """Make the witness's key under a name. Raises NotConfigured when there is one already."""
        private = Ed25519PrivateKey.generate()
        key = verifier_key(name, COSIGNATURE, private)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._locked():
            if (self.folder / STATE).exists() or (self.folder / KEY).exists():
                raise NotConfigured(f"{self.folder} holds a witness already: name another folder")
            write_key(self.folder / KEY, private, self._secret)
            self._write(_State(name=name))
        return key

    def key(self) -> VerifierKey:
        """Return the public side of the witness's key."""
        return verifier_key(self._read().name, COSIGNATURE, self._private())

    def logs(self) -> dict[str, Seen]:
        """Return the largest tree seen of each log, by origin."""
        return {origin: _seen(log) for origin, log in self._read().logs.items()}

    def trust(self, vkey: str) -> VerifierKey:
        """Trust a log's key from now on, besides those it had. Raises NoteRefused."""
        key = read_vkey(vkey)
        with self._locked():
            state = self._read()
            log = state.logs.setdefault(key.name, _Log(keys=[]))
            if str(key) not in log.keys:
                log.keys.append(str(key))
            self._write(state)
        return key

    def cosign(self, request: bytes, at: datetime) -> str:
        """Return the signature line for a request, having remembered what it shows.

        Raises UnknownThing for a log whose key is not trusted, NoteRefused, ProofRefused, and
        ForkFound when the log was rewritten; then nothing is remembered and nothing signed.
        """
        asked = read_request(request)
        origin = read_checkpoint(asked.note).origin
        with self._locked():
            state = self._read()
            log = state.logs.get(origin)
            if log is None:
                raise UnknownThing(
                    f"this witness knows no log {origin}: get its vkey from the district by "
                    "another way than this file, and run `cot witness trust VKEY`"
                )
            keys = [read_vkey(each) for each in log.keys]
            checkpoint = require_continued(asked, keys, _seen(log))
            log.size, log.root = checkpoint.size, encode(checkpoint.root)
            line = cosign(asked.note.text, state.name, self._private(), at)
            self._write(state)
        return f"{line}\n"

    def _private(self) -> Ed25519PrivateKey:
        return read_key(self.folder / KEY, self._secret)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one program at a time look and write: two at once could cosign two histories."""
        with (self.folder / "witness.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _read(self) -> _State:
        path = self.folder / STATE
        try:
            return _State.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            raise UnknownThing(
                f"{self.folder} holds no witness: make one with `cot witness create NAME`"
            ) from None
        except (OSError, ValidationError) as error:
            raise NotConfigured(
                f"{path} cannot be read: bring it back from a copy. Do not begin anew: a witness "
                "that forgot what it saw cannot notice a rewritten log"
            ) from error

    def _write(self, state: _State) -> None:
        draft = private_file(self.folder / f"{STATE}.new")
        with draft.open("w", encoding="utf-8") as file:
            file.write(json.dumps(state.model_dump(), indent=1, sort_keys=True) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.folder / STATE)


def _seen(log: _Log) -> Seen:
    return Seen(log.size, decode(log.root, "the root"))
