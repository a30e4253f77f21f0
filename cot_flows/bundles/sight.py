"""Which events a bundle would show, before it is made: who gets it must have a right to them."""

from collections.abc import Iterator

from cot_flows.bootstrap import Engine
from cot_flows.bundles.scope import Scope
from cot_flows.records.rights import classes_in
from events.envelope import RecordedEvent

PAGE = 2000


def events_told(engine: Engine, district: str, size: int, scope: Scope) -> Iterator[RecordedEvent]:
    """Yield those of the first `size` events whose content a bundle of this scope tells."""
    classes = classes_in(engine.store, district)
    for after in range(0, size, PAGE):
        page = engine.store.read_log(district, after=after, limit=min(PAGE, size - after))
        yield from (each for each in page if scope.shows(each.stream, classes(each)))
