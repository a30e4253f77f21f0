"""Milestones: what a district may want to hang an automation of its own on, told to Prefect.

A milestone is a hint and never a fact: it is told at most once, and what is told here can always be
read from the log.
"""
