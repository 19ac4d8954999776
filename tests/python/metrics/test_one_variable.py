"""Statistics of one variable, against values worked out by hand."""

import numpy as np
import pytest

from likeness.metrics.bins import ABOVE, BELOW, MISSING, OTHER, Categories, Edges, missing_and_novel
from likeness.metrics.distances import ks_statistic, wasserstein
from likeness.metrics.divergence import (
    divergences,
    expected_noise,
    jensen_shannon_distance,
    kl_divergence,
    total_variation_distance,
)
from likeness.metrics.moments import differences, standard_errors, summary
from likeness.stats.moments import CONSTANT, moments
from likeness.stats.suppression import BELOW_MINIMUM
from likeness.stats.value_counts import Cells, Counts, clean_array, outer_cells_averaged, rounded


def test_counts_sum_repeats_and_set_missing_apart():
    counts = Counts.of([3, 1, np.nan, 3], [2, 1, 5, 4])
    assert counts.values.tolist() == [1, 3]
    assert counts.counts.tolist() == [1, 6]
    assert (counts.n, counts.missing, counts.rows) == (7, 5, 12)


def test_rounding_is_to_nine_digits_and_nan_is_none():
    assert rounded(0.1234567891234) == 0.123456789
    assert rounded(123456789012.0) == 123456789000.0
    assert rounded(float("nan")) is None
    assert rounded(float("inf")) is None


def test_cells_cut_at_equal_ranks_and_quantiles_are_their_means():
    cells = Cells.of(Counts.of(np.arange(1, 51)), 20)
    assert cells.starts.tolist() == [0, 25, 50]
    assert cells.means.tolist() == [13, 38]
    assert (cells.quantile(0.0), cells.quantile(0.49), cells.quantile(1.0)) == (13, 13, 38)
    assert Cells.of(Counts.of([1, 2, 3]), 20).quantile(0.5) is None


def test_cells_split_a_value_between_them():
    cells = Cells.of(Counts.of([0, 10], [30, 10]), 20)
    assert cells.means.tolist() == [0, 5]


def test_outer_cells_keep_the_mean_and_lose_the_extremes():
    values = np.r_[np.arange(100.0), 150.0]
    counts = outer_cells_averaged(Counts.of(values), 20)
    assert counts.n == 101
    assert np.average(counts.values, weights=counts.counts) == pytest.approx(values.mean())
    assert counts.values.max() == pytest.approx(values[-21:].mean())
    assert counts.values.min() == pytest.approx(np.arange(20).mean())


def test_clean_array_does_the_same_to_an_array():
    values = np.r_[np.arange(100.0), 150.0, np.nan]
    cleaned = clean_array(values, 20)
    assert np.isnan(cleaned[-1])
    assert np.nanmean(cleaned) == pytest.approx(np.nanmean(values))
    assert cleaned[:20].tolist() == [9.5] * 20
    assert len(np.unique(cleaned[81:101])) == 1
    assert clean_array(np.array([1.0, 2.0]), 20).tolist() == [1, 2]


def test_summary_says_why_there_is_none():
    few = summary(Counts.of([1, 2, 3]), 20)
    assert few["mean"] is None
    assert few["reason"] == BELOW_MINIMUM
    constant = summary(Counts.of([7.0] * 50), 20)
    assert (constant["mean"], constant["std"], constant["skewness"]) == (7, 0, None)
    assert constant["reason"] == CONSTANT


def test_moments_of_a_summary_are_without_single_extremes():
    values = np.r_[np.arange(199.0), 250.0]
    found = summary(Counts.of(values), 20)
    ends = values.copy()
    ends[:20], ends[-20:] = ends[:20].mean(), ends[-20:].mean()
    assert found["mean"] == pytest.approx(values.mean())
    assert found["std"] == pytest.approx(ends.std(ddof=1), rel=1e-6)


def test_no_single_value_is_in_a_summary():
    values = np.r_[np.arange(200.0), 987654.0]
    assert 987654.0 not in summary(Counts.of(values), 20).values()
    assert 0.0 not in summary(Counts.of(values), 20).values()


def test_standard_errors_are_what_repeated_samples_show():
    rng = np.random.default_rng(5)
    found = standard_errors(Counts.of(rng.gamma(4, 2, 20000)))
    draws = [Counts.of(rng.gamma(4, 2, 2000)) for _ in range(400)]
    repeated = [moments(counts.values, counts.counts) for counts in draws]
    for name, error in found.items():
        spread = np.std([sample[name] for sample in repeated])
        assert error * 10**0.5 == pytest.approx(spread, rel=0.2), name


def test_differences_in_standard_errors():
    train, other = Counts.of(np.arange(400.0)), Counts.of(np.arange(400.0) + 10)
    found = differences(train, other, 20, is_real=False)
    assert found["mean"]["difference"] == 10
    assert found["std"]["difference"] == 0
    assert found["mean"]["z"] == pytest.approx(10 / found["mean"]["standard_error"], rel=1e-6)
    assert found["p50"]["difference"] == 10
    constant = differences(Counts.of([1.0] * 50), other, 20, is_real=True)
    none = dict.fromkeys(["difference", "standard_error", "z"])
    assert constant["skewness"] == none | {"reason": CONSTANT}


@pytest.mark.parametrize("values", [np.arange(4000.0), np.repeat([0.0, 1.0, 5.0], [3900, 60, 40])])
def test_no_z_is_null_without_a_reason_and_no_standard_error_is_zero(values):
    """The outermost quantiles' intervals lie within one cell; a point mass has no spread."""
    found = differences(Counts.of(values), Counts.of(values + 1), 20, is_real=False)
    for name, row in found.items():
        assert row["standard_error"] != 0, name
        assert (row["z"] is None) == (row["reason"] is not None), name
    if len(np.unique(values)) > 3:
        assert all(row["reason"] is None for row in found.values())


def test_ks_and_wasserstein_by_hand():
    first, second = Counts.of([1, 2, 3, 4]), Counts.of([3, 4, 5, 6])
    assert ks_statistic(first, second) == 0.5
    assert wasserstein(first, second) == 2
    assert wasserstein(Counts.of([0, 0, 10]), Counts.of([0, 10, 10])) == pytest.approx(10 / 3)
    assert ks_statistic(first, Counts.of([np.nan])) is None
    assert wasserstein(Counts.of([]), second) is None


def test_divergences_by_hand():
    p, q = [3, 1], [2, 2]
    assert kl_divergence(p, q, 0) == pytest.approx(0.75 * np.log(1.5) + 0.25 * np.log(0.5))
    assert kl_divergence(q, p, 0) == pytest.approx(0.5 * np.log(2 / 3) + 0.5 * np.log(2))
    assert kl_divergence(p, q, 0.5) == pytest.approx(0.7 * np.log(1.4) + 0.3 * np.log(0.6))
    # middle (5/8, 3/8): 0.051035 and 0.046555 bits
    assert jensen_shannon_distance(p, q) == pytest.approx(0.048795**0.5, abs=1e-5)
    assert total_variation_distance(p, q) == 0.25
    assert expected_noise(3, 100, 50) == pytest.approx(0.03)


def test_divergences_at_their_ends():
    assert kl_divergence([1, 0], [0, 1], 0) == np.inf
    assert np.isfinite(kl_divergence([1, 0], [0, 1]))
    assert jensen_shannon_distance([5, 0], [0, 9]) == 1
    assert total_variation_distance([5, 0], [0, 9]) == 1
    assert kl_divergence([2, 4], [1, 2], 0) == 0


def test_noise_is_what_samples_of_one_distribution_show():
    rng = np.random.default_rng(3)
    draws = rng.multinomial(2000, [0.4, 0.3, 0.2, 0.1], size=(300, 2))
    mean = np.mean([kl_divergence(a, b, 0) for a, b in draws])
    assert mean == pytest.approx(expected_noise(4, 2000, 2000), rel=0.15)


def test_a_row_of_divergences():
    row = divergences([30, 10, 0, 0], [15, 5, 0, 0], [20, 20, 4, 0], 0.0)
    assert row.bins == 3
    assert row.kl_divergence_holdout == 0
    assert row.kl_holdout_noise == pytest.approx(0.5 * (1 / 40 + 1 / 20))
    assert row.kl_reverse == np.inf
    empty = divergences([30, 10], [15, 5], [0, 0])
    assert (empty.bins, empty.kl_divergence) == (None, None)
    assert divergences([30, 10], [0, 0], [3, 1]).kl_divergence_holdout is None


def test_bins_have_outliers_and_missing_values_apart():
    train = Counts.of(np.repeat(np.arange(10.0), 40), missing=7)
    edges = Edges.of(train, 20, 5)
    assert edges.values.tolist() == [0, 2, 4, 6, 8, 9]
    assert edges.labels == [BELOW, "0 to 2", "2 to 4", "4 to 6", "6 to 8", "8 to 9", ABOVE, MISSING]
    assert edges.count(train).tolist() == [0, 80, 80, 80, 80, 80, 0, 7]
    other = Counts.of([-5.0, 0.0, 9.0, 1e9, np.nan])
    assert edges.count(other).tolist() == [1, 1, 0, 0, 0, 1, 1, 1]


def test_bins_of_a_constant_column():
    edges = Edges.of(Counts.of([4.0] * 50), 20, 5)
    assert edges.labels == [BELOW, "4", ABOVE, MISSING]
    assert edges.count(Counts.of([3.0, 4.0, 4.0, 5.0])).tolist() == [1, 2, 1, 0]


def test_small_categories_join_other():
    train = {"RENT": 400, "OWN": 90, "NONE": 3, "ANY": 5}
    categories = Categories.of(train, 20)
    assert categories.labels == ["OWN", "RENT", OTHER]
    assert categories.count(train).tolist() == [90, 400, 8]
    synthetic = {"RENT": 10, "CASTLE": 2}
    assert categories.count(synthetic).tolist() == [0, 10, 2]
    assert missing_and_novel(train, synthetic, categories.kept) == (1, 1)
