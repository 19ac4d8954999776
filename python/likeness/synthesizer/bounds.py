"""What an earlier field forbids a later one: bins out of reach, and values moved to the limit."""

import numpy as np

from likeness.synthesizer.bins import Bins


def _span(bound: str, limit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least and most values that a bound allows (a year, for months since year 0, its twelve)."""
    free = np.full(len(limit), np.inf)
    if bound == "within_year":
        least, most = 12 * limit, 12 * limit + 11
    else:
        least, most = (-free, limit) if bound == "at_most" else (limit, free)
    gone = np.isnan(limit)
    return np.where(gone, -free, least), np.where(gone, free, most)


def bins_within(
    bins: Bins, bounds: list[tuple[str, str]], limits: dict[str, np.ndarray]
) -> tuple[np.ndarray | int, np.ndarray | int]:
    """First and last bin that a row may take by its bounds; the missing one is not counted.

    bounds: (earlier field, relation); limits: the earlier fields' values. Where no bin lies within
    the bounds, the first one past the lower bound.
    """
    if not bounds:
        return 0, len(bins) - 1
    known = bins.kind != "missing"
    smallest = np.where(bins.kind == "range", bins.low, bins.value)
    largest = np.where(bins.kind == "range", bins.high, bins.value)
    # Ranges may reach over the point masses between them, so the ends are made to rise.
    smallest = np.minimum.accumulate(np.where(known, smallest, np.inf)[::-1])[::-1]
    largest = np.maximum.accumulate(np.where(known, largest, -np.inf))
    least, most = _joint(bounds, limits)
    first = np.minimum(np.searchsorted(largest, least, side="left"), len(bins) - 1)
    last = np.searchsorted(smallest, most, side="right") - 1
    return first, np.maximum(first, last)


def bent(
    value: np.ndarray, bounds: list[tuple[str, str]], limits: dict[str, np.ndarray]
) -> np.ndarray:
    """Values within their bounds, moved to them where they were not."""
    if not bounds:
        return value
    least, most = _joint(bounds, limits)
    return np.fmin(np.fmax(value, least), most)


def _joint(
    bounds: list[tuple[str, str]], limits: dict[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    spans = [_span(bound, limits[by].astype(float)) for by, bound in bounds]
    return np.max([s[0] for s in spans], axis=0), np.min([s[1] for s in spans], axis=0)
