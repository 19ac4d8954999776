"""Moments and quantiles of a column, and their differences in standard errors."""

import math

import numpy as np

from likeness.stats.moments import MOMENTS, QUANTILES
from likeness.stats.moments import summary as profile_summary
from likeness.stats.value_counts import Cells, Counts, outer_cells_averaged, rounded

UNDEFINED = "undefined"
NO_SPREAD = "standard error undefined: no spread about it, or too few rows"


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
    """Standard error of quantile `p` (0 to 1) of `n` rows, in the unit of the values.

    The binomial error of the share below it times the slope of the quantiles about it (Woodruff
    1952), taken over at least one cell to either side.
    """
    last = len(cells.means) - 1
    if last < 1:
        return None
    binomial = math.sqrt(p * (1 - p) / n)
    at = min(int(p * (last + 1)), last)
    reach = max(1, round(binomial * (last + 1)))
    low, high = max(0, at - reach), min(last, at + reach)
    slope = (cells.means[high] - cells.means[low]) / ((high - low) / (last + 1))
    return float(binomial * slope)


def summary(counts: Counts, min_cell_rows: int, is_real: bool = True) -> dict[str, object]:
    """n, moments, cell quantiles and the reason for nulls, as the profiles have them."""
    return profile_summary(counts.values, counts.counts, counts.missing, min_cell_rows, is_real)


def differences(
    train: Counts, other: Counts, min_cell_rows: int, is_real: bool
) -> dict[str, dict[str, float | str | None]]:
    """The difference of each moment and quantile, in its unit and in standard errors.

    By statistic: `difference` (other less train), its `standard_error`, `z`, the one over the
    other, and `reason`, why any of them is None. `is_real` says whether `other` are real rows, on
    which a minimum is kept.
    """
    sides = []
    for counts, real in ((train, True), (other, is_real)):
        cells = Cells.of(counts, min_cell_rows)
        averaged = outer_cells_averaged(counts, min_cell_rows)
        errors = standard_errors(averaged)
        errors |= {name: quantile_error(cells, p, counts.n) for name, p in QUANTILES.items()}
        sides.append((summary(counts, min_cell_rows, real), errors))
    (values, errors), (other_values, other_errors) = sides
    result = {}
    for name in (*MOMENTS, *QUANTILES):
        pair = (values[name], other_values[name])
        difference = None if None in pair else pair[1] - pair[0]
        both = (errors[name], other_errors[name])
        # Ends that are no number of their own give no error of their difference either.
        error = None if None in both or difference is None else math.hypot(*both)
        reason = None
        if difference is None:
            reason = values["reason"] or other_values["reason"] or UNDEFINED
        elif not error:
            error, reason = None, NO_SPREAD
        result[name] = {
            "difference": rounded(difference),
            "standard_error": rounded(error),
            "z": rounded(difference / error) if error else None,
            "reason": reason,
        }
    return result
