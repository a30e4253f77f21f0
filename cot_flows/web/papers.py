"""Papers as pages: the frozen packet and the record of a review, each as HTML, PDF and JSON."""

from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from cot_flows.papers.charts import svg
from cot_flows.papers.frozen import FrozenPacket, frozen_packet
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

PDF, JSON = "application/pdf", "application/json"


@router.get("/packet", response_class=HTMLResponse)
def packet_page(asked: Asked, review: str) -> HTMLResponse:
    """Show the packet that a review was frozen with."""
    return _page(asked, review, _packet(asked, review), "packet")


@router.get("/packet.pdf")
def packet_file(asked: Asked, review: str) -> Response:
    """Return the packet as a PDF."""
    return Response(pdf(_packet(asked, review)), media_type=PDF)


@router.get("/packet.json")
def packet_bytes(asked: Asked, review: str) -> Response:
    """Return the bytes of the packet that its digest is taken over."""
    return Response(_frozen(asked, review).content, media_type=JSON)


@router.get("/record", response_class=HTMLResponse)
def record_page(asked: Asked, review: str) -> HTMLResponse:
    """Show what a review decided."""
    return _page(asked, review, _record(asked, review), "record")


@router.get("/record.pdf")
def record_file(asked: Asked, review: str) -> Response:
    """Return the record as a PDF."""
    return Response(pdf(_record(asked, review)), media_type=PDF)


@router.get("/record.json")
def record_bytes(asked: Asked, review: str) -> Response:
    """Return the bytes of the record that its digest is taken over."""
    made = review_record(asked.engine, asked.district, review, up_to=asked.moment.position)
    return Response(made.content, media_type=JSON)


def standalone(paper: Paper) -> bytes:
    """Return a paper as one HTML file that needs nothing else."""
    style = files("cot_flows.web").joinpath("static", "style.css").read_text(encoding="utf-8")
    return rendered("paper_alone.html", {"paper": paper, "style": style, "svg": svg}).encode()


def _frozen(asked: Question, review: str) -> FrozenPacket:
    return frozen_packet(asked.engine, asked.district, review, up_to=asked.moment.position)


def _packet(asked: Question, review: str) -> Paper:
    return packet_paper(_frozen(asked, review), asked.moment.head)


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
            "others": [
                ("as PDF", asked.link("reviews", review, f"{file}.pdf")),
                ("as JSON", asked.link("reviews", review, f"{file}.json")),
            ],
            "asked": asked,
            "link": asked.link,
            "head": asked.moment.head,
            "typed": asked.typed,
        },
    )
