"""Distances between mixed rows, and the closest records by them."""

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from likeness.metrics.sample import NO_CODE, Sample

# Two independent ranks differ by a sixth in the mean square: scaled, a number weighs as much as a
# category does.
RANK_SCALE = np.sqrt(6.0)
CHUNK = 500
DECIMALS = 9


def embedded(sample: Sample, base: Sample) -> np.ndarray:
    """Rows as points, (rows, dimensions) float64, whose squared distance is the sum over columns.

    A number is its mid-rank among the values of `base`, 0 to 1, times the root of 6; a category
    that differs, or a value missing on one side only, adds 1.
    """
    half = np.sqrt(0.5)
    columns = []
    for name, values in sample.numbers.items():
        known = np.sort(base.numbers[name][np.isfinite(base.numbers[name])])
        missing = ~np.isfinite(values)
        if len(known):
            sides = [np.searchsorted(known, values, side=side) for side in ("left", "right")]
            columns.append(np.where(missing, 0.5, sum(sides) / (2 * len(known))) * RANK_SCALE)
        columns.append(missing.astype(float))
    for name, codes in sample.codes.items():
        columns += [
            np.where(codes == code, half, 0.0) for code in range(NO_CODE, len(sample.levels[name]))
        ]
    return np.column_stack(columns)


def two_closest(points: np.ndarray, records: np.ndarray) -> np.ndarray:
    """Distances of each point to its closest and second closest record, (points, 2).

    In chunks, so that memory is bounded; rounded, so that equal distances compare equal.
    """
    closest = np.empty((len(points), 2))
    lengths = (records**2).sum(axis=1)
    with threadpool_limits(limits=1):
        for start in range(0, len(points), CHUNK):
            part = points[start : start + CHUNK]
            squared = (part**2).sum(axis=1)[:, None] + lengths - 2 * (part @ records.T)
            smallest = np.partition(np.maximum(squared, 0.0), 1, axis=1)[:, :2]
            closest[start : start + CHUNK] = np.sqrt(np.round(smallest, DECIMALS))
    return np.sort(closest, axis=1)


@dataclass(frozen=True)
class Closeness:
    """Distances of points to the records of one table: to the closest one and the second."""

    first: np.ndarray
    second: np.ndarray

    @classmethod
    def of(cls, points: np.ndarray, records: np.ndarray) -> "Closeness":
        """The distances of each of `points` to the closest two of `records`."""
        closest = two_closest(points, records)
        return cls(closest[:, 0], closest[:, 1])

    @property
    def ratios(self) -> np.ndarray:
        """Nearest-neighbour distance ratio of each point: first over second, 1 where both are 0."""
        return np.divide(
            self.first, self.second, out=np.ones_like(self.first), where=self.second > 0
        )
