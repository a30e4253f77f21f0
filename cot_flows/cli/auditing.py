"""`cot audit …`: proofs that leave the house, and checking them where no database is."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import App, Parameter

from cot_flows.bootstrap.engine import utc_now
from cot_flows.cli.bundling import ByOption, PurposeOption, bundle
from cot_flows.cli.exits import DONE, FOUND_WRONG
from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened, out
from cot_flows.cli.showing import plain
from cot_flows.cli.writing import ForceOption, require_free, write_text
from cot_flows.errors import NotConfigured, UnknownThing
from events.errors import NoteRefused

audit = App(
    name="audit",
    group="Prove",
    help="Prove to outsiders that records were not changed since they were sealed. `check` "
    "needs no database: the file and the log's vkey are enough.",
)

KeyOption = Annotated[
    tuple[str, ...],
    Parameter(
        name="--key",
        negative=(),
        help="Public side of the log's key (vkey), from the district by another way than the file; "
        "repeat it for several.",
    ),
]
WitnessOption = Annotated[
    tuple[str, ...],
    Parameter(
        name="--witness",
        negative=(),
        help="Public side of a witness's key (vkey) that must have cosigned; repeat for several.",
    ),
]


def read(file: Path) -> bytes:
    """Return what a file holds. Raises UnknownThing."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise UnknownThing(f"cannot read {file}: {error.strerror}") from error


def require_vkeys(option: str, given: tuple[str, ...]) -> None:
    """Refuse an option that holds what is no vkey: nothing was checked then. NotConfigured."""
    from events.sealing.note import read_vkey

    for each in given:
        try:
            read_vkey(each)
        except NoteRefused as error:
            raise NotConfigured(f"{option}: {error}") from error


def require_no_checkpoint(file: Path, given: bytes) -> None:
    """Refuse a checkpoint where a proof is meant. Raises NotConfigured."""
    from events.sealing.checkpoint import parse_checkpoint

    try:
        parse_checkpoint(given)
    except NoteRefused:
        return
    raise NotConfigured(
        f"{file} is a checkpoint, not the proof of an event: compare it with another by "
        "`cot audit compare`"
    )


@audit.command
def prove(
    event: Annotated[UUID, Parameter(help="Id of the event, as `cot events` shows it.")],
    /,
    *,
    district: DistrictOption = None,
    to: Annotated[
        Path | None, Parameter(help="File to write; EVENT.tlog-proof if left out.")
    ] = None,
    by: ByOption = None,
    purpose: PurposeOption = None,
    force: ForceOption = False,
) -> None:
    """Write one small file that proves one event: the event, its way to the root, the checkpoint.

    No personal value is in it, only salted commitments. All else the event says is: one of a
    restricted class (personnel, student-derived, privileged) is given only to an actor who may
    read it and states a purpose, which is recorded first. Whoever holds the file reads it.
    """
    from cot_flows.records.rights import Reader, require_sight
    from cot_flows.sealing.proving import prove as proof_of
    from events.sealing.proof import SUFFIX, WHAT_IT_SHOWS, WHEN_SIMULATED

    file = to or Path(f"{event}{SUFFIX}")
    require_free(file, force=force)
    with opened() as engine:
        name = head_of(engine, district).district
        proof = proof_of(engine, name, event)
        reader = Reader(by or engine.settings.actor, purpose)
        found = engine.store.find(name, event)
        require_sight(engine.store, utc_now, name, reader, () if found is None else (found,))
    write_text(file, str(proof), force=force)
    size = proof.checkpoint().size
    out.print(
        f"{file} proves event {proof.sealed.position} of {proof.sealed.district} under the "
        f"checkpoint of {size} events. Check it with `cot audit check {file} --key VKEY`.",
        markup=False,
    )
    out.print(WHAT_IT_SHOWS, markup=False)
    if proof.checkpoint().is_simulated:
        out.print(WHEN_SIMULATED, markup=False)


@audit.command
def check(
    file: Annotated[Path, Parameter(help="A file that `cot audit prove` wrote.")],
    /,
    *,
    key: KeyOption = (),
    witness: WitnessOption = (),
    json: JsonOption = False,
) -> int:
    """Check a proof, offline. Ends with 1 when it does not hold, or when no key was given.

    Without --key only the way to the root is checked: anybody could have made such a file. It
    shows the event to whoever holds the file, of a restricted class too; no log tells of that.
    """
    from cot_flows.sealing.checking import check_proof

    given = read(file)
    require_vkeys("--key", key)
    require_vkeys("--witness", witness)
    require_no_checkpoint(file, given)
    found = check_proof(given, key, witness)
    if json:
        out.print_json(data=plain(found.as_dict()))
    else:
        for line in found.lines():
            out.print(line, markup=False, soft_wrap=True)
    return DONE if found.signed_by else FOUND_WRONG


@audit.command
def checkpoint(
    file: Annotated[Path | None, Parameter(help="File to write; shown if left out.")] = None,
    /,
    *,
    district: DistrictOption = None,
    size: Annotated[int | None, Parameter(help="How many events; the last if left out.")] = None,
    force: ForceOption = False,
) -> None:
    """Give out a checkpoint with its cosignatures. Whoever keeps one can notice a rewritten log."""
    from cot_flows.sealing.standing import standing

    with opened() as engine:
        _, note = standing(engine, head_of(engine, district).district).note(size)
    if file is None:
        out.out(str(note), end="")
    else:
        write_text(file, str(note), force=force)
        out.print(f"{file} written: keep it outside, or give it to somebody.", markup=False)


@audit.command
def compare(
    one: Annotated[Path, Parameter(help="A checkpoint file.")],
    two: Annotated[Path, Parameter(help="Another, from somebody else or another time.")],
    /,
    *,
    key: KeyOption = (),
    district: DistrictOption = None,
) -> None:
    """Say whether two checkpoints are of one history. Ends with 1 when they contradict each other.

    Of the same size, they are compared as they are, without a database. Otherwise the log must
    show that the larger continues the smaller. With --key their signatures are checked too.
    """
    from cot_flows.sealing.checking import require_signed
    from cot_flows.sealing.proving import require_not_contradicting, require_same_log
    from events.sealing.checkpoint import parse_checkpoint

    require_vkeys("--key", key)
    (first, first_note), (second, second_note) = map(parse_checkpoint, (read(one), read(two)))
    if key:
        require_signed(first_note, key)
        require_signed(second_note, key)
    if not require_not_contradicting(first, second):
        with opened() as engine:
            require_same_log(engine, head_of(engine, district).district, first, second)
    out.print(
        f"One history: {min(first.size, second.size)} events of {first.origin}, and "
        f"{max(first.size, second.size)} that continue them."
        + ("" if key else " Whose signatures they bear was not checked: give --key."),
        markup=False,
    )


audit.command(bundle)
