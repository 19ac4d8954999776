"""Rates of the target by level: the z by hand, what may be shown, planted ties that are found."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from likeness.metrics.level_groups import Level, level_groups
from likeness.metrics.row_tables import correlations_table
from likeness.metrics.sample import samples
from likeness.metrics.target_rates import Rate, excess_z
from likeness.metrics.target_tables import rates_table
from likeness.stats.moments import BELOW_MINIMUM

MIN_CELL_ROWS = 20
STATES = [f"S{i:02d}" for i in range(50)]
GRADES = list("ABCDEFG")
VARIABLES = ["status", "grade", "sub_grade", "state", "purpose"]
WARN_BY, FAIL_BY = 1.5, 2.5


def loans(n: int, seed: int) -> pd.DataFrame:
    """Loans whose status depends on the grade and on a purpose, and state on nothing."""
    rng = np.random.default_rng(seed)
    grade = rng.choice(7, n, p=[0.2, 0.27, 0.22, 0.16, 0.09, 0.04, 0.02])
    purpose = rng.choice(["debt", "card", "car", "wedding"], n, p=[0.6, 0.25, 0.1, 0.05])
    rate = 0.06 + 0.06 * grade + np.where(purpose == "wedding", 0.1, 0)
    return pd.DataFrame(
        {
            "status": np.where(rng.random(n) < rate, "lost", "paid"),
            "grade": np.array(GRADES)[grade],
            "sub_grade": [
                f"{GRADES[g]}{d}" for g, d in zip(grade, rng.integers(1, 6, n), strict=True)
            ],
            "state": rng.choice(STATES, n),
            "purpose": purpose,
            "amount": rng.normal(10, 3, n) + grade,
        }
    )


def target_rates_table(found, target: str, positive: str, least: int) -> pd.DataFrame:
    """The rates by each category."""
    table = rates_table(found, target, positive, [], [], {}, least)
    return table.rename(columns={"variable_1": "variable", "level_1": "level"})


def compared(synthetic: pd.DataFrame, n: int = 13_000):
    """Rates and coefficients of `synthetic` beside train and holdout loans."""
    parts = {"train": loans(n, 1), "holdout": loans(n // 2, 2), "synthetic": synthetic}
    frame = pd.concat([part.assign(source=name) for name, part in parts.items()])
    found = samples(frame, ["amount"], VARIABLES)
    return target_rates_table(found, "status", "lost", MIN_CELL_ROWS), correlations_table(
        found, [], MIN_CELL_ROWS
    )


def beyond(rates: pd.DataFrame) -> float:
    """The worst z less the holdout's."""
    return rates["z"].abs().max() - rates["z_holdout"].abs().max()


def rise(table: pd.DataFrame) -> float:
    """The largest rise of an association less the holdout's."""
    known = table[table["method"].isin(["cramers_v", "correlation_ratio"])]
    synthetic = (known["synthetic"] - known["train"]).max()
    return synthetic - (known["holdout"] - known["train"]).max()


def in_blocks(rows: pd.DataFrame, column: str, by: list[str], size: int) -> pd.DataFrame:
    """The same rows, those alike in `by` side by side, and `column` fixed for each `size` rows."""
    rng = np.random.default_rng(5)
    ordered = rows.sort_values(by, kind="stable", ignore_index=True)
    blocks = rng.permutation(rows[column].to_numpy())[: len(rows) // size + 1]
    return ordered.assign(**{column: np.repeat(blocks, size)[: len(rows)]})


def test_excess_z_by_hand():
    first, second = Rate(200, 40), Rate(300, 90)
    pooled = 130 / 500
    error = np.sqrt(pooled * (1 - pooled) * (1 / 200 + 1 / 300))
    assert excess_z(first, second, 0.0) == pytest.approx(0.1 / error)
    assert excess_z(first, second, 0.02) == pytest.approx(0.08 / error)
    assert excess_z(second, first, 0.02) == pytest.approx(-0.08 / error)
    assert excess_z(first, second, 0.1) == 0
    assert excess_z(Rate(50, 0), Rate(70, 0), 0.0) == 0
    assert excess_z(first, Rate(0, 0), 0.02) is None


@pytest.mark.parametrize("n", [3_300, 13_000, 60_000])
def test_more_loans_of_the_same_kind_are_green(n):
    rates, coefficients = compared(loans(int(1.5 * n), 3), n)
    assert beyond(rates) < WARN_BY
    assert rise(coefficients) < 0.05


@pytest.mark.parametrize("n", [3_300, 13_000, 60_000])
def test_states_in_blocks_are_red_at_any_size(n):
    """What the engine made when a seed fixed the state of its twenty rows of a grade and status."""
    clumped = in_blocks(loans(int(1.5 * n), 3), "state", ["status", "grade"], 20)
    rates, coefficients = compared(clumped, n)
    assert beyond(rates) > FAIL_BY
    worst = rates.loc[rates["z"].abs().idxmax()]
    assert worst["variable"] == "state"
    # Blocks of twenty are a weaker tie the more of them there are.
    assert rise(coefficients) > (0.1 if n < 60_000 else 0.05)


def test_a_level_tied_otherwise_is_found_and_named():
    made = loans(20_000, 3)
    rng = np.random.default_rng(4)
    at = (made["purpose"] == "wedding").to_numpy()
    made.loc[at, "status"] = np.where(rng.random(at.sum()) < 0.05, "lost", "paid")
    rates, _ = compared(made)
    worst = rates.loc[rates["z"].abs().idxmax()]
    assert (worst["variable"], worst["level"]) == ("purpose", "wedding")
    assert worst["difference"] == pytest.approx(0.05 - worst["train"], abs=0.02)
    assert beyond(rates) > FAIL_BY


def test_a_category_tied_to_another_is_a_rise():
    made = loans(20_000, 3)
    tied = np.random.default_rng(6).random(len(made)) < 0.3
    first = made["state"].where(
        ~tied, made["grade"].map(dict(zip(GRADES, STATES[:7], strict=True)))
    )
    _, coefficients = compared(made.assign(state=first))
    assert rise(coefficients) > 0.1


def test_a_small_bias_on_many_rows_is_within_the_tolerance():
    rows = 400_000
    first, second = Rate(rows, rows // 5), Rate(rows, rows // 5 + rows // 100)
    assert excess_z(first, second, 0.0) > 10
    assert excess_z(first, second, 0.02) == 0


def test_a_target_of_one_class_is_null_with_the_reason():
    parts = [loans(500, 1).assign(source=s, status="paid") for s in ("train", "holdout")]
    frame = pd.concat([*parts, loans(500, 3).assign(source="synthetic")])
    found = target_rates_table(samples(frame, [], VARIABLES), "status", "lost", MIN_CELL_ROWS)
    assert found["z"].isna().all()
    assert found["reason"].notna().all()


def test_levels_that_no_row_may_disclose_are_left_out_with_the_reason():
    rates, _ = compared(loans(2_000, 3), 300)
    hidden = rates[rates["level"] == "(left out)"]
    assert len(hidden) > 0
    assert hidden["reason"].str.contains(BELOW_MINIMUM).all()
    assert hidden["z"].isna().all()


def test_sub_grades_are_pooled_within_their_grade():
    rates, _ = compared(loans(20_000, 3))
    pooled = [name.split(", ") for name in rates.loc[rates["variable"] == "sub_grade", "level"]]
    assert any(len(names) > 1 for names in pooled)
    for names in pooled:
        assert len({name[0] for name in names if name[0] != "("}) <= 1


counts = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(np.array)


def discloses(rows: np.ndarray) -> bool:
    """Whether counts disclose some rows, but fewer than the minimum cell size."""
    return bool(((rows > 0) & (rows < MIN_CELL_ROWS)).any())


# The rest of a kind brings a class that the group it joins has none of.
@example(
    [
        (np.array([0, 20]), np.array([0, 20]), 0),
        (np.array([0, 20]), np.array([0, 10]), 0),
        (np.array([0, 20]), np.array([0, 10]), 0),
        (np.array([20, 0]), np.array([10, 0]), 0),
    ]
)
@settings(max_examples=300)
@given(st.lists(st.tuples(counts, counts, st.integers(0, 2)), min_size=1, max_size=12))
def test_no_group_and_no_difference_discloses_fewer_than_the_minimum(drawn):
    levels = [
        Level(f"L{i}", train, holdout, (parent,))
        for i, (train, holdout, parent) in enumerate(drawn)
    ]
    groups, left_out = level_groups(levels, MIN_CELL_ROWS)
    members = [i for group in groups for i in group.members]
    assert len(members) == len(set(members))
    rest = set(range(len(levels))) - set(members)
    assert left_out == any(levels[i].train.any() or levels[i].holdout.any() for i in rest)

    def rows(source: str, at) -> np.ndarray:
        return np.sum([getattr(levels[i], source) for i in at], axis=0)

    for group in groups:
        assert len({levels[i].parents for i in group.members}) == 1
        rare = [i for i in group.members if levels[i].train.sum() < MIN_CELL_ROWS]
        assert all(levels[i].label not in group.label.split(", ") for i in rare)
        # What is shown alone elsewhere, taken away from the group.
        alone = [i for i in group.members if not discloses(levels[i].train) and i not in rare]
        for source in ("train", "holdout"):
            assert not discloses(rows(source, group.members))
        assert not discloses(rows("train", set(group.members) - set(alone)))
    for scope in [{0, 1, 2}, {0}, {1}, {2}]:
        inside = [i for i in rest if levels[i].parents[0] in scope]
        shown = any(levels[group.members[0]].parents[0] in scope for group in groups)
        if inside and shown:
            assert not discloses(rows("train", inside))
            assert not discloses(rows("holdout", inside))
