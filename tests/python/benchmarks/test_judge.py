"""The judges of the bench find planted defects, and nothing where there is none."""

import numpy as np
import pandas as pd
import pytest

from judge import rows as whole
from judge import variables
from judge.columns import Columns, as_judged
from judge.scores import Count, Judge

MIN_CELL_ROWS = 20
COLUMNS = Columns(
    numbers=("amount", "rate", "income"),
    categories=("grade", "state", "status"),
    formulas=(),
    target="status",
    positive="bad",
)


def loans(seed: int, n: int = 1500) -> pd.DataFrame:
    """Made-up loans: the rate follows from grade, the status from the rate."""
    rng = np.random.default_rng(seed)
    grade = rng.choice(list("ABCDEFGH"), n, p=[0.2, 0.3, 0.2, 0.12, 0.08, 0.05, 0.04, 0.01])
    rate = np.round(5 + 3 * (pd.Series(grade).map(ord) - 65) + rng.normal(0, 0.7, n), 2)
    income = np.round(rng.lognormal(11, 0.5, n), -2)
    income[rng.random(n) < 0.1] = np.nan
    frame = pd.DataFrame(
        {
            "amount": np.round(rng.lognormal(9, 0.5, n) / 25) * 25,
            "rate": rate,
            "income": income,
            "grade": grade,
            "state": rng.choice(["CA", "NY", "TX"], n),
            "status": np.where(rng.random(n) < (rate - 3) / 40, "bad", "good"),
        }
    )
    return as_judged(frame, COLUMNS)


@pytest.fixture(scope="module")
def real() -> tuple[pd.DataFrame, pd.DataFrame]:
    return loans(1), loans(2)


@pytest.fixture(scope="module")
def fresh() -> pd.DataFrame:
    """Rows of the same distribution, that no engine has seen."""
    return loans(3)


def shuffled_column(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    values = np.random.default_rng(0).permutation(frame[name].to_numpy())
    return frame.assign(**{name: values})


def sides(real, rows) -> dict[str, pd.DataFrame]:
    return {"train": real[0], "holdout": real[1], "synthetic": rows}


def test_a_shuffled_column_is_found_by_classifier_and_pairs_not_by_shapes(real, fresh):
    train, holdout = real
    defect = shuffled_column(fresh, "rate")
    assert abs(whole.c2st(holdout, fresh, COLUMNS, 0, repeats=1) - 0.5) < 0.06
    assert whole.c2st(holdout, defect, COLUMNS, 0, repeats=1) > 0.8
    sound, broken = (whole.quality(train, rows, COLUMNS) for rows in (fresh, defect))
    assert broken["pairs"] < sound["pairs"] - 0.05
    assert broken["shapes"] == pytest.approx(sound["shapes"], abs=0.01)


def test_a_target_that_follows_from_nothing_is_found_by_its_use(real, fresh):
    sound, broken = (
        whole.tstr(*real, rows, COLUMNS, MIN_CELL_ROWS, 0)
        for rows in (fresh, shuffled_column(fresh, "status"))
    )
    assert sound["tstr_ratio"] > 0.9
    assert sound["trtr"] == broken["trtr"]
    assert broken["tstr_ratio"] < sound["tstr_ratio"] - 0.1


def test_a_target_of_one_class_has_no_use_rather_than_a_bad_one(real, fresh):
    found = whole.tstr(*real, fresh.assign(status="good"), COLUMNS, MIN_CELL_ROWS, 0)
    assert found == {"tstr": None, "trtr": None, "tstr_ratio": None}


def test_copies_of_train_rows_are_counted_and_lie_nearer_to_train(real, fresh):
    train, holdout = real
    copied = pd.concat([train.head(300), fresh.head(300)], ignore_index=True)
    chance = whole.copies(train, fresh.head(300), COLUMNS)
    assert whole.copies(train, copied, COLUMNS) == 300 + chance
    assert abs(whole.dcr_share(train, holdout, fresh, COLUMNS, MIN_CELL_ROWS, 0) - 0.5) < 0.06
    assert whole.dcr_share(train, holdout, copied, COLUMNS, MIN_CELL_ROWS, 0) > 0.65


def test_a_missing_value_equals_a_missing_value_in_copies(real):
    train, _ = real
    missing = train[train["income"].isna()]
    assert len(missing) > 0
    assert whole.copies(train, missing, COLUMNS) == len(missing)


def test_a_formula_does_not_hide_a_copy(real):
    columns = Columns(COLUMNS.numbers, COLUMNS.categories, ("rate",), "status", "bad")
    changed = real[0].assign(rate=real[0]["rate"] + 1)
    assert whole.copies(real[0], changed, COLUMNS) == 0
    assert whole.copies(real[0], changed, columns) == len(changed)


def test_a_lost_category_is_listed_as_off_and_as_lost(real, fresh):
    train, _ = real
    rows = fresh.assign(grade=fresh["grade"].replace("G", "F"))
    off, lost, looked_at = variables.off_categories(train, rows, COLUMNS)
    assert lost == ["grade=G"]
    assert {"grade=F", "grade=G"} <= set(off)
    assert looked_at == 13


def test_same_shares_are_not_off(real):
    train, _ = real
    off, lost, _ = variables.off_categories(train, train, COLUMNS)
    assert (off, lost) == ([], [])
    assert variables.off_missing(train, train, COLUMNS) == ([], 1)


@pytest.mark.parametrize("filled", [0, None])
def test_missing_values_that_are_gone_or_new_are_off(real, fresh, filled):
    name = "income" if filled == 0 else "state"
    rows = fresh.assign(**{name: 0.0 if filled == 0 else None})
    off, _ = variables.off_missing(real[0], rows, COLUMNS)
    assert off == [name]


def test_shares_are_off_beyond_the_larger_of_both_limits():
    assert not variables.is_off(0.5, 0.52, 10**6, 10**6)
    assert variables.is_off(0.5, 0.53, 10**6, 10**6)
    assert not variables.is_off(0.5, 0.53, 500, 500)
    assert variables.is_off(0.5, 0.6, 500, 500)


def test_moments_off_are_named(real):
    wide = real[0].assign(amount=real[0]["amount"] * 1.5)
    found = variables.off_moments(sides(real, wide), COLUMNS, MIN_CELL_ROWS)
    assert found["mean"] == found["std"] == ["amount"]
    # Skewness and kurtosis do not depend on the scale, and train's own are train's.
    assert found["skewness"] == found["kurtosis"] == []


def test_one_extreme_value_moves_no_moment_that_counts(real):
    rows = real[0].copy()
    rows.loc[rows["amount"].idxmax(), "amount"] *= 1.2
    found = variables.off_moments(sides(real, rows), COLUMNS, MIN_CELL_ROWS)
    assert found["mean"] == []


def test_divergences_off_are_named(real, fresh):
    assert variables.off_divergences(sides(real, fresh), COLUMNS, MIN_CELL_ROWS, 10) == []
    defect = fresh.assign(amount=fresh["amount"] * 1.5, state="CA")
    found = variables.off_divergences(sides(real, defect), COLUMNS, MIN_CELL_ROWS, 10)
    assert found == ["amount", "state"]


def test_columns_not_made_are_left_out_of_the_counts(real, fresh):
    """`state` is a column that peers need not make."""
    found = Judge(*real, COLUMNS, MIN_CELL_ROWS, 10, 0).scores(fresh.drop(columns="state"))
    assert found.values["off_kl"].of == 5
    assert found.values["off_mean"].of == 3


def test_real_rows_pass_their_own_judges(real):
    found = Judge(*real, COLUMNS, MIN_CELL_ROWS, 10, 0).real_scores()
    assert found.values["tstr_ratio"] == 1
    assert abs(found.values["c2st"] - 0.5) < 0.06
    assert abs(found.values["dcr_share"] - 0.5) < 0.06
    assert found.values["missing_categories"] == Count(0, 13)
    assert found.values["off_kl"].of == 6
