"""Row 60: the new chair looks at what was promised, one by one, and at the days ahead.

Three promises of the spring are open when the chair changes. One stands and is taken on, one that
nobody kept over the summer gets a new day, one goes to the person who holds the post now.
"""

from datetime import date

from cot_flows.scenarios.marrow_bay.beginning import THANKSGIVING, school_calendar
from cot_flows.scenarios.marrow_bay.people import (
    CHIEF_OF_STAFF,
    HEADS,
    INTERIM,
    SUPERINTENDENT,
)
from cot_flows.scenarios.marrow_bay.phrases import RECORDS, evidence
from cot_flows.scenarios.marrow_bay.slots import QUARTERLY
from cot_flows.scenarios.marrow_bay.step import OPEN, Step
from domain.action import (
    AcceptActionItem,
    CompleteActionItem,
    OpenActionItem,
    ReassignActionItem,
    VerifyActionItem,
)
from domain.lateness import MoveActionItemDueDate
from domain.review_course import PostponeReview

MANAGERS, LETTER, FORM = "X51-office-managers", "X51-letter", "X56-hiring-form"
_LOOKED = date(2026, 8, 4)

PROMISED_IN_APRIL: tuple[Step, ...] = tuple(
    Step(
        51,
        date(2026, 4, 29),
        OpenActionItem(
            action=action,
            title=title,
            review=OPEN,
            unit=unit,
            owner=owner,
            due_on=due,
            shows_it_worked=shows,
        ),
        slot=QUARTERLY,
    )
    for action, title, unit, owner, due, shows in (
        (
            MANAGERS,
            "Name what office managers take off principals",
            "PSU",
            HEADS["PSU"],
            date(2026, 8, 28),
            "Each principal can say what they no longer do",
        ),
        (
            LETTER,
            "Write to principals what the team decided",
            "CAB",
            SUPERINTENDENT,
            date(2026, 9, 30),
            "Principals' representative has read it before it is sent",
        ),
    )
)
"""What the fourth quarterly review hands out; the review of theory has one of its own."""

PROMISED_IN_JUNE: tuple[Step, ...] = (
    Step(
        56,
        date(2026, 6, 3),
        OpenActionItem(
            action=FORM,
            title="Take the old hiring form out of use",
            review="R5-2026",
            unit="HR",
            owner=HEADS["HR"],
            due_on=date(2026, 6, 30),
            shows_it_worked="No vacancy of August came in on it",
        ),
    ),
)


def _kept(action: str, owner: str, unit: str, day: date, verified: date) -> tuple[Step, ...]:
    shown = f"E60-{action}"
    return (
        evidence(60, day, shown, f"Done: {action}", (unit,), RECORDS),
        Step(60, day, CompleteActionItem(action=action, evidence=(shown,)), actor=owner),
        Step(60, verified, VerifyActionItem(action=action), actor=CHIEF_OF_STAFF),
    )


STEPS: tuple[Step, ...] = (
    Step(60, _LOOKED, school_calendar("2025-2027-b", THANKSGIVING)),
    Step(
        60, _LOOKED, PostponeReview(review=OPEN, due_on=date(2026, 10, 28)), actor=CHIEF_OF_STAFF,
        slot=QUARTERLY, reason="No chair in July; the team meets when schools have settled",
    ),
    Step(60, _LOOKED, AcceptActionItem(action=MANAGERS), actor=HEADS["PSU"]),
    Step(
        60, _LOOKED, MoveActionItemDueDate(action=FORM, due_on=date(2026, 8, 28)),
        reason="Confirmed with its owner: it waited for the fiscal year to turn",
    ),
    Step(60, _LOOKED, AcceptActionItem(action=FORM), actor=HEADS["HR"]),
    Step(60, _LOOKED, ReassignActionItem(action=LETTER, owner=INTERIM)),
    Step(60, _LOOKED, AcceptActionItem(action=LETTER), actor=INTERIM),
    *_kept(MANAGERS, HEADS["PSU"], "PSU", date(2026, 8, 27), date(2026, 8, 31)),
    *_kept(FORM, HEADS["HR"], "HR", date(2026, 8, 28), date(2026, 9, 1)),
    *_kept(LETTER, INTERIM, "CAB", date(2026, 9, 29), date(2026, 10, 2)),
)  # fmt: skip
