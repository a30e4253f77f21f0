"""The rubric: 29 indicators in five dimensions, each with four described levels."""

from domain.rubric.rubric import (
    Dimension,
    Grounding,
    Indicator,
    IndicatorScope,
    Rubric,
    shipped_rubric,
)

__all__ = [
    "Dimension",
    "Grounding",
    "Indicator",
    "IndicatorScope",
    "Rubric",
    "shipped_rubric",
]
