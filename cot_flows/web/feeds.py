"""The calendars, to subscribe to: of a district and of a unit."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from cot_flows.calendar_feed.asking import calendar
from cot_flows.calendar_feed.entries import Wanted
from cot_flows.calendar_feed.writing import MEDIA_TYPE
from cot_flows.web.asking import Question
from cot_flows.web.pages import asked

router = APIRouter()
Asked = Annotated[Question, Depends(asked)]


@router.get("/districts/{district}/calendar.ics")
def district_calendar(asked: Asked) -> Response:
    """Give what falls due in the district."""
    return _calendar(asked, Wanted())


@router.get("/districts/{district}/units/{code}/calendar.ics")
def unit_calendar(asked: Asked, code: str) -> Response:
    """Give what falls due in one unit."""
    return _calendar(asked, Wanted(unit=code))


def _calendar(asked: Question, wanted: Wanted) -> Response:
    return Response(calendar(asked.engine, asked.moment, wanted), media_type=MEDIA_TYPE)
