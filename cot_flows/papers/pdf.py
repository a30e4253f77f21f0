"""A paper as an accessible PDF to be kept (PDF/UA-1, PDF/A-3a), set by Typst.

The same paper gives the same bytes. What it was made from is attached to it, byte for byte.
Every text goes in as data and is never read as markup. No file, package, font or clock of the
machine has a part in it.
"""

from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import orjson

from cot_flows.errors import NotInstalled
from cot_flows.papers.charts import svg
from cot_flows.papers.model import Bar, Chart, Paper, Section, Table
from cot_flows.papers.printable import breakable, printable

if TYPE_CHECKING:
    import typst

STANDARDS: "list[typst.PDFStandard]" = ["a-3a", "ua-1"]
"""PDF/A-3a may carry files and is fit for archives; PDF/UA-1 is read by everybody."""

LONG_CELL = 32
"""Characters from which a cell makes its column wide."""

HOW_TO_INSTALL = (
    "making a PDF needs the typesetter Typst, which is not installed: run "
    "`pip install 'cot-flows[packets]'`. As HTML or JSON it can be made without"
)


def pdf(paper: Paper) -> bytes:
    """Return the PDF of a paper. Raises NotInstalled when Typst is missing."""
    try:
        import typst  # noqa: PLC0415 - an extra that everything else does without
    except ImportError as error:
        raise NotInstalled(HOW_TO_INSTALL) from error
    return typst.compile(
        _source(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={
            "paper": orjson.dumps(_given(paper)).decode(),
            "attached": paper.attached.content.decode(),
        },
        pdf_standards=STANDARDS,
        timestamp=0,
    )


@cache
def _source() -> bytes:
    return files("cot_flows.papers").joinpath("paper.typ").read_bytes()


def _given(paper: Paper) -> dict[str, object]:
    """Return what the template is given, every text of it printable."""
    return {
        "title": printable(paper.title),
        "kind": paper.kind,
        "lines": [[term, breakable(printable(text))] for term, text in paper.lines],
        "sections": [_section(section) for section in paper.sections],
        "foot": [printable(each) for each in paper.foot],
        "verified": printable(paper.verified),
        "notices": list(paper.notices),
        "broken_title": breakable(printable(paper.title)),
        "day": [paper.day.year, paper.day.month, paper.day.day],
        "attached": {
            "name": paper.attached.name,
            "description": printable(paper.attached.description),
        },
    }


def _section(section: Section) -> dict[str, object]:
    return {
        "title": section.title,
        "lead": section.lead,
        "own_page": section.own_page,
        "charts": [_chart(chart) for chart in section.charts],
        "tables": [_table(table) for table in section.tables],
    }


def _chart(chart: Chart) -> dict[str, object]:
    bars = tuple(Bar(printable(b.label), b.length, printable(b.says)) for b in chart.bars)
    drawn = replace(chart, bars=bars)
    said = printable(f"{chart.title}. {chart.description}")
    return {"title": printable(chart.title), "alt": said, "svg": svg(drawn, "chart")}


def _table(table: Table) -> dict[str, object]:
    return {
        "caption": printable(table.caption),
        "columns": list(table.columns),
        "rows": [[breakable(printable(str(cell))) for cell in row] for row in table.rows],
        "numeric": sorted(table.numeric),
        "wide": sorted(_wide(table)),
        "hidden": table.hidden,
        "nothing": printable(table.nothing),
    }


def _wide(table: Table) -> set[str]:
    """Return the columns that hold sentences rather than words: they get more room."""
    found: set[str] = set()
    for index, name in enumerate(table.columns):
        longest = max((len(str(row[index])) for row in table.rows), default=0)
        if longest > LONG_CELL:
            found.add(name)
    return found
