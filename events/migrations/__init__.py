"""Migrations of the log's schema: numbered, forward only."""
