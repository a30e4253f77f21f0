"""Reading a bundle with limits: its files, JSON, base64, and what cannot be read refused."""

import base64
import hashlib
import json
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any, NoReturn

FORMAT = "cot-flows/bundle/v1"
MOST_FILES = 32
LARGEST_FILE = 4 << 30
LARGEST_SMALL_FILE = 64 << 20
LARGEST_RATIO = 200  # Honest files shrink to a tenth; a bomb to a thousandth.
LONGEST_LINE = 1 << 20
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
Json = dict[str, Any]
UNREADABLE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError, ValueError)


class Refused(Exception):
    """The bundle cannot be read, or is not one."""


class Wrong(Exception):
    """Something does not hold; `position` is the first event that may be bad, if one is."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message if position is None else f"position {position}: {message}")
        self.position = position


class Files:
    """The files of a bundle, read with limits, each compared with the manifest's digest."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.archive = None if os.path.isdir(place) else zipfile.ZipFile(place)
        self.sizes = self._of_folder() if self.archive is None else self._of_zip()
        if len(self.sizes) > MOST_FILES:
            raise Refused(f"a bundle has at most {MOST_FILES} files, not {len(self.sizes)}")
        manifest = parse(self.whole("manifest.json", listed=False), "manifest.json")
        if manifest.get("format") != FORMAT:
            raise Refused(f"manifest.json is not of a bundle in the format {FORMAT}")
        self.manifest, self.told = manifest, shaped(manifest.get("files"), dict, "manifest.files")
        for name in self.sizes.keys() ^ {*self.told, "manifest.json"}:
            where = "not in the bundle" if name in self.told else "not listed in its manifest"
            raise Refused(f"the file {str(name)[:64]!r} is {where}")

    def _of_folder(self) -> dict[str, int]:
        sizes = {}
        for entry in os.scandir(self.place):
            found = entry.stat(follow_symlinks=False)
            if not stat.S_ISREG(found.st_mode):
                raise Refused(f"{entry.name!r} is no plain file: a bundle holds nothing else")
            sizes[self._allowed(entry.name, found.st_size)] = found.st_size
        return sizes

    def _of_zip(self) -> dict[str, int]:
        sizes: dict[str, int] = {}
        assert self.archive is not None  # noqa: S101
        for info in self.archive.infolist():
            name = self._allowed(info.filename, info.file_size)
            if name in sizes:
                raise Refused(f"the file {name!r} is in the bundle twice")
            if info.file_size > max(1 << 20, LARGEST_RATIO * info.compress_size):
                raise Refused(f"{name!r} claims to be {info.file_size:,} bytes: a zip bomb")
            sizes[name] = info.file_size
        return sizes

    @staticmethod
    def _allowed(name: str, size: int) -> str:
        if not NAME.fullmatch(name):
            raise Refused(f"{name[:64]!r} is no name of a bundle's file")
        limit = LARGEST_FILE if name.endswith(".jsonl") else LARGEST_SMALL_FILE
        if size > limit:
            raise Refused(f"{name!r} has {size:,} bytes, more than {limit:,}")
        return name

    def open(self, name: str) -> IO[bytes]:
        """Open a file of the bundle."""
        if name not in self.sizes:
            raise Refused(f"the file {name!r} is missing")
        if self.archive is not None:
            return self.archive.open(name)
        return open(os.path.join(self.place, name), "rb")

    def whole(self, name: str, *, listed: bool = True) -> bytes:
        """Return what a small file holds."""
        with self.open(name) as file:
            data = file.read(LARGEST_SMALL_FILE + 1)
        if listed:
            self._require(name, hashlib.sha256(data).hexdigest())
        return data

    def lines(self, name: str) -> Iterator[Json]:
        """Yield the objects of a file of lines; its digest is compared after the last."""
        digest = hashlib.sha256()
        with self.open(name) as file:
            for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
                if not line.endswith(b"\n"):
                    raise Refused(f"{name} line {number} is cut off, or longer than {LONGEST_LINE}")
                digest.update(line)
                yield parse(line, f"{name} line {number}")
        self._require(name, digest.hexdigest())

    def _require(self, name: str, digest: str) -> None:
        if self.told.get(name) != digest:
            raise Wrong(f"the file {name} is not the one that the manifest lists")


def parse(data: bytes, where: str) -> Json:
    """Return the JSON object that bytes hold; no other JSON will do."""
    try:
        found = json.loads(data.decode(), parse_constant=refused, parse_float=refused)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{where} is no JSON: {str(error)[:100]}") from error
    told: Json = shaped(found, dict, where)
    return told


def refused(text: str) -> NoReturn:
    """Refuse NaN, infinity and fractions: no two programs need write those alike."""
    raise ValueError(f"{text[:40]} is no whole number")


def shaped(value: Any, kind: type, where: str) -> Any:
    """Return a value if it is of a kind."""
    if type(value) is not kind:
        raise Refused(f"{where} should be {kind.__name__}, and is {type(value).__name__}")
    return value


def number(value: Any, where: str, least: int = 1) -> int:
    """Return a value if it is a whole number that every verifier can count with."""
    if type(value) is not int or not least <= value < 1 << 53:
        raise Refused(f"{where} is no whole number from {least}")
    return value


def from_base64(text: Any, where: str) -> bytes:
    """Return what a base64 text stands for, in its one spelling."""
    try:
        value = base64.b64decode(shaped(text, str, where), validate=True)
    except ValueError as error:
        raise Refused(f"{where} is not in base64") from error
    if base64.b64encode(value).decode() != text:
        raise Refused(f"{where} is not in base64's one spelling")
    return value


def sha256(*parts: bytes) -> bytes:
    """Return the digest of parts put together."""
    return hashlib.sha256(b"".join(parts)).digest()
