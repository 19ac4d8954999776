"""Complementary suppression: which counts may be shown without disclosing others by subtraction."""

import numpy as np


def shown(counts: np.ndarray, min_cell_rows: int) -> np.ndarray:
    """Rows of a (rows, columns) table of counts that may be shown beside the column totals.

    A row may be shown if each of its counts is 0 or at least `min_cell_rows`. The rows that are not
    shown must, in each column, again add up to 0 or at least `min_cell_rows`, else the totals
    would disclose their sum: then the smallest row that is shown joins them, until it holds.
    Returns bool (rows).
    """
    counts = np.atleast_2d(np.asarray(counts))
    if counts.size == 0:
        return np.zeros(len(counts), dtype=bool)
    visible = ((counts == 0) | (counts >= min_cell_rows)).all(axis=1)
    while True:
        hidden = counts[~visible].sum(axis=0)
        short = (hidden > 0) & (hidden < min_cell_rows)
        helpful = np.where(visible, counts[:, short].sum(axis=1), 0)
        if not helpful.any():
            return visible & ~short.any()
        visible[np.flatnonzero(helpful)[np.argmin(helpful[helpful > 0])]] = False


def shown_column(counts: np.ndarray, min_cell_rows: int) -> np.ndarray:
    """`shown` for a single column of counts (rows,)."""
    return shown(np.asarray(counts).reshape(-1, 1), min_cell_rows)
