"""Taking a witness's answer into the log, once it is shown to fit one of its checkpoints."""

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.handling import Handling, Request
from cot_flows.reviews.causes import SCHEDULER
from cot_flows.sealing.standing import standing
from domain.ids import derived_id
from domain.sealing import RecordCosignature
from events.envelope import Head
from events.errors import NoteRefused
from events.sealing.cosignature import require_cosigned, with_cosignatures
from events.sealing.note import encode, read_signatures, read_vkey

LONGEST_ANSWER = 64 * 1024


def record_cosignature(engine: Engine, head: Head, answer: bytes, vkey: str) -> int:
    """Record a cosignature; return the size of the checkpoint it is of.

    Which checkpoint was cosigned the answer does not say: the newest that fits is it. Raises
    NoteRefused when it fits none, and Rejected when it is recorded already.
    """
    witness = read_vkey(vkey)
    try:
        text = answer[: LONGEST_ANSWER + 1].decode()
    except UnicodeDecodeError as error:
        raise NoteRefused(f"the answer is no UTF-8 text: {error.reason}") from error
    if len(answer) > LONGEST_ANSWER:
        raise NoteRefused(f"an answer has at most {LONGEST_ANSWER:,} bytes")
    own = tuple(each for each in read_signatures(text) if each.is_of(witness))
    now = standing(engine, head.district)
    for size in sorted(now.state.roots, reverse=True):
        checkpoint, note = now.note(size)
        try:
            require_cosigned(with_cosignatures(note, own), witness)
        except NoteRefused:
            continue
        command = RecordCosignature(
            size=size, root=encode(checkpoint.root), witness=str(witness), signature=str(own[0])
        )
        request = Request(
            command=command,
            event_id=derived_id("cosignature", head.district, str(size), str(own[0])),
            actor=SCHEDULER,
            source="scheduler",
        )
        at = head.recorded_at if head.clock == "simulated" else None
        Handling(engine.store, utc_now).handle(head.district, request, recorded_at=at)
        engine.store.announce(head.district)
        return size
    raise NoteRefused(
        f"the answer is no cosignature of {witness.name} for a checkpoint of this log: was it made "
        "for another district, or by another key?"
    )
