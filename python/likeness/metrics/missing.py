"""Shares of missing values, overall and by period, under the minimum cell size."""

import numpy as np
import pandas as pd

from likeness.metrics import REAL, SOURCES
from likeness.stats.complementary import shown, shown_column
from likeness.stats.suppression import BELOW_MINIMUM
from likeness.stats.value_counts import rounded

ALL = "all"
COLUMNS = ["variable", "period", "train", "holdout", "synthetic", "n_train", "n_holdout"]
COLUMNS += ["n_synthetic", "reason"]


def _published(part: pd.DataFrame, source: str, min_cell_rows: int) -> dict[str, tuple]:
    """Rows and share of missing ones by period of one variable and source.

    What would disclose fewer than `min_cell_rows` real rows, missing or not, is None, and so is
    what they could be derived from.
    """
    rows, missing = part["n"].to_numpy(), part["n_missing"].to_numpy()
    share_shown = n_shown = rows > 0
    if source in REAL:
        n_shown = shown_column(rows, min_cell_rows)
        share_shown = n_shown & shown(np.column_stack([missing, rows - missing]), min_cell_rows)
    return {
        period: (int(n) if with_n else None, rounded(m / n) if with_share and n else None)
        for period, n, m, with_n, with_share in zip(
            part["period"], rows, missing, n_shown, share_shown, strict=True
        )
    }


def missing_shares(frame: pd.DataFrame, min_cell_rows: int) -> pd.DataFrame:
    """One row per variable and period, and one per variable with the period `all`.

    `frame` has `source`, `variable`, `period` (null: of no period), `n` and `n_missing`.
    """
    whole = frame.groupby(["source", "variable"], as_index=False)[["n", "n_missing"]].sum()
    rows = []
    for parts in (whole.assign(period=ALL), frame.dropna(subset=["period"])):
        for variable, of_variable in parts.groupby("variable", sort=True):
            by_source = {
                source: _published(
                    of_variable[of_variable["source"] == source], source, min_cell_rows
                )
                for source in SOURCES
            }
            for period in sorted(set(of_variable["period"])):
                row = {"variable": variable, "period": period}
                for source in SOURCES:
                    n, share = by_source[source].get(period, (None, None))
                    row |= {source: share, f"n_{source}": n}
                rows.append(row | {"reason": None if row["train"] is not None else BELOW_MINIMUM})
    return pd.DataFrame(rows, columns=COLUMNS)
