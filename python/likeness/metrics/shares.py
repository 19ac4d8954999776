"""Shares of categories and of bins, for each source, under the minimum cell size."""

from collections.abc import Mapping, Sequence

import numpy as np

from likeness.metrics import REAL, SOURCES
from likeness.metrics.bins import OTHER
from likeness.metrics.histogram import histogram
from likeness.stats.suppression import BELOW_MINIMUM
from likeness.stats.value_counts import Counts

NO_ROWS = "no train rows"
DECIMALS = 4


def _rows(
    labels: Sequence[str], tables: Mapping[str, np.ndarray], visible: Mapping[str, np.ndarray]
) -> list[dict]:
    """One dict per label with the share of each source, None where it may not be shown.

    Shares are of the rows that are shown, and have four digits: neither the total nor a share then
    discloses how many rows are not.
    """
    result = []
    shares = {}
    for source, table in tables.items():
        counted = np.where(visible[source], table, 0)
        shares[source] = np.round(counted / max(1, counted.sum()), DECIMALS)
    for i, label in enumerate(labels):
        row: dict = {"category": label, "position": i + 1, "reason": None}
        for source in SOURCES:
            is_shown = visible[source][i] and (tables[source][i] or source not in REAL)
            row[source] = float(shares[source][i]) if is_shown else None
        if row["train"] is None:
            row["reason"] = NO_ROWS if not tables["train"][i] else BELOW_MINIMUM
        if tables["train"][i] or tables["synthetic"][i]:
            result.append(row)
    return result


def category_shares(
    sources: Mapping[str, np.ndarray], labels: list[str], min_cell_rows: int
) -> list[list[dict]]:
    """Rows of shares by level, from counts (categories, levels) of each source.

    A category is shown where each of its train counts is 0 or at least `min_cell_rows` at every
    level, so that no count discloses another; the others join `(other)`, which is shown where it
    has enough rows. Returns a list of rows per level: `category`, `position`, one column per
    source, `reason`.
    """
    kept = _may_be_shown(sources["train"], min_cell_rows) & (sources["train"].sum(axis=1) > 0)
    pooled = {
        source: np.vstack([table[kept], table[~kept].sum(axis=0)])
        for source, table in sources.items()
    }
    names = [label for label, is_kept in zip(labels, kept, strict=True) if is_kept] + [OTHER]
    visible = {source: _may_be_shown(pooled[source], min_cell_rows) for source in REAL}
    visible["synthetic"] = np.ones(len(names), dtype=bool)
    return [
        _rows(names, {source: table[:, level] for source, table in pooled.items()}, visible)
        for level in range(sources["train"].shape[1])
    ]


def _may_be_shown(counts: np.ndarray, min_cell_rows: int) -> np.ndarray:
    return ((counts == 0) | (counts >= min_cell_rows)).all(axis=1)


def number_shares(sources: Mapping[str, Counts], min_cell_rows: int) -> list[dict]:
    """Rows of shares by bin, of the rows with a value, with `lower` and `upper`.

    An empty list where train or holdout have too few rows.
    """
    bins = histogram(dict(sources), REAL, min_cell_rows)
    if bins is None:
        return []
    every = np.ones(len(bins.labels), dtype=bool)
    rows = _rows(bins.labels, bins.counts, dict.fromkeys(SOURCES, every))
    for row in rows:
        i = row["position"] - 1
        row |= {"lower": bins.lower[i], "upper": bins.upper[i]}
    return rows
