"""Clusters within segments, and the merging of what is too small."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likeness.profiles import clustering, segments

KEYS = ["letter", "place", "outcome"]
BY_ROLE = {"place": "pooled", "outcome": "fixed"}
ROLES = clustering.Roles.of(KEYS, BY_ROLE)


def cells(rows):
    return pd.DataFrame(rows, columns=[*KEYS, "cluster_no", "n_rows"])


def ids(merged):
    return {tuple(row[:4]): row[5] for row in merged.itertuples(index=False)}


def test_a_segment_with_a_small_cluster_is_one_cluster():
    merged = clustering.merge_cells(
        cells([("A", "p", "ok", 1, 5), ("A", "p", "ok", 2, 30)]), ROLES, 20
    )
    assert merged["cluster_id"].tolist() == [1, 1]
    assert merged["merged"].tolist() == ["segment", "segment"]


def test_places_of_one_pattern_merge_before_neighbouring_letters():
    merged = clustering.merge_cells(
        cells(
            [
                ("A", "p", "ok", 1, 12),
                ("A", "q", "ok", 1, 11),
                ("A", "r", "ok", 1, 40),
                ("A", "r", "bad", 1, 40),
                ("B", "p", "ok", 1, 50),
            ]
        ),
        ROLES,
        20,
    )
    found = ids(merged)
    assert found["A", "p", "ok", 1] == found["A", "q", "ok", 1]
    assert found["A", "r", "ok", 1] != found["A", "p", "ok", 1]
    assert len(set(found.values())) == 4


def test_nothing_merges_across_the_fixed_key():
    merged = clustering.merge_cells(
        cells([("A", "p", "ok", 1, 500), ("A", "p", "bad", 1, 3)]), ROLES, 20
    )
    assert merged.set_index("outcome")["cluster_id"].to_dict() == {"bad": 1, "ok": 2}


def test_steps_of_the_ordered_key_are_numbers_where_its_values_are():
    assert clustering.in_order(["9", "(missing)", "10", "2"]) == ["(missing)", "2", "9", "10"]
    assert clustering.in_order(["b", "a", "(missing)"]) == ["(missing)", "a", "b"]


def test_groups_enclose_one_another_up_to_all():
    merged = clustering.merge_cells(
        cells(
            [
                ("A", "p", "ok", 1, 40),
                ("A", "p", "ok", 2, 40),
                ("A", "q", "ok", 1, 40),
                ("B", "p", "ok", 1, 40),
                ("A", "p", "bad", 1, 5),
            ]
        ),
        ROLES,
        20,
    )
    groups = clustering.cluster_groups(merged, ROLES)
    ids_of = {level: part["group_id"].tolist() for level, part in groups.groupby("level")}
    assert groups.drop_duplicates("level")["basis"].tolist() == [
        "cluster", "segment", "pooled segment", "letter and outcome", "outcome", "all",
    ]  # fmt: skip
    assert ids_of == {
        0: [1, 2, 3, 4, 5],
        1: [1, 2, 2, 4, 5],
        2: [1, 2, 2, 4, 5],
        3: [1, 2, 2, 2, 5],
        4: [1, 2, 2, 2, 2],
        5: [1] * 5,
    }


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABCDEFG"), st.sampled_from("pqrs"), st.sampled_from(["ok", "bad"]),
            st.integers(1, 2), st.integers(1, 60),
        ),
        min_size=1, max_size=60, unique_by=lambda cell: cell[:4],
    )
)  # fmt: skip
def test_every_cluster_has_enough_rows_and_one_outcome(rows):
    merged = clustering.merge_cells(cells(rows), ROLES, 20)
    assert merged["n_rows"].sum() == sum(row[4] for row in rows)
    sizes = merged.groupby("cluster_id")["n_rows"].sum()
    whole = merged.groupby("outcome")["n_rows"].sum()
    outcomes = merged.groupby("cluster_id")["outcome"].agg(["nunique", "first"])
    assert (outcomes["nunique"] == 1).all()
    assert ((sizes >= 20) | (sizes == outcomes["first"].map(whole))).all()
    groups = clustering.cluster_groups(merged, ROLES).pivot(
        index="cluster_id", columns="level", values="group_id"
    )
    for level in groups.columns[1:]:
        assert (groups.groupby(level - 1)[level].nunique() == 1).all()
    shares = segments.segment_shares(merged, KEYS, BY_ROLE, 20)
    sums = shares.groupby(["cluster_id", "variable"])["share"].sum()
    assert sums.to_numpy() == pytest.approx(1.0)
    assert (shares["n_rows"].dropna() >= 20).all()


def test_shares_of_too_few_rows_are_pooled_over_clusters():
    merged = clustering.merge_cells(
        cells(
            [
                ("F", "p", "ok", 1, 30),
                ("G", "p", "ok", 1, 12),
                ("F", "p", "bad", 1, 15),
                ("G", "p", "bad", 1, 8),
            ]
        ),
        ROLES,
        20,
    )
    shares = segments.segment_shares(merged, KEYS, BY_ROLE, 20)
    letters = shares[shares["variable"] == "letter"]
    assert set(letters["basis"]) == {"all"}
    assert letters.groupby("value")["n_rows"].first().to_dict() == {"F": 45, "G": 20}


def sample(n=400):
    generator = np.random.default_rng(3)
    amount = np.where(np.arange(n) % 2, 1000.0, 9000.0) + generator.normal(size=n)
    other = np.where(np.arange(n) % 5 == 0, np.nan, generator.normal(size=n))
    return pd.DataFrame(
        {
            "loan_id": [f"{i:04d}" for i in range(n)],
            "letter": "A", "place": "p", "outcome": "ok", "amount": amount, "other": other,
        }
    )  # fmt: skip


def test_kmeans_finds_two_groups_whatever_the_order_of_rows():
    frame = sample()
    frame["other"] = 0.0
    once = clustering.segment_centroids(frame, KEYS, ["amount", "other"], 2, 20, seed=1)
    again = clustering.segment_centroids(
        frame.sample(frac=1, random_state=9), KEYS, ["amount", "other"], 2, 20, seed=1
    )
    pd.testing.assert_frame_equal(once, again)
    centres = once["centroid_amount"] * once["std_amount"] + once["mean_amount"]
    assert centres.tolist() == pytest.approx([1000, 9000], abs=1)


def test_a_missing_key_is_a_flag_and_the_median():
    once = clustering.segment_centroids(sample(), KEYS, ["amount", "other"], 2, 20, seed=1)
    assert once["flag_mean_other"].iloc[0] == pytest.approx(0.2)
    assert once["median_other"].notna().all()


def test_a_segment_too_small_for_two_clusters_gets_one():
    assert (
        len(clustering.segment_centroids(sample(30), KEYS, ["amount", "other"], 2, 20, seed=1)) == 1
    )


ROW = st.tuples(st.sampled_from("ABC"), st.sampled_from("pq"), st.integers(1, 60))
KEY = st.sampled_from(["letter", "place"])


@given(
    st.lists(ROW, max_size=20, min_size=1),
    st.lists(KEY, unique=True),
    st.dictionaries(KEY, st.sampled_from(["ordered", "pooled", "fixed"])),
)
def test_any_number_of_keys_in_any_roles(rows, keys, roles):
    counted: dict[tuple, int] = {}
    for letter, place, n in rows:
        values = {"letter": letter, "place": place}
        key = tuple(values[name] for name in keys)
        counted[key] = counted.get(key, 0) + n
    frame = pd.DataFrame(
        [(*k, 1, n) for k, n in counted.items()], columns=[*keys, "cluster_no", "n_rows"]
    )
    merged = clustering.merge_with_groups(frame, keys, roles, 20)
    sizes = merged.groupby("cluster_id")["n_rows"].sum()
    fixed = clustering.Roles.of(keys, roles).fixed
    assert sizes.sum() == sum(counted.values())
    assert merged.groupby("cluster_id")[list(fixed)].nunique().le(1).all(axis=None)
    if not fixed and sizes.sum() >= 20:
        assert (sizes >= 20).all()
    for groups in merged["groups"]:
        assert [group["level"] for group in groups] == list(range(len(groups)))
        assert groups[-1]["basis"] in ("all", "cluster")
    shares = segments.segment_shares(merged, keys, roles, 20)
    assert np.allclose(shares.groupby(["cluster_id", "variable"])["share"].sum(), 1, atol=1e-3)
