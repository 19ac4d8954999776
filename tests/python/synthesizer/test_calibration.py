"""Factors of odds: weak ties that trees miss come out, and each run rests on enough rows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likeness import synthesizer
from likeness.audit.findings import Tally
from likeness.audit.synthesizer import audit_engine
from likeness.schema.fields import Field
from likeness.synthesizer import calibration

MIN_CELL_ROWS = 20
N = 6000


def calibrated(codes, upper, share=None, part=None):
    """Factors over codes [rows, fields] where one tree knows nothing but the mean."""
    n = len(codes)
    mean = np.full((1, n), upper.mean()) if share is None else share
    part = np.zeros(n, dtype=np.int64) if part is None else part
    sizes = codes.max(axis=0).astype(np.int64) + 1
    codes = np.ascontiguousarray(codes.astype(np.uint16))
    return calibration.calibrated(mean, codes, np.arange(n), sizes, part, upper, MIN_CELL_ROWS)


@settings(max_examples=50, deadline=None)
@given(st.integers(400, 3000), st.integers(1, 4), st.integers(0, 10**6))
def test_a_run_holds_the_minimum_in_each_half_and_runs_cover_all_codes(n, fields, seed):
    generator = np.random.default_rng(seed)
    codes = generator.integers(0, 40, (n, fields))
    upper = generator.random(n) < np.where(codes[:, 0] > 30, 0.6, 0.1)
    part = generator.integers(0, 2, n)
    found = calibrated(codes, upper, part=part)
    for of, place in {*zip(found.part.tolist(), found.feature.tolist(), strict=True)}:
        ends = found.upto[(found.part == of) & (found.feature == place)]
        assert ends[-1] == codes[:, place].max()
        assert (np.diff(ends) > 0).all()
        run = np.searchsorted(ends, codes[part == of, place])
        for half in (True, False):
            held = np.bincount(run[upper[part == of] == half], minlength=len(ends))
            assert held.min() >= MIN_CELL_ROWS
    assert (found.n_rows % MIN_CELL_ROWS == 0).all()
    assert (found.factor > 0).all()


def test_factors_give_back_the_share_of_each_run():
    generator = np.random.default_rng(0)
    codes = np.stack([generator.integers(0, 2, N), generator.integers(0, 3, N)], axis=1)
    upper = generator.random(N) < 0.2 + 0.3 * codes[:, 0] + 0.1 * codes[:, 1]
    found = calibrated(codes, upper)
    spans, fields, factors = calibration.laid_out([found], [1])
    assert spans.tolist() == [[0, 2]]
    odds = upper.mean() / (1 - upper.mean())
    for at, place in enumerate(fields):
        odds = odds * factors[at, codes[:, place]]
    share = odds / (1 + odds)
    for place in (0, 1):
        for code in range(codes[:, place].max() + 1):
            here = codes[:, place] == code
            assert share[here].mean() == pytest.approx(upper[here].mean(), abs=0.005)


def test_nothing_is_calibrated_where_nothing_is_missed_or_too_few_rows_are():
    generator = np.random.default_rng(0)
    codes = generator.integers(0, 2, (N, 1))
    upper = generator.random(N) < 0.2 + 0.3 * codes[:, 0]
    known = np.array([upper[codes[:, 0] == code].mean() for code in (0, 1)])
    assert not len(calibrated(codes, upper, known[codes[:, 0]][None]).part)
    few = slice(0, calibration.LEAST_PART * MIN_CELL_ROWS - 1)
    assert not len(calibrated(codes[few], upper[few]).part)


@pytest.fixture(scope="module")
def rare_default():
    """A rare category that shifts each of several numbers a little, and their profile."""
    generator = np.random.default_rng(0)
    names = [f"n{place}" for place in range(10)]
    rare = generator.random(N) < 0.1
    train = pd.DataFrame({"rare": np.where(rare, "yes", "no")})
    before = generator.normal(0, 30, N)
    for name in names:
        before = 0.8 * before + generator.normal(4 * rare, 18, N)
        train[name] = np.round(100 + before)
    head = ("text", (), False, None, "", None, ("no", "yes"), "")
    fields = [Field(1, "rare", "categorical", *head)]
    for place, name in enumerate(names, start=2):
        kind = ("continuous", "double", (), False, 0, "number", None, (), "")
        fields.append(Field(place, name, *kind))
    profile = synthesizer.fit(train, fields, given=["rare"], min_cell_rows=MIN_CELL_ROWS, seed=1)
    return train, fields, profile


def test_rows_of_a_rare_category_do_not_lean_towards_the_common_one(rare_default):
    train, fields, profile = rare_default
    many = pd.concat([train[["rare"]]] * 5, ignore_index=True)
    drawn = synthesizer.draw(np.arange(len(many)), profile, fields=fields, seed=1, given=many)
    without = {**profile, "engine_factors": profile["engine_factors"].head(0)}
    plain = synthesizer.draw(np.arange(len(many)), without, fields=fields, seed=1, given=many)

    def distances(rows):
        real = train.groupby("rare").mean().loc["yes"]
        return (rows.groupby("rare").mean().loc["yes"] - real).mean()

    # Four tenths of what trees alone lose is left: it adds up from field to field.
    assert abs(distances(drawn)) < 0.5 * abs(distances(plain))
    assert distances(plain) < -4


def test_the_audit_recounts_the_runs(rare_default):
    train, _, profile = rare_default
    clean = Tally(MIN_CELL_ROWS)
    audit_engine(profile, train, clean)
    assert not clean.findings
    factors = profile["engine_factors"].copy()
    other = factors[factors["by"] != "rare"].index
    factors.loc[other[0], "upto"] = factors.loc[other[1], "upto"] - 1
    planted = Tally(MIN_CELL_ROWS)
    audit_engine({**profile, "engine_factors": factors}, train, planted)
    assert {found.table.partition(":")[2] for found in planted.findings} == {"engine_factors"}
