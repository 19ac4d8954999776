"""Correlation coefficients for numbers, for categories, and for one of each."""

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from likeness.metrics.sample import Sample
from likeness.stats.moments import CONSTANT
from likeness.stats.suppression import BELOW_MINIMUM, SOLVABLE_VALUES, problem_with_joint_counts
from likeness.stats.value_counts import clean_array, rounded

PEARSON, SPEARMAN = "pearson", "spearman"
CRAMERS_V, CORRELATION_RATIO = "cramers_v", "correlation_ratio"


@dataclass(frozen=True)
class Coefficient:
    """A coefficient over `n` rows, or None and the reason."""

    value: float | None
    n: int
    reason: str | None = None


def places(values: np.ndarray) -> np.ndarray:
    """Places of the values among the distinct ones, from 0; they rank any subset without a sort."""
    return np.unique(values, return_inverse=True)[1]


def ranks(at: np.ndarray) -> np.ndarray:
    """Ranks from 1, the mean rank for ties, of values given by their `places`."""
    counts = np.bincount(at)
    return (np.cumsum(counts) - (counts - 1) / 2)[at]


def pearson(first: np.ndarray, second: np.ndarray) -> float | None:
    """Pearson correlation of two arrays without missing values; None where one is constant."""
    if len(first) < 2 or first.min() == first.max() or second.min() == second.max():
        return None
    a, b = first - first.mean(), second - second.mean()
    return float(np.clip((a * b).sum() / math.sqrt((a * a).sum() * (b * b).sum()), -1, 1))


def spearman(first: np.ndarray, second: np.ndarray) -> float | None:
    """Spearman correlation of values given by their `places`: Pearson's of the ranks."""
    return pearson(ranks(first), ranks(second))


def contingency(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Counts of the pairs of two arrays of codes (-1 is a code too), no row or column empty."""
    width = int(second.max()) + 2
    cells = np.bincount((first + 1) * width + second + 1, minlength=(int(first.max()) + 2) * width)
    table = cells.reshape(-1, width)
    return table[table.any(axis=1)][:, table.any(axis=0)]


def cramers_v(table: np.ndarray) -> float | None:
    """Cramér's V of a table of counts, corrected for bias; None for a single row or column.

    Bergsma (2013): without the correction V of independent columns grows as rows get fewer, and
    sources of different size could not be compared.
    """
    rows, columns = table.shape
    n = float(table.sum())
    if rows < 2 or columns < 2 or n < 2:
        return None
    expected = table.sum(axis=1, keepdims=True) * (table.sum(axis=0, keepdims=True) / n)
    phi2 = float(((table - expected) ** 2 / expected).sum()) / n
    corrected = max(0.0, phi2 - (rows - 1) * (columns - 1) / (n - 1))
    smaller = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)) - 1
    return min(1.0, math.sqrt(corrected / smaller)) if smaller > 0 else None


def correlation_ratio(codes: np.ndarray, values: np.ndarray) -> float | None:
    """Correlation ratio of a number given a category (codes, -1 is one too), corrected for bias.

    None where either is constant. The root of Kelley's epsilon squared, 1 - (1 - eta squared)(n -
    1) / (n - k).
    """
    n = len(values)
    counts = np.bincount(codes + 1)
    filled = counts > 0
    k = int(filled.sum())
    if k < 2 or n <= k or values.min() == values.max():
        return None
    away = values - values.mean()
    within_means = np.bincount(codes + 1, weights=away)[filled] / counts[filled]
    eta2 = float((counts[filled] * within_means**2).sum() / (away**2).sum())
    return math.sqrt(max(0.0, 1 - (1 - eta2) * (n - 1) / (n - k)))


def _small_table(first: np.ndarray, second: np.ndarray) -> np.ndarray | None:
    """Counts of the pairs of two columns of few distinct values; None where either has many."""
    width = int(2 * SOLVABLE_VALUES)
    values = [np.unique(side[: 50 * width]) for side in (first, second)]
    if max(map(len, values)) > width:
        return None
    at = [np.unique(side, return_inverse=True)[1] for side in (first, second)]
    return contingency(*at)


def coefficients(
    sample: Sample, min_cell_rows: int, is_real: bool = True
) -> dict[tuple[str, str, str], Coefficient]:
    """Every pair's coefficients by (variable_1, variable_2, method).

    Rows with a missing number are left out of its pairs; a missing category is a category. The
    outermost `min_cell_rows` values of a number count as their mean. Fewer than `min_cell_rows`
    rows give None, and so do real ones whose few pairs of values could be counted from the
    coefficient and the margins.
    """

    def reasoned(value: float | None, n: int, table: np.ndarray | None) -> Coefficient:
        if n < min_cell_rows:
            return Coefficient(None, n, BELOW_MINIMUM)
        if (
            is_real
            and table is not None
            and (reason := problem_with_joint_counts(table, min_cell_rows))
        ):
            return Coefficient(None, n, reason)
        return Coefficient(rounded(value), n, CONSTANT if value is None else None)

    numbers = {name: clean_array(values, min_cell_rows) for name, values in sample.numbers.items()}
    known = {name: np.isfinite(values) for name, values in numbers.items()}
    ordered = {name: places(values) for name, values in numbers.items()}
    result = {}
    for a, b in combinations(numbers, 2):
        both = known[a] & known[b]
        filled = is_real and both.any()
        table = _small_table(sample.numbers[a][both], sample.numbers[b][both]) if filled else None
        for method, compute, of in ((PEARSON, pearson, numbers), (SPEARMAN, spearman, ordered)):
            x, y = of[a][both], of[b][both]
            result[a, b, method] = reasoned(compute(x, y), len(x), table)
    for a, b in combinations(sample.codes, 2):
        table = contingency(sample.codes[a], sample.codes[b]) if sample.rows else None
        value = cramers_v(table) if sample.rows else None
        result[a, b, CRAMERS_V] = reasoned(value, sample.rows, table)
    for a, values in numbers.items():
        x = values[known[a]]
        for b, codes in sample.codes.items():
            at = codes[known[a]]
            value = correlation_ratio(at, x) if len(x) else None
            table = _small_table(sample.numbers[a][known[a]], at) if is_real and len(x) else None
            result[a, b, CORRELATION_RATIO] = reasoned(value, len(x), table)
    return result
