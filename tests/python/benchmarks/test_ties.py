"""The judge of ties of single fields, on rows whose ties are known."""

import numpy as np
import pandas as pd
import pytest

from judge import ties
from likeness.schema.fields import Field

N = 20_000


def field(name: str, kind: str) -> Field:
    return Field(1, name, kind, "text", (), False, 0, "", None, (), "")


def rows(seed: int, tie: float) -> pd.DataFrame:
    """A target, a category that goes with it by `tie`, and a number that does."""
    rng = np.random.default_rng(seed)
    positive = rng.random(N) < 0.3
    same = np.where(rng.random(N) < tie, positive, rng.random(N) < 0.5)
    number = rng.normal(100 + 20 * tie * positive, 10, N)
    target = np.where(positive, "yes", "no")
    return pd.DataFrame({"target": target, "same": np.where(same, "a", "b"), "number": number})


FIELDS = [
    field("target", "categorical"),
    field("same", "categorical"),
    field("number", "continuous"),
]


def test_v_is_one_of_a_field_with_itself_and_divides_by_the_levels_of_train():
    column = pd.Series(list("aabb"))
    assert ties.cramers_v(column, column, (2, 2)) == pytest.approx(1.0)
    assert ties.cramers_v(column, column, (5, 5)) == pytest.approx(0.5)


def test_lost_ties_are_off_and_kept_ones_are_not():
    real, holdout = rows(0, 0.5), rows(1, 0.5)
    for tie, off in ((0.5, 0), (0.0, 3)):
        made = rows(2, tie)
        cut = ties.levels([real, holdout, made], FIELDS)
        assert ties.pairs(*cut)["off"].sum() == off
        wrong = ties.rates(*cut, "target", "yes")
        assert wrong["off"].any() == bool(off)
        lean = ties.leans(real, made, ["number"], "target", "yes").iloc[0]
        assert (abs(lean["errors"]) > 4) == bool(off)


def test_numbers_are_cut_into_bands_of_train_and_missing_values_are_one():
    real = pd.DataFrame({"number": np.arange(100.0)})
    other = pd.DataFrame({"number": [0.0, 99.0, np.nan]})
    first, second = ties.levels([real, other], FIELDS[2:])
    assert first["number"].nunique() == ties.BANDS
    assert second["number"].tolist() == [0, ties.BANDS - 1, -1]
