"""The classical reference: sequential CART synthesis with values of donors (Reiter 2005; synthpop).

It has no minimum cell size and copies rows: how close trees can come, not a generator to use.
"""

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from judge.columns import Columns

LEAF = 5
# A missing number is a value of its own, below all others.
BELOW = -1e12


def cart_rows(train: pd.DataFrame, columns: Columns, rows: int, seed: int) -> pd.DataFrame:
    """`rows` rows, each value that of a train row in the leaf of a tree over the columns before it.

    `train` as `columns.as_judged` gives it.
    """
    rng = np.random.default_rng(seed)
    names = [name for name in train.columns if name in columns.names]
    codes = {name: _codes(train[name], name in columns.categories) for name in names}
    donors: dict[str, np.ndarray] = {names[0]: rng.integers(0, len(train), rows)}
    for place, name in enumerate(names[1:], start=1):
        before = names[:place]
        known = np.column_stack([codes[one] for one in before])
        drawn = np.column_stack([codes[one][donors[one]] for one in before])
        kind = DecisionTreeClassifier if name in columns.categories else DecisionTreeRegressor
        tree = kind(min_samples_leaf=LEAF, random_state=seed).fit(known, codes[name])
        donors[name] = _donors(tree.apply(known), tree.apply(drawn), rng)
    return pd.DataFrame({name: train[name].to_numpy()[donors[name]] for name in names})


def _codes(column: pd.Series, is_category: bool) -> np.ndarray:
    if is_category:
        return pd.Categorical(column.astype(object)).codes.astype(float)
    return column.fillna(BELOW).to_numpy(dtype=float)


def _donors(leaves: np.ndarray, asked: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each leaf of `asked` (rows,) the place of a random row of `leaves` that is in it."""
    order = np.argsort(leaves, kind="stable")
    ids, starts, counts = np.unique(leaves[order], return_index=True, return_counts=True)
    at = np.searchsorted(ids, asked)
    return order[starts[at] + (rng.random(len(asked)) * counts[at]).astype(int)]
