"""Coefficients of pairs, against values worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from likeness.metrics.correlations import (
    coefficients,
    contingency,
    correlation_ratio,
    cramers_v,
    pearson,
    places,
    spearman,
)
from likeness.metrics.joint import joint_distances
from likeness.metrics.sample import samples
from likeness.metrics.similarity import contingency_similarity
from likeness.stats.moments import CONSTANT
from likeness.stats.suppression import BELOW_MINIMUM


def test_pearson_and_spearman_by_hand():
    x, y = np.array([1.0, 2, 2, 3]), np.array([1.0, 2, 3, 4])
    assert pearson(x, y) == pytest.approx(3 / (2 * 5) ** 0.5)
    # mid-ranks of x: 1, 2.5, 2.5, 4
    assert spearman(places(x), places(y)) == pytest.approx(4.5 / (4.5 * 5) ** 0.5)
    assert spearman(places(np.array([1.0, 2, 3])), places(np.array([1.0, 8, 27]))) == 1
    assert pearson(x, np.ones(4)) is None
    assert spearman(places(np.zeros(0)), places(np.zeros(0))) is None


def test_cramers_v_by_hand():
    # chi2 / n = 0.25; bias (2-1)(2-1)/79; the smaller side 2 - 1/79
    expected = ((0.25 - 1 / 79) / (1 - 1 / 79)) ** 0.5
    assert cramers_v(np.array([[30, 10], [10, 30]])) == pytest.approx(expected)
    assert cramers_v(np.array([[50, 0], [0, 50]])) == pytest.approx(1)
    assert cramers_v(np.array([[20, 20], [20, 20]])) == 0
    assert cramers_v(np.array([[20, 20]])) is None


def test_cramers_v_does_not_grow_as_rows_get_fewer():
    rng = np.random.default_rng(2)
    found = []
    for n in (500, 50_000):
        draws = rng.integers(0, 40, n), rng.integers(0, 10, n)
        found.append(cramers_v(contingency(*draws)))
    assert max(found) < 0.06


def test_correlation_ratio_by_hand():
    codes, values = np.array([0, 0, 0, 1, 1, 1]), np.array([1.0, 2, 3, 5, 6, 7])
    # 24 of 28 between the groups
    assert correlation_ratio(codes, values) == pytest.approx((1 - 4 / 28 * 5 / 4) ** 0.5)
    assert correlation_ratio(np.zeros(6, dtype=int), values) is None
    assert correlation_ratio(codes, np.ones(6)) is None


def test_contingency_counts_missing_as_a_category():
    table = contingency(np.array([0, 0, 2, -1]), np.array([1, 1, 0, 0]))
    assert table.tolist() == [[1, 0], [0, 2], [1, 0]]


def frame() -> pd.DataFrame:
    n = 60
    return pd.DataFrame(
        {
            "source": "train",
            "x": np.arange(n, dtype=float),
            "y": np.r_[np.arange(15.0), [np.nan] * (n - 15)],
            "flat": 1.0,
            "kind": ["a", "b", None] * 20,
            "one": "z",
        }
    )


def test_every_pair_has_a_value_or_a_reason():
    sample = samples(frame(), ["x", "y", "flat"], ["kind", "one"])["train"]
    found = coefficients(sample, 20)
    assert len(found) == 2 * 3 + 1 + 6
    assert found["x", "y", "pearson"].reason == BELOW_MINIMUM
    assert found["x", "y", "pearson"].value is None
    assert found["x", "flat", "spearman"].reason == CONSTANT
    assert found["kind", "one", "cramers_v"].reason == CONSTANT
    assert found["x", "kind", "correlation_ratio"].value is not None
    assert found["x", "kind", "correlation_ratio"].n == 60


def test_nothing_alike_is_nought_and_not_less():
    # The shares of 3, 7, 11 ... rows do not add up to 1 exactly.
    for n in range(3, 200, 4):
        real = (np.arange(n), np.zeros(n, dtype=int))
        other = (np.array([n + 1]), np.array([0]))
        assert 0 <= contingency_similarity(real, other) < 1e-9


def test_one_extreme_pair_does_not_make_a_correlation():
    rng = np.random.default_rng(4)
    rows = pd.DataFrame({"source": "train", "x": rng.normal(size=500), "y": rng.normal(size=500)})
    rows.loc[0, ["x", "y"]] = 1e6
    sample = samples(rows, ["x", "y"], [])["train"]
    assert pearson(sample.numbers["x"], sample.numbers["y"]) > 0.99
    assert abs(coefficients(sample, 20)["x", "y", "pearson"].value) < 0.2


def test_joint_distance_sees_what_an_outlier_hides_from_pair_trends():
    rng = np.random.default_rng(3)
    x = rng.normal(size=3000)
    real = pd.DataFrame({"source": "train", "x": x, "y": x + rng.normal(scale=0.3, size=3000)})
    holdout = real.iloc[::2].assign(source="holdout")
    shuffled = real.assign(source="synthetic", y=rng.permutation(real["y"]))
    by_source = samples(pd.concat([real, holdout, shuffled]), ["x", "y"], [])
    others = {source: by_source[source] for source in ("holdout", "synthetic")}
    found = joint_distances(by_source["train"], others, 20)
    assert found["synthetic"]["x", "y"] > 0.5 > 0.1 > found["holdout"]["x", "y"]


def test_joint_distance_by_hand():
    frame = pd.DataFrame(
        {
            "source": ["train"] * 4 + ["synthetic"] * 4,
            "a": ["u", "u", "v", "v", "u", "u", "v", "v"],
            "b": ["p", "p", "q", "q", "p", "q", "p", "q"],
        }
    )
    by_source = samples(frame, [], ["a", "b"])
    found = joint_distances(by_source["train"], {"synthetic": by_source["synthetic"]}, 20)
    assert found["synthetic"] == {("a", "b"): 0.5}
