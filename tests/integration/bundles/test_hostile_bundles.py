"""Bundles that are meant to harm whoever opens them are refused in plain words, and quickly."""

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.bundles import by_node, by_python, by_sql, mend

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bundles")]

EVENTS = "events.jsonl"
DEEP = 60_000


def raw(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Change the bytes of a file and mend the manifest."""

    def alter(place: Path) -> None:
        (place / name).write_bytes(change((place / name).read_bytes()))
        mend(place)

    return alter


def deep_content(place: Path) -> None:
    """Put an event whose content is nested without end; its leaf is never asked for."""
    rows = (place / EVENTS).read_bytes().split(b"\n")
    told = json.loads(rows[0])
    told["content"] = "[" * DEEP + "]" * DEEP
    rows[0] = json.dumps(told).encode()
    raw(EVENTS, lambda _: b"\n".join(rows))(place)


HOSTILE_LINES = {
    "a line cut off": raw(EVENTS, lambda data: data[:-40]),
    "another encoding": raw(EVENTS, lambda data: data.replace(b"internal", "intern\xe9l".encode("latin-1"))),
    "utf-16": raw(EVENTS, lambda data: data.decode().encode("utf-16")),
    "a byte order mark": raw(EVENTS, lambda data: b"\xef\xbb\xbf" + data),
    "deep nesting": raw(EVENTS, lambda data: b"[" * DEEP + b"]" * DEEP + b"\n" + data),
    "deep objects": raw(EVENTS, lambda data: b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"\n" + data),
    "deep content": deep_content,
    "an endless line": raw(EVENTS, lambda data: b'{"leaf":"' + b"0" * (2 << 20) + b'"}\n' + data),
    "a huge number": raw(EVENTS, lambda data: data.replace(b'"position":1,', b'"position":1' + b"0" * 5000 + b",")),
    "a number of JSON that is none": raw(EVENTS, lambda data: data.replace(b'"position":1,', b'"position":NaN,')),
    "a fraction": raw(EVENTS, lambda data: data.replace(b'"position":2,', b'"position":2.5,')),
    "a NUL": raw(EVENTS, lambda data: data.replace(b"internal", b"inter\x00al")),
    "half a character": raw(EVENTS, lambda data: data.replace(b"internal", b"inter\\ud800al")),
    "nothing at all": raw(EVENTS, lambda data: b""),
    "no checkpoint": raw("checkpoints.jsonl", lambda data: b""),
    "an empty line": raw(EVENTS, lambda data: data.replace(b"\n", b"\n\n", 1)),
    "end of data before the end": raw(EVENTS, lambda data: data.replace(b"\n", b"\n\\.\n", 1)),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE_LINES)
def test_hostile_lines_are_refused_by_all(
    bundle: Path, vkey: str, psql: str, elsewhere: str, what: str
) -> None:
    HOSTILE_LINES[what](bundle)
    for run in (by_python, by_node):
        code, told = run(bundle, "--key", vkey)
        assert code in {1, 2}, (run, told)
        assert "Traceback" not in told, told
        assert told.startswith(("WRONG", "REFUSED")), told
    code, told = by_sql(psql, elsewhere)(bundle)
    assert (code, "ERROR" in told) == (3, True), told


def link(place: Path) -> None:
    """Let a file be a link to elsewhere."""
    (place / "README.md").unlink()
    (place / "README.md").symlink_to("/etc/hostname")


def pipe(place: Path) -> None:
    """Let a file be one that never ends, and never begins."""
    (place / EVENTS).unlink()
    os.mkfifo(place / EVENTS)


def unlisted(place: Path) -> None:
    """Put a file beside the others."""
    (place / "run-me.exe").write_bytes(b"MZ")


def missing(place: Path) -> None:
    """Take a file away."""
    (place / "keys.json").unlink()


def many(place: Path) -> None:
    """Put very many files."""
    for number in range(100):
        (place / f"f{number}").touch()
    mend(place)


def huge(place: Path) -> None:
    """Let a file be larger than memory; it takes no room on the disk."""
    with (place / EVENTS).open("r+b") as file:
        file.truncate(5 << 30)


def below(place: Path) -> None:
    """Put a folder into the folder."""
    (place / "more").mkdir()


def other_manifest(text: str) -> Callable[[Path], None]:
    """Write another manifest."""

    def alter(place: Path) -> None:
        (place / "manifest.json").write_text(text)

    return alter


HOSTILE_FOLDERS = {
    "a link": link,
    "a pipe": pipe,
    "an unlisted file": unlisted,
    "a missing file": missing,
    "many files": many,
    "a huge file": huge,
    "a folder": below,
    "no manifest": lambda place: (place / "manifest.json").unlink(),
    "a manifest that is a list": other_manifest("[]"),
    "a manifest of another format": other_manifest('{"format": "cot-flows/bundle/v9"}'),
    "a manifest without files": other_manifest('{"format": "cot-flows/bundle/v1", "files": []}'),
}


@pytest.mark.parametrize("what", HOSTILE_FOLDERS)
@pytest.mark.parametrize("run", [by_python, by_node])
def test_a_hostile_folder_is_refused(
    bundle: Path, tmp_path: Path, what: str, run: Callable[..., tuple[int, str]]
) -> None:
    verifiers_beside(bundle, tmp_path)
    HOSTILE_FOLDERS[what](bundle)
    code, told = run(tmp_path / "bundle", own=tmp_path)
    assert (code, told.startswith("REFUSED")) == (2, True), told


def verifiers_beside(bundle: Path, place: Path) -> None:
    """Keep the honest verifiers beside a bundle."""
    for name in ("verify.py", "verify.mjs"):
        (place / name).write_bytes((bundle / name).read_bytes())


def zipped(bundle: Path, place: Path, **more: bytes) -> None:
    """Make a zip of the bundle, some files with another content."""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in bundle.iterdir():
            archive.writestr(path.name, more.get(path.name.partition(".")[0], path.read_bytes()))


def bomb(bundle: Path, place: Path) -> None:
    """Let a few kilobytes be two hundred megabytes."""
    zipped(bundle, place, events=b"0" * (200 << 20))


def lying_bomb(bundle: Path, place: Path) -> None:
    """The same, which also lies about how large it is."""
    zipped(bundle, place, events=b"0" * (50 << 20))
    size = (50 << 20).to_bytes(4, "little")
    place.write_bytes(place.read_bytes().replace(size, (1 << 19).to_bytes(4, "little")))


def doubled(bundle: Path, place: Path) -> None:
    """Put a file twice: one for each reader."""
    zipped(bundle, place)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(place, "a") as archive:
        archive.writestr(EVENTS, b"")


def outside(name: str) -> Callable[[Path, Path], None]:
    """Put a file whose name leads elsewhere."""

    def make(bundle: Path, place: Path) -> None:
        zipped(bundle, place)
        with zipfile.ZipFile(place, "a") as archive:
            archive.writestr(name, b"")

    return make


def cut(share: float) -> Callable[[Path, Path], None]:
    """Cut the end of a zip off."""

    def make(bundle: Path, place: Path) -> None:
        zipped(bundle, place)
        data = place.read_bytes()
        place.write_bytes(data[: int(len(data) * share)])

    return make


def other_file(data: bytes) -> Callable[[Path, Path], None]:
    """Be no zip at all."""

    def make(bundle: Path, place: Path) -> None:
        place.write_bytes(data)

    return make


def changed_inside(bundle: Path, place: Path) -> None:
    """Change bytes of the packed data."""
    zipped(bundle, place)
    data = bytearray(place.read_bytes())
    data[2000:2010] = b"\xff" * 10
    place.write_bytes(data)


HOSTILE_ZIPS = {
    "a bomb": bomb,
    "a bomb that lies": lying_bomb,
    "a file twice": doubled,
    "a way up": outside("../../escape"),
    "an absolute way": outside("/etc/passwd"),
    "a drive": outside("C:\\escape"),
    "a folder": outside("more/events.jsonl"),
    "cut in half": cut(0.5),
    "cut at the end": cut(0.999),
    "empty": other_file(b""),
    "no zip": other_file(b"PK" * 5000),
    "only the end of a zip": other_file(b"PK\x05\x06" + b"\xff" * 18),
    "changed inside": changed_inside,
}


@pytest.mark.parametrize("what", HOSTILE_ZIPS)
@pytest.mark.parametrize("run", [by_python, by_node])
def test_a_hostile_zip_is_refused(
    bundle: Path, tmp_path: Path, what: str, run: Callable[..., tuple[int, str]]
) -> None:
    verifiers_beside(bundle, tmp_path)
    place = tmp_path / "hostile.zip"
    HOSTILE_ZIPS[what](bundle, place)
    code, told = run(place)
    assert (code, told.startswith("REFUSED")) == (2, True), told
    assert not (tmp_path.parent / "escape").exists()
