"""Trees over halves: what a share rests on, and that halving loses no bin."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeness.stats import compiled
from likeness.synthesizer import bounds
from likeness.synthesizer.bins import fit_numbers
from likeness.synthesizer.dichotomies import halve
from likeness.synthesizer.forest import Forest, bins, leaves
from likeness.synthesizer.trees import (
    SEVERAL_FROM,
    TREES,
    Codes,
    fit_split,
    fixed_entropy,
    share_classes,
)

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


def test_the_first_bin_may_be_parted_from_all_others_first():
    first, second, *_ = halve(np.array([1, 50, 50, 50]), first_alone=True)
    assert (first.start.tolist(), first.middle.tolist()) == ([0], [1])
    assert second.start.tolist() == [0, 1]


def grouped(classes: np.ndarray) -> list[list[int]]:
    """Leaves of each class, which are numbered without a gap."""
    return [np.flatnonzero(classes == k).tolist() for k in range(classes.max() + 1)]


@given(
    st.lists(
        st.integers(MIN_CELL_ROWS, 90).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=1,
        max_size=60,
    )
)
def test_a_class_has_no_row_or_the_minimum_in_each_half(leaves):
    inside, rows = (np.array(column) for column in zip(*leaves, strict=True))
    classes = grouped(share_classes(inside, rows, MIN_CELL_ROWS))
    if min(inside.sum(), (rows - inside).sum()) < MIN_CELL_ROWS:
        return  # there is nothing but one class of everything
    for group in classes:
        for half in (inside[group].sum(), (rows - inside)[group].sum()):
            assert half == 0 or half >= MIN_CELL_ROWS


def test_classes_gather_leaves_of_similar_shares():
    inside, rows = np.array([0, 10, 11, 30, 28, 40]), np.full(6, 40)
    assert grouped(share_classes(inside, rows, MIN_CELL_ROWS)) == [[1, 2], [3, 4], [0], [5]]


@pytest.mark.parametrize("n_features", [2, 12])
def test_shares_are_those_of_the_rows_however_many_trees(n_features):
    generator = np.random.default_rng(0)
    codes = generator.integers(0, 5, (4000, n_features)).astype(np.uint16)
    upper = generator.random(4000) < np.array([0.0, 0.1, 0.5, 0.9, 1.0])[codes[:, 0]]
    everyone, part = np.arange(4000), np.zeros(4000, np.int64)
    learned = Codes(list(codes.T))
    split = fit_split(learned, n_features, everyone, part[:, None], upper, MIN_CELL_ROWS)
    (level,) = halve(np.array([1, 1]))
    forest = Forest.of(n_features, [level], [split])
    drawn = bins(forest, codes, everyone, everyone, 1, ("x",)) == 1
    for code in range(5):
        here = codes[:, 0] == code
        assert drawn[here].mean() == pytest.approx(upper[here].mean(), abs=0.06)
    if n_features == 2:  # a tree that looks at some of the features may miss the one that matters
        assert not drawn[codes[:, 0] == 0].any()
        assert drawn[codes[:, 0] == 4].all()
    assert len(split.roots) == (TREES if n_features + 1 >= SEVERAL_FROM else 1)
    for tree in range(len(split.roots)):
        reached = leaves(forest, 0, tree, codes, everyone, part)
        _, held = np.unique(reached, return_counts=True)
        assert held.min() >= MIN_CELL_ROWS


def grown(codes: np.ndarray, upper: np.ndarray, least: int, worth: int = -1, looked_at: int = 99):
    """Nodes, counts and leaves of a tree over codes [rows, fields], the last column the part."""
    n, leaf = len(codes), np.full(len(codes), -1, np.int32)
    sizes = codes.max(axis=0).astype(np.int64) + 1
    nodes, counts = np.empty((2 * n + 1, 4), np.int32), np.empty((2 * n + 1, 2), np.int64)
    held = compiled.required().grow(
        nodes,
        counts,
        leaf,
        np.ascontiguousarray(codes[:, :-1]),
        np.ascontiguousarray(codes[:, -1:]),
        upper.astype(np.uint8),
        np.arange(n, dtype=np.int32),
        sizes,
        least,
        min(looked_at, codes.shape[1]),
        np.uint64(0),
        worth,
        fixed_entropy(n),
    )
    return nodes[:held], counts[:held], leaf


def walked(nodes: np.ndarray, codes: np.ndarray) -> list[int]:
    """The leaf of each row of codes, asked node by node."""
    out = []
    for row in codes.tolist():
        at = 0
        while nodes[at, 0] >= 0:
            at = nodes[at, 2 if row[nodes[at, 0]] <= nodes[at, 1] else 3]
        out.append(int(at))
    return out


def best_by_hand(codes: np.ndarray, upper: np.ndarray, least: int) -> set[tuple[int, int, int]]:
    """Feature, rows below and upper rows below of every best split, tried one by one."""
    entropy = fixed_entropy(len(codes))

    def purity(rows: np.ndarray) -> int:
        inside = int(upper[rows].sum())
        return int(entropy[inside] + entropy[len(rows) - inside] - entropy[len(rows)])

    found: dict[int, set] = {}
    for feature in range(codes.shape[1]):
        for threshold in range(codes[:, feature].max()):
            below = codes[:, feature] <= threshold
            if min(below.sum(), (~below).sum()) >= least:
                gain = purity(np.flatnonzero(below)) + purity(np.flatnonzero(~below))
                at = (feature, int(below.sum()), int(upper[below].sum()))
                found.setdefault(gain, set()).add(at)
    return found[max(found)] if found else set()


@given(st.integers(2, 120), st.integers(1, 4), st.integers(1, 30), st.integers(0, 10**6))
def test_the_first_split_is_a_best_one_and_leaves_hold_enough(n, features, least, seed):
    generator = np.random.default_rng(seed)
    codes = generator.integers(0, 7, (n, features)).astype(np.uint16)
    upper = generator.random(n) < 0.2 + 0.6 * (codes[:, 0] > 3)
    nodes, counts, leaf = grown(codes, upper, least)
    assert leaf.tolist() == walked(nodes, codes)
    best = best_by_hand(codes, upper, least) if 0 < upper.sum() < n else set()
    feature, threshold, left, _ = nodes[0].tolist()
    if not best:
        assert feature == -1
        return
    assert (feature, int(counts[left, 1]), int(counts[left, 0])) in best
    below = codes[:, feature] <= threshold
    assert (below.sum(), upper[below].sum()) == (counts[left, 1], counts[left, 0])
    is_leaf = nodes[:, 0] < 0
    assert counts[is_leaf, 1].min() >= least
    assert counts[is_leaf].sum(axis=0).tolist() == [upper.sum(), n]


def test_splits_that_gain_less_than_they_must_are_pruned():
    generator = np.random.default_rng(5)
    codes = generator.integers(0, 6, (3000, 4)).astype(np.uint16)
    noise = generator.random(3000) < 0.5
    whole, *_ = grown(codes, noise, MIN_CELL_ROWS)
    for worth in (2**18, 2**20, 4 * 2**20):
        pruned, _, leaf = grown(codes, noise, MIN_CELL_ROWS, worth=worth)
        assert leaf.tolist() == walked(pruned, codes)
    assert 1 < len(pruned) < len(whole) / 4
    tied = codes[:, 1] > 2
    pruned, counts, _ = grown(codes, tied, MIN_CELL_ROWS, worth=4 * 2**20)
    assert pruned[:, 0].tolist() == [1, -1, -1]
    assert sorted(counts[1:, 0].tolist()) == [0, tied.sum()]


def test_trees_that_look_at_some_features_differ_from_each_other():
    generator = np.random.default_rng(6)
    codes = generator.integers(0, 6, (2000, 12)).astype(np.uint16)
    upper = generator.random(2000) < codes.sum(axis=1) / 72
    part = np.zeros((2000, 1), np.int64)
    split = fit_split(Codes(list(codes.T)), 12, np.arange(2000), part, upper, MIN_CELL_ROWS)
    features = {split.feature[split.tree == tree].tobytes() for tree in range(TREES)}
    assert len(features) == TREES


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
