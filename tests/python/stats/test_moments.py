"""Moments and cell quantiles from value counts, against pandas and by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeness.stats import moments

numbers = st.lists(st.integers(-1000, 1000), min_size=5, max_size=200)


def counted(values):
    unique, counts = np.unique(np.asarray(values, dtype=float), return_counts=True)
    return unique, counts


@given(numbers)
def test_moments_are_those_of_pandas(values):
    series = pd.Series(values, dtype=float)
    result = moments.moments(*counted(values))
    if series.nunique() == 1:
        assert result["std"] == 0
        assert np.isnan(result["skewness"])
        return
    assert result["mean"] == pytest.approx(series.mean(), rel=1e-9, abs=1e-9)
    assert result["std"] == pytest.approx(series.std(), rel=1e-9)
    assert result["skewness"] == pytest.approx(series.skew(), rel=1e-6, abs=1e-6)
    assert result["kurtosis"] == pytest.approx(series.kurt(), rel=1e-6, abs=1e-6)


@given(numbers)
def test_cells_part_the_sorted_values_and_their_means_are_the_quantiles(values):
    ordered = np.sort(np.asarray(values, dtype=float))
    starts = moments.cell_starts(len(values), 5)
    assert (np.diff(starts) >= 5).all()
    _, _, means = moments.coded(*counted(values), 5)
    parts = np.split(ordered, starts[1:-1])
    assert means[1:-1] == pytest.approx([part.mean() for part in parts[1:-1]])
    quantiles = moments.cell_quantiles(means)
    assert quantiles["p50"] == means[len(means) // 2]
    assert (quantiles["low_cell_mean"], quantiles["high_cell_mean"]) == (means[0], means[-1])
    assert list(quantiles.values()) == sorted(quantiles.values())


def test_outermost_cells_count_as_their_mean():
    values = np.arange(100.0)
    coded, counts, means = moments.coded(values, np.ones(100, dtype=int), 20)
    assert means.tolist() == [9.5, 29.5, 49.5, 69.5, 89.5]
    assert coded.tolist() == [9.5, *range(20, 80), 89.5]
    assert counts.tolist() == [20, *[1] * 60, 20]


def test_what_dominates_an_outermost_cell_is_capped():
    """Else n times the mean, less what the others must be about, gives the one away."""
    values = np.append(np.linspace(49, 51, 199), 1e6)
    released = moments.summary(values, np.ones(200, dtype=int), 0, 20)
    assert released["mean"] == pytest.approx(50, abs=0.1)
    assert released["high_cell_mean"] < 51
    mirrored = moments.summary(-values[::-1], np.ones(200, dtype=int), 0, 20)
    assert mirrored["mean"] == pytest.approx(-released["mean"])
    assert mirrored["low_cell_mean"] == pytest.approx(-released["high_cell_mean"])
    spread = np.append(np.linspace(0, 100, 199), 150.0)
    assert moments.summary(spread, np.ones(200, dtype=int), 0, 20)["mean"] == spread.mean()


def outlier_attack(mean, std, skewness, kurtosis):
    """The largest value of one outlier over a symmetric bulk that explains the moments best, and
    how far from them it is (the sum of the relative errors of skewness and kurtosis)."""
    n = np.arange(21, 1500)[:, None]
    z = np.linspace(0.5, 1, 500, endpoint=False)[None, :] * (n - 1) / np.sqrt(n)
    rest = -z / (n - 1)
    spread = np.maximum((n - 1 - z**2) / (n - 1) - rest**2, 0)
    m2 = (n - 1) / n
    m3 = (z**3 + (n - 1) * (rest**3 + 3 * rest * spread)) / n
    m4 = (z**4 + (n - 1) * (rest**4 + 6 * rest**2 * spread + 3 * spread**2)) / n
    g1 = m3 / m2**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
    g2 = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (m4 / m2**2 - 3) + 6)
    error = np.abs(g1 / skewness - 1) + np.abs(g2 / kurtosis - 1)
    best = np.unravel_index(error.argmin(), error.shape)
    return mean + std * z[best], error[best]


@pytest.mark.parametrize("size", [47, 60, 100, 500])
@pytest.mark.parametrize("outlier", [5e5, 2.5e6, 1e9])
def test_moments_do_not_give_an_outlier_away(size, outlier):
    bulk = np.random.default_rng(size).normal(70_000, 15_000, size - 1).round()
    values, counts = counted([*bulk, outlier])
    exact = moments.moments(values, counts)
    found, error = outlier_attack(*exact.values())
    assert found == pytest.approx(outlier, rel=0.02)
    assert error < 0.02
    released = moments.summary(values, counts, 0, 20)
    found, error = outlier_attack(*(released[name] for name in moments.MOMENTS))
    assert abs(found / outlier - 1) > 0.05


def test_moments_beyond_what_a_double_holds_are_null_with_a_reason():
    values = np.sort(np.random.default_rng(1).uniform(0, 1e299, 100))
    released = moments.summary(values, np.ones(100, dtype=int), 0, 20)
    assert (released["skewness"], released["reason"]) == (None, moments.NOT_FINITE)


def test_nothing_is_published_of_too_few_rows():
    released = moments.summary(np.arange(19.0), np.ones(19, dtype=int), 0, min_cell_rows=20)
    assert released["reason"] == "below min_cell_rows"
    assert released["n"] is None
    assert released["mean"] is None


def test_n_is_not_published_where_it_would_disclose_few_missing_values():
    released = moments.summary(np.arange(65.0), np.ones(65, dtype=int), 3, min_cell_rows=20)
    assert released["n"] is None
    assert released["mean"] == 32
    assert moments.summary(np.arange(65.0), np.ones(65, dtype=int), 20, 20)["n"] == 60


def test_a_constant_has_a_reason_and_no_skewness():
    released = moments.summary(np.array([7.0]), np.array([40]), 0, min_cell_rows=20)
    assert (released["std"], released["skewness"], released["reason"]) == (0.0, None, "constant")
