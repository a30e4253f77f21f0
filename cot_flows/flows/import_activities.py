"""The flow `import-activities`: files on the machine of the run, by path."""

from pathlib import Path

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from pydantic import Field

from cot_flows.flows.opening import Parameters, product
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
            source=parameters.source,
            source_public=parameters.public,
            dry_run=parameters.dry_run,
        )
        project(engine, parameters.district)
    create_markdown_artifact(
        key="import",
        markdown="\n".join(report.lines()),
        description=f"What was imported into {parameters.district}.",
    )
    return report.recorded
