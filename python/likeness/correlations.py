"""Pearson's correlation within groups, from counted pairs of values."""

import numpy as np
import pandas as pd

from likeness.moments import BELOW_FLOOR, CONSTANT, round_significant


def pearson(x: np.ndarray, y: np.ndarray, counts: np.ndarray) -> float:
    """Pearson's r of counted pairs, NaN where one side is constant."""
    n = counts.sum()
    if len(np.unique(x)) < 2 or len(np.unique(y)) < 2:
        return float("nan")
    dx = x - (x * counts).sum() / n
    dy = y - (y * counts).sum() / n
    covariance = (counts * dx * dy).sum()
    return float(covariance / np.sqrt((counts * dx * dx).sum() * (counts * dy * dy).sum()))


def pearson_by_group(
    pairs: pd.DataFrame, keys: list[str], min_cell_rows: int, group_rows: pd.Series
) -> pd.DataFrame:
    """One correlation per group of `keys` of counted pairs (`x`, `y`, `n`), null with a reason.

    `group_rows` tells by the first key how many rows a group has, filled or not: n is not told
    where it would tell of fewer unfilled pairs than `min_cell_rows`. Returns the keys, n,
    correlation (nine significant digits) and reason.
    """
    rows = []
    for key, group in pairs.sort_values([*keys, "x", "y"]).groupby(keys, sort=True):
        counts = group["n"].to_numpy(dtype=np.int64)
        n, value, reason = int(counts.sum()), None, None
        if n < min_cell_rows:
            n, reason = None, BELOW_FLOOR
        else:
            r = pearson(group["x"].to_numpy(float), group["y"].to_numpy(float), counts)
            value, reason = (None, CONSTANT) if np.isnan(r) else (round_significant(r), None)
            n = None if 0 < group_rows.get(key[0], n) - n < min_cell_rows else n
        rows.append(
            dict(zip(keys, key, strict=True)) | {"n": n, "correlation": value, "reason": reason}
        )
    return pd.DataFrame(rows, columns=[*keys, "n", "correlation", "reason"])
