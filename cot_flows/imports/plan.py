"""What an import would do: units to register, rows that are new, recognised or changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from cot_flows.imports.mapping import UnitMapping
from cot_flows.imports.rows import ImportRow
from domain.activity import AnnounceActivity, ReportActivity
from domain.facts.activity import ActivityAnnounced, ActivityReported
from domain.facts.correction import FactRetracted
from domain.ids import derived_id, stream
from domain.message import DomainEvent
from domain.unit import RegisterUnit
from events.envelope import RecordedEvent
from events.store import EventStore


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rows come from: the identity of each is district, source and external id.

    `public` says that the source is published: summaries need not be withdrawable.
    """

    district: str
    source: str
    public: bool

    def event_id(self, row: ImportRow) -> UUID:
        """Return the id under which a row is recorded."""
        return derived_id("import", self.district, self.source, row.external_id)

    def command(self, row: ImportRow) -> ReportActivity | AnnounceActivity:
        """Return the command that records a row."""
        kind = AnnounceActivity if row.planned else ReportActivity
        return kind(
            activity=str(self.event_id(row)),
            external_id=row.external_id,
            kind=row.kind,
            unit=row.unit,
            dimension=row.dimension,
            title=row.title,
            last_day=row.occurred.last,
            quantity=row.quantity,
            quantity_unit=row.quantity_unit,
            source_url=row.source_url,
            source_title=row.source_title,
            known_on=row.known.first if row.known else None,
            known_precision=row.known_precision,
            summary=None if self.public else row.summary,
            published_summary=row.summary if self.public else None,
        )

    def correction_id(self, row: ImportRow, corrects: UUID) -> UUID:
        """Return the id of one correction: the same change of the same fact, the same id.

        A row may change back and forth: what it replaces is part of what the correction is.
        """
        said = f"{self.command(row).model_dump_json()}{row.occurred.first}{row.precision}"
        digest = sha256(said.encode()).hexdigest()
        return derived_id("import correction", str(corrects), digest)


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that says other than what counts now: by column, what counts and what the row says."""

    row: ImportRow
    differences: Mapping[str, tuple[object, object]]
    corrects: UUID
    correctable: bool


@dataclass(frozen=True, slots=True)
class UnitToRegister:
    """A unit that rows name and the district does not have; it counts from its first fact."""

    command: RegisterUnit
    effective_from: date


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do, decided on one reading of the log."""

    origin: Origin
    units: tuple[UnitToRegister, ...]
    new: tuple[ImportRow, ...]
    recognised: int
    changed: tuple[ChangedRow, ...]


def make_plan(
    store: EventStore,
    origin: Origin,
    rows: Sequence[ImportRow],
    mapping: Mapping[str, UnitMapping],
) -> ImportPlan:
    """Compare rows with the log. The order of rows does not matter to what is found."""
    new: list[ImportRow] = []
    changed: list[ChangedRow] = []
    recognised = 0
    for row in sorted(rows, key=lambda each: (each.file, each.number)):
        known = store.find(origin.district, origin.event_id(row))
        if known is None:
            new.append(row)
            continue
        difference = _difference(store, origin, row, known)
        if difference is None:
            recognised += 1
        else:
            changed.append(difference)
    return ImportPlan(
        origin, _units(store, origin, rows, mapping), tuple(new), recognised, tuple(changed)
    )


def _units(
    store: EventStore,
    origin: Origin,
    rows: Sequence[ImportRow],
    mapping: Mapping[str, UnitMapping],
) -> tuple[UnitToRegister, ...]:
    first: dict[str, ImportRow] = {}
    for row in sorted(rows, key=lambda each: (each.occurred.first, each.external_id)):
        first.setdefault(row.unit, row)
    missing = [
        code
        for code in sorted(first)
        if not store.read_stream(origin.district, stream("unit", code))
    ]
    return tuple(_unit(first[code], mapping.get(code)) for code in missing)


def _unit(row: ImportRow, mapped: UnitMapping | None) -> UnitToRegister:
    command = RegisterUnit(
        unit=row.unit,
        name=mapped.name if mapped and mapped.name else row.unit_name,
        catalogue_code=mapped.catalogue_code if mapped else None,
    )
    return UnitToRegister(command, row.occurred.first)


def _difference(
    store: EventStore, origin: Origin, row: ImportRow, known: RecordedEvent
) -> ChangedRow | None:
    """Return how a row differs from what counts now, or None. A fact taken back stays so."""
    of_fact = [
        each
        for each in store.read_stream(origin.district, known.stream)
        if each.fact_position == known.fact_position
    ]
    counts = of_fact[-1]
    if isinstance(counts.event, FactRetracted):
        return None
    says = _event(origin, row)
    was = _columns(counts.event, counts.occurred_on, counts.precision)
    now = _columns(says, row.occurred.first, row.precision)
    withheld = {field.removeprefix("data.") for field in counts.withheld}
    differing = {
        name: (was.get(name), value)
        for name, value in now.items()
        if was.get(name) != value and name not in withheld
    }
    if not differing:
        return None
    return ChangedRow(row, differing, counts.event_id, type(says) is type(counts.event))


def _event(origin: Origin, row: ImportRow) -> DomainEvent:
    kind = ActivityAnnounced if row.planned else ActivityReported
    return kind(**origin.command(row).model_dump())


def _columns(event: DomainEvent, occurred_on: date, precision: str) -> dict[str, object]:
    planned = isinstance(event, ActivityAnnounced)
    return {
        **event.model_dump(),
        "occurred_on": occurred_on,
        "date_precision": precision,
        "assertion": "planned" if planned else "reported",
    }
