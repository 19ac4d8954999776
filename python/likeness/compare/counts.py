"""A number column as its value counts: what every one-variable statistic is computed from."""

from dataclasses import dataclass

import numpy as np

from likeness.moments import cell_quantiles, round_significant


def rounded(value: float | None) -> float | None:
    """`value` to nine significant digits; None for None, NaN and infinity."""
    if value is None or not np.isfinite(value):
        return None
    return round_significant(float(value))


@dataclass(frozen=True)
class Counts:
    """Distinct values in ascending order (float64), how often each occurs (int64), and how many
    rows have none."""

    values: np.ndarray
    counts: np.ndarray
    missing: int = 0

    @classmethod
    def of(cls, values, counts=None, missing: int = 0) -> "Counts":
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

    @property
    def constant(self) -> bool:
        """Whether all values are the same one."""
        return len(self.values) == 1


@dataclass(frozen=True)
class Cells:
    """Neighbouring values in order, cut into cells of at least `floor` rows each.

    `starts` are the ranks at which the cells begin (length k + 1, the last is n), `means` the mean
    of each cell (length k): `quantile` never rests on fewer rows. Fewer than `floor` values have no
    cells.
    """

    starts: np.ndarray
    means: np.ndarray

    @classmethod
    def of(cls, counts: Counts, floor: int) -> "Cells":
        """Cells of as equal size as whole rows allow."""
        n = counts.n
        k = n // floor
        if k == 0:
            return cls(np.zeros(1, dtype=np.int64), np.zeros(0))
        starts = np.arange(k + 1, dtype=np.int64) * n // k
        # Sums of distances from the median keep more digits than sums of the values.
        origin = counts.values[np.searchsorted(np.cumsum(counts.counts), n // 2, side="right")]
        distance = counts.values - origin
        ends = np.cumsum(counts.counts)
        sums = np.concatenate([[0.0], np.cumsum(distance * counts.counts)])
        at = np.minimum(np.searchsorted(ends, starts, side="right"), len(ends) - 1)
        prefix = sums[at] + (starts - (ends[at] - counts.counts[at])) * distance[at]
        return cls(starts, origin + np.diff(prefix) / np.diff(starts))

    def quantile(self, p: float) -> float | None:
        """Mean of the cell that holds quantile `p`; None where there are no cells."""
        k = len(self.means)
        return rounded(self.means[min(int(p * k), k - 1)]) if k else None


def outer_cells_averaged(counts: Counts, floor: int) -> Counts:
    """The same counts with the `floor` lowest rows at their mean, and the `floor` highest.

    The mean of all stays; no single extreme value is left in any moment. Fewer than two cells of
    rows come back unchanged.
    """
    low, high = floor, counts.n - floor
    if low > high:
        return counts
    ends = np.cumsum(counts.counts)
    inner = np.minimum(ends, high) - np.maximum(ends - counts.counts, low)
    kept = inner > 0
    means = cell_quantiles(counts.values, counts.counts, floor)
    ends_means = [means["low_cell_mean"]], [means["high_cell_mean"]]
    values = np.concatenate([ends_means[0], counts.values[kept], ends_means[1]])
    return Counts.of(values, np.concatenate([[low], inner[kept], [low]]), counts.missing)


def clean_array(values: np.ndarray, floor: int) -> np.ndarray:
    """An array (NaN: missing) with its `floor` lowest and highest values, and what equals them,
    at their means."""
    values = np.asarray(values, dtype=float).copy()
    known = np.sort(values[np.isfinite(values)])
    if len(known) < 2 * floor:
        return values
    low, high = known[floor - 1], known[-floor]
    if low < high:
        below, above = values <= low, values >= high
        values[below], values[above] = values[below].mean(), values[above].mean()
    return values
