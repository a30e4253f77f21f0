"""Scenarios: fictional districts as data, played through the same commands that people use."""
