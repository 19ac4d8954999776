"""Moments and quantiles of a column, and their differences in standard errors."""

import math

import numpy as np

from likeness.compare import BELOW_FLOOR, CONSTANT
from likeness.compare.counts import Cells, Counts, outer_cells_averaged, rounded

QUANTILES = {
    "p01": 0.01,
    "p05": 0.05,
    "p25": 0.25,
    "p50": 0.5,
    "p75": 0.75,
    "p95": 0.95,
    "p99": 0.99,
}
MOMENTS = ("mean", "std", "skewness", "kurtosis")


def central(counts: Counts) -> tuple[float, np.ndarray]:
    """Mean, and the population's central moments of order 2, 3 and 4."""
    mean = float(np.average(counts.values, weights=counts.counts))
    away = counts.values - mean
    return mean, np.array([np.average(away**p, weights=counts.counts) for p in (2, 3, 4)])


def moments(counts: Counts) -> dict[str, float | None]:
    """Mean, std (n - 1), bias-corrected skewness G1 and excess kurtosis G2, as pandas has them.

    None where undefined: everything without values, std of one value, skewness and kurtosis of a
    constant or of fewer than 3 and 4 values. Joanes and Gill (1998), formulas for G1 and G2.
    """
    n = counts.n
    if n == 0:
        return dict.fromkeys(MOMENTS)
    mean, (m2, m3, m4) = central(counts)
    result = dict.fromkeys(MOMENTS) | {"mean": rounded(mean)}
    if counts.constant:
        return result | ({"std": 0.0} if n > 1 else {})
    result["std"] = rounded(math.sqrt(m2 * n / (n - 1)))
    if n > 2:
        result["skewness"] = rounded(m3 / m2**1.5 * math.sqrt(n * (n - 1)) / (n - 2))
    if n > 3:
        excess = m4 / m2**2 - 3
        result["kurtosis"] = rounded((n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6))
    return result


def standard_errors(counts: Counts) -> dict[str, float | None]:
    """Standard errors of the moments, from their influence functions (delta method).

    With z the standardised value, g the skewness and k the kurtosis (not the excess): mean z s;
    std (z^2 - 1) s / 2; skewness z^3 - 3 z - g - 3/2 g (z^2 - 1); kurtosis z^4 - 4 g z - k - 2 k
    (z^2 - 1). Unlike the textbook ones they do not suppose a normal distribution.
    """
    if counts.n < 2 or counts.constant:
        return dict.fromkeys(MOMENTS)
    mean, (m2, m3, m4) = central(counts)
    scale = math.sqrt(m2)
    z = (counts.values - mean) / scale
    g, k = m3 / m2**1.5, m4 / m2**2
    influence = {
        "mean": z * scale,
        "std": (z**2 - 1) * scale / 2,
        "skewness": z**3 - 3 * z - g - 1.5 * g * (z**2 - 1),
        "kurtosis": z**4 - 4 * g * z - k - 2 * k * (z**2 - 1),
    }
    return {
        name: math.sqrt(np.average(value**2, weights=counts.counts) / counts.n)
        for name, value in influence.items()
    }


def quantile_error(cells: Cells, p: float, n: int) -> float | None:
    """Standard error of quantile `p`: half the distance of the quantiles one binomial standard
    error above and below it (Woodruff 1952)."""
    if len(cells.means) < 2:
        return None
    step = math.sqrt(p * (1 - p) / n)
    low, high = cells.quantile(max(0.0, p - step)), cells.quantile(min(1.0, p + step))
    return (high - low) / 2


def summary(counts: Counts, floor: int) -> dict[str, float | str | None]:
    """The columns of `comparison_moments` for one column of one source, with a `reason` for nulls.

    Moments are taken after the outermost cells' rows count as their mean; quantiles are cell means.
    """
    cells = Cells.of(counts, floor)
    if len(cells.means) == 0:
        names = (*MOMENTS, "low_cell_mean", *QUANTILES, "high_cell_mean")
        return dict.fromkeys(names) | {"reason": BELOW_FLOOR}
    result = moments(outer_cells_averaged(counts, floor))
    result["low_cell_mean"] = rounded(cells.means[0])
    result |= {name: cells.quantile(p) for name, p in QUANTILES.items()}
    result["high_cell_mean"] = rounded(cells.means[-1])
    return result | {"reason": CONSTANT if counts.constant else None}


def differences(train: Counts, other: Counts, floor: int) -> dict[str, dict[str, float | None]]:
    """For each moment and quantile: `difference` (other less train), its `standard_error`, and
    `z`, the one over the other. None where either is undefined or the error is 0."""
    sides = []
    for counts in (train, other):
        cells = Cells.of(counts, floor)
        averaged = outer_cells_averaged(counts, floor)
        errors = standard_errors(averaged)
        errors |= {name: quantile_error(cells, p, counts.n) for name, p in QUANTILES.items()}
        sides.append((summary(counts, floor), errors))
    (values, errors), (other_values, other_errors) = sides
    result = {}
    for name in (*MOMENTS, *QUANTILES):
        pair = (values[name], other_values[name])
        difference = None if None in pair else pair[1] - pair[0]
        error = None
        if None not in (errors[name], other_errors[name]):
            error = math.hypot(errors[name], other_errors[name])
        z = difference / error if error and difference is not None else None
        result[name] = {
            "difference": rounded(difference),
            "standard_error": rounded(error),
            "z": rounded(z),
        }
    return result
