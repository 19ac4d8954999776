"""Which cells of a table of two categories may be shown beside its margins.

Primary and complementary suppression of a two-way table (Hundepool et al. 2012, Statistical
Disclosure Control, ch. 4): a hidden cell must not be had from the margins and the cells shown.
"""

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components


def shown_cells(counts: np.ndarray, min_cell_rows: int) -> np.ndarray:
    """Cells (rows, columns) bool of counts (rows, columns, classes) that may be shown.

    A cell may be shown if its count in each class is 0 or at least `min_cell_rows`, and one of
    them is. Of the others each that the margins determine, and what is hidden of each row and
    column, must again be so, or be nothing at all: else the smallest cell that helps is hidden too.
    """

    def is_sound(cell: np.ndarray) -> bool:
        return bool(((cell == 0) | (cell >= min_cell_rows)).all())

    visible = ((counts == 0) | (counts >= min_cell_rows)).all(axis=2) & counts.any(axis=2)
    while (disclosed := _disclosed(counts, visible, is_sound)) is not None:
        i, j = disclosed
        beside = np.zeros_like(visible)
        if i is not None and j is not None:
            beside = visible & _closing(~visible, i, j)
        elif i is not None:
            beside[i] = visible[i]
        else:
            beside[:, j] = visible[:, j]
        candidates = np.argwhere(beside if beside.any() else visible)
        sizes = counts[candidates[:, 0], candidates[:, 1]].sum(axis=1)
        visible[tuple(candidates[sizes.argmin()])] = False
    return visible


def _closing(hidden: np.ndarray, i: int, j: int) -> np.ndarray:
    """Cells that, hidden too, close a circle through the hidden cell (i, j)."""
    others = hidden.copy()
    others[i, j] = False
    rows, columns = hidden.shape
    links = np.block([[np.zeros((rows, rows)), others], [others.T, np.zeros((columns, columns))]])
    part = connected_components(csr_array(links), directed=False)[1]
    ours, theirs = part[i], part[rows + j]
    forth = np.outer(part[:rows] == ours, part[rows:] == theirs)
    return forth | np.outer(part[:rows] == theirs, part[rows:] == ours)


def _disclosed(
    counts: np.ndarray, visible: np.ndarray, is_sound: Callable[[np.ndarray], bool]
) -> tuple[int | None, int | None] | None:
    """A row, a column, or a cell of what is hidden that discloses too few rows; None: nothing."""
    if not visible.any():
        return None
    hidden = np.where(visible[:, :, None], 0, counts)
    for i in range(len(counts)):
        if not is_sound(hidden[i].sum(axis=0)):
            return i, None
    for j in range(counts.shape[1]):
        if not is_sound(hidden[:, j].sum(axis=0)):
            return None, j
    for i, j in determined(~visible):
        if not is_sound(counts[i, j]):
            return i, j
    return None


def determined(hidden: np.ndarray) -> list[tuple[int, int]]:
    """Hidden cells (of a bool table) whose value follows from what is hidden of rows and columns.

    Hidden cells are the edges of a graph of rows and columns; its bridges are determined: those of
    effective resistance 1 (Gusfield 1988, A graph theoretic approach to statistical data security).
    """
    cells = np.argwhere(hidden)
    if not len(cells):
        return []
    links = hidden.astype(float)
    degrees = np.diag(np.concatenate([links.sum(axis=1), links.sum(axis=0)]))
    rows, columns = hidden.shape
    corner = np.block([[np.zeros((rows, rows)), links], [links.T, np.zeros((columns, columns))]])
    inverse = np.linalg.pinv(degrees - corner, hermitian=True)
    i, j = cells[:, 0], cells[:, 1] + rows
    resistance = inverse[i, i] + inverse[j, j] - 2 * inverse[i, j]
    return [(int(a), int(b)) for a, b in cells[resistance > 1 - 1e-6]]
