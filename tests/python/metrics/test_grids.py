"""Grids of the worst pairs: which, what is shown, and how it is rounded."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeness.metrics.grids import COARSEST, pair_grids, step_of
from likeness.metrics.sample import samples

LEAST = 20


def both(train: pd.DataFrame, synthetic: pd.DataFrame, numbers=("x",), categories=("kind",)):
    frame = pd.concat([train.assign(source="train"), synthetic.assign(source="synthetic")])
    return samples(frame.reset_index(drop=True), list(numbers), list(categories))


def table(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    kind = rng.choice(["a", "b", None], rows, p=[0.5, 0.4, 0.1])
    x = np.where(rng.random(rows) < 0.1, np.nan, rng.normal(size=rows) + (kind == "a"))
    return pd.DataFrame({"x": x, "kind": kind})


def test_shares_are_those_counted_by_hand():
    train = pd.DataFrame(
        {"kind": ["a"] * 6000 + ["b"] * 4000, "colour": (["r"] * 5 + ["g"] * 5) * 1000}
    )
    made = train.assign(colour="r")
    found = pair_grids(both(train, made, (), ("kind", "colour")), {("kind", "colour"): 0.4}, LEAST)
    grid = json.loads(found["kind", "colour"])
    assert grid["axes"] == [
        {"labels": ["a", "b", "(other)"], "edges": None},
        {"labels": ["g", "r", "(other)"], "edges": None},
    ]
    assert grid["step"] == 0.005
    # g, r and (other) by a, b and (other): of which no row is anything else.
    assert [line[:2] for line in grid["train"][:2]] == [[0.3, 0.3], [0.2, 0.2]]
    assert [line[:2] for line in grid["synthetic"][:2]] == [[0.0, 0.6], [0.0, 0.4]]


def test_the_pairs_that_exceed_most_have_a_grid_two_of_a_column():
    columns = [f"c{i}" for i in range(5)]
    rng = np.random.default_rng(3)
    train = pd.DataFrame({name: rng.choice(["a", "b"], 10_000) for name in columns})
    pairs = [(a, b) for i, a in enumerate(columns) for b in columns[i + 1 :]]
    excess = {pair: 0.1 * n - 0.05 for n, pair in enumerate(pairs)}
    found = pair_grids(both(train, train, (), columns), excess, LEAST)
    # Of each column the worst two; the pair that is left does not exceed the holdout's.
    assert list(found) == [("c3", "c4"), ("c2", "c4"), ("c2", "c3")]


@given(rows=st.integers(0, 10**7), least=st.integers(1, 500))
def test_a_step_is_worth_twice_the_minimum(rows, least):
    step = step_of(rows, least)
    if step is None:
        assert rows < 2 * least / COARSEST * (1 + 1e-9)
    else:
        assert step <= COARSEST
        assert step * rows >= 2 * least * (1 - 1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_a_shown_cell_has_enough_rows_and_is_rounded(seed):
    train, made = table(4000, seed), table(3000, seed + 100)
    found = pair_grids(both(train, made), {("x", "kind"): 0.1}, LEAST)
    grid = json.loads(found["x", "kind"])
    edges, kinds = grid["axes"][0]["edges"], grid["axes"][1]["labels"]
    assert kinds == ["a", "b", "(missing)", "(other)"]
    assert grid["axes"][0]["labels"][-1] == "(missing)"
    line = np.where(train["x"].isna(), len(edges) + 1, np.searchsorted(edges, train["x"], "right"))
    shown = 0
    for i, shares in enumerate(grid["train"]):
        for kind, share in zip(kinds, shares, strict=True):
            held = int(((line == i) & (train["kind"].fillna("(missing)") == kind)).sum())
            if share is not None:
                shown += 1
                assert held >= LEAST
                assert abs(share - held / len(train)) <= grid["step"] / 2 + 1e-9
                assert share / grid["step"] == pytest.approx(round(share / grid["step"]))
    assert shown >= 10


@pytest.mark.parametrize("rows", [1, 15, 300])
def test_few_rows_have_no_grid(rows):
    train = table(rows, 1)
    assert pair_grids(both(train, table(500, 2)), {("x", "kind"): 0.1}, LEAST) == {}


def test_constant_and_empty_columns_go_through():
    train = pd.DataFrame({"x": [3.0] * 4000, "kind": [None] * 4000})
    assert pair_grids(both(train, train), {("x", "kind"): 0.1}, LEAST) == {}
