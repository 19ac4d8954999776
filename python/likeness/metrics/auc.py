"""Area under the ROC curve with its confidence interval."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from likeness.metrics.correlations import places, ranks

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """A value and the ends of its 95% confidence interval."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, value: float, error: float, lowest: float = 0.0, highest: float = 1.0) -> Self:
        """From a standard error, cut to the range the value may have."""
        low, high = value - Z95 * error, value + Z95 * error
        return cls(value, max(lowest, low), min(highest, high))


def _placements(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of negatives below each positive, and of positives above each negative."""
    labels = np.asarray(labels, dtype=bool)
    at = places(scores)
    overall = ranks(at)
    positives, negatives = int(labels.sum()), int((~labels).sum())
    of_positives = (overall[labels] - ranks(at[labels])) / negatives
    of_negatives = 1 - (overall[~labels] - ranks(at[~labels])) / positives
    return of_positives, of_negatives


def auc(labels: np.ndarray, scores: np.ndarray) -> Estimate:
    """Area under the ROC curve of `scores` for bool `labels`, with DeLong's interval (1988).

    Raises ValueError for fewer than two rows of a label.
    """
    labels = np.asarray(labels, dtype=bool)
    if min(labels.sum(), (~labels).sum()) < 2:
        raise ValueError("an AUC needs two rows of each label")
    first, second = _placements(labels, scores)
    variance = first.var(ddof=1) / len(first) + second.var(ddof=1) / len(second)
    return Estimate.of(float(first.mean()), math.sqrt(variance))


def auc_ratio(labels: np.ndarray, scores: np.ndarray, reference: np.ndarray) -> Estimate:
    """AUC of `scores` over that of `reference` on the same rows.

    The two are correlated: DeLong's covariance, then the delta method for a ratio.
    """
    (p, n), (q, m) = _placements(labels, scores), _placements(labels, reference)
    covariance = np.cov(p, q) / len(p) + np.cov(n, m) / len(n)
    value = float(p.mean() / q.mean())
    gradient = np.array([1.0, -value]) / q.mean()
    variance = float(gradient @ covariance @ gradient)
    return Estimate.of(value, math.sqrt(max(0.0, variance)), highest=math.inf)
