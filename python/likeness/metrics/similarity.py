"""Column shapes, pair trends and the overall score as SDMetrics' QualityReport defines them.

Equal to SDMetrics' without its subsampling; tests compare the two. From 0.32 on its score of pair
trends is the mean of the pairs that real rows associate (`is_associated`); before, of all pairs.
"""

from collections.abc import Iterable, Mapping
from itertools import combinations

import numpy as np

from likeness.metrics.correlations import contingency, pearson
from likeness.metrics.distances import ks_statistic
from likeness.metrics.divergence import total_variation_distance
from likeness.metrics.sample import Sample
from likeness.stats.value_counts import Counts

LEAST_CORRELATION, LEAST_ASSOCIATION = 0.5, 0.3
KS_COMPLEMENT, TV_COMPLEMENT = "KSComplement", "TVComplement"
CORRELATION_SIMILARITY = "CorrelationSimilarity"
CONTINGENCY_SIMILARITY = "ContingencySimilarity"


def ks_complement(real: Counts, synthetic: Counts) -> float | None:
    """1 less the Kolmogorov-Smirnov statistic, missing values left out."""
    statistic = ks_statistic(real, synthetic)
    return None if statistic is None else 1 - statistic


def tv_complement(real: Mapping[str, int], synthetic: Mapping[str, int]) -> float | None:
    """1 less the total variation distance of two tables of counts by category.

    There is no category for missing values; None where a side is empty.
    """
    names = sorted(set(real) | set(synthetic))
    first, second = (np.array([side.get(name, 0) for name in names]) for side in (real, synthetic))
    if not first.sum() or not second.sum():
        return None
    return max(0.0, 1 - total_variation_distance(first, second))


def discretised(values: np.ndarray) -> np.ndarray:
    """Codes 1 to 11 of ten bins of equal width over the column's own range.

    As SDMetrics does it, the largest value and the missing ones share the last code.
    """
    edges = np.histogram_bin_edges(values[np.isfinite(values)])
    return np.digitize(values, edges).astype(np.int64)


def contingency_similarity(real: tuple, synthetic: tuple) -> float | None:
    """1 less the total variation distance of the joint shares of two columns of codes.

    Each side is a pair of int arrays, the same codes on both sides; None where a side is empty.
    """
    if not len(real[0]) or not len(synthetic[0]):
        return None
    width = 2 + max(int(side[1].max()) for side in (real, synthetic))
    height = 2 + max(int(side[0].max()) for side in (real, synthetic))
    tables = [
        np.bincount((a + 1) * width + b + 1, minlength=height * width) / len(a)
        for a, b in (real, synthetic)
    ]
    # The shares' rounding errors must not make it negative.
    return max(0.0, float(1 - np.abs(tables[0] - tables[1]).sum() / 2))


def _complete(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    both = np.isfinite(a) & np.isfinite(b)
    return a[both], b[both]


def uncorrected_cramers_v(table: np.ndarray) -> float:
    """Cramér's V of a table of counts without a correction for bias; 0 for one row or column."""
    n, smaller = table.sum(), min(table.shape)
    if smaller < 2:
        return 0.0
    expected = table.sum(axis=1, keepdims=True) * (table.sum(axis=0, keepdims=True) / n)
    return float(np.sqrt(((table - expected) ** 2 / expected).sum() / n / (smaller - 1)))


def pair_trends(
    real: Sample, synthetic: Sample
) -> dict[tuple[str, str], tuple[str, float | None, bool]]:
    """Metric and score of every pair, and whether real rows associate the two; numbers first.

    Two numbers: 1 less half the difference of their Pearson correlations. Otherwise the
    contingency similarity, numbers cut into ten bins of their own range in each table. None where
    SDMetrics has no score: a correlation with a constant column, or one without values. Associated
    are numbers of a correlation beyond 0.5, other pairs of a Cramér's V above 0.3 (SDMetrics 0.32).
    """
    result = {}
    for a, b in combinations(real.numbers, 2):
        sides = [pearson(*_complete(s.numbers[a], s.numbers[b])) for s in (real, synthetic)]
        score = None if None in sides else 1 - abs(sides[0] - sides[1]) / 2
        is_associated = sides[0] is not None and abs(sides[0]) > LEAST_CORRELATION
        result[a, b] = (CORRELATION_SIMILARITY, score, is_associated)
    tables = [
        {name: discretised(values) for name, values in s.numbers.items()} | dict(s.codes)
        for s in (real, synthetic)
    ]
    mixed = [(a, b) for a in real.numbers for b in real.codes]
    for a, b in [*mixed, *combinations(real.codes, 2)]:
        score = contingency_similarity(*[(table[a], table[b]) for table in tables])
        is_associated = bool(real.rows) and (
            uncorrected_cramers_v(contingency(tables[0][a], tables[0][b])) > LEAST_ASSOCIATION
        )
        result[a, b] = (CONTINGENCY_SIMILARITY, score, is_associated)
    return result


def mean_score(scores: Iterable[float | None]) -> float | None:
    """Mean of the scores that there are."""
    known = [score for score in scores if score is not None]
    return float(np.mean(known)) if known else None
