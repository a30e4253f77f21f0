"""How a handover is told, on the terminal and on its page: headings, columns, empty lists."""

from collections.abc import Mapping

SHOWN: Mapping[str, tuple[str, dict[str, str], str]] = {
    "promises": (
        "Promises",
        {
            "due_on": "Due",
            "owner": "Owner",
            "title": "Action",
            "shows_it_worked": "What would show it worked",
            "status": "Status",
            "late": "Late",
        },
        "Nothing that was promised is open.",
    ),
    "reviews": (
        "Reviews open",
        {
            "due_on": "Due",
            "review_type": "Type",
            "about": "About",
            "title": "Title",
            "late": "Late",
        },
        "No review is open.",
    ),
    "decisions": (
        "Decisions whose actions are open",
        {
            "decided_on": "Decided",
            "about": "About",
            "decision": "Decision",
            "title": "In words",
            "decided_by": "Recorded by",
            "actions_open": "Actions open",
        },
        "No decision waits for its actions.",
    ),
    "holds": (
        "Units on hold",
        {"unit": "Unit", "name": "Name", "until": "Until", "approved_by": "Approved by"},
        "No unit is on hold.",
    ),
    "waivers": (
        "Gate criteria that are waived",
        {
            "unit": "Unit",
            "stage": "Stage",
            "criterion": "Criterion",
            "until": "Until",
            "approved_by": "Approved by",
        },
        "No waiver of a gate is in force.",
    ),
    "vacant": (
        "Units without a head",
        {"unit": "Unit", "name": "Name", "since": "Since"},
        "Every unit that had a head has one.",
    ),
    "stalled": (
        "Stalled units",
        {"unit": "Unit", "name": "Name", "stage": "Stage", "last_activity_on": "Last activity"},
        "No unit is stalled.",
    ),
    "contested": (
        "Contested ratings",
        {"about": "About", "indicator": "Indicator", "level": "Level"},
        "No rating is contested.",
    ),
    "late": (
        "Activities late",
        {
            "due_on": "Due",
            "units": "Units",
            "title": "Activity",
            "owner": "Owner",
            "days_overdue": "Days late",
        },
        "No activity is late.",
    ),
}
"""By the name of a list of the handover: its heading, its columns, and what is said if empty."""
