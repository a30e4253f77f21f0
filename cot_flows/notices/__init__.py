"""Notices: one digest for each person and day, by mail or chat, its fate recorded in the log."""
