"""Bins for pictures: contiguous, each with enough rows of every real source to be shown."""

from dataclasses import dataclass

import numpy as np

from likeness.stats.value_counts import Cells, Counts

MOST_BINS = 30
MOST_STEPS = 60


@dataclass(frozen=True)
class Histogram:
    """Bins in order, and rows of each source in each (source -> int64 array).

    `lower` and `upper` are None at the open ends. A bin holds lower <= value < upper; one that
    holds a single whole number has lower == upper.
    """

    lower: list[float | None]
    upper: list[float | None]
    counts: dict[str, np.ndarray]

    @property
    def labels(self) -> list[str]:
        """A name for each bin."""
        return [_label(a, b) for a, b in zip(self.lower, self.upper, strict=True)]


def _label(lower: float | None, upper: float | None) -> str:
    if lower is None and upper is None:
        return "any"
    if lower is None:
        return f"below {upper:g}"
    if upper is None:
        return f"{lower:g} or more"
    return f"{lower:g}" if lower == upper else f"{lower:g} to {upper:g}"


def _edges(train: Counts, min_cell_rows: int) -> tuple[np.ndarray, bool]:
    """Inner edges between the 1st and the 99th percentile, and whether they are whole numbers."""
    cells = Cells.of(train, min_cell_rows)
    low, high = cells.quantile(0.01), cells.quantile(0.99)
    whole = bool((train.values == np.round(train.values)).all())
    if whole and high - low <= MOST_STEPS:
        return np.arange(np.floor(low) + 1, np.floor(high) + 1), True
    if low == high:
        return np.zeros(0), False
    digits = 1 - int(np.floor(np.log10((high - low) / MOST_BINS)))
    return np.unique(np.round(np.linspace(low, high, MOST_BINS + 1), digits)), False


def histogram(
    sources: dict[str, Counts], real: tuple[str, ...], min_cell_rows: int
) -> Histogram | None:
    """Bins from the first of `real`, merged until each has enough rows of every real source.

    A bin of fewer than `min_cell_rows` rows of any of `real` is merged with its right neighbour;
    None where a real source as a whole has fewer rows than that.
    """
    if any(sources[name].n < min_cell_rows for name in real):
        return None
    inner, whole = _edges(sources[real[0]], min_cell_rows)
    edges = np.concatenate([[-np.inf], inner, [np.inf]])
    counts = {
        name: np.diff(
            np.concatenate([[0], np.cumsum(side.counts)])[
                np.searchsorted(side.values, edges, side="left")
            ]
        )
        for name, side in sources.items()
    }
    ends, since = [], 0
    for i in range(len(edges) - 1):
        if all(counts[name][since : i + 1].sum() >= min_cell_rows for name in real):
            ends.append(i + 1)
            since = i + 1
    ends[-1] = len(edges) - 1
    starts = [0, *ends[:-1]]
    lower = [None if a == 0 else float(edges[a]) for a in starts]
    upper = [None if b == len(edges) - 1 else float(edges[b]) for b in ends]
    if whole:
        single = [None not in (a, b) and b == a + 1 for a, b in zip(lower, upper, strict=True)]
        upper = [a if one else b for a, b, one in zip(lower, upper, single, strict=True)]
    merged = {
        name: np.array([side[a:b].sum() for a, b in zip(starts, ends, strict=True)])
        for name, side in counts.items()
    }
    return Histogram(lower, upper, merged)
