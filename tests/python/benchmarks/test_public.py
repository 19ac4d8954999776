"""The bench of public tables: its reference, its figures and its page."""

import numpy as np
import pandas as pd
import pytest

import bench_public
from judge.cart import cart_rows
from judge.columns import Columns, as_judged
from judge.public import CART, ENGINE, TEST, Made, figures
from judge.sections import replaced, with_kept

COLUMNS = Columns(("x", "y"), ("kind", "status"), (), "status", "bad")


def table(seed: int, rows: int = 800) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(0, 10, rows), 1)
    kind = rng.choice(["a", "b"], rows)
    y = np.where(rng.random(rows) < 0.1, np.nan, np.round(2 * x + rng.normal(0, 1, rows), 1))
    status = np.where(x + rng.normal(0, 5, rows) > 8, "bad", "good")
    return as_judged(pd.DataFrame({"x": x, "y": y, "kind": kind, "status": status}), COLUMNS)


def test_the_reference_keeps_ties_and_takes_values_of_donors():
    train = table(1)
    made = cart_rows(train, COLUMNS, 500, seed=2)
    assert list(made.columns) == list(train.columns)
    assert len(made) == 500
    for name in train.columns:
        assert set(made[name].dropna()) <= set(train[name].dropna())
    assert made["x"].corr(made["y"]) > 0.95
    assert 0.04 < made["y"].isna().mean() < 0.2
    assert made.equals(cart_rows(train, COLUMNS, 500, seed=2))


def test_shuffled_columns_are_worse_in_every_figure_that_reads_ties():
    train, test = table(1), table(3, 400)
    rng = np.random.default_rng(4)
    broken = train.apply(lambda column: rng.permutation(column.to_numpy()))
    made = {TEST: test, CART: cart_rows(train, COLUMNS, 800, seed=2), ENGINE: broken}
    of = Made(train, test, made, {CART: 1.0}, 0.0, COLUMNS, 0, 0)
    sound, shuffled, real = (figures(of, label, 1) for label in (CART, ENGINE, TEST))
    assert shuffled["shape_error"] == pytest.approx(0, abs=1e-9)
    assert shuffled["all_pairs_error"] > sound["all_pairs_error"] + 5
    assert shuffled["c2st_train"] > 0.9 > 0.6 > sound["c2st_train"]
    assert real["auc"] > 0.85 > 0.65 > shuffled["auc"]
    assert real["c2st_test"] is None


def test_a_section_is_replaced_and_others_stay():
    page = "# Benchmarks\n\nTop.\n\n## 5,000 rows\n\nloans\n"
    first = replaced(page, "Public tables", "old")
    again = replaced(first, "Public tables", "new\n\n### default\n\nmore")
    assert again == page + "\n## Public tables\n\nnew\n\n### default\n\nmore\n"
    anew = with_kept("# Benchmarks\n\n## 900 rows\n\nloans\n", again)
    assert anew.endswith("## Public tables\n\nnew\n\n### default\n\nmore\n")
    assert "5,000" not in anew
    middle = replaced(f"{first}\n## Last\n\nend\n", "Public tables", "new")
    assert middle.endswith("## Public tables\n\nnew\n\n## Last\n\nend\n")


def test_a_table_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SystemExit, match=r"no \.csv or \.parquet file"):
        bench_public.files(tmp_path, None)
    (tmp_path / "a.csv").write_text("x\n1\n")
    with pytest.raises(SystemExit, match="no table named b"):
        bench_public.files(tmp_path, "a,b")
    assert [path.name for path in bench_public.files(tmp_path, None)] == ["a.csv"]
