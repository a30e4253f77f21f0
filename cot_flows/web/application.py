"""The web application: the pages, their errors, and the headers that keep them to themselves."""

from collections.abc import Awaitable, Callable
from importlib.resources import files

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from cot_flows.bootstrap import Engine
from cot_flows.bootstrap.engine import CONNECTION_LOST, UNANSWERABLE
from cot_flows.errors import CotError, NotInstalled, PacketDiffers, UnknownDistrict, UnknownThing
from cot_flows.web import feeds
from cot_flows.web.pages import router
from cot_flows.web.papers import router as papers
from cot_flows.web.rendering import page
from events.errors import LogError, UnknownLog
from projections.errors import ProjectionError

HOSTS = ["127.0.0.1", "localhost", "[::1]"]
"""Names that a browser on this machine uses; a page elsewhere that lets its own name point here,
to read what is shown, is refused."""

HEADERS = {
    # No script at all, nothing from elsewhere, in nobody's frame.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    # What is shown is of one moment and may be internal: no copy is kept.
    "Cache-Control": "no-store",
}


def create_app(engine: Engine) -> FastAPI:
    """Return the application over an opened engine, which the caller closes."""
    app = FastAPI(
        title="cot-flows",
        # The pages of interactive documentation load their scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.engine = engine
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)
    app.middleware("http")(_with_headers)
    app.include_router(router)
    app.include_router(feeds.router)
    app.include_router(papers)
    app.add_api_route("/style.css", _style, include_in_schema=False)
    for trouble in (CotError, LogError, ProjectionError, *CONNECTION_LOST, *UNANSWERABLE):
        app.add_exception_handler(trouble, _trouble)
    for missed in (HTTPException, RequestValidationError):
        app.add_exception_handler(missed, _no_such_page)
    return app


async def _with_headers(
    request: Request, answer: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await answer(request)
    response.headers.update(HEADERS)
    return response


def _style() -> Response:
    text = files("cot_flows.web").joinpath("static", "style.css").read_text(encoding="utf-8")
    return Response(text, media_type="text/css")


def _trouble(_request: Request, error: Exception) -> HTMLResponse:
    if isinstance(error, UnknownDistrict | UnknownThing | UnknownLog):
        return _told(404, "Not there", str(error))
    if isinstance(error, PacketDiffers):
        return _told(409, "Not the packet that was frozen", str(error))
    if isinstance(error, NotInstalled):
        return _told(503, "Not installed", str(error))
    if isinstance(error, CONNECTION_LOST):
        says = "The database does not answer. It is asked again with the next page."
        return _told(503, "The database is away", says)
    if isinstance(error, UNANSWERABLE):
        return _told(404, "Not there", "Nothing is on record under such a name.")
    return _told(400, "That cannot be asked", str(error))


def _no_such_page(_request: Request, error: Exception) -> HTMLResponse:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return _told(status, "No such page", "There is no page at this address.")


def _told(status: int, title: str, says: str) -> HTMLResponse:
    return page("trouble.html", {"title": title, "says": says}, status=status)
