"""Moments and cell quantiles from value counts, against pandas and by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_series_equal

from likeness import moments

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
def test_a_cell_quantile_is_the_mean_of_so_many_neighbours(values):
    ordered = np.sort(values)
    result = moments.cell_quantiles(*counted(values), cell_rows=5)
    assert result["low_cell_mean"] == pytest.approx(ordered[:5].mean())
    assert result["high_cell_mean"] == pytest.approx(ordered[-5:].mean())
    first = min(max(round(0.5 * len(values) - 2.5), 0), len(values) - 5)
    assert result["p50"] == pytest.approx(ordered[first : first + 5].mean())


def test_quantiles_rise():
    values = np.arange(1000.0)
    result = moments.cell_quantiles(values, np.ones(1000, dtype=int), 20)
    assert list(result.values()) == sorted(result.values())


def test_nothing_is_told_of_too_few_rows():
    told = moments.summary(np.arange(19.0), np.ones(19, dtype=int), 0, min_cell_rows=20)
    assert told["reason"] == "below min_cell_rows"
    assert told["n"] is None
    assert told["mean"] is None


def test_n_is_not_told_where_it_would_tell_of_few_missing_values():
    told = moments.summary(np.arange(50.0), np.ones(50, dtype=int), 3, min_cell_rows=20)
    assert told["n"] is None
    assert told["mean"] == 24.5
    assert moments.summary(np.arange(50.0), np.ones(50, dtype=int), 20, 20)["n"] == 50


def test_a_constant_has_a_reason_and_no_skewness():
    told = moments.summary(np.array([7.0]), np.array([40]), 0, min_cell_rows=20)
    assert (told["std"], told["skewness"], told["reason"]) == (0.0, None, "constant")


def test_summaries_do_not_depend_on_the_order_of_the_counts():
    generator = np.random.default_rng(0)
    values = generator.normal(size=500)
    counts = pd.DataFrame(
        {"group": 1, "value": np.append(values, np.nan), "n": np.append(np.ones(500, int), 30)}
    )
    once = moments.summaries(counts, ["group"], 20)
    again = moments.summaries(counts.sample(frac=1, random_state=1), ["group"], 20)
    assert_series_equal(once.iloc[0], again.iloc[0])
    assert once["n"].iloc[0] == 500
