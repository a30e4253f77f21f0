"""A bundle on disk: a folder or a zip file, there whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Protocol
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson

from cot_flows.errors import NotConfigured

MANIFEST = "manifest.json"
LINE_FILE_MODE = 0o600
_EPOCH_OF_ZIP = (1980, 1, 1, 0, 0, 0)


class Bundle:
    """A bundle being written: its files one after the other, with their digests."""

    def __init__(self, place: Path, archive: ZipFile | None) -> None:
        """Write into a folder, or into an archive if one is given."""
        self._place = place
        self._archive = archive
        self.digests: dict[str, str] = {}

    @contextmanager
    def file(self, name: str) -> Iterator["Written"]:
        """Write one file piece by piece."""
        with self._opened(name) as raw:
            written = _Hashed(raw)
            yield written
        self.digests[name] = written.digest.hexdigest()

    def add(self, name: str, content: bytes) -> None:
        """Write one file at once."""
        with self.file(name) as file:
            file.write(content)

    def _opened(self, name: str) -> IO[bytes]:
        if self._archive is None:
            return (self._place / name).open("xb")
        info = ZipInfo(name, _EPOCH_OF_ZIP)
        info.compress_type = ZIP_DEFLATED
        info.external_attr = LINE_FILE_MODE << 16
        return self._archive.open(info, "w", force_zip64=True)


class Written(Protocol):
    """A file that takes bytes."""

    def write(self, content: bytes) -> None:
        """Take more bytes."""
        ...


class _Hashed:
    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self.digest = sha256()

    def write(self, content: bytes) -> None:
        """Take more bytes."""
        self._raw.write(content)
        self.digest.update(content)


@contextmanager
def writing(place: Path, *, force: bool) -> Iterator[Bundle]:
    """Lend a bundle that appears at a place when all was written, and never half.

    Raises NotConfigured when something is there and `force` is not given, when what is there is
    no bundle, or when the place cannot be written.
    """
    require_free(place, force=force)
    part = place.with_name(f".{place.name}.part-{os.getpid()}")
    try:
        if place.suffix == ".zip":
            part.touch(mode=LINE_FILE_MODE)
            with ZipFile(part, "w", ZIP_DEFLATED) as archive:
                yield Bundle(part, archive)
        else:
            part.mkdir(mode=0o700)
            yield Bundle(part, None)
        require_free(place, force=force)
        _put(part, place)
    except OSError as error:
        raise NotConfigured(f"{place} cannot be written: {error.strerror or error}") from error
    finally:
        _remove(part)


def require_free(place: Path, *, force: bool) -> None:
    """Refuse a place that is taken, unless by a bundle to replace. Raises NotConfigured."""
    if not place.exists() and not place.is_symlink():
        return
    if not force:
        raise NotConfigured(f"{place} is there already: choose another name, or give --force")
    whole = place.is_dir() and not place.is_symlink()
    if whole == (place.suffix == ".zip") or (whole and any(place.iterdir()) and not _ours(place)):
        raise NotConfigured(f"{place} is no bundle: it is not replaced; choose another name")


def _ours(place: Path) -> bool:
    try:
        told = orjson.loads((place / MANIFEST).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return False
    return isinstance(told, dict) and str(told.get("format")).startswith("cot-flows/bundle/")


def _put(part: Path, place: Path) -> None:
    if not place.is_dir():
        part.replace(place)
        return
    old = place.with_name(f".{place.name}.old-{os.getpid()}")
    place.replace(old)
    part.replace(place)
    _remove(old)


def _remove(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place, ignore_errors=True)
    else:
        place.unlink(missing_ok=True)
