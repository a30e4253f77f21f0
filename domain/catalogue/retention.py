"""Retention rules to begin with: examples of how such rules look, and no advice on the law."""

from functools import cache
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.errors import InvalidData
from domain.facts.retention import RetentionRule
from domain.shipped import Text, repeated, shipped_text


class RetentionRules(BaseModel):
    """A file of retention rules: a version, what it is, and the rules."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Text
    label: Text
    rules: tuple[RetentionRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        if twice := repeated(rule.rule for rule in self.rules):
            raise InvalidData(f"the retention rules have names twice: {', '.join(twice)}")
        return self


@cache
def shipped_retention() -> RetentionRules:
    """The examples that ship with the product, read once from their file."""
    text = shipped_text("domain.catalogue", "retention_v1.json")
    return RetentionRules.model_validate_json(text)
