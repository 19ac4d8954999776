"""An outlier is found in moments of the values as they are, and in no others."""

import numpy as np
import pytest

from likeness.audit.attacks import outliers

from .published import coded, raw, rows_given_away, statement

BULKS = {
    "normal": lambda draw, n: draw.normal(50, 10, n),
    "lognormal": lambda draw, n: np.exp(draw.normal(4, 0.5, n)),
    "skewed lognormal": lambda draw, n: np.exp(draw.normal(4, 0.65, n)),
    "exponential": lambda draw, n: draw.exponential(10, n),
    "uniform": lambda draw, n: draw.uniform(0, 100, n),
    "counts": lambda draw, n: draw.poisson(3, n).astype(float),
    "beta": lambda draw, n: draw.beta(2, 5, n),
}


def planted(bulk: str, n: int, away: float, seed: int, many: int = 1) -> np.ndarray:
    """n values of which `many` lie `away` standard deviations of the others from their mean."""
    values = BULKS[bulk](np.random.default_rng(seed), n)
    rest = values[many:]
    values[:many] = rest.mean() + away * rest.std() * np.linspace(1, 1.005, many)
    return values


def test_the_income_of_the_issue_is_found_from_four_numbers_of_two_decimals():
    released = {"mean": 126202.96, "std": 357061.35, "kurtosis": 45.18, "skewness": 6.67}
    found = outliers(statement(released, 20, 400, decimals=2))
    single = found[(found["outliers"] == 1) & (found["bulk"] == "mild")]
    assert single["n"].tolist() == [47]
    assert single["low"].iloc[0] == pytest.approx(2_500_142, rel=1e-3)
    assert single["high"].iloc[0] == pytest.approx(2_500_142, rel=1e-3)


@pytest.mark.parametrize("bulk", BULKS)
@pytest.mark.parametrize("n", [25, 60, 130, 400])
def test_an_outlier_is_found_whatever_lies_below_it(bulk, n):
    for seed in range(5):
        for away in (40, 200, 5000):
            values = planted(bulk, n, away, seed)
            released = raw(values)
            assert rows_given_away(released, values, n, n) == 1
            assert rows_given_away(released, values, n - 10, n + 9) == 1


@pytest.mark.parametrize("bulk", ["normal", "lognormal", "uniform"])
def test_two_decimals_and_no_size_are_enough(bulk):
    for seed in range(5):
        values = 1000 * planted(bulk, 60, away=60, seed=seed)
        assert rows_given_away(raw(values), values, 20, 400, decimals=2) == 1


def test_two_outliers_and_one_below_are_found_too():
    for seed in range(5):
        values = planted("normal", 100, away=40, seed=seed, many=2)
        assert rows_given_away(raw(values), values, 90, 110) in (1, 2)
        values = planted("normal", 100, away=-40, seed=seed)
        assert rows_given_away(raw(values), values, 90, 110) == 1


@pytest.mark.parametrize("bulk", BULKS)
@pytest.mark.parametrize("away", [8, 40, 1000])
def test_nothing_is_found_in_what_is_published(bulk, away):
    published = 0
    for seed in range(5):
        for n in (45, 130, 400, 1000):
            values = planted(bulk, n, away, seed)
            if released := coded(values):
                published += 1
                for decimals in (None, 2):
                    assert rows_given_away(released, values, max(n - 20, 20), n + 20, decimals) == 0
    assert published >= 15


def test_a_value_among_many_like_it_is_not_found_by_naming_one_of_them():
    for seed in range(20):
        values = np.exp(np.random.default_rng(seed).normal(10, 1, 300))
        values = np.sort(values)[:-3]
        assert rows_given_away(raw(values), values, len(values), len(values)) == 0


def test_a_value_that_enough_rows_hold_is_no_secret():
    values = np.concatenate([np.random.default_rng(1).normal(50, 10, 400), [900.0] * 20])
    assert rows_given_away(raw(values), values, 420, 420) == 0
