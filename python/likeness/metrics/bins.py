"""Bins that train, holdout and synthetic rows share.

For numbers they come from train's cells, for categories they are the values that enough train rows
have.
"""

from dataclasses import dataclass

import numpy as np

from likeness.stats.value_counts import Cells, Counts

OTHER = "(other)"
MISSING = "(missing)"
BELOW, ABOVE = "(below)", "(above)"


@dataclass(frozen=True)
class Edges:
    """Edges of the bins of a number, ascending: quantiles of train, each the mean of a cell.

    Bin 0 holds what lies below the lowest cell's mean, the last but one what lies above the
    highest's, the last the missing values; the others are half open, the topmost closed.
    """

    values: np.ndarray

    @classmethod
    def of(cls, train: Counts, min_cell_rows: int, bins: int) -> "Edges":
        """At most `bins` bins of about the same number of train rows; none for too few rows."""
        cells = Cells.of(train, min_cell_rows)
        k = len(cells.means)
        if k == 0:
            return cls(np.zeros(0))
        steps = min(bins, k)
        picked = [cells.quantile(i / steps) for i in range(steps + 1)]
        return cls(np.unique(picked))

    @property
    def labels(self) -> list[str]:
        """A name for each bin, in order."""
        inner = [f"{a:g} to {b:g}" for a, b in zip(self.values[:-1], self.values[1:], strict=True)]
        if len(self.values) == 1:
            inner = [f"{self.values[0]:g}"]
        return [BELOW, *inner, ABOVE, MISSING]

    def count(self, counts: Counts) -> np.ndarray:
        """Rows in each bin."""
        inner = max(1, len(self.values) - 1)
        at = np.clip(np.searchsorted(self.values, counts.values, side="right"), 1, inner)
        at[counts.values < self.values[0]] = 0
        at[counts.values > self.values[-1]] = inner + 1
        filled = np.bincount(at, weights=counts.counts, minlength=inner + 2)
        return np.append(filled, counts.missing).astype(np.int64)


@dataclass(frozen=True)
class Categories:
    """Categories of a variable: those that enough train rows have, then `other` for the rest."""

    kept: tuple[str, ...]

    @classmethod
    def of(cls, train: dict[str, int], min_cell_rows: int) -> "Categories":
        """The categories of at least `min_cell_rows` train rows."""
        return cls(tuple(name for name in sorted(train) if train[name] >= min_cell_rows))

    @property
    def labels(self) -> list[str]:
        """A name for each category, in order."""
        return [*self.kept, OTHER]

    def count(self, counts: dict[str, int]) -> np.ndarray:
        """Rows in each category."""
        kept = [counts.get(name, 0) for name in self.kept]
        return np.array([*kept, sum(counts.values()) - sum(kept)], dtype=np.int64)


def missing_and_novel(
    train: dict[str, int], synthetic: dict[str, int], kept: tuple[str, ...]
) -> tuple[int, int]:
    """Kept train categories that no synthetic row has, and synthetic ones that no train row has."""
    missing = sum(1 for name in kept if not synthetic.get(name))
    return missing, sum(1 for name in synthetic if not train.get(name))
