"""Bundles: what an auditor takes away, and checks without this program."""
