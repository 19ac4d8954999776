"""A number column as its value counts: what every one-variable statistic is computed from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from likeness.stats import moments
from likeness.stats.moments import round_significant, undominated_mean


def rounded(value: float | None) -> float | None:
    """`value` to nine significant digits; None for None, NaN and infinity."""
    if value is None or not np.isfinite(value):
        return None
    return round_significant(float(value))


@dataclass(frozen=True)
class Counts:
    """Counted values: distinct ones and how often each occurs.

    `values` ascending (k,) float64, `counts` (k,) int64, and `missing`, the rows without a value.
    """

    values: np.ndarray
    counts: np.ndarray
    missing: int = 0

    @classmethod
    def of(cls, values: ArrayLike, counts: ArrayLike | None = None, missing: int = 0) -> "Counts":
        """From values in any order, with repeats and NaN, each occurring `counts` times."""
        values = np.asarray(values, dtype=float)
        counts = np.ones(len(values), dtype=np.int64) if counts is None else np.asarray(counts)
        known = np.isfinite(values)
        distinct, inverse = np.unique(values[known], return_inverse=True)
        summed = np.zeros(len(distinct), dtype=np.int64)
        np.add.at(summed, inverse, counts[known].astype(np.int64))
        return cls(distinct, summed, int(missing + counts[~known].sum()))

    @property
    def n(self) -> int:
        """Rows with a value."""
        return int(self.counts.sum())

    @property
    def rows(self) -> int:
        """Rows with or without a value."""
        return self.n + self.missing

    def union(self, others: Sequence["Counts"]) -> "Counts":
        """The counts of all of these rows."""
        every = (self, *others)
        values = np.concatenate([one.values for one in every])
        counts = np.concatenate([one.counts for one in every])
        return Counts.of(values, counts, sum(one.missing for one in every))

    @property
    def constant(self) -> bool:
        """Whether all values are the same one."""
        return len(self.values) == 1


@dataclass(frozen=True)
class Cells:
    """Neighbouring values in order, cut into cells of at least `min_cell_rows` rows each.

    `starts` are the ranks at which the cells begin (length k + 1, the last is n), `means` the mean
    of each cell (length k): `quantile` never rests on fewer rows. Fewer than `min_cell_rows` values
    have no cells.
    """

    starts: np.ndarray
    means: np.ndarray

    @classmethod
    def of(cls, counts: Counts, min_cell_rows: int) -> "Cells":
        """Cells of as equal size as whole rows allow."""
        if counts.n < min_cell_rows:
            return cls(np.zeros(1, dtype=np.int64), np.zeros(0))
        _, _, means = moments.coded(counts.values, counts.counts, min_cell_rows)
        return cls(moments.cell_starts(counts.n, min_cell_rows), means)

    def quantile(self, p: float) -> float | None:
        """Mean of the cell that holds quantile `p`; None where there are no cells."""
        k = len(self.means)
        return rounded(self.means[min(int(p * k), k - 1)]) if k else None


def outer_cells_averaged(counts: Counts, min_cell_rows: int) -> Counts:
    """The same counts top- and bottom-coded: the outermost cells' rows at their mean.

    No single extreme value is left in any moment. Fewer than two cells of `min_cell_rows` rows come
    back unchanged.
    """
    if counts.n < 2 * min_cell_rows:
        return counts
    values, coded, _ = moments.coded(counts.values, counts.counts, min_cell_rows)
    return Counts.of(values, coded, counts.missing)


def clean_array(values: np.ndarray, min_cell_rows: int) -> np.ndarray:
    """An array (NaN: missing) with its outermost values replaced by their means.

    Replaced are the `min_cell_rows` lowest and highest values, and what equals them, after what
    dominates these is capped.
    """
    values = np.asarray(values, dtype=float).copy()
    known = np.sort(values[np.isfinite(values)])
    if len(known) < 2 * min_cell_rows:
        return values
    low, high = known[min_cell_rows - 1], known[-min_cell_rows]
    if low < high:
        below, above = values <= low, values >= high
        values[below] = -_mean_of(-values[below])
        values[above] = _mean_of(values[above])
    return values


def _mean_of(values: np.ndarray) -> float:
    return undominated_mean(*np.unique(values, return_counts=True))
