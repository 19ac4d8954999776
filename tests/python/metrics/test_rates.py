"""Rates by one and two conditions: intervals by hand, and nothing that few rows rest on."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likeness.metrics import rates
from likeness.metrics.cells import determined, shown_cells
from likeness.metrics.means import means
from likeness.metrics.sample import samples
from likeness.metrics.target_rates import classes_of, grouped
from likeness.metrics.target_tables import rates_table

LEAST = 20
TARGET = ("status", "lost")


def rows(n: int, seed: int) -> pd.DataFrame:
    """Rows whose status depends on grade and quarter; sub-grades lie within grades."""
    rng = np.random.default_rng(seed)
    grade = rng.choice(5, n, p=[0.35, 0.3, 0.2, 0.1, 0.05])
    quarter = rng.choice(8, n, p=[0.02, 0.03, 0.05, 0.1, 0.2, 0.2, 0.2, 0.2])
    lost = rng.random(n) < 0.05 + 0.07 * grade + 0.02 * quarter
    income = rng.lognormal(10, 0.5, n)
    income[rng.random(n) < 0.01] = np.nan
    return pd.DataFrame(
        {
            "status": np.where(lost, "lost", "paid"),
            "grade": np.array(list("ABCDE"))[grade],
            "sub_grade": [f"{'ABCDE'[g]}{rng.integers(1, 4)}" for g in grade],
            "quarter": [f"2014-Q{q}" for q in quarter],
            "income": income,
            "debt": rng.normal(20, 5, n) + grade,
        }
    )


def sampled(n: int = 4000, **parts: pd.DataFrame):
    made = {"train": rows(n, 1), "holdout": rows(n // 2, 2), "synthetic": rows(n, 3)} | parts
    frame = pd.concat([part.assign(source=name) for name, part in made.items()])
    categories = ["status", "grade", "sub_grade", "quarter"]
    return made, samples(frame, ["income", "debt"], categories)


def made_rates(found, *by: tuple[str, ...], means_by=None) -> pd.DataFrame:
    return rates_table(found, *TARGET, list(by), ["quarter"], means_by or {}, LEAST)


def test_the_interval_is_wilsons():
    # 2 of 10, as statsmodels' proportion_confint(method="wilson") gives it.
    assert rates.wilson_interval(2, 10) == pytest.approx((0.0566822, 0.5098375), abs=1e-6)
    assert rates.wilson_interval(0, 10)[0] == 0
    assert rates.wilson_interval(10, 10)[1] == 1


def test_a_rate_is_counted_by_hand_and_stands_in_order():
    made, found = sampled()
    table = made_rates(found, ("grade",))
    assert table["level_1"].tolist()[:4] == ["A", "B", "C", "D"]
    assert table["measure"].unique().tolist() == ["rate of status is lost"]
    of_a = table.iloc[0]
    for source in ("train", "holdout", "synthetic"):
        part = made[source][made[source]["grade"] == "A"]
        assert of_a[source] == pytest.approx((part["status"] == "lost").mean(), abs=1e-4)
        assert of_a[f"{source}_low"] < of_a[source] < of_a[f"{source}_high"]


def test_every_other_category_follows_by_itself_in_the_same_groups():
    _, found = sampled()
    asked = made_rates(found, ("quarter",), ("sub_grade",))
    other = made_rates(found, ("quarter",))
    assert set(other["variable_1"]) == {"quarter", "grade", "sub_grade"}
    assert other.groupby("variable_1")["is_in_rates_by"].all().to_dict() == {
        "quarter": True,
        "grade": False,
        "sub_grade": False,
    }
    groups = [
        sorted(table.loc[table["variable_1"] == "sub_grade", "level_1"]) for table in (asked, other)
    ]
    assert groups[0] == groups[1]


def test_two_conditions_cross_their_groups_and_rest_on_enough_rows():
    made, found = sampled()
    table = made_rates(found, ("grade", "quarter"))
    table = table[table["variable_2"].notna()]
    shown = table[table["train"].notna()]
    assert len(shown) > 5
    assert (table["level_1"] == "(left out)").any()
    for row in shown.itertuples():
        for source in ("train", "holdout"):
            part = made[source]
            inside = part["grade"].isin(row.level_1.split(", "))
            inside &= part["quarter"].isin(row.level_2.split(", "))
            counts = part[inside]["status"].value_counts()
            assert all(n >= LEAST for n in counts)


def test_a_variable_within_another_that_is_crossed_is_not_crossed():
    _, found = sampled()
    table = made_rates(found, ("grade", "quarter"), ("sub_grade", "quarter"))
    nested = table[(table["variable_1"] == "sub_grade") & table["is_in_rates_by"]]
    assert nested["reason"].tolist() == [rates.NESTED]


def test_a_target_of_one_class_gives_a_reason():
    paid = {name: rows(500, i).assign(status="paid") for i, name in enumerate(("train", "holdout"))}
    _, found = sampled(**paid)
    table = made_rates(found, ("grade",))
    assert table["train"].isna().all()
    assert table["reason"].notna().all()


def test_entries_are_those_given_or_conditions_and_dates():
    about = {"conditions": ["status", "grade"], "categories": ["status", "grade"]}
    target = {"variable": "status", "positive": "lost"}
    found = rates.entries(None, **about, dates=["day"], target=target)
    assert found == (["day"], [("grade",), ("day",)])
    found = rates.entries(["grade", ["grade", "day"]], **about, dates=["day"], target=target)
    assert found == (["day"], [("grade",), ("grade", "day")])
    assert rates.entries(None, **about, dates=["day"], target=None) == ([], [])


def test_hidden_cells_that_the_margins_determine():
    # A path: each cell follows from the one before; a square: none does.
    path = np.array([[1, 1, 0], [0, 1, 1], [0, 0, 1]], dtype=bool)
    assert determined(path) == [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2)]
    square = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 0]], dtype=bool)
    assert determined(square) == []


def test_a_single_rare_cell_takes_others_with_it():
    counts = np.full((3, 3, 1), 100)
    counts[0, 0] = 5
    visible = shown_cells(counts, LEAST)
    assert not visible[0, 0]
    hidden = np.argwhere(~visible)
    assert len(hidden) == 4  # a square of four: none of them can be had by subtraction
    assert len(set(hidden[:, 0])) == len(set(hidden[:, 1])) == 2


@given(st.lists(st.integers(0, 60), min_size=24, max_size=24))
@settings(max_examples=150, deadline=None)
def test_what_is_hidden_of_a_table_discloses_nothing(values):
    counts = np.array(values).reshape(4, 3, 2)
    visible = shown_cells(counts, LEAST)
    assert ((counts[visible] == 0) | (counts[visible] >= LEAST)).all()
    if not visible.any():
        return
    hidden = np.where(visible[:, :, None], 0, counts)
    for rest in [*hidden.sum(axis=1), *hidden.sum(axis=0)]:
        assert ((rest == 0) | (rest >= LEAST)).all()
    for at in determined(~visible):
        assert ((counts[at] == 0) | (counts[at] >= LEAST)).all()


def test_means_by_level_and_band_rest_on_enough_values():
    made, found = sampled()
    table = pd.DataFrame(means(found, {"debt": ["grade", "income"]}, LEAST))
    assert set(table["measure"]) == {"mean of debt"}
    shown = table[table["train"].notna()]
    assert shown["level_1"].nunique() >= 3
    first = shown.iloc[1]
    train = made["train"]
    inside = train["grade"].eq(first.level_1) & train["income"].ge(first.lower)
    part = train[inside & train["income"].lt(first.upper)]
    assert first["train"] == pytest.approx(part["debt"].mean(), abs=0.2)
    for row in shown.itertuples():
        for source in ("train", "holdout"):
            of = made[source][made[source]["grade"] == row.level_1]
            inside = of["income"].ge(-np.inf if pd.isna(row.lower) else row.lower)
            inside &= of["income"].lt(np.inf if pd.isna(row.upper) else row.upper)
            inside |= of["income"].isna() & ("missing" in row.level_2)
            assert inside.sum() >= LEAST


def test_a_line_of_what_is_left_out_is_there_only_where_something_is():
    """An empty line would seem to hide cells that everybody knows to be empty."""
    _, found = sampled()
    classes = classes_of(found, *TARGET)
    sides = {g.name: g for g in grouped(found, classes, ["grade", "quarter"], LEAST)}
    one, other = sides["grade"], sides["quarter"]
    for side in (one, other):
        assert side.left_out == bool((side.of_row["train"] < 0).any())
    table = rates._crossed(one, other, "train", classes["train"])
    assert table.shape == (len(one.groups) + one.left_out, len(other.groups) + other.left_out, 2)
    assert table.sum() == 4000
