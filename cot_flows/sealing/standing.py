"""Where the sealing of a log stands: its keys, its checkpoints, and the notes that carry them."""

from dataclasses import dataclass

from cot_flows.bootstrap import Engine
from cot_flows.errors import UnknownThing
from domain.facts.sealing import CheckpointCosigned, CheckpointSealed
from domain.folding import fold
from domain.sealing import SEALING_STREAM, SealingState
from events.envelope import RecordedEvent
from events.sealing.checkpoint import Checkpoint, parse_checkpoint
from events.sealing.cosignature import with_cosignatures
from events.sealing.note import Note, read_signatures


@dataclass(frozen=True, slots=True)
class Standing:
    """The recorded facts of a log's sealing, in order, and what they come to."""

    facts: tuple[RecordedEvent, ...]
    state: SealingState

    def note(self, size: int | None = None) -> tuple[Checkpoint, Note]:
        """Return a checkpoint with all its cosignatures; the last one if no size is named.

        Raises UnknownThing when there is none of that size.
        """
        wanted = self.state.size if size is None else size
        sealed = [
            each.event
            for each in self.facts
            if isinstance(each.event, CheckpointSealed) and each.event.size == wanted
        ]
        if not sealed:
            sizes = ", ".join(str(each) for each in sorted(self.state.roots)[-5:])
            raise UnknownThing(
                "no checkpoint was sealed yet: run `cot seal`"
                if not sizes
                else f"there is no checkpoint of {wanted} events; the last ones have {sizes}"
            )
        checkpoint, note = parse_checkpoint(sealed[-1].note)
        lines = "".join(
            f"{each.event.signature}\n"
            for each in self.facts
            if isinstance(each.event, CheckpointCosigned) and each.event.size == wanted
        )
        return checkpoint, with_cosignatures(note, read_signatures(lines) if lines else ())


def standing(engine: Engine, district: str, *, up_to: int | None = None) -> Standing:
    """Return where the sealing of a log stands, as known at a position."""
    facts = engine.store.read_stream(district, SEALING_STREAM, up_to=up_to)
    state = fold(SEALING_STREAM, [each.happened() for each in facts])
    if not isinstance(state, SealingState):
        raise TypeError(f"the stream {SEALING_STREAM} holds a {type(state).__name__}")
    return Standing(tuple(facts), state)
