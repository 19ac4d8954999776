"""Levels of conditions that may be shown: what the audit can subtract of them is never few."""

from collections import Counter
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from likeness.audit.differences import Family, regions_of
from likeness.metrics.levels import levels_shown
from likeness.stats.suppression import BELOW_MINIMUM, DIFFERENCED

LEAST = 5
CONDITIONS, SOURCES = ("a", "b"), ("train", "holdout")
# Rows by source, level of a, level of b, level of the missing_by variable, and cluster.
cells = st.lists(
    st.tuples(
        st.sampled_from(SOURCES), *[st.integers(0, 3)] * 4, st.sampled_from([1, 2, 4, 7, 30, 60])
    ),
    min_size=1,
    max_size=12,
)


def table(rows) -> pd.DataFrame:
    names = ["source", "a", "b", "period", "cluster_id", "n"]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[1:5], str))


def overlaps(rows: pd.DataFrame) -> pd.DataFrame:
    """As models/marts/comparison/measures/int_comparison__level_overlaps.sql counts them."""
    counted = Counter()
    for row in rows.to_dict("records"):
        for condition in CONDITIONS:
            others = {"all rows": "all", **{name: row[name] for name in ("period", *CONDITIONS)}}
            others |= {"cluster_id": row["cluster_id"]} if row["source"] == "train" else {}
            for other in others.keys() - {condition}:
                counted[row["source"], condition, row[condition], other, others[other]] += row["n"]
    columns = ["source", "condition", "level", "other", "other_level", "n"]
    return pd.DataFrame([(*key, n) for key, n in counted.items()], columns=columns)


def found(rows: pd.DataFrame) -> dict:
    return levels_shown(overlaps(rows), LEAST).set_index(["condition", "level"])["reason"].to_dict()


def family(rows: pd.DataFrame, name: str, labels: list[str]) -> Family:
    codes = rows[name].map({label: i for i, label in enumerate(labels)}).fillna(-1)
    return Family("mart", name, labels, codes.to_numpy(np.int64))


def families(rows: pd.DataFrame, reasons: dict) -> list[Family]:
    """What one source shows: levels without a reason, and all other groups of enough rows."""
    rows = rows.assign(**{"all rows": "all"})
    names = ["all rows", "period", *CONDITIONS]
    if (rows["source"] == "train").all():
        names.append("cluster_id")
    made = []
    for name in names:
        sizes = rows.groupby(name)["n"].sum()
        labels = [label for label in sizes.index if sizes[label] >= LEAST]
        if name in CONDITIONS:
            labels = [label for label in labels if reasons.get((name, label), "") is None]
        if labels:
            made.append(family(rows, name, labels))
    return made


@example([("train", 0, 0, 0, 0, 60), ("train", 1, 1, 0, 0, 60), ("train", 0, 1, 0, 0, 2)])
@example(
    [
        ("train", 0, 0, 0, 0, 60),
        ("train", 1, 0, 0, 0, 60),
        ("holdout", 0, 0, 0, 0, 60),
        ("holdout", 1, 0, 0, 0, 1),
    ]
)
@given(cells)
def test_few_rows_are_never_had_of_levels_by_subtraction(drawn):
    rows = table(drawn)
    reasons = found(rows)
    for source in SOURCES:
        of_source = rows[rows["source"] == source].reset_index(drop=True)
        if of_source.empty:
            continue
        shown = families(of_source, reasons)
        weights = of_source["n"].to_numpy(float)
        for one, other in combinations(shown, 2):
            if one.name not in CONDITIONS and other.name not in CONDITIONS:
                continue
            for region in regions_of([one, other], weights, LEAST):
                assert not 0 < region.rows < LEAST, (source, region, reasons)


def test_levels_far_from_each_other_are_all_shown():
    rows = table([("train", i, j, 0, 0, 30) for i in range(3) for j in range(3)])
    assert set(found(rows).values()) == {None}


@pytest.mark.parametrize("source", SOURCES)
def test_a_rare_level_hides_one_other_and_no_more(source):
    rows = [("train", i, j, 0, 0, 30 + i) for i in range(3) for j in range(3)]
    reasons = found(table([*rows, (source, 3, 0, 0, 0, 2)]))
    hidden = {level for (name, level), reason in reasons.items() if name == "a" and reason}
    assert hidden - {"3"} == ({"0"} if source == "train" else set())


@pytest.mark.parametrize("source", SOURCES)
def test_two_conditions_that_are_nearly_the_same_are_not_both_shown(source):
    wide = [("train", i, j, 0, 0, 30) for i in range(2) for j in range(2)]
    near = [(source, 0, 0, 0, 0, 60), (source, 1, 1, 0, 0, 60), (source, 0, 1, 0, 0, 2)]
    reasons = found(table(near + (wide if source == "holdout" else [])))
    assert DIFFERENCED in {reasons["a", "0"], reasons["a", "1"]}
    assert set(reasons.values()) <= {None, DIFFERENCED, BELOW_MINIMUM}
