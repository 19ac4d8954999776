"""Divergences between two tables of counts over the same bins."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

# Half a row in every bin (Jeffreys): an empty bin costs much, but not infinitely much.
SMOOTHING = 0.5


def shares(counts: np.ndarray, smoothing: float = 0.0) -> np.ndarray:
    """Shares of the bins, after adding `smoothing` rows to each."""
    counts = np.asarray(counts, dtype=float) + smoothing
    return counts / counts.sum()


def kl_divergence(first: np.ndarray, second: np.ndarray, smoothing: float = SMOOTHING) -> float:
    """Kullback-Leibler divergence D(first || second) in nats: sum of p ln(p / q)."""
    return float(entropy(shares(first, smoothing), shares(second, smoothing)))


def jeffreys_divergence(
    first: np.ndarray, second: np.ndarray, smoothing: float = SMOOTHING
) -> float:
    """Symmetric divergence in nats: sum of (p - q) ln(p / q), over bins that either side fills.

    Of a variable's shares in two tables it is the population stability index (PSI), of its shares
    among rows with and without a target the information value (IV; Siddiqi 2006, ch. 6).
    """
    first, second = (np.asarray(side, dtype=float) for side in (first, second))
    filled = (first > 0) | (second > 0)
    a, b = first[filled], second[filled]
    return kl_divergence(a, b, smoothing) + kl_divergence(b, a, smoothing)


def jensen_shannon_distance(first: np.ndarray, second: np.ndarray) -> float:
    """Square root of the Jensen-Shannon divergence to base 2: 0 (same) to 1 (nothing shared)."""
    return float(jensenshannon(shares(first), shares(second), base=2))


def total_variation_distance(first: np.ndarray, second: np.ndarray) -> float:
    """Half the sum of the absolute differences of the shares: 0 (same) to 1 (nothing shared)."""
    return float(np.abs(shares(first) - shares(second)).sum() / 2)


def expected_noise(bins: int, n_first: int, n_second: int) -> float:
    """Divergence (nats) to expect of two samples of one distribution over `bins` bins.

    (k - 1) / 2 (1 / n1 + 1 / n2), the first term of its expansion: the G statistic is chi-squared
    with k - 1 degrees of freedom.
    """
    return (bins - 1) / 2 * (1 / n_first + 1 / n_second)


@dataclass(frozen=True)
class Divergences:
    """One row of `comparison_kl_divergence`; a field is None where it cannot be computed."""

    bins: int | None = None
    kl_divergence: float | None = None
    kl_reverse: float | None = None
    kl_divergence_holdout: float | None = None
    kl_sampling_noise: float | None = None
    kl_holdout_noise: float | None = None
    psi: float | None = None
    psi_holdout: float | None = None
    jensen_shannon_distance: float | None = None
    total_variation_distance: float | None = None


def divergences(
    train: np.ndarray, holdout: np.ndarray, synthetic: np.ndarray, smoothing: float = SMOOTHING
) -> Divergences:
    """All divergences of `synthetic` from `train`, and the holdout's own beside them.

    The three are counts over the same bins. `bins` counts those that train or synthetic fill.
    kl_divergence is D(train || synthetic), kl_reverse D(synthetic || train), kl_divergence_holdout
    D(train || holdout); psi, the population stability index, is the sum of the first two.
    """
    train, holdout, synthetic = (np.asarray(x, dtype=float) for x in (train, holdout, synthetic))
    n_train, n_holdout, n_synthetic = (float(x.sum()) for x in (train, holdout, synthetic))
    if not n_train or not n_synthetic:
        return Divergences()
    filled = (train > 0) | (synthetic > 0)
    bins = int(filled.sum())
    a, b = train[filled], synthetic[filled]
    holdout_kl = holdout_noise = holdout_psi = None
    if n_holdout:
        both = (train > 0) | (holdout > 0)
        holdout_kl = kl_divergence(train[both], holdout[both], smoothing)
        holdout_noise = expected_noise(int(both.sum()), n_train, n_holdout)
        holdout_psi = jeffreys_divergence(train, holdout, smoothing)
    return Divergences(
        bins=bins,
        kl_divergence=kl_divergence(a, b, smoothing),
        kl_reverse=kl_divergence(b, a, smoothing),
        kl_divergence_holdout=holdout_kl,
        kl_sampling_noise=expected_noise(bins, n_train, n_synthetic),
        kl_holdout_noise=holdout_noise,
        psi=jeffreys_divergence(train, synthetic, smoothing),
        psi_holdout=holdout_psi,
        jensen_shannon_distance=jensen_shannon_distance(a, b),
        total_variation_distance=total_variation_distance(a, b),
    )
