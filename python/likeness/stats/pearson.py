"""Pearson's correlation of counted pairs of values."""

import numpy as np


def pearson(x: np.ndarray, y: np.ndarray, counts: np.ndarray) -> float:
    """Pearson's r of counted pairs, NaN where one side is constant."""
    n = counts.sum()
    if len(np.unique(x)) < 2 or len(np.unique(y)) < 2:
        return float("nan")
    dx = x - (x * counts).sum() / n
    dy = y - (y * counts).sum() / n
    covariance = (counts * dx * dy).sum()
    return float(covariance / np.sqrt((counts * dx * dx).sum() * (counts * dy * dy).sum()))
