"""The frozen packet of a review: made again from the log, and only shown if it is the same."""

from dataclasses import dataclass
from typing import cast

import orjson

from cot_flows.bootstrap import Engine
from cot_flows.errors import PacketDiffers, UnknownThing
from cot_flows.reviews.inputs.window import packet_in_force
from cot_flows.reviews.packet import packet
from domain.review_state import ReviewState


@dataclass(frozen=True, slots=True)
class FrozenPacket:
    """A packet whose bytes have the digest that the log holds at `recorded_at_position`."""

    content: bytes
    digest: str
    position: int
    recorded_at_position: int
    inputs: tuple[str, ...]

    @property
    def document(self) -> dict[str, object]:
        """Return what the bytes say."""
        return cast("dict[str, object]", orjson.loads(self.content))


def frozen_packet(
    engine: Engine, district: str, review: str, *, up_to: int | None = None
) -> FrozenPacket:
    """Return the packet that a review was frozen with, as known at a position (None: now).

    Raises UnknownThing when there is none, and PacketDiffers when what is made now is not what was
    frozen, so that nobody reads a packet on which the review was not held.
    """
    stream = engine.store.read_stream(district, ReviewState.stream(review), up_to=up_to)
    if not stream:
        raise UnknownThing(f"there is no review {review!r} in {district} at that moment")
    found = packet_in_force(stream)
    if found is None:
        raise UnknownThing(
            f"the packet of review {review} is not frozen: `cot review freeze {review}` does it"
        )
    recorded, frozen = found
    made = packet(engine, district, review, frozen.as_known_position, frozen.as_effective_on)
    if made.digest != frozen.digest:
        raise PacketDiffers(
            f"the packet of review {review} is not shown: made again at position "
            f"{frozen.as_known_position} its digest is {made.digest}, but the log holds "
            f"{frozen.digest} at position {recorded.position}. Either the log was tampered with "
            "(`cot verify` tells), or another version of the program froze it: use that one"
        )
    return FrozenPacket(
        content=made.content,
        digest=made.digest,
        position=made.position,
        recorded_at_position=recorded.position,
        inputs=made.inputs,
    )
