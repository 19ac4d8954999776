"""What may be shown: no number rests on too few rows, nor is a smaller one disclosed by a
difference."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likeness.metrics.bins import OTHER
from likeness.metrics.conditionals import Condition, distances, quantiles, shares
from likeness.metrics.histogram import histogram
from likeness.metrics.levels import levels_shown
from likeness.metrics.missing import ALL, missing_shares
from likeness.metrics.sample import samples
from likeness.metrics.shares import category_shares, number_shares
from likeness.stats.complementary import shown, shown_column
from likeness.stats.suppression import BELOW_MINIMUM, DIFFERENCED, RARE_POINT, SPARSE_SIDE
from likeness.stats.value_counts import Counts

MIN_CELL_ROWS = 20


def test_a_small_count_takes_the_next_smallest_with_it():
    assert shown_column(np.array([30, 25, 5]), MIN_CELL_ROWS).tolist() == [True, False, False]
    assert shown_column(np.array([30, 25, 0]), MIN_CELL_ROWS).tolist() == [True, True, True]
    assert shown_column(np.array([30, 12, 11]), MIN_CELL_ROWS).tolist() == [True, False, False]
    assert shown_column(np.array([19]), MIN_CELL_ROWS).tolist() == [False]
    assert shown(np.array([[30, 0], [25, 25], [40, 7]]), MIN_CELL_ROWS).tolist() == [
        True,
        False,
        False,
    ]
    assert shown(np.zeros((0, 1)), MIN_CELL_ROWS).tolist() == []


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=12))
def test_hidden_rows_never_add_up_to_less_than_the_minimum(rows):
    counts = np.array(rows)
    visible = shown(counts, MIN_CELL_ROWS)
    assert ((counts[visible] == 0) | (counts[visible] >= MIN_CELL_ROWS)).all()
    hidden = counts[~visible].sum(axis=0)
    released = visible.any() and ((hidden > 0) & (hidden < MIN_CELL_ROWS)).any()
    assert not released


def test_histogram_bins_of_whole_numbers_merge_until_they_may_be_shown():
    train = Counts.of([0, 1, 2, 3, 9], [50, 30, 15, 10, 1])
    holdout = Counts.of([0, 1, 2, 3], [30, 10, 12, 9])
    synthetic = Counts.of([0, 1, 40], [40, 30, 5])
    found = histogram(
        {"train": train, "holdout": holdout, "synthetic": synthetic},
        ("train", "holdout"),
        MIN_CELL_ROWS,
    )
    assert found.labels == ["below 1", "1 or more"]
    assert found.counts["train"].tolist() == [50, 56]
    assert found.counts["synthetic"].tolist() == [40, 35]


def test_histogram_names_single_numbers():
    side = Counts.of(range(5), [100] * 5)
    found = histogram({"train": side}, ("train",), MIN_CELL_ROWS)
    assert found.labels == ["below 1", "1", "2", "3", "4 or more"]


def test_histogram_of_a_constant_and_of_too_few():
    side = Counts.of([0.5], [100])
    assert histogram({"train": side}, ("train",), MIN_CELL_ROWS).labels == ["any"]
    assert histogram({"train": Counts.of([1.0])}, ("train",), MIN_CELL_ROWS) is None


def test_histogram_of_many_values_has_round_edges():
    side = Counts.of(np.random.default_rng(1).normal(1000, 300, 5000))
    found = histogram({"train": side}, ("train",), MIN_CELL_ROWS)
    assert 20 <= len(found.labels) <= 32
    assert all(edge == round(edge, 0) for edge in found.upper if edge is not None)
    assert found.counts["train"].sum() == 5000
    assert found.counts["train"].min() >= MIN_CELL_ROWS


def test_number_shares_have_their_bins():
    side = Counts.of(range(3), [100, 50, 50])
    rows = number_shares(dict.fromkeys(("train", "holdout", "synthetic"), side), MIN_CELL_ROWS)
    assert [row["category"] for row in rows] == ["below 1", "1", "2 or more"]
    assert [row["train"] for row in rows] == [0.5, 0.25, 0.25]
    assert [(row["lower"], row["upper"]) for row in rows] == [(None, 1), (1, 1), (2, None)]


def test_category_shares_show_a_category_at_every_level_or_at_none():
    tables = {
        "train": np.array([[100, 100], [50, 0], [40, 7], [30, 30]]),
        "holdout": np.array([[100, 100], [3, 0], [40, 30], [30, 30]]),
        "synthetic": np.array([[90, 90], [50, 10], [0, 0], [60, 0]]),
    }
    first, second = category_shares(tables, ["a", "b", "c", "d"], MIN_CELL_ROWS)
    # c has 7 rows at the second level, which are too few to be shown as (other).
    assert [row["category"] for row in first] == ["a", "b", "d", OTHER]
    # So shares are of the rows of a, b and d alone, and do not disclose how many are left.
    assert [row["train"] for row in first] == [0.5556, 0.2778, 0.1667, None]
    assert [row["reason"] for row in first] == [None, None, None, BELOW_MINIMUM]
    # 3 holdout rows have b, though enough train rows do.
    assert first[1]["holdout"] is None
    assert second[1] == {
        "category": "b",
        "position": 2,
        "train": None,
        "holdout": None,
        "synthetic": 0.1,
        "reason": "no train rows",
    }


def test_category_shares_add_up_where_all_may_be_shown():
    table = np.array([[100], [50], [15], [10]])
    rows = category_shares(
        dict.fromkeys(("train", "holdout", "synthetic"), table), list("abcd"), MIN_CELL_ROWS
    )[0]
    assert [(row["category"], row["train"]) for row in rows] == [
        ("a", 0.5714),
        ("b", 0.2857),
        (OTHER, 0.1429),
    ]


def missing_frame() -> pd.DataFrame:
    counts = [("2007", 200, 200), ("2012", 100, 7), ("2013", 100, 40), ("2014", 10, 0)]
    rows = [
        {"source": source, "variable": "x", "period": period, "n": n, "n_missing": missing}
        for source in ("train", "holdout", "synthetic")
        for period, n, missing in counts
    ]
    return pd.DataFrame(rows)


def test_missing_shares_under_the_minimum():
    found = missing_shares(missing_frame(), MIN_CELL_ROWS).set_index("period")
    assert found.loc[ALL, "train"] == pytest.approx(247 / 410)
    assert found.loc["2007", "train"] == 1
    # 7 of 2012 would be disclosed by the total, so 2013 is not shown either.
    assert found.loc["2012", "reason"] == found.loc["2013", "reason"] == BELOW_MINIMUM
    assert np.isnan(found.loc["2013", "train"])
    assert found.loc["2013", "synthetic"] == 0.4
    # The 10 rows of 2014 would be disclosed by the total too.
    assert np.isnan(found.loc["2014", "n_train"])
    assert found["n_train"].isna().sum() == 2
    assert found.loc["2014", "n_synthetic"] == 10


LEVELS = {"A": None, "B": None, "G": None}


def conditional_samples():
    rng = np.random.default_rng(8)
    frames = []
    for source, n in (("train", 1200), ("holdout", 600), ("synthetic", 800)):
        level = rng.choice(["A", "B", "G"], n, p=[0.6, 0.385, 0.015])
        x = rng.normal(size=n) + (level == "B") * (3.0 if source == "synthetic" else 1.0)
        sub = np.array([f"{a}{b}" for a, b in zip(level, rng.integers(1, 3, n), strict=True)])
        frames.append(pd.DataFrame({"source": source, "grade": level, "x": x, "sub": sub}))
    frame = pd.concat(frames)
    return samples(frame, ["x"], ["grade", "sub"])


def test_conditionals_leave_out_levels_that_are_too_small():
    sources = conditional_samples()
    condition = Condition.of("grade", sources, MIN_CELL_ROWS, LEVELS)
    # G has fewer than 20 rows, and B would disclose it.
    assert condition.labels == ("A",)
    found = {row["variable"]: row for row in distances(condition, sources, MIN_CELL_ROWS)}
    assert found["x"]["metric"] == "ks_statistic"
    assert found["x"]["distance"] < 0.1
    assert found["sub"]["metric"] == "total_variation_distance"
    assert found["sub"]["reason"] is None


def test_conditionals_see_a_level_that_moved():
    sources = conditional_samples()
    condition = Condition.of("grade", sources, 5, LEVELS)
    assert condition.labels == ("A", "B", "G")
    found = {(r["level"], r["variable"]): r for r in distances(condition, sources, 5)}
    assert found["B", "x"]["distance"] > 0.5 > found["B", "x"]["distance_holdout"]
    boxes = {(r["level"], r["source"]): r for r in quantiles(condition, sources, 5)}
    assert boxes["B", "synthetic"]["p50"] - boxes["B", "train"]["p50"] > 1.5
    bars = [r for r in shares(condition, sources, 5) if r["level"] == "G"]
    assert {r["category"] for r in bars} >= {"G1", "G2"}


def test_a_condition_without_synthetic_rows_says_so():
    sources = conditional_samples()
    empty = sources["synthetic"].head(0)
    condition = Condition.of("grade", sources, MIN_CELL_ROWS, LEVELS)
    rows = list(distances(condition, sources | {"synthetic": empty}, MIN_CELL_ROWS))
    assert {row["distance"] for row in rows} == {None}
    assert {row["reason"] for row in rows} == {"synthetic: no values"}


def test_a_suppressed_level_has_rows_with_the_reason_alone():
    sources = conditional_samples()
    condition = Condition.of("grade", sources, 5, LEVELS | {"B": DIFFERENCED})
    assert condition.labels == ("A", "G")
    rows = [row for row in distances(condition, sources, 5) if row["level"] == "B"]
    assert {(row["variable"], row["reason"]) for row in rows} == {
        ("x", DIFFERENCED),
        ("sub", DIFFERENCED),
    }
    assert all("distance" not in row for row in rows)


def test_a_condition_of_which_no_level_may_be_shown_has_the_reasons_alone():
    sources = conditional_samples()
    condition = Condition.of("grade", sources, 5, dict.fromkeys("ABG", DIFFERENCED))
    assert condition.codes == ()
    rows = list(distances(condition, sources, 5))
    assert len(rows) == 6
    assert {row["reason"] for row in rows} == {DIFFERENCED}
    assert list(quantiles(condition, sources, 5)) == list(shares(condition, sources, 5)) == []


def overlaps(rows):
    columns = ["condition", "level", "other", "other_level", "n"]
    return pd.DataFrame(rows, columns=columns).assign(source="train")


def shown_levels(rows):
    found = levels_shown(overlaps(rows), MIN_CELL_ROWS)
    return found.set_index(["condition", "level"])["reason"].to_dict()


def test_a_level_is_suppressed_where_clusters_within_it_leave_few_rows():
    clusters = [("1", 100, 0), ("2", 30, 7), ("3", 0, 40)]
    rows = [("grade", "A", "cluster_id", c, a) for c, a, _ in clusters if a]
    rows += [("grade", "B", "cluster_id", c, b) for c, _, b in clusters if b]
    # Cluster 3 lies within B and leaves 7 rows of it; clusters 1 and 2, less A, leave the same 7.
    found = shown_levels(rows)
    assert found == {("grade", "A"): DIFFERENCED, ("grade", "B"): DIFFERENCED}


def test_a_level_is_shown_where_what_clusters_leave_of_it_is_many():
    clusters = [("1", 100, 0), ("2", 30, 25), ("3", 0, 40)]
    rows = [("grade", "A", "cluster_id", c, a) for c, a, _ in clusters if a]
    rows += [("grade", "B", "cluster_id", c, b) for c, _, b in clusters if b]
    assert set(shown_levels(rows).values()) == {None}


def test_a_level_is_suppressed_where_another_condition_lies_within_it():
    sub = {"A1": 50, "A2": 12, "B1": 90, "C1": 200}
    rows = [("grade", name[0], "sub_grade", name, n) for name, n in sub.items()]
    rows += [("sub_grade", name, "grade", name[0], n) for name, n in sub.items()]
    found = shown_levels(rows)
    assert found["grade", "A"] == DIFFERENCED
    assert found["grade", "B"] is found["grade", "C"] is None
    assert found["sub_grade", "A2"] == BELOW_MINIMUM
    # A2 and the smallest shown beside it: their total, less the others, would be A2's.
    assert found["sub_grade", "A1"] == DIFFERENCED


def test_distances_that_give_a_count_away_are_suppressed():
    flag = {"train": [1] * 4 + [0] * 96, "holdout": [0] * 60, "synthetic": [1] * 9 + [0] * 91}
    frame = pd.concat(
        pd.DataFrame({"source": source, "level": "A", "flag": values, "word": values})
        for source, values in flag.items()
    )
    sources = samples(frame, ["flag"], ["level", "word"])
    condition = Condition.of("level", sources, MIN_CELL_ROWS, {"A": None})
    rows = {row["variable"]: row for row in distances(condition, sources, MIN_CELL_ROWS)}
    assert rows["flag"]["distance"] is rows["word"]["distance"] is None
    assert rows["flag"]["reason"] == SPARSE_SIDE
    assert rows["word"]["reason"] == RARE_POINT
    released = {row["source"]: row for row in quantiles(condition, sources, MIN_CELL_ROWS)}
    assert released["train"]["mean"] is None
    assert released["train"]["reason"] == SPARSE_SIDE
    assert released["synthetic"]["mean"] == 0.09
