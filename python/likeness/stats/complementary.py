"""The floor: which counts may be shown, so that no smaller one is told by a difference."""

import numpy as np


def shown(counts: np.ndarray, floor: int) -> np.ndarray:
    """Rows of a (rows, columns) table of counts that may be shown beside the column totals.

    A row may be shown if each of its counts is 0 or at least `floor`. The rows that are not shown
    must, in each column, again add up to 0 or at least `floor`, else their sum would be told by
    the totals: then the smallest row that is shown joins them, until it holds. Returns bool (rows).
    """
    counts = np.atleast_2d(np.asarray(counts))
    if counts.size == 0:
        return np.zeros(len(counts), dtype=bool)
    visible = ((counts == 0) | (counts >= floor)).all(axis=1)
    while True:
        hidden = counts[~visible].sum(axis=0)
        short = (hidden > 0) & (hidden < floor)
        helpful = np.where(visible, counts[:, short].sum(axis=1), 0)
        if not helpful.any():
            return visible & ~short.any()
        visible[np.flatnonzero(helpful)[np.argmin(helpful[helpful > 0])]] = False


def shown_column(counts: np.ndarray, floor: int) -> np.ndarray:
    """`shown` for a single column of counts (rows,)."""
    return shown(np.asarray(counts).reshape(-1, 1), floor)
