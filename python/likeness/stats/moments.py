"""Moments and cell quantiles of a variable from its value counts, with a minimum cell size."""

import numpy as np

from likeness.stats.suppression import BELOW_MINIMUM, problem_with_moments, rounded_count

QUANTILES = {
    "p01": 0.01,
    "p05": 0.05,
    "p25": 0.25,
    "p50": 0.50,
    "p75": 0.75,
    "p95": 0.95,
    "p99": 0.99,
}
MOMENTS = ("mean", "std", "skewness", "kurtosis")
STATISTICS = (*MOMENTS, "low_cell_mean", *QUANTILES, "high_cell_mean")
CONSTANT = "constant"
NOT_FINITE = "undefined, or beyond what a double holds"
DIGITS = 9


def round_significant(value: float, digits: int = DIGITS) -> float:
    """`value` rounded to `digits` significant digits; NaN and infinity as they are."""
    return float(f"{value:.{digits}g}") if np.isfinite(value) else float(value)


def moments(values: np.ndarray, counts: np.ndarray) -> dict[str, float]:
    """Mean, standard deviation (n - 1), skewness and excess kurtosis of counted values.

    `values` ascending without NaN, `counts` how often each occurs. Skewness and kurtosis are the
    bias-corrected G1 and G2 of Joanes and Gill (1998), which scipy and pandas give too, but not of
    counted values; NaN where undefined (constant, fewer than 3 or 4 rows).
    """
    n = int(counts.sum())
    mean = float((values * counts).sum() / n)
    deviation = values - mean
    m2, m3, m4 = (float((counts * deviation**p).sum() / n) for p in (2, 3, 4))
    result = {"mean": mean, "std": np.nan, "skewness": np.nan, "kurtosis": np.nan}
    if n > 1:
        result["std"] = 0.0 if len(values) == 1 else np.sqrt(m2 * n / (n - 1))
    if len(values) > 1 and n > 2:
        result["skewness"] = m3 / m2**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
    if len(values) > 1 and n > 3:
        excess = m4 / m2**2 - 3
        result["kurtosis"] = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6)
    return result


def cell_starts(n: int, min_cell_rows: int) -> np.ndarray:
    """Ranks at which the n // `min_cell_rows` cells of n sorted values begin, and n.

    (cells + 1,) int64. The cells are as equal as whole rows allow: min_cell_rows to 2 x
    min_cell_rows - 1 rows each.
    """
    cells = max(n // min_cell_rows, 1)
    return np.arange(cells + 1, dtype=np.int64) * n // cells


def coded(
    values: np.ndarray, counts: np.ndarray, min_cell_rows: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Top- and bottom-coded value counts and the mean of each cell: values, counts, cell means.

    `values` ascending without NaN (k,), `counts` rows of each (k,). The rows of the lowest and of
    the highest cell (`cell_starts`) count as their mean, after what dominates it is capped
    (`undominated_mean`). Fewer than two cells come back unchanged, with one mean.
    """
    n = int(counts.sum())
    starts = cell_starts(n, min_cell_rows)
    upto = np.concatenate([[0], np.cumsum(counts)])
    # Sums of distances from the median keep more digits than sums of the values.
    origin = values[np.searchsorted(upto, n // 2, side="right") - 1]
    away = values - origin
    total = np.concatenate([[0.0], np.cumsum(away * counts)])
    index = np.searchsorted(upto, starts, side="right") - 1
    sums = total[index] + (starts - upto[index]) * np.append(away, 0.0)[index]
    means = origin + np.diff(sums) / np.diff(starts)
    if len(means) < 2:
        return values, counts, means
    low, high = int(starts[1]), int(starts[-2])
    means[0] = 0.0 - undominated_mean(*_within(-values[::-1], counts[::-1], n - low, n))
    means[-1] = undominated_mean(*_within(values, counts, high, n))
    inner = np.minimum(upto[1:], high) - np.maximum(upto[:-1], low)
    kept = inner > 0
    every = np.concatenate([means[:1], values[kept], means[-1:]])
    coded_values, place = np.unique(every, return_inverse=True)
    coded_counts = np.zeros(len(coded_values), dtype=np.int64)
    np.add.at(coded_counts, place, np.concatenate([[low], inner[kept], [n - high]]))
    return coded_values, coded_counts, means


def _within(
    values: np.ndarray, counts: np.ndarray, first: int, end: int
) -> tuple[np.ndarray, np.ndarray]:
    """Values and counts of the ranks from `first` to `end` of ascending counted values."""
    upto = np.cumsum(counts)
    inside = np.minimum(upto, end) - np.maximum(upto - counts, first)
    return values[inside > 0], inside[inside > 0]


# The p% rule's p: how near the second largest contributor could come to the largest one's value.
DOMINANCE = 0.1


def undominated_mean(values: np.ndarray, counts: np.ndarray) -> float:
    """Mean of ascending counted values, the largest capped until the p% rule holds for it.

    The rule (Hundepool et al. 2012, ch. 4.2.2) on what each value exceeds the smallest by: all but
    the two largest must together be at least DOMINANCE of the largest, else whoever knows about
    where the others lie could work the largest out of their mean.
    """
    excess = np.repeat(values - values[0], counts)
    place = len(excess) - 1
    while excess[: max(place - 1, 0)].sum() < DOMINANCE * excess[place]:
        place -= 1
    excess[place:] = excess[place]
    return float(values[0] + excess.mean())


def cell_quantiles(means: np.ndarray) -> dict[str, float]:
    """Quantiles from the means of equal cells in order: each is the mean of the cell it lies in.

    `low_cell_mean` and `high_cell_mean` are those of the outermost cells. The cells part the rows,
    so no difference of two of them, or of one and the total, rests on fewer rows than a cell.
    """
    at = [min(int(share * len(means)), len(means) - 1) for share in QUANTILES.values()]
    names = ("low_cell_mean", *QUANTILES, "high_cell_mean")
    return dict(zip(names, means[[0, *at, -1]].tolist(), strict=True))


def summary(
    values: np.ndarray,
    counts: np.ndarray,
    n_missing: int,
    min_cell_rows: int,
    is_real: bool = True,
) -> dict[str, object]:
    """n, moments, cell quantiles and the reason for what is missing, of one variable.

    The moments are those of the `coded` values. Of real rows n is rounded to `min_cell_rows`, and
    nothing but the reason is given where `problem_with_moments` finds one; n is suppressed where
    fewer values than that are missing. A constant has no skewness and no kurtosis; a moment that
    is not finite is suppressed. Numbers are rounded to nine significant digits.
    """
    n = int(counts.sum())
    order = np.argsort(values, kind="stable")
    values, counts = values[order], counts[order]
    reason = problem_with_moments(values, counts, min_cell_rows) if is_real else None
    if n == 0 or reason:
        return {"n": None, **dict.fromkeys(STATISTICS), "reason": reason or BELOW_MINIMUM}
    coded_values, coded_counts, means = coded(values, counts, min_cell_rows)
    with np.errstate(over="ignore", invalid="ignore"):
        numbers = moments(coded_values, coded_counts) | cell_quantiles(means)
    rounded = {
        name: round_significant(value) if np.isfinite(value) else None
        for name, value in numbers.items()
    }
    disclosed: int | None = n
    if is_real:
        disclosed = None if 0 < n_missing < min_cell_rows else rounded_count(n, min_cell_rows)
    if len(coded_values) == 1:
        reason = CONSTANT
    elif None in rounded.values():
        reason = NOT_FINITE
    return {"n": disclosed, **rounded, "reason": reason}
