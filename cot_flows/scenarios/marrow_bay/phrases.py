"""The phrases in which the story is told: what belongs together, as the steps it takes."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from cot_flows.scenarios.marrow_bay.people import ANALYST, RATERS, STEWARD
from cot_flows.scenarios.marrow_bay.step import OPEN, Slot, Step
from domain.activity import CompleteActivity, PlanActivity
from domain.assessment import RateIndicator
from domain.catalogue import shipped_gates
from domain.evidence import SubmitEvidence
from domain.rubric import shipped_rubric
from domain.stages import AttestGateCriterion, EnterStage

RUBRIC = shipped_rubric().version


def digest(text: str) -> str:
    """Return the digest of a fictional document, made from its name."""
    return f"sha256:{sha256(f'Marrow Bay: {text}'.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where evidence comes from: its key for triangulation, and who answered of how many."""

    key: str
    kind: str
    respondents: int | None = None
    population: int | None = None
    independent: bool = False


RECORDS = Source("service-records", "service-record")
WORK = Source("work-product", "work-product")
STAFF = Source("staff-interviews", "interview", respondents=9, population=12)
PRINCIPALS = Source("principals", "survey", respondents=44, population=62, independent=True)


def evidence(
    row: int,
    day: date,
    identifier: str,
    title: str,
    units: tuple[str, ...] = (),
    source: Source = WORK,
) -> Step:
    """Return the step that puts evidence on record on the day its collection ended."""
    command = SubmitEvidence(
        evidence=identifier,
        title=title,
        kind=source.kind,
        digest=digest(identifier),
        location=f"records/{identifier}",
        collected_from=day,
        collected_to=day,
        source_key=source.key,
        units=units,
        respondents=source.respondents,
        population=source.population,
        independent=source.independent,
    )
    return Step(row, day, command, actor=ANALYST)


@dataclass(frozen=True, slots=True)
class Work:
    """An activity that is done: what, by which units, in which dimension, owned by whom."""

    identifier: str
    title: str
    units: tuple[str, ...]
    dimension: int
    owner: str = STEWARD
    aims: tuple[str, ...] = ()


def planned(row: int, day: date, due: date, work: Work) -> Step:
    """Return the step that plans an activity."""
    command = PlanActivity(
        activity=work.identifier,
        title=work.title,
        units=work.units,
        dimension=work.dimension,
        owner=work.owner,
        starts_on=day,
        due_on=due,
        aims=work.aims,
    )
    return Step(row, day, command)


def completed(row: int, day: date, work: Work) -> tuple[Step, ...]:
    """Return the steps that complete an activity, with the evidence that shows it."""
    shown = f"{work.identifier}-shown"
    return (
        evidence(row, day, shown, f"Done: {work.title}", work.units),
        Step(row, day, CompleteActivity(activity=work.identifier, evidence=(shown,))),
    )


def done(row: int, begun: date, day: date, work: Work) -> tuple[Step, ...]:
    """Return the steps of an activity planned on one day and completed on another."""
    return (planned(row, begun, day, work), *completed(row, day, work))


def rated(
    row: int, day: date, about: str, levels: dict[str, int], cited: tuple[str, ...]
) -> tuple[Step, ...]:
    """Return the steps that rate indicators of one subject on the same evidence."""
    return tuple(
        Step(
            row,
            day,
            RateIndicator(
                about=about,
                indicator=indicator,
                level=level,
                rubric_version=RUBRIC,
                evidence=cited,
                raters=RATERS,
            ),
            actor=ANALYST,
        )
        for indicator, level in levels.items()
    )


def key_ratings(row: int, day: date, unit: str, levels: str) -> tuple[Step, ...]:
    """Return three sources and the ratings of a unit's twelve key indicators.

    `levels` holds a digit each, in the order of the rubric's baseline: D3.1 to D3.7, D5.1 to D5.4,
    D2.5; blanks only part the dimensions.
    """
    codes = shipped_rubric().baseline
    digits = levels.replace(" ", "")
    sources = {"principals": PRINCIPALS, "staff": STAFF, "records": RECORDS}
    cited = tuple(f"E-{unit}-{day:%y%m}-{name}" for name in sources)
    collected = tuple(
        evidence(row, day, each, f"{unit}: {name} asked or read for the rating", (unit,), source)
        for each, (name, source) in zip(cited, sources.items(), strict=True)
    )
    by_code = {code: int(digit) for code, digit in zip(codes, digits, strict=True)}
    return (*collected, *rated(row, day, f"unit:{unit}", by_code, cited))


def attested(
    row: int, day: date, unit: str, stage: str, cited: tuple[str, ...], *, but: tuple[str, ...] = ()
) -> tuple[Step, ...]:
    """Return the steps that attest all criteria for leaving a stage, except some."""
    return tuple(
        Step(
            row,
            day,
            AttestGateCriterion(unit=unit, stage=stage, criterion=criterion.id, evidence=cited),
        )
        for criterion in shipped_gates().stage(stage).exit_criteria
        if criterion.id not in but
    )


def baselined(row: int, day: date, unit: str, levels: str) -> tuple[Step, ...]:
    """Return the steps of a baseline: twelve ratings on three sources, the gate, stage S1."""
    cited = (f"E-{unit}-{day:%y%m}-records",)
    return (
        *key_ratings(row, day, unit, levels),
        *attested(row, day, unit, "S0", cited),
        Step(row, day, EnterStage(unit=unit, to_stage="S1")),
    )


def moved(
    row: int,
    day: date,
    unit: str,
    to_stage: str,
    cited: tuple[str, ...],
    *,
    review: str | Slot | None = None,
) -> tuple[Step, ...]:
    """Return the steps of a move: every criterion of the stage that is left, then the next stage.

    `review` is the id of the review that decided it, or the slot of one that a rule opened.
    """
    stages: list[str] = [stage.code for stage in shipped_gates().stages]
    left = stages[stages.index(to_stage) - 1]
    named, slot = (OPEN, review) if isinstance(review, Slot) else (review, None)
    enter = EnterStage(unit=unit, to_stage=to_stage, review=named)
    return (*attested(row, day, unit, left, cited), Step(row, day, enter, slot=slot))
