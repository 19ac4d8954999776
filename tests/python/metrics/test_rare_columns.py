"""A column that nearly all rows lack: nothing of the few is told by the shares of its pairs."""

import numpy as np
import pandas as pd

from likeness.metrics.row_tables import pair_trends_table
from likeness.metrics.sample import samples
from likeness.stats.suppression import BELOW_MINIMUM


def pairs(in_train: int, in_holdout: int) -> dict:
    rng = np.random.default_rng(4)
    parts = []
    for source, n, filled in (
        ("train", 400, in_train),
        ("holdout", 200, in_holdout),
        ("synthetic", 400, 60),
    ):
        part = pd.DataFrame({"x": rng.normal(size=n), "y": rng.normal(size=n), "rare": np.nan})
        part.loc[: filled - 1, "rare"] = rng.normal(size=filled)
        part["word"] = rng.choice(["a", "b"], n)
        parts.append(part.assign(source=source))
    found = pair_trends_table(samples(pd.concat(parts), ["x", "y", "rare"], ["word"]), 20)
    return {(row.variable_1, row.variable_2): row for row in found.itertuples()}


def test_few_holdout_rows_have_no_reference():
    found = pairs(60, 13)
    for pair in (("x", "rare"), ("y", "rare"), ("rare", "word")):
        assert found[pair].similarity > 0
        assert pd.isna(found[pair].similarity_holdout)
    assert found["x", "y"].similarity_holdout > 0


def test_few_train_rows_have_no_similarity():
    found = pairs(13, 60)
    for pair in (("x", "rare"), ("rare", "word")):
        assert pd.isna(found[pair].similarity)
        assert found[pair].reason == f"train: {BELOW_MINIMUM}"
        assert not found[pair].is_associated
