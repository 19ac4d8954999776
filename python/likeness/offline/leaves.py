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


def expand(groups: list[dict], weights: np.ndarray) -> np.ndarray:
    """Cumulative shares [leaves, cells] from the leaves' runs of cells.

    A run's share is spread over its cells by their weights, without the cells that are runs of
    their own in the same leaf; a share with a pool (-1: none) is spread as the pool's own runs.
    """
    shares = np.zeros((1 + max(run["leaf"] for run in groups), len(weights)))
    alone = np.zeros(shares.shape, dtype=bool)
    for run in groups:
        if run["pool"] < 0 and run["cell_from"] == run["cell_to"]:
            alone[run["leaf"], run["cell_from"]] = True
    for run in groups:
        if run["pool"] < 0:
            leaf, first, last = run["leaf"], run["cell_from"], run["cell_to"] + 1
            free = ~alone[leaf, first:last] if last - first > 1 else np.ones(1)
            inside = weights[first:last] * (free if free.any() else 1.0)
            shares[leaf, first:last] += run["share"] * inside / inside.sum()
    for run in groups:
        if run["pool"] >= 0:
            pool = shares[run["pool"]]
            shares[run["leaf"]] += run["share"] * pool / pool.sum()
    cdf = np.cumsum(shares, axis=1)
    return np.minimum(cdf / cdf[:, -1:], 1.0)


def share_groups(counts: np.ndarray, floor: int) -> list[tuple[int, int, int]]:
    """Runs of cells with at least `floor` rows each: (first cell, last cell, rows).

    A cell that has the floor by itself is a run of its own; the others gather around it. What is
    left over joins the last run of several cells, or else the smallest run.
    """
    rows = {int(c): int(counts[c]) for c in np.flatnonzero(counts >= floor)}
    runs, start, gathered = [], -1, 0
    for cell in np.flatnonzero((counts > 0) & (counts < floor)):
        start, gathered = int(cell) if start < 0 else start, gathered + int(counts[cell])
        if gathered >= floor:
            runs.append((start, int(cell), gathered))
            start, gathered = -1, 0
    if gathered and runs:
        first, _, held = runs.pop()
        runs.append((first, int(cell), held + gathered))
    elif gathered and rows:
        rows[min(rows, key=lambda c: (rows[c], c))] += gathered
    elif gathered:
        runs.append((start, int(cell), gathered))
    return sorted([(c, c, n) for c, n in rows.items()] + runs)


def pools(tree, at_leaf: dict[int, int], rests: np.ndarray, least: int) -> np.ndarray:
    """Pool of each leaf: leaves under the lowest common node with `least` rows between them."""
    out = np.full(len(rests), -1, dtype=np.int64)
    made = 0

    def visit(node: int) -> list[int]:
        nonlocal made
        if tree.children_left[node] < 0:
            open_leaves = [at_leaf[node]] if rests[at_leaf[node]].sum() else []
        else:
            open_leaves = visit(tree.children_left[node]) + visit(tree.children_right[node])
        if open_leaves and (node == 0 or rests[open_leaves].sum() >= least):
            out[open_leaves] = made
            made += 1
            return []
        return open_leaves

    visit(0)
    return out


# A pool gathers at least so many times the floor, so that it has runs to tell apart.
POOL = 5
WIDTHS = (2, 4, 7)
SIZES = (25, 75, 250, 1000)


def fit_leaves(
    codes: dict[str, np.ndarray],
    features: list[str],
    target: np.ndarray,
    n_cells: int,
    *,
    ordinal: bool,
    sheet: bool,
    floor: int,
    digits: int,
) -> Leaves:
    """The tree on known rows (target >= 0), each leaf published as runs of `floor` rows.

    A small leaf knows its neighbourhood but has few runs, and more features split on noise: how
    many of the features (most telling first) and how large the leaves, is what gives held-out rows
    the highest likelihood.
    """
    known = target >= 0
    y = target[known]
    x = (
        np.column_stack([codes[name][known] for name in features])
        if features
        else np.empty((len(y), 0))
    )
    x = x.astype(np.float32)
    sizes = [size for size in SIZES if floor <= size <= len(y) / 4]
    if not features or n_cells < 2 or not sizes:
        return _publish(None, [], x, y, n_cells, False, floor, digits)
    half = np.arange(len(y)) % 2 == 0
    best = (-np.inf, sizes[0], -1, False)
    for wide in sorted({min(wide, len(features)) for wide in WIDTHS}):
        for size in sizes:
            grown = _grow(x[half, :wide], y[half], n_cells, ordinal, max(size // 2, 2))
            for pooled in (False, True) if sheet else (False,):
                own = _likelihood(grown, x[:, :wide], y, half, n_cells, pooled, floor)
                best = max(best, (own, size, -wide, pooled))
    size, wide, pooled = best[1], -best[2], best[3]
    x = x[:, :wide]
    grown = _grow(x, y, n_cells, ordinal, size)
    return _publish(grown, features[:wide], x, y, n_cells, pooled, floor, digits)


def _grow(x, y, n_cells: int, ordinal: bool, size: int):
    if ordinal:
        counts = np.bincount(y, minlength=n_cells)
        score = (np.cumsum(counts) - counts / 2) / counts.sum()
        return DecisionTreeRegressor(min_samples_leaf=size, random_state=0).fit(x, score[y])
    tree = DecisionTreeClassifier(criterion="entropy", min_samples_leaf=size, random_state=0)
    return tree.fit(x, y)


def _likelihood(grown, x, y, half, n_cells: int, pooled: bool, floor: int) -> float:
    """Mean log share of the rows outside `half` under the leaves learned in it."""
    names = ["x"] * x.shape[1]
    leaves = _publish(grown, names, x[half], y[half], n_cells, pooled, max(floor // 2, 1), 9)
    shares = np.diff(leaves.cdf, axis=1, prepend=0.0)
    ends = np.full(len(leaves.leaf), 0)
    ends[leaves.leaf >= 0] = leaves.leaf[leaves.leaf >= 0]
    at = ends[grown.apply(x[~half])]
    marginal = np.bincount(y[half], minlength=n_cells) + 0.5
    own = 0.98 * shares[at, y[~half]] + 0.02 * (marginal / marginal.sum())[y[~half]]
    return round(float(np.log(own).mean()), 6)


def _publish(grown, features, x, y, n_cells: int, pooled: bool, floor: int, digits: int) -> Leaves:
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
    groups = _runs(grown, ends, inside, floor, pooled, digits)
    cdf = expand(groups, np.maximum(counts, 1).astype(float))
    return Leaves(features, feature, threshold, left, right, leaf, groups, cdf)


def _runs(grown, ends, inside: np.ndarray, floor: int, pooled: bool, digits: int) -> list[dict]:
    """The rows of the table of shares: per leaf its cells of `floor` rows, then its rest.

    A rest of `floor` rows is runs of the leaf's own, or (pooled) a share of a pool of leaves. A
    smaller rest never shows: such leaves pool both its cells and its share. Row counts are rounded
    down to multiples of the floor, so that no difference of two tells of fewer rows.
    """
    out = []

    def add(leaf: int, first: int, last: int, pool: int, share: float, rows: int) -> None:
        span = {"cell_from": int(first), "cell_to": int(last), "pool": int(pool)}
        share = float(f"{share:.{digits}g}")
        out.append({"leaf": leaf, **span, "share": share, "n_rows": int(rows) // floor * floor})

    if grown is None:
        for first, last, rows in share_groups(inside[0], floor):
            add(0, first, last, -1, rows / inside[0].sum(), max(rows, floor))
        return out
    at_leaf = {int(end): i for i, end in enumerate(ends)}
    totals = inside.sum(axis=1)
    alone = inside >= floor
    rests = np.where(alone, 0, inside)
    sizes = rests.sum(axis=1)
    fat = sizes >= floor
    pool_of = np.full(len(inside), -1)
    pool_share = sizes / totals
    made = len(inside)
    for members in ((fat if pooled else np.zeros_like(fat)), ~fat & (sizes > 0)):
        pool = pools(grown.tree_, at_leaf, np.where(members, sizes, 0), POOL * floor)
        for number in np.unique(pool[pool >= 0]):
            together = pool == number
            cells = rests[together].sum(axis=0)
            if cells.sum() < floor:
                continue
            pool_of[together] = made
            if not fat[together].any():
                pool_share[together] = cells.sum() / totals[together].sum()
            for first, last, rows in share_groups(cells, floor):
                add(made, first, last, -1, rows / cells.sum(), rows)
            made += 1
    for leaf, cells in enumerate(inside):
        own = np.flatnonzero(alone[leaf])
        left = pool_share[leaf] if pool_of[leaf] >= 0 else sizes[leaf] / totals[leaf]
        if not fat[leaf] and pool_of[leaf] < 0:
            left = 0.0
        for cell in own:
            share = (1 - left) * cells[cell] / cells[own].sum()
            add(leaf, cell, cell, -1, share, cells[cell])
        if pool_of[leaf] >= 0:
            add(leaf, -1, -1, pool_of[leaf], left, max(sizes[leaf], floor))
        elif fat[leaf]:
            for first, last, rows in share_groups(rests[leaf], floor):
                add(leaf, first, last, -1, rows / totals[leaf], rows)
    return out
