"""Migrations of the schema of projections: numbered, forward only."""
