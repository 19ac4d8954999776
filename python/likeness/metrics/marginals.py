"""Accuracy of marginals of one, two and three columns, and the k-marginal score."""

from collections.abc import Mapping
from itertools import combinations
from math import comb

import numpy as np

from likeness.metrics.joint import codes
from likeness.metrics.sample import Sample
from likeness.stats.value_counts import rounded

MOST_MARGINALS = 300
KINDS = ("univariate", "bivariate", "trivariate")


def accuracy(first: list[np.ndarray], second: list[np.ndarray]) -> float:
    """1 less the total variation distance of the joint shares of columns of codes.

    Each side: arrays of codes from 0, one per column, (rows,) each.
    """
    widths = [int(max(a.max(), b.max())) + 1 for a, b in zip(first, second, strict=True)]
    shares = []
    for side in (first, second):
        cell = np.ravel_multi_index(side, widths)
        shares.append(np.bincount(cell, minlength=int(np.prod(widths))) / len(cell))
    return float(1 - np.abs(shares[0] - shares[1]).sum() / 2)


def chosen(n_columns: int, k: int, seed: int, most: int = MOST_MARGINALS) -> list[tuple[int, ...]]:
    """At most `most` of the sets of `k` columns, in order; by chance where there are more."""
    every = list(combinations(range(n_columns), k))
    if comb(n_columns, k) <= most:
        return every
    picked = np.random.default_rng([seed, k]).choice(len(every), most, replace=False)
    return [every[i] for i in sorted(picked)]


def marginals(
    sources: Mapping[str, Sample], seed: int, min_cell_rows: int, rows: int
) -> dict[str, float | None]:
    """Mean accuracy over sets of one, two and three columns, and the k-marginal score of three.

    Keys: `<kind>_accuracy`, `k_marginal_score`, and the same of holdout rows with `_holdout`; None
    for too few rows or columns. All sides have as many rows, at most `rows`, so that the noise of
    few rows is the same. The accuracy is that of mostlyai-qa (Platzer and Reutterer 2021), NIST's
    k-marginal score (SDNist) is 1000 times that of three columns. Bins are those of `joint.codes`,
    five for a number.
    """
    used = min(rows, *(sample.rows for sample in sources.values()))
    names = [f"{kind}_accuracy" for kind in KINDS] + ["k_marginal_score"]
    result = dict.fromkeys([f"{name}{end}" for name in names for end in ("", "_holdout")])
    if used < min_cell_rows:
        return result
    train = sources["train"].head(used)
    coded = {
        source: list(codes(train, sample.head(used), min_cell_rows).values())
        for source, sample in sources.items()
    }
    for end, source in (("", "synthetic"), ("_holdout", "holdout")):
        for k, name in enumerate(names[:3], 1):
            found = [
                accuracy([coded["train"][i] for i in one], [coded[source][i] for i in one])
                for one in chosen(len(coded["train"]), k, seed)
            ]
            if found:
                result[f"{name}{end}"] = rounded(float(np.mean(found)))
        of_three = result[f"{names[2]}{end}"]
        result[f"{names[3]}{end}"] = None if of_three is None else rounded(1000 * of_three)
    return result
