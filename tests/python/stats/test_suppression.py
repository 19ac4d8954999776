"""Minimum cell size: what is suppressed, and that no difference recovers it."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likeness.stats.suppression import (
    BELOW_MINIMUM,
    ONE_CELL,
    RARE_POINT,
    SPARSE_SIDE,
    back_off,
    problem_with_categories,
    problem_with_joint_counts,
    problem_with_moments,
    publishable_members,
    rounded_count,
)

MIN_CELL_ROWS = 20


@pytest.mark.parametrize(
    ("values", "counts", "problem"),
    [
        (range(19), [1] * 19, BELOW_MINIMUM),
        (range(39), [1] * 39, ONE_CELL),
        (range(40), [1] * 40, None),
        ([0, 1], [93, 7], SPARSE_SIDE),
        ([0, 1], [7, 93], SPARSE_SIDE),
        ([0, 5000], [80, 20], None),
        ([0, 100, 200], [60, 3, 40], RARE_POINT),
        ([0, 1, 2], [255, 36, 9], RARE_POINT),
        ([0, 1, 2, 3], [255, 30, 6, 9], None),
        ([-1, 1, 2, 3, 4], [250, 250, 3, 250, 250], RARE_POINT),
        ([7], [40], None),
        (range(200), [1] * 200, None),
    ],
)
def test_what_counts_could_be_solved_from_moments_is_suppressed(values, counts, problem):
    found = problem_with_moments(np.array(values, dtype=float), np.array(counts), MIN_CELL_ROWS)
    assert found == problem


def test_a_two_way_table_with_a_rare_pair_is_suppressed():
    assert problem_with_joint_counts(np.array([[30, 40], [50, 3]]), MIN_CELL_ROWS) == RARE_POINT
    assert problem_with_joint_counts(np.array([[30, 40], [50, 0]]), MIN_CELL_ROWS) is None
    assert problem_with_joint_counts(np.full((9, 9), 3), MIN_CELL_ROWS) is None


def test_few_categories_with_a_rare_one_are_suppressed():
    assert problem_with_categories(np.array([500, 7]), MIN_CELL_ROWS) == RARE_POINT
    assert problem_with_categories(np.array([500, 7, 9, 40, 60]), MIN_CELL_ROWS) is None
    assert problem_with_categories(np.array([12, 3]), MIN_CELL_ROWS) == BELOW_MINIMUM


def test_a_count_is_rounded_to_the_minimum_and_never_below_it():
    assert [rounded_count(n, MIN_CELL_ROWS) for n in (20, 29, 31, 47, 12969)] == [
        20,
        20,
        40,
        40,
        12960,
    ]


@dataclass(frozen=True)
class Group:
    rows: int

    def union(self, others):
        return Group(self.rows + sum(one.rows for one in others))


def problem(group):
    return BELOW_MINIMUM if group.rows < MIN_CELL_ROWS else None


def test_the_smallest_sibling_is_suppressed_with_a_small_one():
    members = [Group(30), Group(25), Group(5), Group(0)]
    assert publishable_members(members, problem) == [True, False, False, False]
    assert publishable_members([Group(30), Group(25)], problem) == [True, True]


def test_a_leaf_backs_off_to_the_smallest_group_and_takes_a_sibling_with_it():
    leaves = [Group(n) for n in (5, 30, 40, 12, 11, 0)]
    levels = [[0, 1, 2, 3, 4, 5], ["a", "a", "a", "b", "b", "b"], ["all"] * 6]
    assert back_off(leaves, levels, problem) == [1, 1, 0, 1, 1, None]


@settings(max_examples=300)
@given(st.data())
def test_no_remainder_of_a_published_group_is_below_the_minimum(data):
    sizes = data.draw(st.lists(st.integers(0, 60), min_size=1, max_size=14))
    fine = [data.draw(st.integers(0, 4)) for _ in sizes]
    coarse = {group: data.draw(st.integers(0, 1)) for group in range(5)}
    levels = [
        list(range(len(sizes))),
        [("fine", group) for group in fine],
        [("coarse", coarse[group]) for group in fine],
        ["all"] * len(sizes),
    ]
    chosen = back_off([Group(n) for n in sizes], levels, problem)
    published = {(d, levels[d][i]) for i, d in enumerate(chosen) if d is not None}
    for d, group in published:
        inside = [i for i, of in enumerate(levels[d]) if of == group and sizes[i]]
        assert sum(sizes[i] for i in inside) >= MIN_CELL_ROWS
        covered = {i for i in inside if any((e, levels[e][i]) in published for e in range(d))}
        left = sum(sizes[i] for i in inside if i not in covered)
        assert left == 0 or left >= MIN_CELL_ROWS
    if sum(sizes) >= MIN_CELL_ROWS:
        assert all(d is not None for d, n in zip(chosen, sizes, strict=True) if n)
