"""Attestation: what became of comparing a projection's stored rows with the log."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from pydantic import Field

from domain.deciding import fact, one
from domain.errors import Rejected
from domain.facts.attestation import ProjectionAttested, ProjectionDiffered, RowKey, Scope
from domain.facts.fields import DigestText, Slug
from domain.message import Circumstances, Command, Decision, Happened
from domain.world import State, World


class _OfProjection(Command):
    """What is said of every comparison."""

    projection: Slug = Field(description="Name of the projection, such as unit_progress")
    position: int = Field(ge=1, description="Position of the log at which the stored rows stood")
    effective_on: date = Field(description="Day at which the stored rows stood")
    scope: Scope = Field(description="Whether all rows were compared, or a sample of keys")
    seed: Slug | None = Field(default=None, description="Seed by which a sample was drawn")
    keys: int = Field(ge=0, description="How many keys were compared")
    keys_total: int = Field(ge=0, description="How many keys there were to draw from")
    rows: int = Field(ge=0, description="How many rows the log gives for the keys compared")
    query_digest: DigestText = Field(description="Digest of the projection's query")
    rows_digest: DigestText = Field(description="Digest of the rows as the log gives them")
    product_version: str = Field(
        min_length=1, max_length=40, description="Version of the program that compared"
    )


class AttestProjection(_OfProjection):
    """Say that stored rows are those that the log gives; `cot attest` does, having compared."""


class ReportProjectionDiffers(_OfProjection):
    """Say that stored rows are not those that the log gives; `cot attest` does."""

    differing: int = Field(ge=1, description="How many rows differ")
    first_key: RowKey = Field(description="Key of the first row that differs, such as unit:HR")
    columns: tuple[Slug, ...] = Field(description="Columns of that row that differ")


AttestationCommand = AttestProjection | ReportProjectionDiffers
COMMANDS: tuple[type[Command], ...] = (AttestProjection, ReportProjectionDiffers)


@dataclass(frozen=True, slots=True)
class AttestationState(State):
    """The last comparison of one projection: where the rows stood, how wide it was, what it found.

    `position` is 0 before the first. `first_key` is None when all was equal.
    """

    category: ClassVar[str] = "attestation"

    position: int = 0
    effective_on: date | None = None
    scope: Scope = "sample"
    query_digest: str | None = None
    first_key: str | None = None
    columns: tuple[str, ...] = ()


initial = AttestationState()


def evolve(state: AttestationState, happened: Happened) -> AttestationState:
    """Return the state after one more comparison."""
    match happened.event:
        case ProjectionAttested() | ProjectionDiffered() as told:
            differing = told if isinstance(told, ProjectionDiffered) else None
            return replace(
                state,
                position=told.position,
                effective_on=told.effective_on,
                scope=told.scope,
                query_digest=told.query_digest,
                first_key=differing.first_key if differing else None,
                columns=differing.columns if differing else (),
            )
        case _:
            return state


def needs(command: AttestationCommand) -> tuple[str, ...]:
    """Return the stream the decision looks at."""
    return (AttestationState.stream(command.projection),)


def decide(
    command: AttestationCommand, circumstances: Circumstances, world: World
) -> tuple[Decision, ...]:
    """Decide what is recorded of a comparison. Raises Rejected."""
    state = world.get(AttestationState, command.projection)
    stream = AttestationState.stream(command.projection)
    _require_drawn(command)
    if command.position < state.position and not circumstances.corrects:
        raise Rejected(
            "attested_beyond",
            f"the rows of {command.projection} were compared at position {state.position} already; "
            f"position {command.position} is behind it: compare them as they stand now",
        )
    match command:
        case AttestProjection():
            return one(stream, fact(ProjectionAttested, command), new=state == initial)
        case ReportProjectionDiffers():
            return one(stream, fact(ProjectionDiffered, command), new=state == initial)


def _require_drawn(command: AttestationCommand) -> None:
    drawn = command.scope == "sample"
    if drawn and command.seed is None:
        raise Rejected(
            "sample_without_seed",
            "a sample that nobody can draw again shows nothing; name the seed it was drawn by",
        )
    if command.keys > command.keys_total or (not drawn and command.keys != command.keys_total):
        raise Rejected(
            "keys_do_not_add_up",
            f"{command.keys} of {command.keys_total} keys cannot have been compared as "
            f"{command.scope!r}; count them again",
        )
