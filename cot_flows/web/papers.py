"""Papers as pages: the frozen packet and the record of a review, each as HTML and as PDF."""

from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from cot_flows.papers.charts import svg
from cot_flows.papers.frozen import frozen_packet
from cot_flows.papers.model import Paper
from cot_flows.papers.packet_paper import packet_paper
from cot_flows.papers.pdf import pdf
from cot_flows.papers.record import review_record
from cot_flows.papers.record_paper import record_paper
from cot_flows.web.asking import Question
from cot_flows.web.pages import asked
from cot_flows.web.rendering import page, rendered

Asked = Annotated[Question, Depends(asked)]
router = APIRouter(prefix="/districts/{district}/reviews/{review}")

PDF = "application/pdf"


@router.get("/packet", response_class=HTMLResponse)
def packet_page(asked: Asked, review: str) -> HTMLResponse:
    """Show the packet that a review was frozen with."""
    return _page(asked, review, _packet(asked, review), "packet.pdf")


@router.get("/packet.pdf")
def packet_file(asked: Asked, review: str) -> Response:
    """Return the packet as a PDF."""
    return Response(pdf(_packet(asked, review)), media_type=PDF)


@router.get("/record", response_class=HTMLResponse)
def record_page(asked: Asked, review: str) -> HTMLResponse:
    """Show what a review decided."""
    return _page(asked, review, _record(asked, review), "record.pdf")


@router.get("/record.pdf")
def record_file(asked: Asked, review: str) -> Response:
    """Return the record as a PDF."""
    return Response(pdf(_record(asked, review)), media_type=PDF)


def standalone(paper: Paper) -> bytes:
    """Return a paper as one HTML file that needs nothing else."""
    style = files("cot_flows.web").joinpath("static", "style.css").read_text(encoding="utf-8")
    return rendered("paper_alone.html", {"paper": paper, "style": style, "svg": svg}).encode()


def _packet(asked: Question, review: str) -> Paper:
    frozen = frozen_packet(asked.engine, asked.district, review, up_to=asked.moment.position)
    return packet_paper(frozen, asked.moment.head)


def _record(asked: Question, review: str) -> Paper:
    record = review_record(asked.engine, asked.district, review, up_to=asked.moment.position)
    return record_paper(record, asked.moment.head)


def _page(asked: Question, review: str, paper: Paper, file: str) -> HTMLResponse:
    return page(
        "paper.html",
        {
            "title": paper.title,
            "here": "reviews",
            "paper": paper,
            "svg": svg,
            "review": review,
            "others": [("as PDF", asked.link("reviews", review, file))],
            "asked": asked,
            "link": asked.link,
            "head": asked.moment.head,
            "typed": asked.typed,
        },
    )
