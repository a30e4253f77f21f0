"""Attestation: stored rows are compared with the log, and what was found is recorded in the log.

Rows are compared as they stand, never refreshed beforehand: a refresh would write over what was
altered, and nobody would hear of it. An idle log stays idle: what is equal is recorded only when a
row may have changed since it was last recorded, or when more rows were compared than then.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from secrets import token_hex

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import utc_now
from cot_flows.errors import NotConfigured
from cot_flows.handling import Handling, Request, folded
from cot_flows.projecting import day_of, project_one
from cot_flows.reviews.causes import SCHEDULER
from domain.attestation import (
    AttestationCommand,
    AttestationState,
    AttestProjection,
    ReportProjectionDiffers,
)
from domain.ids import derived_id
from domain.message import Source
from projections.attesting import Compared, Differing, compare, drawn, touched_since
from projections.catalogue import PROJECTIONS, Projection, projection_named
from projections.comparing import Seen
from projections.errors import CheckpointMoved

SAMPLE = 50
"""How many keys a scheduled run compares of each projection."""

KEY_LENGTH = 200
"""How much of a key is recorded; an altered one may be of any length."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Which keys are compared: all when `count` is None, else so many, drawn by the seed."""

    count: int | None
    seed: str | None = None

    def pick(self, keys: Sequence[str]) -> Sequence[str]:
        """Return the keys to compare."""
        if self.count is None or self.seed is None:
            return keys
        return drawn(keys, self.count, self.seed)


ALL = Drawing(None)


@dataclass(frozen=True, slots=True)
class Attestation:
    """What comparing one projection found, and at which position that was recorded.

    `recorded_at_position` is None when nothing was recorded, for it had been said already.
    """

    district: str
    projection: str
    position: int
    effective_on: str
    scope: str
    seed: str | None
    keys: int
    keys_total: int
    rows: int
    query_digest: str
    rows_digest: str
    differing: tuple[Differing, ...]
    recorded_at_position: int | None

    @property
    def holds(self) -> bool:
        """Return whether no row differs."""
        return not self.differing

    def as_dict(self) -> dict[str, object]:
        """Return it by stable keys."""
        return asdict(self) | {"holds": self.holds}

    def in_words(self) -> str:
        """Return it as a sentence: places and numbers, no recorded value."""
        drawing = f" (drawn by the seed {self.seed})" if self.seed else ""
        head = f"{self.projection} of {self.district}, up to position {self.position}"
        if self.differing:
            first = self.differing[0]
            return (
                f"{head}: {len(self.differing)} stored rows are NOT those that the log gives; the "
                f"first is {', '.join(first.identity)}, in {', '.join(first.columns)}. Rebuild "
                f"with `cot rebuild {self.projection}`, and find out who wrote there."
            )
        did = (
            f"recorded at {self.recorded_at_position}"
            if self.recorded_at_position
            else "nothing new since this was last recorded"
        )
        return (
            f"{head}: equal to the log in {self.rows} rows of {self.keys} keys out of "
            f"{self.keys_total}{drawing}; {did}."
        )


def drawing(*, every: bool, count: int | None, seed: str | None) -> Drawing:
    """Return which keys are asked for; a seed is drawn when none is given.

    Raises NotConfigured when all are asked for and a sample as well.
    """
    if every:
        if count is not None or seed is not None:
            raise NotConfigured("all rows are compared, or a sample: leave --sample and --seed out")
        return ALL
    return Drawing(SAMPLE if count is None else count, seed or token_hex(8))


def attest(
    engine: Engine,
    district: str,
    drawing: Drawing,
    *,
    name: str | None = None,
    source: Source = "scheduler",
    on_progress: Callable[[str], None] = lambda _: None,
) -> list[Attestation]:
    """Compare one projection of a district with its log, or all, and record what was found.

    Raises UnknownProjection, NeedsRebuild, CheckpointAhead, SchemaDiffers, and Rejected when the
    district has no active actor `scheduler`.
    """
    wanted = PROJECTIONS if name is None else (projection_named(name),)
    found: list[Attestation] = []
    for projection in wanted:
        on_progress(projection.name)
        found.append(_attest_one(engine, district, projection, drawing, source))
    return found


def _attest_one(
    engine: Engine, district: str, projection: Projection, drawing: Drawing, source: Source
) -> Attestation:
    compared = _compared(engine, district, projection, drawing)
    scope = "all" if compared.keys == compared.keys_total else "sample"
    said: dict[str, object] = {
        "projection": projection.name,
        "position": compared.position,
        "effective_on": compared.effective_on,
        "scope": scope,
        "seed": drawing.seed if scope == "sample" else None,
        "keys": compared.keys,
        "keys_total": compared.keys_total,
        "rows": compared.rows,
        "query_digest": compared.query_digest,
        "rows_digest": compared.rows_digest,
    }
    last = _last(engine, district, projection)
    recorded = None
    if compared.position and _is_news(engine, district, projection, compared, scope, last):
        recorded = _record(engine, district, _command(said, compared), last, source)
    return Attestation(
        district=district,
        projection=projection.name,
        position=compared.position,
        effective_on=compared.effective_on.isoformat(),
        scope=scope,
        seed=drawing.seed if scope == "sample" else None,
        keys=compared.keys,
        keys_total=compared.keys_total,
        rows=compared.rows,
        query_digest=compared.query_digest,
        rows_digest=compared.rows_digest,
        differing=compared.differing,
        recorded_at_position=recorded,
    )


def _compared(engine: Engine, district: str, projection: Projection, drawing: Drawing) -> Compared:
    for _ in range(2):
        with engine.reading() as connection:
            found = compare(connection, projection, district, drawing.pick)
        if found is not None:
            return found
        project_one(engine, projection.name, district)
    raise CheckpointMoved(f"{projection.name} of {district} has no stored rows: try again")


def _last(engine: Engine, district: str, projection: Projection) -> AttestationState:
    name = AttestationState.stream(projection.name)
    state = folded(name, engine.store.read_stream(district, name))
    return state if isinstance(state, AttestationState) else AttestationState()


def _is_news(
    engine: Engine,
    district: str,
    projection: Projection,
    compared: Compared,
    scope: str,
    last: AttestationState,
) -> bool:
    if last.effective_on is None or last.query_digest != compared.query_digest:
        return True
    if compared.position < last.position:
        # The rows fell behind what was attested; the refresh has not come yet, or was undone.
        return False
    if compared.differing:
        first = compared.differing[0]
        told_before = (last.position, last.first_key, last.columns)
        return told_before != (compared.position, first.identity[0][:KEY_LENGTH], first.columns)
    if last.first_key is not None or (scope, last.scope) == ("all", "sample"):
        return True
    since = Seen(last.position, last.effective_on)
    until = Seen(compared.position, compared.effective_on)
    with engine.reading() as connection:
        return touched_since(connection, projection, district, since, until)


def _command(said: dict[str, object], compared: Compared) -> AttestationCommand:
    made = said | {"product_version": version("cot-flows")}
    if not compared.differing:
        return AttestProjection.model_validate(made)
    first = compared.differing[0]
    differing = {
        "differing": len(compared.differing),
        "first_key": first.identity[0][:KEY_LENGTH] or "(empty)",
        "columns": first.columns,
    }
    return ReportProjectionDiffers.model_validate(made | differing)


def _record(
    engine: Engine,
    district: str,
    command: AttestationCommand,
    last: AttestationState,
    source: Source,
) -> int:
    head = engine.store.head(district)
    # The same finding after the same history is one fact, however often its run is repeated.
    parts = (district, command.projection, str(last.facts), command.model_dump_json())
    request = Request(
        command=command,
        event_id=derived_id("attestation", *parts),
        actor=SCHEDULER,
        occurred_on=day_of(head),
        source=source,
    )
    at = head.recorded_at if head.clock == "simulated" else None
    done = Handling(engine.store, utc_now).handle(district, request, recorded_at=at)
    engine.store.announce(district)
    return done.positions[0]
