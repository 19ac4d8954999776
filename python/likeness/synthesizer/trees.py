"""How likely the upper half of a part is: trees over the earlier fields, their leaves in classes.

A leaf holds at least `min_cell_rows` train rows. Its share of the upper half would disclose few
rows, so leaves of similar shares form a class until at least `min_cell_rows` rows lie in each half;
a class in which nobody, or everybody, lies in the upper half has the share 0, or 1.

The leaves are small on purpose: what a coarser or smoother model gets wrong is seen in the rows as
a bias, while the noise of a leaf's share is hardly seen. That noise does follow the train rows, so
where there are fields enough to grow different trees, each row asks one of several.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.tree import DecisionTreeClassifier

TREES = 3
# Minimum cell sizes that a leaf of one of several trees holds; that of a tree alone holds one.
LEAF = 3
SEVERAL_FROM = 9  # features; with fewer there is one tree
FEATURES = 0.8  # share of the features that a node of one of several trees looks at
RESOLUTION = 24  # one of several trees reads a feature of over twice as many codes in runs
MAX_LEAVES = 2000
# Likelihood-ratio statistic (G, one degree of freedom) that the splits of a tree alone are worth on
# average. Its few features share all its noise, which would show as ties between them.
WORTH = 4.0


@dataclass
class Split:
    """The trees of one level, their nodes one after another.

    tree: number of each node's tree. feature: position in `features`, -1 in a leaf; the last one is
    the part itself. A row goes left where its code is at most the threshold. share_class: class of
    each leaf, -1 inside the tree. shares, n_rows: of each class, the rows rounded down to a
    multiple of the minimum cell size.
    """

    features: list[str]
    tree: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    share_class: np.ndarray
    shares: np.ndarray
    n_rows: np.ndarray

    def __post_init__(self) -> None:
        self.roots = np.flatnonzero(np.diff(self.tree, prepend=-1))
        self._children = np.stack([self.right, self.left], axis=1).ravel()

    def is_upper(self, codes: np.ndarray, uniforms: np.ndarray) -> np.ndarray:
        """Whether each column of codes [features, rows] takes the upper half, by its uniform."""
        spread = uniforms * len(self.roots)
        tree = spread.astype(np.int64)
        return spread - tree < self.shares[self.share_class[self.leaf(codes, tree)]]

    def leaf(self, codes: np.ndarray, tree: np.ndarray) -> np.ndarray:
        """Leaf (a node) that each column of codes [features, rows] reaches in its tree."""
        node = np.empty(codes.shape[1], dtype=np.int64)
        flat, rows = codes.ravel(), np.arange(codes.shape[1])
        at = self.roots[tree]
        while len(rows):
            feature = self.feature[at]
            inner = feature >= 0
            if not inner.all():
                node[rows] = at  # those inside the tree are written again later
                rows, at, feature = rows[inner], at[inner], feature[inner]
            below = flat[feature * codes.shape[1] + rows] <= self.threshold[at]
            at = self._children[2 * at + below]
        return node


def fit_split(
    features: list[str], codes: np.ndarray, upper: np.ndarray, min_cell_rows: int
) -> Split:
    """Learn from rows: codes [features, rows], upper [rows] bool."""
    several = len(features) >= SEVERAL_FROM
    least = max(LEAF * min_cell_rows if several else min_cell_rows, len(upper) // MAX_LEAVES)
    runs = np.ones((len(features), 1), dtype=np.int64)
    if several:
        runs[:-1, 0] = np.maximum((codes[:-1].max(axis=1).astype(np.int64) + 1) // RESOLUTION, 1)
    x = (codes // runs).T.astype(np.float32)
    grown = [
        DecisionTreeClassifier(
            criterion="entropy",
            min_samples_leaf=least,
            max_features=FEATURES if several else None,
            ccp_alpha=0.0 if several else WORTH / (2 * np.log(2) * len(upper)),
            random_state=number,
        )
        .fit(x, upper)
        .tree_
        for number in range(TREES if several else 1)
    ]
    parts: list[np.ndarray] = []
    shares: list[float] = []
    n_rows: list[int] = []
    nodes = 0
    for number, tree in enumerate(grown):
        at = tree.apply(x)
        rows = np.bincount(at, minlength=tree.node_count)
        inside = np.bincount(at[upper], minlength=tree.node_count)
        is_leaf = tree.children_left < 0
        leaves = np.flatnonzero(is_leaf)
        run = runs[np.where(is_leaf, 0, tree.feature), 0]
        share_class = np.full(tree.node_count, -1, dtype=np.int64)
        for group in share_classes(inside[leaves], rows[leaves], min_cell_rows):
            members = leaves[group]
            share_class[members] = len(shares)
            shares.append(inside[members].sum() / rows[members].sum())
            n_rows.append(int(rows[members].sum()) // min_cell_rows * min_cell_rows)
        columns = (
            np.full(tree.node_count, number),
            np.where(is_leaf, -1, tree.feature),
            np.where(is_leaf, 0, (np.floor(tree.threshold) + 1) * run - 1),
            np.where(is_leaf, -1, tree.children_left + nodes),
            np.where(is_leaf, -1, tree.children_right + nodes),
            share_class,
        )
        parts.append(np.stack(columns).astype(np.int64))
        nodes += tree.node_count
    columns_of_nodes = np.concatenate(parts, axis=1)
    return Split(features, *columns_of_nodes, np.array(shares), np.array(n_rows, np.int64))  # type: ignore[call-arg]


def share_classes(inside: np.ndarray, rows: np.ndarray, min_cell_rows: int) -> list[np.ndarray]:
    """Leaves (positions) in classes of similar shares, no row or `min_cell_rows` in either half.

    inside: rows of each leaf in the upper half; rows: all its rows. One class of everything where
    there are too few rows for that.
    """
    outside = rows - inside
    place = np.arange(len(rows))
    order = place[np.lexsort([place, inside / rows])]
    none, every = order[inside[order] == 0], order[outside[order] == 0]
    mixed = list(order[(inside[order] > 0) & (outside[order] > 0)])
    # Rows that mixed leaves lack in a half come from the smallest leaves that lie wholly in it.
    for wholly, held in ((every, inside), (none, outside)):
        spare = list(wholly[np.lexsort([wholly, rows[wholly]])])
        while mixed and spare and held[mixed].sum() < min_cell_rows:
            mixed.append(spare.pop(0))
    mixed.sort(key=lambda leaf: (inside[leaf] / rows[leaf], leaf))
    classes, current = [], []
    up = down = 0
    for leaf in mixed:
        current.append(leaf)
        up, down = up + inside[leaf], down + outside[leaf]
        if up >= min_cell_rows and down >= min_cell_rows:
            classes.append(current)
            current, up, down = [], 0, 0
    if current and classes:
        classes[-1] += current
    elif current:
        return [place]
    taken = set(mixed)
    pure = [[leaf for leaf in leaves if leaf not in taken] for leaves in (none, every)]
    return [np.array(group) for group in [*classes, *pure] if len(group)]
