"""Dates are taken apart into what the engine draws, and put together again."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeness.schema.fields import Field
from likeness.synthesizer import calendar
from likeness.synthesizer.draw import draw
from likeness.synthesizer.fit import fit

ROWS = 3000


def field(name: str, kind: str, reader: str, position: int = 1) -> Field:
    kinds = {"timestamp": "timestamp", "date": "date"}
    return Field(
        position, name, kind, kinds.get(kind, "text"), (), True, None, "", None, (), "", "", (),
        reader,
    )  # fmt: skip


FIELDS = {
    "month": field("x", "date", "month"),
    "day": field("x", "date", "date"),
    "second": field("x", "timestamp", "timestamp"),
}
MOMENTS = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31))
CUT = {
    "month": lambda m: datetime(m.year, m.month, 1),
    "day": lambda m: datetime(m.year, m.month, m.day),
    "second": lambda m: m,
}


@pytest.mark.parametrize("unit", FIELDS)
@given(moments=st.lists(st.one_of(st.none(), MOMENTS), min_size=1, max_size=20))
def test_what_is_taken_apart_is_put_together_again(unit, moments):
    told = [None if m is None else CUT[unit](m) for m in moments]
    column = pd.Series(np.array(told, dtype="datetime64[us]"))
    steps = calendar.steps_of(FIELDS[unit])
    parts = calendar.with_parts(pd.DataFrame({"x": column}), steps)
    if unit == "month":
        parts["x"] = 12 * parts["x:year"] + pd.to_datetime(column).dt.month - 1
    again = calendar.composed(FIELDS[unit], {s: parts[s].to_numpy(float) for s in steps})
    assert again.isna().tolist() == column.isna().tolist()
    apart = (again - column).dropna().abs()
    assert (apart <= pd.Timedelta(microseconds=1)).all()


def test_a_column_named_like_a_part_of_a_date_is_left_as_it_is():
    rows = pd.DataFrame({"x:week": [1.5, 2.5]})
    assert calendar.with_parts(rows, ["x:week"])["x:week"].tolist() == [1.5, 2.5]


@pytest.fixture(scope="module")
def drawn() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Shops that are closed on Sundays, open from 8 to 18 and to midnight on Fridays."""
    rng = np.random.default_rng(11)
    weekday = rng.choice(6, ROWS, p=[0.1, 0.1, 0.1, 0.2, 0.3, 0.2])
    week = rng.integers(2600, 2730, ROWS)
    late = (weekday == 4) & (rng.random(ROWS) < 0.5)
    minute = np.where(late, rng.integers(18 * 12, 24 * 12, ROWS), rng.integers(96, 216, ROWS)) * 5
    start = np.datetime64("1969-12-29")
    day = start + (7 * week + weekday).astype("timedelta64[D]")
    sold = day.astype("datetime64[us]") + minute.astype("timedelta64[m]")
    paid = day + rng.integers(0, 30, ROWS).astype("timedelta64[D]")
    frame = pd.DataFrame({"day": day, "sold": sold, "paid": paid})
    frame.loc[rng.random(ROWS) < 0.2, "paid"] = pd.NaT
    fields = [
        field("day", "date", "date", 1),
        field("sold", "timestamp", "timestamp", 2),
        field("paid", "date", "date", 3),
    ]
    profile = fit(frame, fields, given=[], min_cell_rows=20, seed=1)
    return frame, draw(np.arange(ROWS), profile, fields=fields, seed=1)


@pytest.mark.parametrize("name", ["day", "sold"])
def test_the_pattern_of_the_week_is_kept(drawn, name):
    source, made = (frame[name].dt.day_of_week.value_counts(normalize=True) for frame in drawn)
    assert 6 not in made.index
    assert (made - source).abs().max() < 0.03


def test_hours_are_kept_and_no_time_reaches_into_the_next_day(drawn):
    source, made = (frame["sold"].dt.hour.value_counts(normalize=True) for frame in drawn)
    assert set(made.index) <= set(range(8, 24))
    assert made.sub(source, fill_value=0).abs().max() < 0.03
    evenings = drawn[1][drawn[1]["sold"].dt.hour >= 18]
    assert (evenings["sold"].dt.day_of_week == 4).mean() > 0.8


def test_times_are_multiples_of_what_the_source_shows(drawn):
    minutes = drawn[1]["sold"].dt.minute
    assert (minutes % 5 == 0).all()
    assert (drawn[1]["sold"].dt.second == 0).all()


def test_a_missing_day_is_missing_and_the_others_lie_in_the_range(drawn):
    source, made = drawn
    assert abs(made["paid"].isna().mean() - source["paid"].isna().mean()) < 0.03
    assert made["day"].min() >= source["day"].min() - timedelta(days=60)
    assert made["day"].max() <= source["day"].max() + timedelta(days=60)


def test_no_week_goes_before_the_one_that_it_never_precedes(drawn):
    made = drawn[1].dropna()
    weeks = {name: (made[name] - pd.Timestamp("1969-12-29")).dt.days // 7 for name in made}
    assert (weeks["day"] <= weeks["paid"]).all()


def test_what_a_bound_rules_out_does_not_become_missing():
    rng = np.random.default_rng(2)
    day = np.datetime64("2021-01-04") + rng.integers(0, 700, 500).astype("timedelta64[D]")
    closed = day + rng.integers(0, 30, 500).astype("timedelta64[D]")
    frame = pd.DataFrame({"day": day, "closed": closed})
    frame.loc[rng.random(500) < 0.2, "closed"] = pd.NaT
    fields = [field("day", "date", "date", 1), field("closed", "date", "date", 2)]
    profile = fit(frame, fields, given=[], min_cell_rows=20, seed=1)
    made = draw(np.arange(3000), profile, fields=fields, seed=1)
    assert abs(made["closed"].isna().mean() - frame["closed"].isna().mean()) < 0.04
