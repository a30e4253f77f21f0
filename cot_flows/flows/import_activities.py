"""The flow `import-activities`: files on the machine of the run, by path."""

from pathlib import Path

from prefect import flow
from pydantic import Field

from cot_flows.flows.announcing import announce_all
from cot_flows.flows.opening import Parameters, look_at, product, say
from cot_flows.imports import ImportReport
from cot_flows.imports import import_activities as import_files
from cot_flows.projecting import project


class Importing(Parameters):
    """Which files into which district, and how; see `cot import activities`."""

    district: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    files: list[str] = Field(min_length=1, max_length=100)
    source: str = Field(default="activities", min_length=1, max_length=80)
    public: bool = False
    dry_run: bool = False
    mapping: str | None = None
    sheet: str | None = Field(default=None, min_length=1, max_length=80)


@flow(name="import-activities", persist_result=False)
def import_activities(parameters: Importing) -> int:
    """Import activity files, checked whole; returns rows recorded."""
    with product() as engine:
        report = import_files(
            engine,
            parameters.district,
            [Path(each) for each in parameters.files],
            actor="importer",
            mapping=Path(parameters.mapping) if parameters.mapping else None,
            sheet=parameters.sheet,
            source=parameters.source,
            source_public=parameters.public,
            dry_run=parameters.dry_run,
        )
        project(engine, parameters.district)
        announce_all(engine, [parameters.district])
    words = f"### {parameters.district}\n{in_words(report)}"
    say("import", words, f"What was imported into {parameters.district}.")
    return report.recorded


def in_words(report: ImportReport) -> str:
    """Return what an import did, for a page that many may see: numbers, no recorded value."""
    would = " would be" if report.dry_run else ""
    told = [
        (
            f"{report.recorded} rows{would} recorded, {report.recognised} known before, "
            f"{report.units_registered} units{would} registered."
        )
    ]
    if report.late_known:
        told.append(f"{report.late_known} rows were known before the log's clock; they say so.")
    if report.changed:
        told.append(f"{report.changed} rows changed and were left alone; `cot import` shows how.")
    if report.refused_causes:
        told.append(
            f"**{len(report.refused_causes)} causes of reviews were refused**; run a sweep."
        )
    look = []
    if report.changed:
        look.append("the changed rows: `cot import activities --correct` records them")
    if report.refused_causes:
        look.append("the refused causes")
    return "\n\n".join(told) + look_at(*look)
