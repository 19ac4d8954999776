"""A cluster's published numbers, and whose they are where its own would disclose too much."""

import numpy as np
import pandas as pd
import pytest

from likeness.profiles import cluster_statistics

GROUPS = pd.DataFrame(
    [
        (cluster, level, basis, group)
        for level, (basis, of) in enumerate(
            [("cluster", [1, 2, 3]), ("segment", [1, 1, 3]), ("all", [1, 1, 1])]
        )
        for cluster, group in zip([1, 2, 3], of, strict=True)
    ],
    columns=["cluster_id", "level", "basis", "group_id"],
)


def counts(clusters, variable="x"):
    """`clusters`: for each cluster its values, NaN for missing."""
    parts = [
        pd.Series(values, dtype=float).value_counts(dropna=False).rename("n").reset_index()
        .set_axis(["value", "n"], axis=1).assign(cluster_id=i, variable=variable)
        for i, values in enumerate(clusters, start=1)
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def flags(ones, zeros):
    return [1.0] * ones + [0.0] * zeros


def test_a_count_that_could_be_solved_is_that_of_the_next_wider_group():
    table = cluster_statistics.cluster_moments(
        counts([flags(7, 93), flags(30, 70), flags(40, 60)]), GROUPS, 20
    )
    assert table["basis"].tolist() == ["segment", "segment", "cluster"]
    assert table["mean"].tolist() == pytest.approx([37 / 200, 37 / 200, 0.4])
    assert table["n"].tolist() == [200, 200, 100]


def test_a_number_that_no_group_may_have_is_null_with_a_reason():
    table = cluster_statistics.cluster_moments(
        counts([flags(7, 93), flags(0, 100), [np.nan] * 50]), GROUPS, 20
    )
    assert table["mean"].isna().tolist() == [True, False, True]
    assert table["reason"].tolist() == [
        cluster_statistics.SUPPRESSED,
        "constant",
        cluster_statistics.NO_VALUES,
    ]


def test_few_missing_values_are_those_of_a_wider_group():
    values = [[1.0] * 95 + [np.nan] * 5, [1.0] * 60 + [np.nan] * 40, [1.0] * 100]
    table = cluster_statistics.cluster_missing(counts(values), GROUPS, 20)
    assert table["basis"].tolist() == ["segment", "segment", "cluster"]
    assert table["share"].tolist() == [0.225, 0.225, 0.0]
    assert table["n_missing"].tolist() == [45, 45, 0]


def test_a_correlation_is_of_coded_values():
    rng = np.random.default_rng(3)
    x = rng.normal(size=300).round(3)
    y = (x + rng.normal(size=300)).round(3)
    x[0], y[0] = 1e6, 1e6
    pairs = pd.DataFrame({"cluster_id": np.repeat([1, 2, 3], 100), "x": x, "y": y, "n": 1})
    pairs = pairs.assign(variable_x="x", variable_y="y")
    table = cluster_statistics.cluster_correlations(pairs, GROUPS, 20)
    assert table["basis"].tolist() == ["cluster"] * 3
    assert 0.4 < table["correlation"].iloc[0] < 0.9
    few = cluster_statistics.cluster_correlations(pairs.iloc[:130], GROUPS, 20)
    assert few.loc[few["cluster_id"] == 2, "basis"].item() == "segment"
