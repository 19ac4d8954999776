"""Moments and quantiles of a column, and their differences in standard errors."""

import math

import numpy as np

from likeness.compare.counts import Cells, Counts, outer_cells_averaged, rounded
from likeness.moments import CONSTANT, MOMENTS, QUANTILES, moments
from likeness.moments import summary as profile_summary


def central(counts: Counts) -> tuple[float, np.ndarray]:
    """Mean, and the population's central moments of order 2, 3 and 4."""
    mean = float(np.average(counts.values, weights=counts.counts))
    away = counts.values - mean
    return mean, np.array([np.average(away**p, weights=counts.counts) for p in (2, 3, 4)])


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


def summary(counts: Counts, floor: int) -> dict[str, object]:
    """n, moments, cell quantiles and the reason for nulls, as the profiles have them.

    Only the moments differ: they are taken after the outermost cells' rows count as their mean.
    """
    told = profile_summary(counts.values, counts.counts, counts.missing, floor)
    if told["reason"] is None:
        averaged = outer_cells_averaged(counts, floor)
        told |= {k: rounded(v) for k, v in moments(averaged.values, averaged.counts).items()}
        told["reason"] = CONSTANT if averaged.constant else None
    return told


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
