"""Propensity score mean squared error (pMSE): how well a logistic model separates two tables."""

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from likeness.metrics.sample import NO_CODE, Sample
from likeness.stats.suppression import BELOW_MINIMUM

STEPS = 12
RIDGE = 1e-6


@dataclass(frozen=True)
class Propensity:
    """pMSE, its expectation for two samples of one distribution, and the ratio of the two."""

    pmse: float | None = None
    null: float | None = None
    ratio: float | None = None
    reason: str | None = None


def pmse(scores: np.ndarray, share: float) -> float:
    """Mean squared difference of propensity scores from `share`, that of synthetic rows.

    0 where no row can be told apart; 0.25 at most for tables of one size (Woo et al. 2009).
    """
    return float(np.mean((np.asarray(scores) - share) ** 2))


def null_pmse(parameters: int, n_first: int, n_second: int) -> float:
    """PMSE to expect of a logistic model of so many parameters where the tables are alike.

    (k - 1) (1 - c)^2 c / N with c the share of the second table (Snoke et al. 2018, theorem 1):
    for rows drawn from the distribution that the first table has itself. Another sample of the
    population varies as the first one does, and has 1 / (1 - c) of it: twice, for equal sizes.
    """
    n = n_first + n_second
    share = n_second / n
    return (parameters - 1) * (1 - share) ** 2 * share / n


def propensity(real: Sample, other: Sample, min_cell_rows: int) -> Propensity:
    """PMSE of main effects of all columns, on as many rows of the one as of the other.

    Numbers are standardised, with a column for missing ones; categories of at least
    `min_cell_rows` rows on both sides together have a column each. As synthpop's `utility.gen`
    with method logit and maxorder 0.
    """
    n = min(real.rows, other.rows)
    if n < min_cell_rows:
        return Propensity(reason=BELOW_MINIMUM)
    design = _design(real.head(n), other.head(n), min_cell_rows)
    labels = np.repeat([0.0, 1.0], n)
    with threadpool_limits(limits=1):
        scores, parameters = _fitted(design, labels)
    if parameters < 2:
        return Propensity(reason="no column varies")
    found, null = pmse(scores, 0.5), null_pmse(parameters, n, n)
    return Propensity(found, null, found / null)


def _design(first: Sample, second: Sample, min_cell_rows: int) -> np.ndarray:
    """Columns of main effects, (rows, parameters) float64, the intercept first."""
    columns = [np.ones(first.rows + second.rows)]
    for name in first.numbers:
        values = np.concatenate([first.numbers[name], second.numbers[name]])
        missing = ~np.isfinite(values)
        known = values[~missing]
        if len(known) and known.std() > 0:
            columns.append(np.where(missing, 0.0, (values - known.mean()) / known.std()))
        if missing.any():
            columns.append(missing.astype(float))
    for name in first.codes:
        values = np.concatenate([first.codes[name], second.codes[name]])
        counts = np.bincount(values - NO_CODE)
        kept = [i + NO_CODE for i in np.flatnonzero(counts >= min_cell_rows)]
        if len(kept) and (counts >= min_cell_rows).sum() == (counts > 0).sum():
            kept.remove(int(counts.argmax()) + NO_CODE)
        columns += [(values == code).astype(float) for code in kept]
    return np.column_stack(columns)


def _fitted(design: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, int]:
    """Fitted probabilities of a logistic regression, and its number of parameters that are free.

    Newton's method with a ridge so small that only separated or collinear columns feel it.
    """
    weights = np.zeros(design.shape[1])
    ridge = RIDGE * np.eye(len(weights)) * len(labels)
    scores = np.full(len(labels), 0.5)
    for _ in range(STEPS):
        spread = scores * (1 - scores)
        gradient = design.T @ (labels - scores) - ridge @ weights
        step = np.linalg.solve((design * spread[:, None]).T @ design + ridge, gradient)
        weights += step
        scores = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        if np.abs(step).max() < 1e-6:
            break
    eigenvalues = np.linalg.eigvalsh(design.T @ design)
    return scores, int((eigenvalues > 1e-9 * eigenvalues.max()).sum())
