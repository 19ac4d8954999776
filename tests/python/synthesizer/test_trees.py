"""Trees over halves: what a share rests on, and that halving loses no bin."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeness.synthesizer import bounds
from likeness.synthesizer.bins import fit_numbers
from likeness.synthesizer.dichotomies import halve
from likeness.synthesizer.trees import fit_split, share_classes

MIN_CELL_ROWS = 20


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=240))
def test_halving_ends_with_every_cell_on_its_own(weights):
    bins = np.arange(len(weights))
    part = np.zeros(len(weights), dtype=int)
    for level in halve(np.array(weights)):
        assert (level.part_of(bins) == part).all()
        upper = (bins >= level.middle[part]) & (level.middle[part] < level.stop[part])
        part = np.where(upper, level.upper[part], level.lower[part])
    assert (part == bins).all()


def test_halves_weigh_about_the_same():
    (first, *_) = halve(np.array([10, 10, 10, 30]))
    assert first.middle.tolist() == [3]


@given(
    st.lists(
        st.integers(MIN_CELL_ROWS, 90).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=1,
        max_size=60,
    )
)
def test_a_class_has_no_row_or_the_minimum_in_each_half(leaves):
    inside, rows = (np.array(column) for column in zip(*leaves, strict=True))
    classes = share_classes(inside, rows, MIN_CELL_ROWS)
    assert sorted(np.concatenate(classes).tolist()) == list(range(len(rows)))
    if min(inside.sum(), (rows - inside).sum()) < MIN_CELL_ROWS:
        return  # there is nothing but one class of everything
    for group in classes:
        for half in (inside[group].sum(), (rows - inside)[group].sum()):
            assert half == 0 or half >= MIN_CELL_ROWS


def test_classes_gather_leaves_of_similar_shares():
    inside, rows = np.array([0, 10, 11, 30, 28, 40]), np.full(6, 40)
    classes = [sorted(group.tolist()) for group in share_classes(inside, rows, MIN_CELL_ROWS)]
    assert classes == [[1, 2], [3, 4], [0], [5]]


@pytest.mark.parametrize("n_features", [2, 12])
def test_shares_are_those_of_the_rows_however_many_trees(n_features):
    generator = np.random.default_rng(0)
    codes = generator.integers(0, 5, (n_features, 4000))
    upper = generator.random(4000) < np.array([0.0, 0.1, 0.5, 0.9, 1.0])[codes[0]]
    names = [f"f{i}" for i in range(n_features)]
    split = fit_split(names, codes, upper, MIN_CELL_ROWS)
    drawn = split.is_upper(codes, generator.random(4000))
    for code in range(5):
        here = codes[0] == code
        assert drawn[here].mean() == pytest.approx(upper[here].mean(), abs=0.06)
    if n_features == 2:  # a tree that looks at some of the features may miss the one that matters
        assert not drawn[codes[0] == 0].any()
        assert drawn[codes[0] == 4].all()
    for tree in range(len(split.roots)):
        _, held = np.unique(split.leaf(codes, np.full(4000, tree)), return_counts=True)
        assert held.min() >= MIN_CELL_ROWS


def test_bounds_leave_the_bins_that_can_keep_them():
    values = pd.Series(np.repeat(np.arange(10.0), 30))
    bins = fit_numbers("n", values, MIN_CELL_ROWS, 0)
    limits = {"other": np.array([4.0, 0.0, np.nan])}
    first, last = bounds.bins_within(bins, [("other", "at_most")], limits)
    assert (first.tolist(), last.tolist()) == ([0, 0, 0], [4, 0, 9])
    first, last = bounds.bins_within(bins, [("other", "at_least")], limits)
    assert (first.tolist(), last.tolist()) == ([4, 0, 0], [9, 9, 9])
    moved = bounds.bent(np.array([9.0, 9.0, 9.0]), [("other", "at_most")], limits)
    assert moved.tolist() == [4.0, 0.0, 9.0]
