"""Backup and restore of all logs, position by position, and so the way to another major version.

A backup is a zip file: a manifest, and each table of the log as text that every PostgreSQL version
reads. Projections are not in it; they are built again. A restore goes into a database without any
log, is checked event by event before it is committed, and otherwise changes nothing.
"""

import json
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import psycopg
from psycopg.rows import TupleRow
from pydantic import BaseModel, ConfigDict, ValidationError

from cot_flows.errors import CotError
from events.codec import Codec
from events.envelope import Head
from events.statements import statement
from events.verify import verify_log

FORMAT = "cot-flows backup 1"
TABLES = ("log", "event", "event_subject", "event_personal", "checkpoint")
BLOCK = 1 << 20

DAMAGED = (
    BadZipFile,
    zlib.error,
    EOFError,
    KeyError,  # a member is missing
    RuntimeError,  # a member is encrypted, or packed as no version of ours packs
    OSError,
    ValidationError,
    psycopg.DataError,
    psycopg.IntegrityError,
)
"""What reading a file raises that is not, or no longer, what was written."""

Told = Callable[[str], None]
Connection = psycopg.Connection[TupleRow]


class BackupRefused(CotError):
    """A backup cannot be written or restored; nothing was changed."""

    exit_code = 65


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup holds: the last position of each district, and the file's size in bytes."""

    districts: dict[str, int]
    size: int


class Stamp(BaseModel):
    """The part of a manifest that every format has: which it is."""

    model_config = ConfigDict(strict=True)

    format: str


class Manifest(Stamp):
    """What a backup says of itself: last positions by district, and each table's digest."""

    made_at: str
    districts: dict[str, int]
    sha256: dict[str, str]


def write_backup(url: str, file: Path, *, made_at: datetime, told: Told) -> BackupReport:
    """Write all logs, as they stand at one moment, to a file that must not exist yet."""
    if file.exists():
        raise BackupRefused(f"{file} exists: name a new file")
    part = file.with_name(file.name + ".part")
    try:
        # It holds every personal value on record: nobody else may read it.
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            os.fdopen(handle, "wb") as output,
            psycopg.connect(url) as connection,
            ZipFile(output, "w", ZIP_DEFLATED) as archive,
        ):
            connection.execute(statement("backup/one_snapshot"))
            connection.execute(statement("roles/take_on"), {"role": "cot_append", "limit": "0"})
            rows = connection.execute(statement("backup/districts")).fetchall()
            districts = {str(district): int(position) for district, position in rows}
            digests = {table: _write(connection, archive, table, told) for table in TABLES}
            manifest = Manifest(
                format=FORMAT, made_at=made_at.isoformat(), districts=districts, sha256=digests
            )
            text = json.dumps(manifest.model_dump(), indent=1, sort_keys=True)
            archive.writestr("manifest.json", text)
        os.link(part, file)
    except OSError as error:
        raise BackupRefused(f"{file} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):  # Where nothing can be written there is nothing to take away.
            part.unlink(missing_ok=True)
    return BackupReport(districts, file.stat().st_size)


def restore_backup(admin_url: str, file: Path, codec: Codec, *, told: Told) -> BackupReport:
    """Read a backup into a database that is set up and has no log yet, and check every event."""
    try:
        with ZipFile(file) as archive, psycopg.connect(admin_url) as connection:
            manifest = _manifest(archive, file)
            connection.execute(statement("roles/take_on"), {"role": "cot_owner", "limit": "0"})
            if connection.execute(statement("backup/districts")).fetchone() is not None:
                raise BackupRefused(
                    "this database holds a log already: restore into an empty one "
                    "(another COT_HOME, or another database)"
                )
            for table in TABLES:
                _read(connection, archive, table, manifest.sha256[table], told)
            districts = _checked(connection, codec, told)
            # Still inside the transaction: whatever is raised here takes everything back.
            if districts != manifest.districts:
                raise BackupRefused(f"{file}: its logs do not end where its manifest says")
    except DAMAGED as error:
        raise BackupRefused(f"{file} is no backup of ours, or is damaged: {error}") from error
    return BackupReport(districts, file.stat().st_size)


def _write(connection: Connection, archive: ZipFile, table: str, told: Told) -> str:
    told(f"writing {table}")
    digest = sha256()
    with (
        archive.open(f"{table}.copy", "w", force_zip64=True) as member,
        connection.cursor().copy(statement(f"backup/write_{table}")) as copy,
    ):
        for block in copy:
            digest.update(block)
            member.write(block)
    return digest.hexdigest()


def _read(connection: Connection, archive: ZipFile, table: str, expected: str, told: Told) -> None:
    told(f"reading {table}")
    digest = sha256()
    with (
        archive.open(f"{table}.copy") as member,
        connection.cursor().copy(statement(f"backup/read_{table}")) as copy,
    ):
        while block := member.read(BLOCK):
            digest.update(block)
            copy.write(block)
    if digest.hexdigest() != expected:
        raise BackupRefused(f"{table}.copy is not what the manifest says: the file is damaged")


def _manifest(archive: ZipFile, file: Path) -> Manifest:
    text = archive.read("manifest.json")
    if Stamp.model_validate_json(text).format != FORMAT:
        raise BackupRefused(f"{file} is not in the format {FORMAT!r}: use a newer program")
    return Manifest.model_validate_json(text)


def _checked(connection: Connection, codec: Codec, told: Told) -> dict[str, int]:
    """Check every restored event; raises BackupRefused, and the restore is rolled back."""
    heads = list(_heads(connection))
    for head in heads:
        told(f"checking {head.district}")
        findings = verify_log(connection, codec, head)
        if findings:
            first = findings[0]
            raise BackupRefused(
                f"{head.district}, position {first.position}: {first.message}: not restored"
            )
    return {head.district: head.position for head in heads}


def _heads(connection: Connection) -> Iterator[Head]:
    for row in connection.execute(statement("read/heads"), {"district": None}).fetchall():
        yield Head(
            district=row[0], position=row[1], recorded_at=row[2], clock=row[3], time_zone=row[4]
        )
