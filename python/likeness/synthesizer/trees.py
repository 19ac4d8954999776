"""How likely the upper half of a part is: trees over the earlier fields, their leaves in classes.

A leaf holds at least `min_cell_rows` train rows. Its share of the upper half would disclose few
rows, so leaves of similar shares form a class until at least `min_cell_rows` rows lie in each half;
a class in which nobody, or everybody, lies in the upper half has the share 0, or 1.

The leaves are small on purpose: what a coarser or smoother model gets wrong is seen in the rows as
a bias, while the noise of a leaf's share is hardly seen. That noise does follow the train rows, so
where there are fields enough to grow different trees, each row asks one of several.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from likeness.stats import compiled
from likeness.synthesizer.bins import CODE
from likeness.synthesizer.calibration import Factors, calibrated

TREES = 3
SEVERAL_FROM = 9  # features; with fewer there is one tree
FEATURES = 0.8  # share of the features that a node of one of several trees looks at
RESOLUTION = 24  # one of several trees reads a feature of over twice as many codes in runs
MAX_LEAVES = 2000
# Likelihood-ratio statistic (G, one degree of freedom) that the splits of a tree alone are worth on
# average. Its few features share all its noise, which would show as ties between them.
WORTH = 4.0
_UNITS = 2.0**20  # of `fixed_entropy`, for one nat


@dataclass
class Split:
    """The trees of one level, their nodes one after another.

    tree: number of each node's tree. feature: -1 in a leaf, else the place of an earlier field in
    the sequence, the field's own place for the part itself, or one after that for what is near. A
    row goes left where its code is at most the threshold. share_class: class of
    each leaf, -1 inside the tree. shares, n_rows: of each class, the rows rounded down to a
    multiple of the minimum cell size.
    """

    tree: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    share_class: np.ndarray
    shares: np.ndarray
    n_rows: np.ndarray
    factors: Factors = field(default_factory=Factors.none)

    def __post_init__(self) -> None:
        self.roots = np.flatnonzero(np.diff(self.tree, prepend=-1))


class Codes:
    """Codes of the fields of a sequence as its trees read them.

    exact: [rows, fields], for trees alone; in_runs: as one of several trees reads them, in runs of
    `runs[field]` codes.
    """

    def __init__(self, columns: Sequence[np.ndarray]) -> None:
        sizes = np.array([int(column.max(initial=0)) + 1 for column in columns], dtype=np.int64)
        self.runs = np.maximum(sizes // RESOLUTION, 1)
        self.exact = np.stack(columns, axis=1).astype(CODE)
        in_runs = [column // run for column, run in zip(columns, self.runs, strict=True)]
        self.in_runs = np.stack(in_runs, axis=1).astype(CODE)
        self.sizes = sizes
        self.sizes_in_runs = (sizes - 1) // self.runs + 1
        self.entropy = fixed_entropy(len(self.exact))


def fixed_entropy(n: int) -> np.ndarray:
    """Entropies k log k for k of 0 to n, in whole numbers: sums are exact, and ties are ties."""
    k = np.arange(n + 1)
    return np.round(k * np.log(np.maximum(k, 1)) * _UNITS).astype(np.int64)


def fit_split(
    codes: Codes,
    place: int,
    rows: np.ndarray,
    own: np.ndarray,
    upper: np.ndarray,
    min_cell_rows: int,
) -> Split:
    """Learn which half holds a row, by the codes of the fields before `place` and its own features.

    rows: the rows of `codes` that are learned from. own [rows, features]: the part of each, and
    what is near, relative to the part's middle. upper [rows]: bool.
    """
    several = place + 1 >= SEVERAL_FROM
    least = max(min_cell_rows, len(rows) // MAX_LEAVES)
    matrix = codes.in_runs if several else codes.exact
    known = codes.sizes_in_runs if several else codes.sizes
    sizes = np.append(known[:place], own.max(axis=0, initial=0) + 1).astype(np.int64)
    runs = np.ones(len(sizes), np.int64)
    if several:
        runs[:place] = codes.runs[:place]
    looked_at = max(int(FEATURES * len(sizes)), 1) if several else len(sizes)
    worth = -1 if several else int(WORTH * _UNITS)
    arrays = (matrix, own.astype(CODE), upper.astype(np.uint8), rows.astype(np.int32), sizes)
    nodes_of, shares, n_rows, of_rows = [], [], [], []
    first_node = first_class = 0
    for number in range(TREES if several else 1):
        seed = np.uint64(number)
        room = 2 * (len(rows) // least) + 1
        nodes, counts = np.empty((room, 4), np.int32), np.empty((room, 2), np.int64)
        leaf = np.empty(len(rows), np.int32)
        grown = compiled.required().grow(
            nodes, counts, leaf, *arrays, least, looked_at, seed, worth, codes.entropy
        )
        nodes, counts = nodes[:grown], counts[:grown]
        feature, threshold, left, right = nodes.astype(np.int64).T
        is_leaf = feature < 0
        inside, held = counts[is_leaf].T
        groups = share_classes(inside, held, min_cell_rows)
        share_class = np.full(len(nodes), -1, dtype=np.int64)
        share_class[is_leaf] = groups + first_class
        totals = np.bincount(groups, held).astype(np.int64)
        shares.append(np.bincount(groups, inside) / totals)
        n_rows.append(totals // min_cell_rows * min_cell_rows)
        nodes_of.append(
            np.stack(
                [
                    np.full(len(nodes), number),
                    feature,
                    np.where(is_leaf, 0, (threshold + 1) * runs[feature] - 1),
                    np.where(is_leaf, -1, left + first_node),
                    np.where(is_leaf, -1, right + first_node),
                    share_class,
                ]
            )
        )
        of_rows.append(shares[-1][share_class[leaf] - first_class])
        first_node += len(nodes)
        first_class += len(totals)
    columns = np.concatenate(nodes_of, axis=1)
    factors = calibrated(
        np.stack(of_rows), codes.exact, rows, codes.sizes[:place], own[:, 0], upper, min_cell_rows
    )
    return Split(*columns, np.concatenate(shares), np.concatenate(n_rows), factors)  # type: ignore[call-arg]


def share_classes(inside: np.ndarray, rows: np.ndarray, min_cell_rows: int) -> np.ndarray:
    """Class of each leaf, by similar shares: no row or `min_cell_rows` of a class in either half.

    inside: rows of each leaf in the upper half; rows: all its rows. One class of everything where
    there are too few rows for that.
    """
    share = inside / rows
    order = np.argsort(share, kind="stable")
    none, every = order[inside[order] == 0], order[inside[order] == rows[order]]
    is_mixed = (inside > 0) & (inside < rows)
    # Rows that mixed leaves lack in a half come from the smallest leaves that lie wholly in it.
    for wholly, held in ((every, inside), (none, rows - inside)):
        spare = wholly[np.lexsort([wholly, rows[wholly]])].tolist()
        lacking = min_cell_rows - int(held[is_mixed].sum())
        while is_mixed.any() and spare and lacking > 0:
            leaf = spare.pop(0)
            is_mixed[leaf] = True
            lacking -= int(held[leaf])
    mixed = order[is_mixed[order]]
    number, up, down = 0, 0, 0
    numbers = []
    outside = (rows - inside)[mixed].tolist()
    for above, below in zip(inside[mixed].tolist(), outside, strict=True):
        numbers.append(number)
        up, down = up + above, down + below
        if up >= min_cell_rows and down >= min_cell_rows:
            number, up, down = number + 1, 0, 0
    out = np.zeros(len(rows), dtype=np.int64)
    if numbers and number == 0:
        return out
    out[mixed] = np.minimum(numbers, number - 1)  # what is left over joins the last class
    for wholly in (none, every):
        alone = wholly[~is_mixed[wholly]]
        out[alone] = number
        number += len(alone) > 0
    return out
