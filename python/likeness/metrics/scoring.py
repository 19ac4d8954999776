"""How well scores rank, and whether they can be taken at their word: KS, Brier, calibration."""

from dataclasses import dataclass

import numpy as np

MOST_BINS = 20


@dataclass(frozen=True)
class Scored:
    """Measures of scores beside AUC. `gini` is 2 AUC - 1."""

    gini: float
    ks: float
    brier: float
    calibration_error: float | None


def ks_of_scores(labels: np.ndarray, scores: np.ndarray) -> float:
    """Largest difference of the scores' distribution functions of both classes, 0 to 1."""
    order = np.argsort(-scores, kind="stable")
    reached = np.append(np.diff(scores[order]) != 0, True)
    hits = np.cumsum(labels[order])[reached] / labels.sum()
    alarms = np.cumsum(~labels[order])[reached] / (~labels).sum()
    return float(np.abs(hits - alarms).max())


@dataclass(frozen=True)
class Bins:
    """Rows in bins of descending scores: rows, rows with the target, and mean score of each."""

    n: np.ndarray
    positives: np.ndarray
    mean_scores: np.ndarray

    @classmethod
    def of(cls, labels: np.ndarray, scores: np.ndarray, min_cell_rows: int) -> "Bins":
        """At most MOST_BINS bins of about as many rows, `min_cell_rows` of either class in each.

        Equal scores share a bin; what is left at the end joins the last one.
        """
        order = np.argsort(-scores, kind="stable")
        hits, ranked = labels[order], scores[order]
        least = max(2 * min_cell_rows, len(scores) // MOST_BINS)
        ends, since = [], 0
        upto = np.concatenate([[0], np.cumsum(hits)])
        for end in np.flatnonzero(np.append(np.diff(ranked) != 0, True)) + 1:
            n, positives = end - since, upto[end] - upto[since]
            if n >= least and min(positives, n - positives) >= min_cell_rows:
                ends.append(int(end))
                since = end
        if not ends:
            return cls(*(np.zeros(0) for _ in range(3)))
        ends[-1] = len(scores)
        starts = np.array([0, *ends[:-1]])
        n = np.diff([0, *ends])
        positives = np.add.reduceat(hits.astype(int), starts)
        return cls(n, positives, np.add.reduceat(ranked, starts) / n)

    @property
    def calibration(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean score and rate of the target in each bin, the lowest scores first."""
        return self.mean_scores[::-1], (self.positives / np.maximum(1, self.n))[::-1]

    @property
    def roc(self) -> tuple[np.ndarray, np.ndarray]:
        """False and true positive rates at the bins' ends, from (0, 0) to (1, 1)."""
        negatives = self.n - self.positives
        sides = (negatives, self.positives)
        return tuple(np.append(0, np.cumsum(side) / max(1, side.sum())) for side in sides)

    @property
    def calibration_error(self) -> float | None:
        """Mean absolute difference of mean score and rate, weighted by rows (ECE; Naeini 2015)."""
        if not len(self.n):
            return None
        expected, observed = self.calibration
        return float(np.average(np.abs(expected - observed), weights=self.n[::-1]))


def scored(labels: np.ndarray, scores: np.ndarray, auc: float, bins: Bins) -> Scored:
    """All measures of scores for bool `labels`, of which there are both."""
    return Scored(
        gini=2 * auc - 1,
        ks=ks_of_scores(labels, scores),
        brier=float(np.mean((scores - labels) ** 2)),
        calibration_error=bins.calibration_error,
    )
