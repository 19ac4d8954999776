"""Counts are found in moments of few values, and only such as are true, small and certain."""

import numpy as np
import pytest

from likeness.audit.lattices import counts

from .published import coded, counts_given_away, raw, statement


def of_counts(*held: int, unit: float = 1.0, origin: float = 0.0) -> np.ndarray:
    """So many rows with the lowest value, the next one, ..."""
    return origin + unit * np.repeat(np.arange(len(held), dtype=float), held)


def test_seven_of_twenty_five_borrowers_from_four_numbers_of_two_decimals():
    values = of_counts(18, 7)
    released = raw(values)
    assert (round(released["mean"], 2), round(released["std"], 2)) == (0.28, 0.46)
    solved = counts(statement(released, 20, 400, decimals=2), np.zeros(1), np.ones(1))
    assert solved[["n", "steps", "count_0", "count_1"]].to_numpy().tolist() == [[25, 1, 18, 7]]
    assert counts_given_away(released, values, 20, 400, decimals=2) == [("0", 18), ("1", 7)]


def test_four_of_twenty_six_from_a_mean_of_nine_digits_and_a_rounded_size():
    values = of_counts(22, 4)
    assert raw(values)["mean"] == pytest.approx(0.153846, abs=1e-6)
    assert counts_given_away(raw(values), values, 10, 30) == [("1", 4)]


@pytest.mark.parametrize(
    ("held", "small"),
    [
        ((120, 30, 5), [("2", 5)]),
        ((3, 90, 200), [("0", 3)]),
        ((200, 60, 40, 11), [("3", 11)]),
        ((150, 80, 25, 2, 7), [("3", 2), ("4", 7)]),
        ((500, 19), [("1", 19)]),
    ],
)
def test_counts_of_up_to_five_values_are_found(held, small):
    values = of_counts(*held)
    n = len(values)
    assert counts_given_away(raw(values), values, n, n) == small
    assert counts_given_away(raw(values), values, n - 9, n + 10) == small


def test_a_lattice_may_have_any_unit_and_any_origin():
    values = of_counts(60, 8, unit=24, origin=36)
    assert counts_given_away(raw(values), values, 60, 79, unit=24) == [("60", 8)]
    values = of_counts(100, 30, 6, unit=2500)
    assert counts_given_away(raw(values), values, 130, 149, unit=2500) == [("5000", 6)]


def test_two_values_need_no_lattice_to_be_known():
    values = np.array([0.0] * 90 + [1234.5] * 6)
    assert counts_given_away(raw(values), values, 90, 109, unit=0.01) == [("1234.5", 6)]


def test_a_count_that_could_be_another_is_not_found():
    values = of_counts(2400, 15)
    released = raw(values) | {"skewness": np.nan, "kurtosis": np.nan}
    assert counts_given_away(released, values, 2000, 3000, decimals=2) == []


def test_counts_of_enough_rows_are_no_secret():
    for held in ((100, 20), (40, 40, 40), (30, 25, 20, 60)):
        values = of_counts(*held)
        assert counts_given_away(raw(values), values, len(values), len(values)) == []


@pytest.mark.parametrize(
    "held", [(18, 7), (120, 30, 5), (500, 19), (300, 60, 40, 11), (400, 200, 90, 30, 12, 5, 2)]
)
def test_nothing_is_found_in_what_is_published(held):
    values = of_counts(*held)
    released, n = coded(values), len(values)
    if released is not None:
        for decimals in (None, 2):
            assert counts_given_away(released, values, max(n - 20, 20), n + 20, decimals) == []
