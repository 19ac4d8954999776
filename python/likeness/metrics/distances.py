"""Distances between two columns of numbers, from their value counts."""

import numpy as np
from scipy.stats import wasserstein_distance

from likeness.stats.value_counts import Counts


def _steps(first: Counts, second: Counts) -> tuple[np.ndarray, np.ndarray]:
    """All values of both in order, and the difference of the distribution functions at each."""
    values = np.union1d(first.values, second.values)
    levels = []
    for counts in (first, second):
        reached = np.searchsorted(counts.values, values, side="right")
        levels.append(np.concatenate([[0], np.cumsum(counts.counts)])[reached] / counts.n)
    return values, levels[0] - levels[1]


def ks_statistic(first: Counts, second: Counts) -> float | None:
    """Kolmogorov-Smirnov statistic: the largest difference of the distribution functions.

    Missing values are left out; None where a side has no values. As scipy's ks_2samp has it, which
    takes no counts.
    """
    if first.n == 0 or second.n == 0:
        return None
    return float(np.abs(_steps(first, second)[1]).max())


def wasserstein(first: Counts, second: Counts) -> float | None:
    """First Wasserstein distance, in the unit of the values.

    The area between the distribution functions. Missing values are left out; None where a side has
    no values.
    """
    if first.n == 0 or second.n == 0:
        return None
    return float(wasserstein_distance(first.values, second.values, first.counts, second.counts))
