"""Measures and their values: what is measured is defined first, then each value is recorded once.

A measurement's id is derived from measure, subject, period and school group. Two people who record
the same value at once therefore open the same stream, and the second is refused.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar

from pydantic import Field

from domain import evidence, ids
from domain.deciding import fact, listed, one, require_reason, require_unused
from domain.errors import InvalidData, Rejected
from domain.facts.fields import DECIMAL, Slug, Title
from domain.facts.measurement import (
    EVERY_SCHOOL,
    Better,
    Measured,
    MeasureDefined,
    MeasureKind,
    MeasurementRecorded,
    UnitOfMeasure,
)
from domain.message import Circumstances, Command, Decision, Happened, Precision
from domain.occurrence import bracket_of
from domain.unit import UnitState, require_unit
from domain.world import State, World


class DefineMeasure(Command):
    """Say what a measure means; again with the next version when the meaning changes."""

    measure: Slug = Field(description="Name of the measure, such as case-days")
    version: int = Field(
        default=1, ge=1, description="1, or the next number when the meaning changes"
    )
    title: Title = Field(description="What is measured, in a short text")
    unit_of_measure: UnitOfMeasure = Field(description="What a value counts, such as days")
    better: Better = Field(description="Whether a higher or a lower value is better")
    minimum_n: int = Field(
        default=10, ge=1, description="Fewest schools, people or cases it may be published for"
    )
    kind: MeasureKind = Field(
        default="service",
        description="What it tells of: a service, feedback of principals, an outcome at schools, "
        "money, or an outside partner; it decides in which part of a packet it stands",
    )
    against: Slug | None = Field(
        default=None,
        description="For money and partners: the measure of what was planned or promised",
    )


class RecordMeasurement(Command):
    """Record the value of a measure for a period and a school group."""

    measure: Slug = Field(description="Name of a defined measure")
    measure_version: int | None = Field(
        default=None,
        ge=1,
        description="Version of the measure it follows; the newest if left out, or that corrected",
    )
    about: Measured = Field(description="Whose value it is: unit:HR, network:A or district:all")
    period_from: date = Field(description="First day of the period")
    period_to: date = Field(description="Last day of the period")
    period_precision: Precision = Field(
        default="day", description="What the period consists of: days, or whole months or years"
    )
    group: Slug = Field(
        default=EVERY_SCHOOL,
        description="School group, such as poverty-q4, or all; groups that make up all schools "
        "together begin with the same word",
    )
    value: str = Field(max_length=40, description="The value in decimal digits, such as 11.5")
    n: int | None = Field(
        default=None, ge=0, description="How many schools, people or cases it is made from"
    )
    evidence: tuple[Slug, ...] = Field(default=(), description="Ids of the evidence it comes from")
    source_reference: str | None = Field(
        default=None,
        min_length=1,
        max_length=300,
        description="Where it comes from when that is no evidence on record",
    )


COMPARED: tuple[MeasureKind, ...] = ("money", "partner")
"""Kinds of measures whose values are set against what was planned or promised."""

MeasurementCommand = DefineMeasure | RecordMeasurement
COMMANDS: tuple[type[Command], ...] = (DefineMeasure, RecordMeasurement)


@dataclass(frozen=True, slots=True)
class MeasureState(State):
    """One measure: its versions, the newest last."""

    category: ClassVar[str] = "measure"

    versions: tuple[MeasureDefined, ...] = ()

    @property
    def newest(self) -> MeasureDefined | None:
        """Return the newest version, or None when the measure is not defined."""
        return self.versions[-1] if self.versions else None


@dataclass(frozen=True, slots=True)
class MeasurementState(State):
    """One value of a measure: whether it is recorded is whether a fact counts."""

    category: ClassVar[str] = "measurement"


initial_measure = MeasureState()
initial = MeasurementState()


def evolve_measure(state: MeasureState, happened: Happened) -> MeasureState:
    """Return the state after one more fact about the measure."""
    match happened.event:
        case MeasureDefined() as defined:
            return replace(state, versions=(*state.versions, defined))
        case _:
            return state


def evolve(state: MeasurementState, happened: Happened) -> MeasurementState:
    """Return the state after one more fact about the value."""
    return state


def require_measure(world: World, measure: str) -> MeasureDefined:
    """Return the newest version of a measure. Raises Rejected when it is not defined."""
    newest = world.get(MeasureState, measure).newest
    if newest is None:
        raise Rejected(
            "unknown_measure", f"there is no measure {measure!r}; define it, or check the name"
        )
    return newest


def measurement_id(command: RecordMeasurement) -> str:
    """Return the id that measure, subject, period and school group always give."""
    days = (command.period_from.isoformat(), command.period_to.isoformat())
    parts = (command.measure, command.about, *days, command.group)
    return str(ids.derived_id(MeasurementState.category, *parts))


def needs(command: MeasurementCommand) -> tuple[str, ...]:
    """Return the streams the decision looks at, target first."""
    measure = MeasureState.stream(command.measure)
    if isinstance(command, DefineMeasure):
        if command.against in {None, command.measure}:
            return (measure,)
        return (measure, MeasureState.stream(str(command.against)))
    unit = _unit_of(command.about)
    return (
        MeasurementState.stream(measurement_id(command)),
        measure,
        *(() if unit is None else (UnitState.stream(unit),)),
        *evidence.streams(command.evidence),
    )


def decide(
    command: MeasurementCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide a command about a measure. Raises Rejected."""
    if isinstance(command, DefineMeasure):
        state = world.get(MeasureState, command.measure)
        _require_definable(command, circumstances, state)
        _require_comparable(command, world)
        stream = MeasureState.stream(command.measure)
        return one(stream, fact(MeasureDefined, command), new=not state.versions)
    return _decide_measurement(command, circumstances, world)


def _require_definable(
    command: DefineMeasure, circumstances: Circumstances, state: MeasureState
) -> None:
    name = f"the measure {command.measure}"
    newest = state.newest
    if newest is None:
        require_unused(state, name)
    last = 0 if newest is None else newest.version
    if command.version <= last:
        raise Rejected(
            "measure_already_defined",
            f"{name} has version {command.version} already; if its meaning changes, define version "
            f"{last + 1} with a reason",
        )
    if command.version != last + 1:
        raise Rejected(
            "measure_version_gap",
            f"the next version of {name} is {last + 1}, not {command.version}; give that one",
        )
    if newest is None:
        return
    if fact(MeasureDefined, command, version=last) == newest:
        raise Rejected(
            "measure_unchanged",
            f"version {command.version} of {name} says the same as version {last}; nothing to do",
        )
    require_reason(circumstances, "measure_changed_without_reason", f"a new version of {name}")


def _require_comparable(command: DefineMeasure, world: World) -> None:
    if command.against is None:
        return
    if command.kind not in COMPARED:
        raise Rejected(
            "not_compared",
            f"the measure {command.measure} is of the kind {command.kind}; only one of the kind "
            "money or partner is set against a plan, leave out against",
        )
    if command.against == command.measure:
        raise Rejected(
            "against_itself",
            f"the measure {command.measure} cannot be its own plan; define what was planned or "
            "promised as a measure of its own, and name that one",
        )
    planned = require_measure(world, command.against)
    if planned.unit_of_measure != command.unit_of_measure:
        raise Rejected(
            "units_differ",
            f"{command.measure} counts {command.unit_of_measure} and {command.against} counts "
            f"{planned.unit_of_measure}; only what counts the same can be compared",
        )


def _decide_measurement(
    command: RecordMeasurement, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    identifier = measurement_id(command)
    state = world.get(MeasurementState, identifier)
    measure = _require_version(command, circumstances, world)
    _require_period(command, circumstances)
    if state.facts:
        raise Rejected(
            "already_measured",
            f"{_what(command)} is recorded already; if that value was wrong, correct it by the id "
            "of its event",
        )
    unit = _unit_of(command.about)
    if unit is not None:
        require_unit(world, unit)
    _require_value(command, circumstances, measure)
    _require_source(command, world)
    event = fact(
        MeasurementRecorded,
        command,
        measurement=identifier,
        measure_version=measure.version,
        unit_of_measure=measure.unit_of_measure,
        better=measure.better,
    )
    # A value that was taken back leaves its place free, for there is no other id to choose.
    return one(MeasurementState.stream(identifier), event, new=not state.withdrawn)


def _what(command: RecordMeasurement) -> str:
    period = f"{command.period_from} to {command.period_to}"
    return f"{command.measure} of {command.about}, {period}, group {command.group},"


def _unit_of(about: str) -> str | None:
    kind, _, identifier = about.partition(":")
    return identifier if kind == "unit" else None


def _require_version(
    command: RecordMeasurement, circumstances: Circumstances, world: World
) -> MeasureDefined:
    newest = require_measure(world, command.measure)
    wanted, corrected = command.measure_version, circumstances.corrected
    if wanted is None and isinstance(corrected, MeasurementRecorded):
        # What an old value counts does not change because its number is put right.
        wanted = corrected.measure_version if corrected.measure == command.measure else None
    if wanted is None:
        return newest
    versions = {each.version: each for each in world.get(MeasureState, command.measure).versions}
    if wanted not in versions:
        raise Rejected(
            "unknown_measure_version",
            f"the measure {command.measure} has no version {wanted}; it has: "
            f"{listed(str(version) for version in versions)}",
        )
    return versions[wanted]


def _require_period(command: RecordMeasurement, circumstances: Circumstances) -> None:
    if command.period_to < command.period_from:
        raise Rejected("period_backwards", f"{_what(command)} ends before it begins: swap the days")
    occurred = bracket_of(circumstances.occurred_on, circumstances.precision)
    measured_by = min(occurred.last, circumstances.today)
    if command.period_to > measured_by:
        raise Rejected(
            "period_in_future",
            f"{_what(command)} is not over on {measured_by}; record it when the period has ended",
        )
    try:
        bracket_of(command.period_from, command.period_precision)
        bracket_of(command.period_to + timedelta(days=1), command.period_precision)
    except InvalidData:
        raise Rejected(
            "period_malformed",
            f"{_what(command)} is no whole number of brackets of the precision "
            f"{command.period_precision}; give their first and last day, or the precision day",
        ) from None


def _require_value(
    command: RecordMeasurement, circumstances: Circumstances, measure: MeasureDefined
) -> None:
    if re.fullmatch(DECIMAL, command.value) is None:
        raise Rejected(
            "value_malformed",
            f"{_what(command)} has the value {command.value!r}; write digits with at most one "
            "point, such as 11.5 or -3",
        )
    if command.n is None:
        raise Rejected(
            "measured_without_n",
            f"{_what(command)} does not say how many schools, people or cases it is made from; "
            "give n",
        )
    if circumstances.classification == "public" and command.n < measure.minimum_n:
        raise Rejected(
            "public_below_minimum",
            f"{_what(command)} is made from {command.n}; with fewer than {measure.minimum_n} it "
            "may not be public, classify it as internal",
        )


def _require_source(command: RecordMeasurement, world: World) -> None:
    if not command.evidence and command.source_reference is None:
        raise Rejected(
            "measured_without_source",
            f"{_what(command)} names no source; cite evidence, or say where it comes from",
        )
    evidence.require_usable(world, command.evidence)
