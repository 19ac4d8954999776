"""A field's bins as a path of halvings: which half holds the row, then which half of that."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Level:
    """One halving of every part that is left.

    start, middle, stop: bins of each part, [start, middle) its lower and [middle, stop) its upper
    half; a part of one bin has middle = stop. lower, upper: the halves as parts of the next level.
    """

    start: np.ndarray
    middle: np.ndarray
    stop: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    def part_of(self, bins: np.ndarray) -> np.ndarray:
        """Part of each bin."""
        return np.searchsorted(self.start, bins, side="right") - 1

    def sides(self, bins: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows whose part is halved (positions in `bins`), their parts, is it the upper half?"""
        part = self.part_of(bins)
        at = np.flatnonzero(self.middle[part] < self.stop[part])
        return at, part[at], bins[at] >= self.middle[part[at]]


def halve(weights: np.ndarray, first_alone: bool = False) -> list[Level]:
    """Levels that part bins down to single ones, each into halves of about equal weight.

    `first_alone`: the first bin is parted from all others before anything else is.
    """
    levels: list[Level] = []
    parts = [(0, len(weights))]
    before = np.concatenate([[0.0], np.cumsum(weights.astype(float))])
    while any(stop - start > 1 for start, stop in parts):
        after: list[tuple[int, int]] = []
        rows = []
        for start, stop in parts:
            if stop - start == 1:
                rows.append((start, stop, stop, len(after), len(after)))
                after.append((start, stop))
                continue
            inner = before[start + 1 : stop]
            middle = start + 1 + int(np.abs(2 * inner - before[start] - before[stop]).argmin())
            middle = 1 if first_alone and not levels else middle
            rows.append((start, middle, stop, len(after), len(after) + 1))
            after += [(start, middle), (middle, stop)]
        levels.append(Level(*np.array(rows, dtype=np.int64).T))
        parts = after
    return levels
