"""From a template and what it shows to a page; every text is escaped unless a template says not."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

NOTHING = "none"


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("cot_flows.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["say"] = say
    made.filters["moment"] = moment
    return made


def page(name: str, shown: Mapping[str, object], *, status: int = 200) -> HTMLResponse:
    """Return a page made from a template of `cot_flows/web/templates`; it needs a title."""
    return HTMLResponse(rendered(name, shown), status_code=status)


def rendered(name: str, shown: Mapping[str, object]) -> str:
    """Return the text made from a template."""
    return _templates().get_template(name).render(shown)


def say(value: object) -> str:
    """Return a value as a page shows it: none for nothing, yes and no, one decimal place."""
    match value:
        case None | "" | []:
            return NOTHING
        case True:
            return "yes"
        case False:
            return "no"
        case Decimal():
            return f"{value:.1f}"
        case list() | tuple():
            return ", ".join(say(each) for each in value)
        case _:
            return str(value)


def moment(value: datetime) -> str:
    """Return a moment to the minute, in UTC."""
    return f"{value:%Y-%m-%d %H:%M} UTC"
