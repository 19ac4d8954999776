"""Which levels of a condition may be shown beside clusters, other conditions and totals."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from likeness.stats.suppression import BELOW_MINIMUM, DIFFERENCED

COLUMNS = ("condition", "level", "n_rows", "reason")
TRAIN = "train"


def levels_shown(overlaps: pd.DataFrame, min_cell_rows: int) -> pd.DataFrame:
    """One row per condition and level: COLUMNS; `reason` says why it is suppressed, or is None.

    `overlaps`: rows by source, condition, level, other (another partition: a condition, the
    clusters of train, var missing_by, all rows), other_level, and their number n. A level may be
    shown if at least `min_cell_rows` train rows hold it, and if neither in train nor in holdout
    fewer are to be had of it and of groups of another partition by subtraction (`_differenced`).
    What is suppressed of a condition must together be empty or as large too, in each source, else
    its total gives it away: then the smallest level shown is suppressed as well. A level that fewer
    holdout rows hold says nothing of them, and so counts as suppressed there.
    """
    differenced = {
        (condition, level)
        for (_, condition, _), part in overlaps.groupby(["source", "condition", "other"])
        for level in _differenced(part, min_cell_rows)
    }
    rows = []
    for condition, part in overlaps.groupby("condition"):
        sizes = _sizes(part)
        reasons = {
            level: BELOW_MINIMUM
            if n < min_cell_rows
            else DIFFERENCED
            if (condition, level) in differenced
            else None
            for level, n in sizes[TRAIN].items()
        }
        by_size = sorted((int(n), level) for level, n in sizes[TRAIN].items())
        for _, level in by_size:
            if not any(_gives_rest_away(n, reasons, min_cell_rows) for n in sizes.values()):
                break
            reasons[level] = reasons[level] or DIFFERENCED
        rows += [
            {"condition": condition, "level": level, "n_rows": n, "reason": reasons[level]}
            for n, level in by_size
            if n
        ]
    # Of type object, since pandas' texts have no None.
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _sizes(part: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Rows of each level of a condition, by source."""
    counted = part.groupby(["other", "source", "level"])["n"].sum().groupby(["source", "level"])
    frame = counted.max().unstack(fill_value=0).T.reindex(columns=[TRAIN, "holdout"], fill_value=0)
    return {source: frame[source].astype(int).to_dict() for source in frame}


def _gives_rest_away(
    rows: dict[str, int], reasons: dict[str, str | None], min_cell_rows: int
) -> bool:
    """Whether all rows less those of the levels shown are few."""
    shown = [n for level, n in rows.items() if not reasons[level] and n >= min_cell_rows]
    return bool(shown) and 0 < sum(rows.values()) - sum(shown) < min_cell_rows


def _differenced(part: pd.DataFrame, min_cell_rows: int) -> Iterator[str]:
    """Levels of which, with groups of another partition, few rows are had by subtraction.

    `part`: level, other_level and n. Only levels and groups of at least `min_cell_rows` rows are
    shown. Few are left of one of either side less those of the other within it, of those that cover
    it less it, or of several that are almost the same rows as several others. Then the level itself
    is not shown or, where it is a group, the smallest of the levels.
    """
    (at, labels), (to, groups) = (pd.factorize(part[name]) for name in ("level", "other_level"))
    table = np.zeros((len(labels), len(groups)), dtype=np.int64)
    np.add.at(table, (at, to), part["n"].to_numpy(np.int64))
    size = table.sum(axis=1)
    is_group = table.sum(axis=0) >= min_cell_rows
    shown = size >= min_cell_rows
    while True:
        few = shown & _leaves_few(table, is_group, min_cell_rows)
        of_groups = is_group & _leaves_few(table.T, shown, min_cell_rows)
        near = [(table[:, group] > 0) & shown for group in np.flatnonzero(of_groups)]
        near.append(_almost_the_same(table, shown, is_group, min_cell_rows))
        for levels in near:
            if levels.any():
                few[np.where(levels, size, np.inf).argmin()] = True
        if not few.any():
            break
        yield from labels[few]
        shown &= ~few


def _leaves_few(table: np.ndarray, shown: np.ndarray, min_cell_rows: int) -> np.ndarray:
    """Rows of `table` (bool) that those columns `shown` leave few of, or are few beside."""
    size, others = table.sum(axis=1), table.sum(axis=0)
    touching = table > 0
    within = touching & (table == others) & shown
    left = size - np.where(within, table, 0).sum(axis=1)
    beyond = np.where(touching, others, 0).sum(axis=1) - size
    is_covered = ~(touching & ~shown).any(axis=1)
    few = within.any(axis=1) & (left > 0) & (left < min_cell_rows)
    return few | (is_covered & (beyond > 0) & (beyond < min_cell_rows))


def _almost_the_same(
    table: np.ndarray, is_level: np.ndarray, is_group: np.ndarray, min_cell_rows: int
) -> np.ndarray:
    """Levels (bool) that together are the rows of some groups, but for few.

    Levels and groups that share at least `min_cell_rows` rows are taken together. Without one of
    the levels what the others leave of the groups is as large as it.
    """
    rows, columns = table.shape
    thick = (table >= min_cell_rows) & is_level[:, None] & is_group
    links = np.block([[np.zeros((rows, rows)), thick], [thick.T, np.zeros((columns, columns))]])
    part = connected_components(csr_array(links), directed=False)[1]
    left, right = part[:rows], part[rows:]
    parts = part.max() + 1
    common = np.bincount(
        left.repeat(columns), np.where(left[:, None] == right, table, 0).ravel(), parts
    )
    apart = (
        np.bincount(left, table.sum(axis=1), parts)
        + np.bincount(right, table.sum(axis=0), parts)
        - 2 * common
    )
    return ((common > 0) & (apart > 0) & (apart < min_cell_rows))[left] & is_level
