"""Importing activities: files are checked whole, then recorded in resumable chunks."""

from cot_flows.imports.running import ImportReport, import_activities

__all__ = ["ImportReport", "import_activities"]
