"""Who acts in Marrow Bay, under pseudonymous ids, and which units the district has in use."""

from typing import Final

from domain.catalogue import shipped_units

DISTRICT_NAME: Final = "Marrow Bay Unified"
TIME_ZONE: Final = "America/Los_Angeles"

SUPERINTENDENT: Final = "a-001"
CHAIR: Final = "a-002"
"""The deputy superintendent, who chairs the stewardship team until 2026-06-30."""

CHIEF_OF_STAFF: Final = "a-003"
"""Chairs the stewardship team from 2026-08-04."""

STEWARD: Final = "a-004"
"""Keeps the record for the stewardship team: most steps are recorded by this person."""

ANALYST: Final = "a-005"
PRINCIPAL: Final = "a-006"
"""The principals' representative on the stewardship team."""

INTERIM: Final = "a-007"
"""Interim superintendent from 2026-07-01."""

DEPUTY_CIO: Final = "a-008"
NEW_CIO: Final = "a-009"

RATERS: Final = (ANALYST, STEWARD)
"""Who rates: neither heads a unit, so no unit is rated by its own head alone."""

NOT_IN_USE: Final = ("EAR", "CAP", "LAB")
FIRST_WAVE: Final = ("HR", "TL", "PSU", "FAC", "IT", "FIN")
SECOND_WAVE: Final = ("SPED", "MLL", "TRN", "NUT", "ADA", "FED")
UNITS: Final = tuple(u.code for u in shipped_units().units if u.code not in NOT_IN_USE)
"""The 24 units in use, in the order of the catalogue."""

ENDING: Final = ("FED", "PRO")
PROGRAMS: Final = "PRG"
"""Two units end on 2026-07-01; this one goes on in their place."""

UNITS_AFTER: Final = (*(code for code in UNITS if code not in ENDING), PROGRAMS)
"""The 23 units from 2026-07-01 on."""

NETWORKS: Final = ("A", "B", "C", "D", "E", "F")


ILDS: Final = {name: f"a-{201 + number}" for number, name in enumerate(NETWORKS)}
"""The instructional leadership director of each network; that of E starts in December."""


def _heads() -> dict[str, str]:
    numbered = {unit: f"a-{101 + number}" for number, unit in enumerate(UNITS)}
    return numbered | {"CAB": SUPERINTENDENT}


HEADS: Final = _heads()
"""The head of each unit at the beginning. The superintendent heads the cabinet's own unit."""

TEAM: Final = (
    CHAIR, CHIEF_OF_STAFF, STEWARD, ANALYST, PRINCIPAL,
    HEADS["PSU"], HEADS["TL"], HEADS["HR"], HEADS["EQO"],
)  # fmt: skip
"""The nine members of the stewardship team."""

PEOPLE: Final = {
    SUPERINTENDENT: "superintendent",
    CHAIR: "chair",
    CHIEF_OF_STAFF: "steward",
    STEWARD: "steward",
    ANALYST: "analyst",
    PRINCIPAL: "principal",
    INTERIM: "superintendent",
    DEPUTY_CIO: "deputy",
    NEW_CIO: "head",
    **dict.fromkeys(ILDS.values(), "director"),
    **{actor: "head" for unit, actor in HEADS.items() if unit != "CAB"},
}
"""Role by actor, in the order in which they are registered."""
