"""Edges that no value can lie on, and the units that values are multiples of."""

from collections.abc import Sequence

import numpy as np

# A number's rounding unit is the coarsest of these units that it is a multiple of.
UNITS = (10000.0, 5000.0, 1000.0, 500.0, 100.0, 50.0, 25.0, 10.0, 5.0, 1.0, 0.5, 0.1, 0.05, 0.01)
_TOLERANCE = 1e-6


def is_multiple(values: np.ndarray, unit: float) -> np.ndarray:
    """Whether each value is a multiple of `unit`, up to float noise."""
    ratio = values / unit
    return np.abs(ratio - np.round(ratio)) < _TOLERANCE


def learn_unit(values: np.ndarray, decimals: int | None, units: Sequence[float] = UNITS) -> float:
    """The coarsest of `units` that at least 99.9% of the values are multiples of."""
    finest = 10.0 ** -(2 if decimals is None else decimals)
    for unit in units:
        if unit < finest:
            break
        if is_multiple(values, unit).mean() >= 0.999:
            return unit
    return finest


def rounding_units(unit: float, units: Sequence[float] = UNITS) -> list[float]:
    """Coarsest to finest of `units` that are multiples of the field's own unit."""
    ladder = [u for u in units if u > unit and is_multiple(np.array([u]), unit)[0]]
    return [*ladder, unit]


def grid_edges(low: float, high: float, unit: float) -> np.ndarray:
    """Candidate edges between two values: three significant digits, shifted by half a unit.

    They depend on the magnitudes and the unit alone, and lie between two possible values, so an
    edge is never somebody's value.
    """
    if low > 0 and high < 2 * low:  # dates, and whatever else lies far from zero
        step = max(unit, 10.0 ** np.floor(np.log10(max(high - low, unit))) / 100.0)
        points = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
        return np.unique(np.round(points - unit / 2, 6))
    parts = []
    for sign, start, stop in ((-1.0, -high, -low), (1.0, low, high)):
        start, stop = max(start, 0.0), stop
        if stop <= 0:
            continue
        bottom = max(unit, 10.0 ** np.floor(np.log10(max(start, unit))))
        decade = 10.0 ** np.floor(np.log10(bottom) + _TOLERANCE)
        points = [0.0] if start <= 0 else []
        while decade <= stop:
            step = max(unit, decade / 100.0)
            points.extend(np.arange(np.ceil(decade / step), np.ceil(10 * decade / step)) * step)
            decade *= 10
        chosen = np.array([p for p in points if start <= p <= stop + unit])
        parts.append(sign * chosen)
    edges = np.unique(np.concatenate(parts)) if parts else np.array([0.0])
    return np.unique(np.round(edges - unit / 2, 6))
