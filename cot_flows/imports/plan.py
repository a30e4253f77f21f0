"""What an import would do: units to register, rows that are new, recognised or changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from cot_flows.errors import ImportRefused
from cot_flows.handling import folded
from cot_flows.imports.mapping import UnitMapping
from cot_flows.imports.rows import ImportRow, RowError
from domain.activity import AnnounceActivity, ReportActivity
from domain.facts.activity import ActivityAnnounced, ActivityReported
from domain.facts.correction import FactRetracted
from domain.facts.unit import UnitRegistered
from domain.ids import derived_id, stream, subject
from domain.message import Classification, DomainEvent
from domain.unit import RegisterUnit, UnitState
from events.active import active
from events.envelope import RecordedEvent
from events.store import EventStore

BATCH = 500
"""Rows that are looked up in the log by one question."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rows come from: the identity of each is district, source and external id.

    `public` says that the source is published: summaries need not be withdrawable.
    """

    district: str
    source: str
    public: bool

    @property
    def classification(self) -> Classification:
        """Return who may read its facts."""
        return "public" if self.public else "internal"

    @property
    def correlation_id(self) -> UUID:
        """Return the id that all facts from here share."""
        return derived_id("import", self.district, self.source)

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
        """Return the id under which a changed row is recorded: the same change, the same id.

        What it corrects is part of it, so that a row may go back to what it said before.
        """
        said = f"{self.command(row).model_dump_json()}{row.occurred.first}{row.precision}"
        digest = sha256(said.encode()).hexdigest()
        return derived_id("import correction", str(self.event_id(row)), str(corrects), digest)


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
class UnitToDate:
    """A unit that an import registered, and an older fact of it: it counts from that one instead.

    `corrects` is the registration that counts now, recorded at `position`; the command says the
    same once more.
    """

    command: RegisterUnit
    corrects: UUID
    position: int
    effective_from: date


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do, decided on one reading of the log.

    `units` are those that the rows to be recorded name: the new ones and, where changed rows are
    to be corrected, those too. `older` are those that count from too late a day for these rows.
    """

    origin: Origin
    units: tuple[UnitToRegister, ...]
    older: tuple[UnitToDate, ...]
    new: tuple[ImportRow, ...]
    recognised: int
    changed: tuple[ChangedRow, ...]


def make_plan(
    store: EventStore,
    origin: Origin,
    rows: Sequence[ImportRow],
    mapping: Mapping[str, UnitMapping],
    *,
    correct: bool = False,
) -> ImportPlan:
    """Compare rows with the log. The order of rows does not matter to what is found.

    `correct` says that changed rows are to be corrected. Raises ImportRefused when a row that
    would be recorded names a unit that was taken back.
    """
    new: list[ImportRow] = []
    changed: list[ChangedRow] = []
    recognised = 0
    ordered = sorted(rows, key=lambda each: (each.file, each.number))
    for start in range(0, len(ordered), BATCH):
        batch = ordered[start : start + BATCH]
        recorded = _recorded(store, origin, batch)
        for row in batch:
            fact = recorded.get(origin.event_id(row))
            if fact is None:
                new.append(row)
                continue
            difference = _difference(origin, row, fact)
            if difference is None:
                recognised += 1
            else:
                changed.append(difference)
    to_record = [*new, *(each.row for each in changed if correct)]
    units, older = _units(store, origin, to_record, mapping)
    return ImportPlan(origin, units, older, tuple(new), recognised, tuple(changed))


def _recorded(
    store: EventStore, origin: Origin, rows: Sequence[ImportRow]
) -> dict[UUID, list[RecordedEvent]]:
    """Return the events on the fact of each row that is recorded, by the row's event id."""
    ids = {stream("activity", str(each)): each for each in map(origin.event_id, rows)}
    about = [subject("activity", str(each)) for each in ids.values()]
    of_stream: dict[UUID, list[RecordedEvent]] = {}
    for event in store.read_subjects(origin.district, about):
        if event.stream in ids:
            of_stream.setdefault(ids[event.stream], []).append(event)
    recorded: dict[UUID, list[RecordedEvent]] = {}
    for event_id, events in of_stream.items():
        first = next((each for each in events if each.event_id == event_id), None)
        if first is not None:
            place = first.fact_position
            recorded[event_id] = [each for each in events if each.fact_position == place]
    return recorded


def _units(
    store: EventStore,
    origin: Origin,
    rows: Sequence[ImportRow],
    mapping: Mapping[str, UnitMapping],
) -> tuple[tuple[UnitToRegister, ...], tuple[UnitToDate, ...]]:
    first: dict[str, ImportRow] = {}
    for row in sorted(rows, key=lambda each: (each.occurred.first, each.external_id)):
        first.setdefault(row.unit, row)
    missing: list[str] = []
    older: list[UnitToDate] = []
    taken_back: set[str] = set()
    for code in sorted(first):
        name = UnitState.stream(code)
        events = store.read_stream(origin.district, name)
        state = folded(name, events)
        if not events:
            missing.append(code)
        elif isinstance(state, UnitState) and not state.registered:
            taken_back.add(code)
        else:
            older += _dated_back(events, first[code].occurred.first)
    _require_usable(rows, taken_back)
    return tuple(_unit(first[code], mapping.get(code)) for code in missing), tuple(older)


def _dated_back(events: Sequence[RecordedEvent], day: date) -> Iterator[UnitToDate]:
    """Yield the unit if an import registered it and it counts from a later day than this.

    A correction of the registration, and not a rule of the queries: what the unit counts from is
    then a fact with a reason, known from when it was recorded, that one may correct again. What a
    person said of a unit is left alone.
    """
    counts = next(each for each in active(events) if isinstance(each.event, UnitRegistered))
    if counts.source == "import" and day < counts.effective_from:
        command = RegisterUnit(**counts.event.model_dump())
        yield UnitToDate(command, counts.event_id, counts.position, day)


def _require_usable(rows: Sequence[ImportRow], taken_back: set[str]) -> None:
    # Found here and not by the append: chunks before it would have been recorded by then.
    errors = [
        RowError(
            row.file,
            row.number,
            "unit_code",
            row.unit,
            "was registered once and taken back, and is never used again: use another code",
        )
        for row in rows
        if row.unit in taken_back
    ]
    if errors:
        raise ImportRefused(
            f"{len(errors)} rows name a unit that was taken back; nothing was recorded", errors
        )


def _unit(row: ImportRow, mapped: UnitMapping | None) -> UnitToRegister:
    command = RegisterUnit(
        unit=row.unit,
        name=mapped.name if mapped and mapped.name else row.unit_name,
        catalogue_code=mapped.catalogue_code if mapped else None,
    )
    return UnitToRegister(command, row.occurred.first)


def _difference(
    origin: Origin, row: ImportRow, of_fact: Sequence[RecordedEvent]
) -> ChangedRow | None:
    """Return how a row differs from what counts now, or None. A fact taken back stays so."""
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
