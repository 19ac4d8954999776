"""Outermost ranges: a mean and a shape say how values thin out beyond the last edge."""

from functools import cache
from math import gamma

import numpy as np

KNOTS = 10
SHAPES = np.round(np.arange(0.30, 1.001, 0.05), 2)


def fit_shape(excess: np.ndarray) -> float:
    """Shape of a Weibull tail (1 exponential, less is heavier) from the mean and the mean root.

    For shape k, (mean of roots)**2 / mean = gamma(1 + 1/(2k))**2 / gamma(1 + 1/k).
    """
    excess = np.maximum(excess, 0.0)
    mean = excess.mean()
    if mean <= 0:
        return 1.0
    seen = np.sqrt(excess).mean() ** 2 / mean
    known = np.array([gamma(1 + 0.5 / k) ** 2 / gamma(1 + 1 / k) for k in SHAPES])
    return float(SHAPES[np.abs(known - seen).argmin()])


@cache
def knots(shape: float) -> np.ndarray:
    """Means within the deciles of a Weibull tail of mean 1."""
    middle = (np.arange(KNOTS * 100) + 0.5) / (KNOTS * 100)
    values = (-np.log1p(-middle)) ** (1.0 / shape)
    means = values.reshape(KNOTS, -1).mean(axis=1)
    return means / means.mean()


def beyond(u: np.ndarray, shape: np.ndarray, edge: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Values beyond an edge, one of the ten knots each, from uniforms."""
    out = np.array(edge, dtype=float)
    for k in np.unique(shape[~np.isnan(shape)]):
        at = shape == k
        at_knot = knots(float(k))[(u[at] * KNOTS).astype(int)]
        out[at] = edge[at] + (mean[at] - edge[at]) * at_knot
    return out
