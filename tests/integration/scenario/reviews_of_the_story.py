"""Every review of the story: when it opened, by what, due when, and how it ended on which day."""

from collections.abc import Iterable
from typing import Final

from cot_flows.scenarios.marrow_bay.meetings import BY_HAND
from domain.facts.review import ReviewHeld, ReviewScheduled, ReviewTriggered
from domain.facts.review_course import ReviewLapsed, ReviewMerged
from events.envelope import RecordedEvent

Told = tuple[str, ...]
"""Opened on, type, about, policy, due on as it opened, how it ended, and on which day."""

_TABLE: Final = """
row  opened      type  about         policy                          due         ended   on
7    2025-08-22  R2    unit:PSU      by-hand                         2025-08-29  held    2025-08-29
18   2025-10-03  R4    district:all  district-quarterly-review       2026-01-15  held    2025-10-30
16   2025-10-20  R6    dimension:2   partnership-interruptions       2025-11-03  held    2025-10-23
22   2025-11-05  R2    unit:FAC      by-hand                         2025-11-12  held    2025-11-12
29   2025-12-31  R2    unit:HR       by-hand                         2026-01-07  held    2026-01-07
33   2026-01-02  R4    district:all  district-quarterly-review       2026-04-21  held    2026-01-28
32   2026-01-13  R2    unit:TL       by-hand                         2026-01-20  held    2026-01-20
-    2026-02-06  R8    dimension:3   activities-completed-dimension  2026-03-09  held    2026-03-05
35   2026-02-09  R6    unit:SPED     external-shock                  2026-02-24  held    2026-02-10
40   2026-02-13  R6    unit:IT       stalled-unit                    2026-03-02  held    2026-03-03
42   2026-02-25  R2    unit:HR       by-hand                         2026-03-04  held    2026-03-04
45   2026-03-11  R2    unit:FAC      by-hand                         2026-03-18  held    2026-03-18
43   2026-03-12  R6    unit:HR       late-record                     2026-04-03  held    2026-03-16
-    2026-04-03  R8    unit:PSU      activities-completed-unit       2026-05-08  held    2026-05-06
51   2026-04-03  R4    district:all  district-quarterly-review       2026-07-15  held    2026-04-29
50   2026-04-14  R6    unit:HR       equity-gap                      2026-05-05  held    2026-04-21
-    2026-04-24  R8    unit:HR       activities-completed-unit       2026-05-22  held    2026-05-20
56   2026-05-20  R5    district:all  by-hand                         2026-06-03  held    2026-06-03
-    2026-05-29  R6    unit:PAY      stale-evidence                  2026-06-29  held    2026-06-09
-    2026-06-12  R8    unit:FAC      activities-completed-unit       2026-07-14  held    2026-06-30
-    2026-06-26  R8    dimension:3   activities-completed-dimension  2026-07-27  held    2026-07-21
59   2026-06-29  R2    unit:HR       by-hand                         2026-07-13  lapsed  2026-07-27
59   2026-06-29  R2    unit:PSU      by-hand                         2026-07-13  lapsed  2026-07-27
59   2026-06-29  R2    unit:FAC      by-hand                         2026-07-13  lapsed  2026-07-27
69   2026-07-03  R4    district:all  district-quarterly-review       2026-10-14  held    2026-10-28
-    2026-07-24  R6    unit:SPED     stale-evidence                  2026-08-21  held    2026-08-18
-    2026-07-24  R6    unit:TRN      stale-evidence                  2026-08-21  held    2026-08-19
-    2026-07-31  R8    unit:TL       activities-completed-unit       2026-08-28  held    2026-08-25
61   2026-08-07  R6    unit:FAC      rating-regression               2026-08-21  held    2026-08-10
-    2026-08-14  R8    unit:IT       activities-completed-unit       2026-09-14  held    2026-09-09
63   2026-08-20  R2    unit:FIN      by-hand                         2026-08-27  held    2026-08-27
62   2026-08-24  R6    dimension:2   rating-regression               2026-09-08  held    2026-09-04
64   2026-08-27  R2    unit:HR       by-hand                         2026-09-03  held    2026-09-03
65   2026-09-03  R2    unit:TL       by-hand                         2026-09-10  held    2026-09-10
-    2026-09-04  R8    unit:FIN      activities-completed-unit       2026-10-05  held    2026-09-29
66   2026-09-24  R2    unit:IT       by-hand                         2026-10-01  held    2026-10-01
-    2026-10-23  R6    unit:TRN      stalled-unit                    2026-11-06  held    2026-11-05
-    2026-10-30  R4    district:all  district-quarterly-review       2027-01-15  open    -
-    2026-11-27  R8    dimension:3   activities-completed-dimension  2026-12-28  held    2026-12-15
-    2026-11-27  R8    unit:PAY      activities-completed-unit       2026-12-28  held    2026-12-15
-    2026-12-11  R6    unit:ADA      stale-evidence                  2027-01-12  open    -
-    2026-12-11  R6    unit:MLL      stale-evidence                  2027-01-12  open    -
-    2026-12-11  R6    unit:NUT      stale-evidence                  2027-01-12  open    -
-    2026-12-11  R6    unit:PAY      stale-evidence                  2027-01-12  open    -
"""
"""One row each; `-` as the row of the story is daily work, as the last day that it is open still.

Due is the day it had when it opened.
"""

REVIEWS: Final = [tuple(line.split()[1:]) for line in _TABLE.strip().splitlines()[1:]]
"""What the table says of each review, in the order of their opening."""

_ENDINGS = {ReviewHeld: "held", ReviewMerged: "merged", ReviewLapsed: "lapsed"}


def as_recorded(log: Iterable[RecordedEvent]) -> list[Told]:
    """Return what a log says of each review, in the words of the table."""
    opened: dict[str, Told] = {}
    ended: dict[str, Told] = {}
    for each in log:
        event, day = each.event, str(each.occurred_on)
        if isinstance(event, ReviewScheduled | ReviewTriggered):
            policy = "by-hand" if event.policy == BY_HAND else event.policy
            told = (day, event.review_type, event.about, policy, str(event.due_on))
            opened[event.review] = told
        elif isinstance(event, ReviewHeld | ReviewMerged | ReviewLapsed):
            ended[event.review] = (_ENDINGS[type(event)], day)
    return [(*told, *ended.get(review, ("open", "-"))) for review, told in opened.items()]
