"""Distance of two columns' joint shares on bins that all sources share.

SDMetrics' pair trends cut each table into bins of its own range, so that an outlier moves all rows
into one bin, and shuffled columns can score above real rows. Here train's quantiles cut all tables.
"""

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from likeness.metrics.bins import Edges
from likeness.metrics.sample import Sample
from likeness.metrics.similarity import contingency_similarity
from likeness.stats.value_counts import Counts

BINS = 5
LEAST_SHARE = 0.02


def codes(train: Sample, sample: Sample, min_cell_rows: int) -> dict[str, np.ndarray]:
    """Each column of `sample` as codes, (rows,) int64, on bins of `train`.

    Numbers by train's quantiles, categories of at least 2% of train's rows by themselves, the
    others together; missing values have a code of their own.
    """
    result = {}
    for name, values in sample.numbers.items():
        edges = Edges.of(Counts.of(train.numbers[name]), min_cell_rows, BINS).values[1:-1]
        known = np.isfinite(values)
        result[name] = np.where(known, np.searchsorted(edges, values, side="right"), len(edges) + 1)
    for name, values in sample.codes.items():
        counts = np.bincount(train.codes[name] + 1, minlength=len(train.levels[name]) + 1)
        place = np.where(counts >= LEAST_SHARE * train.rows, np.arange(len(counts)), len(counts))
        result[name] = place[values + 1]
    return result


def joint_distances(
    train: Sample, others: Mapping[str, Sample], min_cell_rows: int
) -> dict[str, dict[tuple[str, str], float | None]]:
    """Total variation distance of the joint shares from train's, by source and pair."""
    base = codes(train, train, min_cell_rows)
    result: dict[str, dict[tuple[str, str], float | None]] = {}
    for source, sample in others.items():
        other = codes(train, sample, min_cell_rows)
        result[source] = {}
        for a, b in combinations(base, 2):
            alike = contingency_similarity((base[a], base[b]), (other[a], other[b]))
            result[source][a, b] = None if alike is None else 1 - alike
    return result
