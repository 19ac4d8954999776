"""Moments and cell quantiles of a variable from its value counts, under the privacy floor."""

import numpy as np
import pandas as pd

QUANTILES = {
    "p01": 0.01,
    "p05": 0.05,
    "p25": 0.25,
    "p50": 0.50,
    "p75": 0.75,
    "p95": 0.95,
    "p99": 0.99,
}
MOMENTS = ("mean", "std", "skewness", "kurtosis")
STATISTICS = (*MOMENTS, "low_cell_mean", *QUANTILES, "high_cell_mean")
BELOW_FLOOR = "below min_cell_rows"
CONSTANT = "constant"
DIGITS = 9


def round_significant(value: float, digits: int = DIGITS) -> float:
    """`value` rounded to `digits` significant digits; NaN and infinity as they are."""
    return float(f"{value:.{digits}g}") if np.isfinite(value) else float(value)


def moments(values: np.ndarray, counts: np.ndarray) -> dict[str, float]:
    """Mean, standard deviation (n - 1), skewness and excess kurtosis of counted values.

    `values` ascending without NaN, `counts` how often each occurs. Skewness and kurtosis are the
    bias-corrected G1 and G2 of Joanes and Gill (1998), which pandas gives too; NaN where undefined
    (constant, fewer than 3 or 4 rows).
    """
    n = int(counts.sum())
    mean = float((values * counts).sum() / n)
    deviation = values - mean
    m2, m3, m4 = (float((counts * deviation**p).sum() / n) for p in (2, 3, 4))
    result = {"mean": mean, "std": np.nan, "skewness": np.nan, "kurtosis": np.nan}
    if n > 1:
        result["std"] = 0.0 if len(values) == 1 else np.sqrt(m2 * n / (n - 1))
    if len(values) > 1 and n > 2:
        result["skewness"] = m3 / m2**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
    if len(values) > 1 and n > 3:
        excess = m4 / m2**2 - 3
        result["kurtosis"] = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6)
    return result


def cell_quantiles(values: np.ndarray, counts: np.ndarray, cell_rows: int) -> dict[str, float]:
    """Quantiles as means of `cell_rows` neighbours: no borrower's own value is published.

    The neighbours of a quantile q are the `cell_rows` ranks around q x n, moved inward at the ends;
    `low_cell_mean` and `high_cell_mean` are the means of the lowest and the highest `cell_rows`.
    `values` ascending, sum of `counts` at least `cell_rows`.
    """
    n = int(counts.sum())
    upto = np.concatenate([[0], np.cumsum(counts)])
    total = np.concatenate([[0.0], np.cumsum(values * counts)])

    inner = [round(share * n - cell_rows / 2) for share in QUANTILES.values()]
    firsts = np.clip([0, *inner, n - cell_rows], 0, n - cell_rows)
    ranks = np.stack([firsts, firsts + cell_rows])
    index = np.searchsorted(upto, ranks, side="right") - 1
    # Past the last rank there is nothing to add to the total.
    sums = total[index] + (ranks - upto[index]) * np.append(values, 0.0)[index]
    names = ("low_cell_mean", *QUANTILES, "high_cell_mean")
    return dict(zip(names, ((sums[1] - sums[0]) / cell_rows).tolist(), strict=True))


def summary(
    values: np.ndarray, counts: np.ndarray, n_missing: int, min_cell_rows: int
) -> dict[str, object]:
    """n, moments, cell quantiles and the reason for what is missing, of one variable.

    Nothing but the reason is told of fewer than `min_cell_rows` values; a constant has no skewness
    and no kurtosis. n is not told where it would tell of fewer missing values than that. Numbers
    are rounded to nine significant digits.
    """
    n = int(counts.sum())
    if n < min_cell_rows:
        return {"n": None, **dict.fromkeys(STATISTICS), "reason": BELOW_FLOOR}
    order = np.argsort(values, kind="stable")
    values, counts = values[order], counts[order]
    numbers = moments(values, counts) | cell_quantiles(values, counts, min_cell_rows)
    rounded = {
        name: None if np.isnan(value) else round_significant(value)
        for name, value in numbers.items()
    }
    told = None if 0 < n_missing < min_cell_rows else n
    return {"n": told, **rounded, "reason": CONSTANT if len(values) == 1 else None}


def summaries(value_counts: pd.DataFrame, keys: list[str], min_cell_rows: int) -> pd.DataFrame:
    """One row of `summary` for each group of `keys` in counted values.

    `value_counts`: the keys, `value` (float, missing values as NaN) and `n` (rows with it). Groups
    of missing values only are told of too, with the reason.
    """
    ordered = value_counts.dropna(subset=keys).sort_values(keys, kind="stable")
    values = ordered["value"].to_numpy(dtype=float, na_value=np.nan)
    counts = ordered["n"].to_numpy(dtype=np.int64)
    filled = ~np.isnan(values)
    starts = np.flatnonzero(~ordered.duplicated(keys).to_numpy())
    rows = []
    for group in map(slice, starts, [*starts[1:], len(ordered)]):
        inside = filled[group]
        n_missing = int(counts[group][~inside].sum())
        rows.append(summary(values[group][inside], counts[group][inside], n_missing, min_cell_rows))
    told = pd.DataFrame(rows, columns=["n", *STATISTICS, "reason"])
    return pd.concat([ordered[keys].iloc[starts].reset_index(drop=True), told], axis=1)
