"""First guess of a field: one decision tree over earlier fields, each leaf a table of shares."""

from dataclasses import dataclass

import numpy as np
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor


@dataclass
class Leaves:
    """A tree over cell codes and the cells' cumulative shares in each of its leaves.

    feature, threshold, left, right: one entry per node (feature -1 at a leaf; a row goes left where
    its code is at most the threshold); leaf: position of the node's shares. cdf: [leaves, cells].
    """

    features: list[str]
    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    leaf: np.ndarray
    groups: list[dict]
    cdf: np.ndarray

    def apply(self, codes: dict[str, np.ndarray], n: int) -> np.ndarray:
        """Leaf of each of n rows."""
        node = np.zeros(n, dtype=np.int64)
        if not self.features:
            return self.leaf[node]
        table = np.stack([codes[name] for name in self.features])
        rows = np.arange(n)
        while True:
            feature = self.feature[node]
            inner = feature >= 0
            if not inner.any():
                return self.leaf[node]
            code = table[np.maximum(feature, 0), rows]
            below = code <= self.threshold[node]
            node = np.where(inner, np.where(below, self.left[node], self.right[node]), node)

    def pick(self, leaf: np.ndarray, uniforms: np.ndarray) -> np.ndarray:
        """A cell for each row from its leaf's shares; uniforms may be [candidates, rows]."""
        flat = (self.cdf + np.arange(len(self.cdf))[:, None]).ravel()
        at = np.searchsorted(flat, uniforms + leaf, side="right")
        return np.clip(at - leaf * self.cdf.shape[1], 0, self.cdf.shape[1] - 1).astype(np.uint8)


def expand(groups: list[dict], n_leaves: int, weights: np.ndarray) -> np.ndarray:
    """Cumulative shares [leaves, cells] from the leaves' runs of cells.

    A run's share is spread over its cells by their weights, without the cells that are runs of
    their own in the same leaf.
    """
    shares = np.zeros((n_leaves, len(weights)))
    alone = np.zeros(shares.shape, dtype=bool)
    for run in groups:
        if run["cell_from"] == run["cell_to"]:
            alone[run["leaf"], run["cell_from"]] = True
    for run in groups:
        leaf, first, last = run["leaf"], run["cell_from"], run["cell_to"] + 1
        inside = weights[first:last] * (~alone[leaf, first:last] if last - first > 1 else 1.0)
        shares[leaf, first:last] += run["share"] * inside / inside.sum()
    cdf = np.cumsum(shares, axis=1)
    return np.minimum(cdf / cdf[:, -1:], 1.0)


def share_groups(counts: np.ndarray, floor: int) -> list[tuple[int, int, int]]:
    """Runs of cells with at least `floor` rows each: (first cell, last cell, rows).

    A cell that has the floor by itself is a run of its own; the others gather around it. What is
    left over joins the last run of several cells, or else the smallest run.
    """
    out = [(int(c), int(c), int(counts[c])) for c in np.flatnonzero(counts >= floor)]
    runs, start, rows = [], None, 0
    for cell in np.flatnonzero((counts > 0) & (counts < floor)):
        start, rows = cell if start is None else start, rows + int(counts[cell])
        if rows >= floor:
            runs.append((int(start), int(cell), rows))
            start, rows = None, 0
    if rows and runs:
        first, _, before = runs.pop()
        runs.append((first, int(cell), before + rows))
    elif rows and out:
        least = min(range(len(out)), key=lambda i: (out[i][2], i))
        out[least] = (*out[least][:2], out[least][2] + rows)
    elif rows:
        runs.append((int(start), int(cell), rows))
    return sorted(out + runs)


SIZES = (40, 100, 250, 600, 1500)


def fit_leaves(
    codes: dict[str, np.ndarray],
    features: list[str],
    target: np.ndarray,
    n_cells: int,
    *,
    ordinal: bool,
    floor: int,
    digits: int,
) -> Leaves:
    """The tree on known rows (target >= 0), each leaf published as runs of `floor` rows.

    A small leaf knows its neighbourhood but has few runs; the size of leaves is the one whose
    shares give held-out rows the highest likelihood.
    """
    known = target >= 0
    y = target[known]
    x = (
        np.column_stack([codes[name][known] for name in features])
        if features
        else np.empty((len(y), 0))
    )
    x = x.astype(np.float32)
    sizes = [size for size in SIZES if 2 * floor <= size <= len(y) / 4]
    if not features or n_cells < 2 or not sizes:
        return _publish(None, [], x, y, n_cells, floor, digits)
    size = sizes[0]
    if len(sizes) > 1:
        half = np.arange(len(y)) % 2 == 0
        size = max(sizes, key=lambda s: _likelihood(x, y, half, n_cells, ordinal, floor, s))
    return _publish(_grow(x, y, n_cells, ordinal, size), features, x, y, n_cells, floor, digits)


def _grow(x, y, n_cells: int, ordinal: bool, size: int):
    if ordinal:
        counts = np.bincount(y, minlength=n_cells)
        score = (np.cumsum(counts) - counts / 2) / counts.sum()
        return DecisionTreeRegressor(min_samples_leaf=size, random_state=0).fit(x, score[y])
    tree = DecisionTreeClassifier(criterion="entropy", min_samples_leaf=size, random_state=0)
    return tree.fit(x, y)


def _likelihood(x, y, half, n_cells, ordinal, floor, size) -> float:
    """Mean log share of the rows outside `half` under leaves (of half the size) learned in it."""
    grown = _grow(x[half], y[half], n_cells, ordinal, max(size // 2, 2))
    leaves = _publish(grown, ["x"] * x.shape[1], x[half], y[half], n_cells, max(floor // 2, 1), 9)
    shares = np.diff(leaves.cdf, axis=1, prepend=0.0)
    ends = np.full(len(leaves.leaf), 0)
    ends[leaves.leaf >= 0] = leaves.leaf[leaves.leaf >= 0]
    at = ends[grown.apply(x[~half])]
    marginal = np.bincount(y[half], minlength=n_cells) + 0.5
    own = 0.98 * shares[at, y[~half]] + 0.02 * (marginal / marginal.sum())[y[~half]]
    return round(float(np.log(own).mean()), 6)


def _publish(grown, features: list[str], x, y, n_cells: int, floor: int, digits: int) -> Leaves:
    counts = np.bincount(y, minlength=n_cells)
    if grown is None:
        feature, threshold = np.array([-1]), np.array([0])
        left = right = np.array([-1])
        at = np.zeros(len(y), dtype=np.int64)
    else:
        tree = grown.tree_
        feature = np.where(tree.children_left < 0, -1, tree.feature).astype(np.int64)
        threshold = np.where(feature < 0, 0, np.floor(tree.threshold)).astype(np.int64)
        left, right = tree.children_left.astype(np.int64), tree.children_right.astype(np.int64)
        at = grown.apply(x)
    leaf = np.full(len(feature), -1, dtype=np.int64)
    ends = np.flatnonzero(feature < 0)
    leaf[ends] = np.arange(len(ends))
    size = max(len(ends), 1)
    inside = np.bincount(leaf[at] * n_cells + y, minlength=size * n_cells).reshape(size, n_cells)
    groups = []
    for position, cells in enumerate(inside):
        for first, last, rows in share_groups(cells, floor):
            share = float(f"{rows / cells.sum():.{digits}g}")
            bounds = {"cell_from": first, "cell_to": last}
            groups.append({"leaf": position, **bounds, "share": share, "n_rows": rows})
    cdf = expand(groups, size, np.maximum(counts, 1).astype(float))
    return Leaves(features, feature, threshold, left, right, leaf, groups, cdf)
