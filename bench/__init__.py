"""Measurements, side by side in one run; results are ratios."""
