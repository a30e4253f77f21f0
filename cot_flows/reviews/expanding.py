"""Expands a rule of recurrence (RFC 5545) into days, once, when a policy is written.

The days are stored in the policy. So what it asked for in the past can be told for ever, whatever
becomes of the library, of the time zones or of the calendar.
"""

import json
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

from cot_flows.errors import PolicyFileRefused
from cot_flows.reviews.policy_files import parse_policies, read_text
from domain.cadence_parameters import MOST_DATES
from domain.errors import InvalidData
from domain.school_calendar import SchoolCalendar

_DAY = timedelta(days=1)
_TOO_OFTEN = ("FREQ=HOURLY", "FREQ=MINUTELY", "FREQ=SECONDLY")


def expand(text: str, *, zone: ZoneInfo, calendar: SchoolCalendar, until: date) -> tuple[date, ...]:
    """Return the working days to which a rule comes, in order, each once.

    `text` holds DTSTART and RRULE, and RDATE and EXDATE where wanted, a line each. Counting begins
    with DTSTART, which is one of the days only where the rule itself comes to it. Moments with a
    zone of their own count on the day that they fall on in `zone`; all others are days and hours
    there already. None after `until` counts; one on a closed day moves to the next working day.
    Raises InvalidData when the text is no such rule, names no day or more than 400.
    """
    days: list[date] = []
    for moment in _parsed(text):
        given = moment.astimezone(zone).date() if moment.tzinfo else moment.date()
        if given > until:
            break
        day = calendar.add_working_days(given - _DAY, 1)
        if day not in days[-1:]:
            days.append(day)
        if len(days) > MOST_DATES:
            raise InvalidData(
                f"the rule comes to more than {MOST_DATES} days until {until}: end it earlier, or "
                "let it come less often"
            )
    if not days:
        raise InvalidData(f"the rule comes to no day until {until}; check DTSTART and the last day")
    return tuple(days)


def _parsed(text: str) -> rrule | rruleset:
    if "DTSTART" not in text.upper():
        raise InvalidData(
            "the rule has no beginning: put a line such as DTSTART:20260907 before RRULE:…"
        )
    if any(often in text.upper() for often in _TOO_OFTEN):
        raise InvalidData("a review comes daily at most: let FREQ be DAILY or longer")
    try:
        return rrulestr(text, tzids=ZoneInfo)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidData(f"{text!r} is no rule of RFC 5545: {error}") from None


def expanded_file(
    path: Path, *, zone: ZoneInfo, calendar: SchoolCalendar, until: date
) -> dict[str, object]:
    """Return a file of policies with the dates of every recurrence filled in, and checked whole.

    Dates that were there are replaced. Raises PolicyFileRefused naming the policy.
    """
    text = read_text(path)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PolicyFileRefused(f"{path.name} is no JSON: {error}") from None
    for policy in _recurrences(document):
        parameters = policy["parameters"]
        try:
            found = expand(parameters["rrule"], zone=zone, calendar=calendar, until=until)
        except InvalidData as refusal:
            raise PolicyFileRefused(f"policy {policy.get('slug')}: {refusal}") from None
        parameters["dates"] = " ".join(day.isoformat() for day in found)
    parse_policies(json.dumps(document), path.name)
    return dict(document)


def _recurrences(document: object) -> list[dict[str, dict[str, str]]]:
    policies = document.get("policies") if isinstance(document, dict) else None
    return [
        each
        for each in (policies if isinstance(policies, list) else [])
        if isinstance(each, dict)
        and each.get("rule") == "recurrence"
        and isinstance(each.get("parameters"), dict)
        and isinstance(each["parameters"].get("rrule"), str)
    ]
