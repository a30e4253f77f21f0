"""Every key of a log: its public side, from where to where it signed, and why it ended."""

from cot_flows.bootstrap import Engine
from cot_flows.sealing.keys import Keys
from cot_flows.sealing.standing import standing
from domain.facts.sealing import SealingKeyLost, SealingKeyPublished, SealingKeyRotated
from events.sealing.note import read_vkey


def listed_keys(engine: Engine, district: str) -> list[dict[str, object]]:
    """Return a row for each key, in the order they came into force.

    `ended` is `rotated` or `lost`; `until_position` is where that was recorded. `here` says
    whether this home has the private side.
    """
    keys, rows = Keys(engine.settings), list[dict[str, object]]()
    for each in standing(engine, district).facts:
        match each.event:
            case SealingKeyPublished(vkey=vkey) | SealingKeyRotated(vkey=vkey):
                if isinstance(each.event, SealingKeyRotated):
                    rows[-1] |= {"until_position": each.position, "ended": "rotated"}
                rows.append(
                    {
                        "vkey": vkey,
                        "from_position": each.position,
                        "until_position": None,
                        "ended": None,
                        "here": keys.has(district, read_vkey(vkey)),
                    }
                )
            case SealingKeyLost():
                rows[-1] |= {"until_position": each.position, "ended": "lost"}
            case _:
                pass
    return rows
