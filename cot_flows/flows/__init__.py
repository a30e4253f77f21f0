"""The flows: a few lines each, over functions that know no Prefect.

A flow may be lost or run twice; that changes when something happens, never what is recorded. Data
never travels as a parameter or result, only names do.
"""
