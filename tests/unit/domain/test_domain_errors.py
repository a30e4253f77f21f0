"""The base of the domain's error tree."""

import copy
from typing import Annotated

import pytest
from pydantic import AfterValidator, TypeAdapter, ValidationError

from domain.errors import DomainError, InvalidData, Rejected


def test_a_rejection_names_its_rule_and_reads_as_its_message() -> None:
    rejection = Rejected("stage_skipped", "HR is at S1: enter S2 before S3")
    assert rejection.rule == "stage_skipped"
    assert str(rejection) == rejection.message == "HR is at S1: enter S2 before S3"


def test_a_rejection_keeps_both_parts_when_copied() -> None:
    rejection = copy.copy(Rejected("stage_skipped", "enter S2 first"))
    assert (rejection.rule, rejection.message) == ("stage_skipped", "enter S2 first")


def test_every_error_of_the_domain_is_caught_by_its_base() -> None:
    assert issubclass(Rejected, DomainError)
    assert issubclass(InvalidData, DomainError)


def test_invalid_data_raised_by_a_validator_becomes_an_error_of_its_field() -> None:
    def refuse(_: int) -> int:
        raise InvalidData("no such level; use 0 to 3")

    with pytest.raises(ValidationError, match="no such level; use 0 to 3"):
        TypeAdapter(Annotated[int, AfterValidator(refuse)]).validate_python(7)
