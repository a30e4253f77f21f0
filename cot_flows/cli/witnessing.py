"""`cot witness …`: another office vouches that a log only grows; both sides of it."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from cot_flows.bootstrap import read_settings
from cot_flows.bootstrap.engine import utc_now
from cot_flows.cli.auditing import read, require_vkeys
from cot_flows.cli.session import DistrictOption, head_of, opened, out
from cot_flows.cli.writing import ForceOption, require_free, write_text
from cot_flows.sealing.keys import passphrase
from cot_flows.sealing.witnessing import WitnessFolder

witness = App(
    name="witness",
    group="Prove",
    help="A witness in another house signs only what continues all it saw before: then nobody can "
    "rewrite history unseen, not even with the district's key.\n\n"
    "The district: `request` writes a file for the witness, `record` takes its answer back. The "
    "witness: `create` once, `trust` the district's vkey, `cosign` each request. Its folder is all "
    "it remembers; it needs no database.",
)

FolderOption = Annotated[
    Path | None, Parameter(help="The witness's folder; COT_HOME/witness if left out.")
]


def _folder(given: Path | None) -> WitnessFolder:
    settings = read_settings()
    return WitnessFolder(given or settings.home / "witness", passphrase(settings))


@witness.command
def create(
    name: Annotated[str, Parameter(help="Name of the witness, such as county.example.org/w1.")],
    /,
    *,
    folder: FolderOption = None,
) -> None:
    """The witness: make its key and its memory, once."""
    key = _folder(folder).create(name)
    out.print(f"{key}", markup=False, soft_wrap=True)
    out.print("is the vkey of this witness: give it to the districts it serves.", markup=False)


@witness.command
def trust(
    vkey: Annotated[str, Parameter(help="Public side of the district's key.")],
    /,
    *,
    folder: FolderOption = None,
) -> None:
    """The witness: trust a district's key, given by another way than the requests come."""
    key = _folder(folder).trust(vkey)
    out.print(f"Requests of {key.name} signed by key {key.key_id.hex()} are trusted.", markup=False)


@witness.command
def cosign(
    request: Annotated[Path, Parameter(help="A file that the district wrote.")],
    /,
    *,
    folder: FolderOption = None,
    to: Annotated[
        Path | None, Parameter(help="File for the answer; REQUEST.cosigned if left out.")
    ] = None,
    force: ForceOption = False,
) -> None:
    """The witness: cosign a checkpoint that continues what was seen before; refuse a fork.

    Ends with 1 and signs nothing when the district's history was rewritten.
    """
    asked = read(request)
    answer = to or request.with_name(f"{request.name}.cosigned")
    # Before the witness remembers it as seen: an answer that got lost is not given a second time.
    require_free(answer, force=force)
    line = _folder(folder).cosign(asked, utc_now())
    write_text(answer, line, force=force)
    out.print(f"Cosigned: give {answer} back to the district.", markup=False)


@witness.command(name="list")
def list_logs(*, folder: FolderOption = None) -> None:
    """The witness: show its vkey, and the size up to which it has seen each log."""
    kept = _folder(folder)
    out.print(f"{kept.key()}", markup=False, soft_wrap=True)
    for origin, seen in kept.logs().items():
        out.print(f"{origin}: {seen.size} events", markup=False)


@witness.command(name="request")
def request_file(
    file: Annotated[Path, Parameter(help="File to write for the witness.")],
    /,
    *,
    district: DistrictOption = None,
    from_: Annotated[
        int,
        Parameter(name="--from", help="Up to which event the witness saw the log; 0 at first."),
    ] = 0,
    size: Annotated[int | None, Parameter(help="Which checkpoint; the last if left out.")] = None,
    force: ForceOption = False,
) -> None:
    """The district: ask a witness to cosign the last checkpoint."""
    from cot_flows.sealing.proving import request_from

    with opened() as engine:
        asked = request_from(engine, head_of(engine, district).district, from_, size)
    write_text(file, str(asked), force=force)
    out.print(f"{file} written: give it to the witness for `cot witness cosign`.", markup=False)


@witness.command
def record(
    file: Annotated[Path, Parameter(help="The witness's answer.")],
    /,
    *,
    vkey: Annotated[
        str, Parameter(name="--witness", help="Public side of the witness's key, from the witness.")
    ],
    district: DistrictOption = None,
) -> None:
    """The district: record a cosignature, so that every proof under that checkpoint carries it."""
    from cot_flows.sealing.cosigning import record_cosignature

    require_vkeys("--witness", (vkey,))
    with opened() as engine:
        size = record_cosignature(engine, head_of(engine, district), read(file), vkey)
    out.print(f"The cosignature of the checkpoint of {size} events is recorded.", markup=False)
