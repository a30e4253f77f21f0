"""Every review that the story names by its row: when it opened, by what, due when, and its end."""

from datetime import date
from typing import Final

HAND: Final = "called-by-steward"

OPENED: Final = (
    # row, opened on, type, about, policy, due on
    (16, date(2025, 10, 20), "R6", "dimension:2", "rating-regression", date(2025, 11, 3)),
    (16, date(2025, 10, 20), "R6", "district:all", "time-with-principals", date(2025, 11, 3)),
    (16, date(2025, 10, 20), "R6", "unit:PAY", "partnership-interruptions", date(2025, 11, 3)),
    (18, date(2025, 10, 3), "R4", "district:all", "district-quarterly-review", date(2026, 1, 15)),
    (33, date(2026, 1, 2), "R4", "district:all", "district-quarterly-review", date(2026, 4, 21)),
    (35, date(2026, 2, 6), "R6", "unit:SPED", HAND, date(2026, 2, 23)),
    (38, date(2026, 2, 13), "R6", "unit:IT", "stalled-unit", date(2026, 3, 2)),
    (43, date(2026, 3, 12), "R6", "unit:HR", "late-record", date(2026, 4, 3)),
    (43, date(2026, 3, 12), "R6", "dimension:3", "late-record", date(2026, 4, 3)),
    (49, date(2026, 4, 14), "R6", "unit:HR", "equity-gap", date(2026, 5, 5)),
    (51, date(2026, 4, 3), "R4", "district:all", "district-quarterly-review", date(2026, 7, 15)),
    (56, date(2026, 5, 20), "R5", "district:all", HAND, date(2026, 6, 3)),
    (59, date(2026, 6, 29), "R2", "unit:HR", HAND, date(2026, 7, 13)),
    (59, date(2026, 6, 29), "R2", "unit:PSU", HAND, date(2026, 7, 13)),
    (59, date(2026, 6, 29), "R2", "unit:FAC", HAND, date(2026, 7, 13)),
    (61, date(2026, 8, 7), "R6", "unit:FAC", "rating-regression", date(2026, 8, 21)),
    (62, date(2026, 8, 24), "R6", "dimension:2", "rating-regression", date(2026, 9, 8)),
    (69, date(2026, 7, 3), "R4", "district:all", "district-quarterly-review", date(2026, 10, 14)),
)
"""Row, day of opening, type, subject, policy and due date."""

ENDED: Final = (
    (16, date(2025, 10, 20), "R6", "district:all", "merged", date(2025, 10, 21)),
    (16, date(2025, 10, 20), "R6", "unit:PAY", "merged", date(2025, 10, 21)),
    (17, date(2025, 10, 20), "R6", "dimension:2", "held", date(2025, 10, 23)),
    (18, date(2025, 10, 3), "R4", "district:all", "held", date(2025, 10, 30)),
    (33, date(2026, 1, 2), "R4", "district:all", "held", date(2026, 1, 28)),
    (35, date(2026, 2, 6), "R6", "unit:SPED", "held", date(2026, 2, 9)),
    (40, date(2026, 2, 13), "R6", "unit:IT", "held", date(2026, 3, 3)),
    (43, date(2026, 3, 12), "R6", "unit:HR", "held", date(2026, 3, 16)),
    (43, date(2026, 3, 12), "R6", "dimension:3", "merged", date(2026, 3, 13)),
    (50, date(2026, 4, 14), "R6", "unit:HR", "held", date(2026, 4, 21)),
    (51, date(2026, 4, 3), "R4", "district:all", "held", date(2026, 4, 29)),
    (56, date(2026, 5, 20), "R5", "district:all", "held", date(2026, 6, 3)),
    (59, date(2026, 6, 29), "R2", "unit:HR", "lapsed", date(2026, 7, 27)),
    (59, date(2026, 6, 29), "R2", "unit:PSU", "lapsed", date(2026, 7, 27)),
    (59, date(2026, 6, 29), "R2", "unit:FAC", "lapsed", date(2026, 7, 27)),
    (61, date(2026, 8, 7), "R6", "unit:FAC", "held", date(2026, 8, 10)),
    (62, date(2026, 8, 24), "R6", "dimension:2", "held", date(2026, 9, 4)),
    (69, date(2026, 7, 3), "R4", "district:all", "held", date(2026, 10, 28)),
)
"""Row, day of opening, type, subject, and how it ended on which day."""
