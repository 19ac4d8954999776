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
    """Cumulative shares [leaves, cells]: a group's share spread over its cells by their weights."""
    shares = np.zeros((n_leaves, len(weights)))
    for group in groups:
        span = slice(group["cell_from"], group["cell_to"] + 1)
        inside = weights[span]
        shares[group["leaf"], span] += group["share"] * inside / inside.sum()
    cdf = np.cumsum(shares, axis=1)
    return np.minimum(cdf / cdf[:, -1:], 1.0)


def share_groups(counts: np.ndarray, floor: int) -> list[tuple[int, int, int]]:
    """Runs of cells with at least `floor` rows each: (first cell, last cell, rows)."""
    out, start, rows = [], 0, 0
    for cell, n in enumerate(counts):
        if rows == 0 and n == 0:
            start = cell + 1
            continue
        if rows == 0:
            start = cell
        rows += int(n)
        if rows >= floor:
            out.append((start, cell, rows))
            start, rows = cell + 1, 0
    if rows:
        if out:
            first, _, before = out.pop()
            out.append((first, int(np.flatnonzero(counts)[-1]), before + rows))
        else:
            out.append((int(np.flatnonzero(counts)[0]), int(np.flatnonzero(counts)[-1]), rows))
    return out


def fit_leaves(
    codes: dict[str, np.ndarray],
    features: list[str],
    target: np.ndarray,
    n_cells: int,
    *,
    ordinal: bool,
    floor: int,
    leaf_rows: int,
    max_leaves: int,
    digits: int,
) -> Leaves:
    """Grow the tree on known rows (target >= 0) and publish each leaf as runs of `floor` rows."""
    known = target >= 0
    y = target[known]
    counts = np.bincount(y, minlength=n_cells)
    if features and len(y) >= 2 * leaf_rows:
        x = np.column_stack([codes[name][known] for name in features]).astype(np.float32)
        args = {"min_samples_leaf": leaf_rows, "max_leaf_nodes": max_leaves, "random_state": 0}
        if ordinal:
            score = (np.cumsum(counts) - counts / 2) / counts.sum()
            grown = DecisionTreeRegressor(**args).fit(x, score[y])
        else:
            grown = DecisionTreeClassifier(criterion="entropy", **args).fit(x, y)
        tree = grown.tree_
        feature = np.where(tree.children_left < 0, -1, tree.feature).astype(np.int64)
        threshold = np.where(feature < 0, 0, np.floor(tree.threshold)).astype(np.int64)
        left, right = tree.children_left.astype(np.int64), tree.children_right.astype(np.int64)
        at = grown.apply(x)
    else:
        features = []
        feature, threshold = np.array([-1]), np.array([0])
        left = right = np.array([-1])
        at = np.zeros(len(y), dtype=np.int64)
    leaf = np.full(len(feature), -1, dtype=np.int64)
    ends = np.flatnonzero(feature < 0)
    leaf[ends] = np.arange(len(ends))
    groups = []
    for position, end in enumerate(ends):
        inside = np.bincount(y[at == end], minlength=n_cells)
        for first, last, rows in share_groups(inside, floor):
            share = round(rows / inside.sum(), digits)
            groups.append(
                {
                    "leaf": position,
                    "cell_from": first,
                    "cell_to": last,
                    "share": share,
                    "n_rows": rows,
                }
            )
    cdf = expand(groups, len(ends), np.maximum(counts, 1).astype(float))
    return Leaves(features, feature, threshold, left, right, leaf, groups, cdf)
