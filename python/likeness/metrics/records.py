"""What rows of several marts are made of: ends of intervals, and lists of points."""

from collections.abc import Sequence

from likeness.metrics.auc import Estimate
from likeness.stats.value_counts import rounded


def ends(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    """The columns `name`, `name`_low and `name`_high of an estimate."""
    values = (estimate.value, estimate.low, estimate.high) if estimate else (None, None, None)
    parts = zip((name, f"{name}_low", f"{name}_high"), values, strict=True)
    return {part: rounded(value) for part, value in parts}


def points(name: str, values: Sequence[float] | None) -> dict[str, list[float] | None]:
    """A column of a list of numbers; None for none."""
    found = [] if values is None else [rounded(float(value)) for value in values]
    return {name: found or None}
