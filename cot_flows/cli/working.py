"""Commands that work: import, project, rebuild, verify."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from cot_flows.cli.exits import FOUND_WRONG, REFUSED
from cot_flows.cli.session import DistrictOption, JsonOption, head_of, opened, out, told
from cot_flows.cli.showing import plain, print_table
from cot_flows.errors import ImportRefused, NotConfigured
from cot_flows.imports import ImportReport, import_activities
from cot_flows.projecting import project as project_district
from cot_flows.projecting import rebuild_one
from cot_flows.verifying import verify as verify_district

MOST_SHOWN = 20

imports = App(name="import", group="Record", help="Import records from files.")


def progress() -> Progress:
    """Return the progress display of long work, on the side of remarks."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=told, transient=True)


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Importing:
    """How files are imported: the options of `cot import activities`."""

    district: DistrictOption = None
    dry_run: Annotated[
        bool, Parameter(help="Check every row and say what would be recorded; record nothing.")
    ] = False
    units: Annotated[
        Path | None,
        Parameter(help="CSV that maps the file's unit codes to the catalogue (see the guide)."),
    ] = None
    sheet: Annotated[
        str | None,
        Parameter(help="Sheet of a spreadsheet to read, where more than one holds rows."),
    ] = None
    source: Annotated[
        str, Parameter(help="Name of the record the file comes from; part of each row's identity.")
    ] = "activities"
    public: Annotated[
        bool,
        Parameter(help="The summaries are published texts: they need not be withdrawable."),
    ] = False
    correct: Annotated[
        bool, Parameter(help="Record rows that changed since the last import as corrections.")
    ] = False
    reason: Annotated[str | None, Parameter(help="Why rows are corrected.")] = None
    json: JsonOption = False


@imports.command(name="activities")
def import_activity_files(
    *files: Annotated[
        Path, Parameter(help="CSV, xlsx, xls or ods files with the documented columns.")
    ],
    importing: Importing | None = None,
) -> int:
    """Import activities from CSV or spreadsheet files.

    All rows are checked before any is recorded; a file with errors records nothing. Importing the
    same file again records nothing. Rows that announce a plan are never recorded as done.
    """
    asked = importing or Importing()
    if not files:
        raise NotConfigured("name at least one file to import")
    with opened() as engine, progress() as bar:
        head = head_of(engine, asked.district)
        task = bar.add_task("Importing")
        try:
            report = import_activities(
                engine,
                head.district,
                files,
                actor=engine.settings.actor or "importer",
                mapping=asked.units,
                sheet=asked.sheet,
                source=asked.source,
                source_public=asked.public,
                dry_run=asked.dry_run,
                correct=asked.correct,
                reason=asked.reason,
                on_progress=lambda text: bar.update(task, description=escape(text)),
            )
        except ImportRefused as refusal:
            bar.stop()
            _print_refusal(refusal, asked)
            return REFUSED
    if asked.json:
        out.print_json(data=plain(report.as_dict()))
    else:
        for line in report.lines():
            out.print(escape(line))
        if asked.dry_run:
            out.print("Dry run: nothing was recorded.")
    return 0


def _print_refusal(refusal: ImportRefused, asked: Importing) -> None:
    report = ImportReport.of_refusal(refusal, dry_run=asked.dry_run)
    if asked.json:
        out.print_json(data=plain(report.as_dict()))
        return
    out.print(f"[bold red]Nothing was imported[/]: {escape(str(refusal))}")
    rows = [asdict(error) for error in report.errors[:MOST_SHOWN]]
    columns = {"file": "File", "row": "Row", "column": "Column", "value": "Value"}
    if rows:
        print_table(columns | {"message": "What to do"}, rows, empty="")
    if len(report.errors) > MOST_SHOWN:
        out.print(f"… and {len(report.errors) - MOST_SHOWN} more; `--json` lists all.")


def project(*, district: DistrictOption = None, json: JsonOption = False) -> None:
    """Bring all projections up to the log. `cot up` and the flows do it by themselves."""
    with opened() as engine:
        done = project_district(engine, head_of(engine, district).district)
    rows = [
        {
            "projection": each.projection,
            "position": each.position,
            "rows": each.rows,
            "rebuilt": each.rebuilt,
        }
        for each in done
    ]
    if json:
        out.print_json(data=plain({"projections": rows}))
    else:
        columns = {"projection": "Projection", "position": "Position", "rows": "Rows written"}
        print_table(columns, rows, empty="")


def rebuild(
    name: Annotated[
        Literal["unit_progress", "activity_timeline", "review_queue", "evidence_freshness"],
        Parameter(help="The projection."),
    ],
    /,
    *,
    district: DistrictOption = None,
    look: Annotated[
        bool, Parameter(help="Build and compare only; keep serving the old rows.", negative="")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Build a projection anew beside the old rows, show how they differ, and switch."""
    with opened() as engine, progress() as bar:
        head = head_of(engine, district)
        task = bar.add_task(f"Rebuilding {name}")
        done = rebuild_one(
            engine,
            name,
            head.district,
            switch=not look,
            on_progress=lambda text: bar.update(task, description=escape(text)),
        )
    if json:
        document = {
            "projection": name,
            "district": head.district,
            "generation": done.generation,
            "position": done.position,
            "rows": done.rows,
            "differences": done.difference_count,
            "switched": done.switched,
        }
        out.print_json(data=plain(document))
        return
    did = "switched to" if done.switched else "built, not switched to,"
    out.print(
        f"{name} of {head.district}: {did} generation {done.generation} with {done.rows} rows at "
        f"position {done.position}; {done.difference_count} rows differ from the old ones."
    )
    for each in done.differences[:MOST_SHOWN]:
        out.print(f"    {escape(each.key)}: {escape(str(each.old))} → {escape(str(each.new))}")


def verify(*, district: DistrictOption = None, json: JsonOption = False) -> int:
    """Check every invariant of the log and its projections; names the first bad position.

    Ends with 1 when something is wrong. It shows that nothing was altered since it was recorded,
    not that it was true when entered.
    """
    with opened() as engine, progress() as bar:
        head = head_of(engine, district)
        task = bar.add_task(f"Verifying {head.district}")
        report = verify_district(
            engine,
            head.district,
            on_progress=lambda at: bar.update(
                task, description=f"Verifying {head.district}: {at} of {head.position}"
            ),
        )
    if json:
        out.print_json(data=plain(report.as_dict()))
    else:
        for line in report.lines():
            out.print(escape(line))
    return FOUND_WRONG if report.findings else 0
