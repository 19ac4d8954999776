"""Minimum cell size of published numbers: what may be said of a group, and what takes its place.

Statistical disclosure control's primary and complementary suppression (Hundepool et al. 2012,
Statistical Disclosure Control, ch. 4) for moments of groups that lie within one another.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Protocol, Self, TypeVar

import numpy as np

BELOW_MINIMUM = "below min_cell_rows"
ONE_CELL = "fewer than two cells of min_cell_rows values"
SPARSE_SIDE = "some values, but fewer than min_cell_rows, differ from 0 or from the commonest value"
RARE_POINT = "few distinct values, one of them held by fewer than min_cell_rows rows"
DIFFERENCED = "fewer than min_cell_rows rows lie between it and published groups within it"
# Four moments, beside an n that is known to a cell only, give the counts of at most so many values
# away: the sums of the two outermost cells are unknown as well.
SOLVABLE_VALUES = 4
# With so few categories one published distance, or their total, gives each count away.
SOLVABLE_CATEGORIES = 3


def rounded_count(n: int, min_cell_rows: int) -> int:
    """`n` rounded to the nearest multiple of `min_cell_rows`, at least `min_cell_rows`."""
    return max(min_cell_rows, min_cell_rows * round(n / min_cell_rows))


def problem_with_moments(values: np.ndarray, counts: np.ndarray, min_cell_rows: int) -> str | None:
    """Why moments of counted values may not be published, or None.

    `values` ascending (k,), `counts` rows of each (k,). Refused are fewer than two cells of
    `min_cell_rows` rows; some but fewer than `min_cell_rows` rows that are not zero beside zeros,
    or not the commonest value; and, among at most SOLVABLE_VALUES values between the two outermost
    cells, one that fewer rows hold: its count could be solved for.
    """
    n = int(counts.sum())
    if n < min_cell_rows:
        return BELOW_MINIMUM
    if n < 2 * min_cell_rows:
        return ONE_CELL
    zero = int(counts[values == 0].sum())
    for commoner in (zero, int(counts.max())):
        if commoner and 0 < n - commoner < min_cell_rows:
            return SPARSE_SIDE
    upto = np.cumsum(counts)
    inner = (upto - counts >= min_cell_rows) & (n - upto >= min_cell_rows)
    is_lattice = 2 * len(values) <= n
    if is_lattice and inner.sum() <= SOLVABLE_VALUES and (counts[inner] < min_cell_rows).any():
        return RARE_POINT
    if len(values) <= SOLVABLE_CATEGORIES and (counts < min_cell_rows).any():
        return RARE_POINT
    return None


def problem_with_joint_counts(counts: np.ndarray, min_cell_rows: int) -> str | None:
    """Why an association of two columns may not be published, or None.

    `counts`: rows of each pair of values (rows, columns). With both margins known, the pairs of a
    small table can be solved for.
    """
    n = int(counts.sum())
    if n < min_cell_rows:
        return BELOW_MINIMUM
    if n < 2 * min_cell_rows:
        return ONE_CELL
    free = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    if free < SOLVABLE_CATEGORIES and ((counts > 0) & (counts < min_cell_rows)).any():
        return RARE_POINT
    return None


def problem_with_categories(counts: np.ndarray, min_cell_rows: int) -> str | None:
    """Why a distance from counts of rows by category (k,) may not be published, or None."""
    filled = counts[counts > 0]
    if filled.sum() < min_cell_rows:
        return BELOW_MINIMUM
    if len(filled) <= SOLVABLE_CATEGORIES and (filled < min_cell_rows).any():
        return RARE_POINT
    return None


class Held(Protocol):
    """What a group holds: `rows` of it, and the union with other groups of the same kind."""

    @property
    def rows(self) -> int:
        """Rows the number is made from."""

    def union(self, others: Sequence[Self]) -> Self:
        """This group and the others as one."""


H = TypeVar("H", bound=Held)


def publishable_members(members: Sequence[H], problem: Callable[[H], str | None]) -> list[bool]:
    """Which members of a group may each have a number beside the group's own.

    Those with a `problem` are suppressed; what all suppressed ones hold together is the group less
    the others, so the smallest of the others are suppressed too until it has no problem, or all
    are.
    """
    shown = [member.rows > 0 and problem(member) is None for member in members]
    while True:
        hidden = [m for m, is_shown in zip(members, shown, strict=True) if not is_shown and m.rows]
        if not hidden or not any(shown) or problem(hidden[0].union(hidden[1:])) is None:
            return shown
        shown[min((m.rows, i) for i, m in enumerate(members) if shown[i])[1]] = False


def back_off(
    leaves: Sequence[H],
    levels: Sequence[Sequence[Hashable]],
    problem: Callable[[H], str | None],
) -> list[int | None]:
    """For each leaf the level whose group may publish a number for it; None if none may.

    `levels[d][i]` is the group of leaf i at level d; level 0 is the leaf itself, and a group lies
    within one group of the next level. A leaf with a problem takes the number of the smallest
    enclosing group without one. A group's number beside those of its members gives away what the
    other members hold together, so members join these, the smallest first, until that has no
    problem either. Leaves without rows get None.
    """
    chosen: list[int | None] = [
        0 if leaf.rows and problem(leaf) is None else None for leaf in leaves
    ]
    for level in range(1, len(levels)):
        for places in _members(levels[level]).values():
            filled = [i for i in places if leaves[i].rows]
            if all(chosen[i] is not None for i in filled):
                continue
            if problem(_union(leaves, filled)) is not None:
                continue
            parts = _members({i: levels[level - 1][i] for i in filled})
            while problem(_union(leaves, [i for i in filled if chosen[i] is None])) is not None:
                covered = [p for p in parts.values() if any(chosen[i] is not None for i in p)]
                smallest = min(covered, key=lambda p: (sum(leaves[i].rows for i in p), p[0]))
                for i in smallest:
                    chosen[i] = None
            for i in filled:
                chosen[i] = level if chosen[i] is None else chosen[i]
    return chosen


def _members(
    groups: Sequence[Hashable] | Mapping[int, Hashable],
) -> dict[Hashable, list[int]]:
    """Places of the leaves of each group, in order."""
    found: dict[Hashable, list[int]] = {}
    pairs = groups.items() if isinstance(groups, Mapping) else enumerate(groups)
    for place, group in pairs:
        found.setdefault(group, []).append(place)
    return found


def _union(leaves: Sequence[H], places: Sequence[int]) -> H:
    first, *others = (leaves[i] for i in places)
    return first.union(others) if others else first
