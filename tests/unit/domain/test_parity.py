"""Parity ratios fall into bands, and no group that is kept back can be worked out from the rest."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.facts.measurement import Better
from domain.parity import FEWEST, band, complements, family, parity_ratio, too_small

GROUPS = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 60), min_size=1)


def kept_back(counts: dict[str, int], least: int = 10) -> frozenset[str]:
    """The groups that are not told of."""
    minima = dict.fromkeys(counts, least)
    small = too_small(counts, minima)
    return small | complements(counts, minima, small)


@pytest.mark.parametrize(
    ("value", "best", "better", "ratio", "falls_in"),
    [
        ("10", "10", "lower", "1.00", "fine"),
        ("11", "10", "lower", "0.90", "fine"),
        ("11.2", "10", "lower", "0.89", "watch"),
        ("12.5", "10", "lower", "0.80", "watch"),
        ("12.51", "10", "lower", "0.79", "act"),
        ("72", "90", "higher", "0.80", "watch"),
        ("71.99", "90", "higher", "0.79", "act"),
        ("0", "90", "higher", "0.00", "act"),
        ("3", "0", "lower", "0.00", "act"),
    ],
)
def test_a_ratio_is_rounded_down_and_falls_into_its_band(
    value: str, best: str, better: Better, ratio: str, falls_in: str
) -> None:
    found = parity_ratio(Decimal(value), Decimal(best), better)
    assert found is not None
    assert (str(found), band(found)) == (ratio, falls_in)


@pytest.mark.parametrize(
    ("value", "best", "better"),
    [("-1", "2", "higher"), ("3", "-1", "lower"), ("-2", "0", "higher")],
)
def test_values_below_zero_have_no_ratio(value: str, best: str, better: Better) -> None:
    assert parity_ratio(Decimal(value), Decimal(best), better) is None


def test_groups_that_make_up_all_schools_share_their_first_word() -> None:
    named = ("poverty-q1", "poverty-q4", "grade-6-8", "newcomers")
    assert [family(each) for each in named] == ["poverty", "poverty", "grade", "newcomers"]


def test_beside_one_small_group_the_next_larger_one_is_kept_back() -> None:
    assert kept_back({"q1": 4, "q2": 30, "q3": 12, "q4": 50}) == {"q1", "q3"}


def test_two_small_groups_that_are_few_together_keep_a_third_back() -> None:
    assert kept_back({"q1": 4, "q2": 3, "q3": 12, "q4": 50}) == {"q1", "q2", "q3"}
    assert kept_back({"q1": 6, "q2": 7, "q3": 12, "q4": 50}) == {"q1", "q2"}


def test_a_low_minimum_of_a_measure_does_not_open_small_groups() -> None:
    assert kept_back({"q1": 9, "q2": 30}, least=1) == {"q1", "q2"}
    assert kept_back({"q1": 15, "q2": 30, "q3": 40}, least=16) == {"q1", "q2"}
    assert kept_back({"q1": 10, "q2": 30}, least=1) == frozenset()


@given(GROUPS)
def test_what_is_kept_back_is_never_one_group_nor_too_few_unless_nothing_is_told(
    counts: dict[str, int],
) -> None:
    hidden = kept_back(counts)
    assert {each for each, n in counts.items() if n < FEWEST} <= hidden
    if hidden and hidden != counts.keys():
        assert len(hidden) > 1
        assert sum(counts[each] for each in hidden) >= FEWEST


def range_of(counts: dict[str, int], hidden: frozenset[str], group: str) -> tuple[int, int]:
    """The least and the most that a group can be for one who knows the total and what is told."""
    rest = sum(counts.values()) - sum(n for each, n in counts.items() if each not in hidden)
    return (rest, rest) if hidden == {group} else (0, rest)


@given(GROUPS)
def test_who_knows_the_total_and_all_that_is_told_narrows_no_group_down(
    counts: dict[str, int],
) -> None:
    hidden = kept_back(counts)
    if hidden == counts.keys():
        return  # nothing of the family is told
    for each in hidden:
        least, most = range_of(counts, hidden, each)
        assert most - least >= FEWEST


def test_without_a_complement_a_small_group_is_the_total_less_the_rest() -> None:
    counts = {"q1": 4, "q2": 30, "q3": 12}
    assert range_of(counts, too_small(counts, dict.fromkeys(counts, 10)), "q1") == (4, 4)
    assert range_of(counts, kept_back(counts), "q1") == (0, 16)


def test_no_more_is_kept_back_than_needed() -> None:
    assert kept_back({"a": 3, "b": 11, "c": 12, "d": 40}) == {"a", "b"}
    assert kept_back({"a": 30, "b": 11}) == frozenset()
