"""Earlier fields read on the scale of the field drawn: which are close, and what for."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeness import synthesizer
from likeness.schema.fields import Field
from likeness.synthesizer import near
from likeness.synthesizer.bins import fit_categories, fit_numbers
from likeness.synthesizer.model import from_tables

MIN_CELL_ROWS = 20
ROWS = 6000


def number(name: str, decimals: int = 0) -> Field:
    return Field(1, name, "continuous", "double", (), True, decimals, "number", None, (), "")


def generator() -> np.random.Generator:
    return np.random.default_rng(4)


def bins_and_codes(*columns: np.ndarray) -> tuple[list, list]:
    series = [pd.Series(column) for column in columns]
    bins = [fit_numbers(f"f{i}", one, MIN_CELL_ROWS, 0) for i, one in enumerate(series)]
    return bins, [one.encode(column) for one, column in zip(bins, series, strict=True)]


@given(
    st.integers(1, 240).flatmap(
        lambda stop: st.tuples(st.integers(0, stop - 1), st.just(stop), st.integers(0, 239))
    )
)
def test_what_is_near_lies_in_the_upper_half_where_its_bin_does(case):
    start, stop, position = case
    middle = (start + stop + 1) // 2
    read = near.relative(*(np.array([number]) for number in (position, start, middle, stop)))[0]
    assert 0 <= read < 2 * near.STEPS
    assert (read >= near.STEPS) == (position >= middle)


def test_a_value_is_read_as_the_bin_that_holds_it():
    base = generator().gamma(2, 5000, ROWS).round()
    kept = (base < np.median(base)) | (generator().random(ROWS) < 0.2)
    bins, codes = bins_and_codes(base, np.where(kept, base, np.nan))
    (found,) = near.closest(1, bins, codes)
    assert (found.place, found.reading) == (0, near.VALUE)
    there = found.table[codes[0]].astype(int)
    assert np.abs(there - codes[1])[kept].mean() < 2


@pytest.mark.parametrize(("sign", "reading"), [(1, near.RANK), (-1, near.REVERSE)])
def test_another_scale_is_read_by_ranks(sign, reading):
    base = generator().gamma(2, 5000, ROWS).round()
    other = (sign * np.sqrt(base) * 1000 + 10**6).round()
    bins, codes = bins_and_codes(base, other)
    (found,) = near.closest(1, bins, codes)
    assert found.reading == reading
    assert np.abs(found.table[codes[0]].astype(int) - codes[1]).mean() < 2


def test_fields_without_a_tie_are_not_near():
    columns = [generator().permutation(ROWS).astype(float), np.arange(ROWS, dtype=float)]
    assert near.closest(1, *bins_and_codes(*columns)) == []


def test_categories_are_read_by_their_labels():
    labels = np.array(["a", "b", "c", "d"], dtype=object)
    base = generator().integers(0, 4, ROWS)
    columns = [pd.Series(labels[base]), pd.Series(labels[(base + (np.arange(ROWS) % 9 == 0)) % 4])]
    bins = [
        fit_categories(name, one, MIN_CELL_ROWS, ())
        for name, one in zip("xy", columns, strict=True)
    ]
    bins[0] = bins[0].ordered(np.array([2, 0, 3, 1]))
    codes = [one.encode(column) for one, column in zip(bins, columns, strict=True)]
    (found,) = near.closest(1, bins, codes)
    assert bins[1].label[found.table].tolist() == bins[0].label.tolist()


@pytest.fixture(scope="module")
def bills() -> pd.DataFrame:
    """Bills that follow the bill before, closer than a bin is wide, after nine unrelated fields."""
    chance = generator()
    first = chance.lognormal(9, 1.2, ROWS).round()
    unrelated = {f"u{i}": chance.integers(0, 50, ROWS).astype(float) for i in range(9)}
    second = first + chance.normal(0, 0.01 * first).round()
    return pd.DataFrame(unrelated | {"first": first, "second": second})


@pytest.fixture(scope="module")
def profile(bills):
    return synthesizer.fit(
        bills, [number(name) for name in bills], given=[], min_cell_rows=MIN_CELL_ROWS, seed=1
    )


def test_close_ties_are_kept(bills, profile):
    drawn = synthesizer.draw(
        np.arange(ROWS), profile, fields=[number(name) for name in bills], seed=1
    )
    ratio = np.log(drawn["second"] / drawn["first"]).abs()
    # A bin is about 1/240 of the rows wide, which is one or two per cent of a value in the middle.
    assert ratio.median() < 0.03
    assert ratio.quantile(0.9) < 0.15


def test_readings_come_back_from_the_tables(profile):
    steps = from_tables(profile)
    by_name = {step.name: step for step in steps}
    (found,) = [one for one in by_name["second"].near if steps[one.place].name == "first"]
    assert found.reading == near.VALUE
    nodes = profile["engine_nodes"]
    is_leaf = nodes["left_node"] < 0
    assert nodes["reading"].isna().equals(is_leaf)
    shuffled = {name: table.sample(frac=1, random_state=1) for name, table in profile.items()}
    again = from_tables(shuffled)
    for one, other in zip(steps, again, strict=True):
        assert [n.place for n in one.near] == [n.place for n in other.near]
        assert all((a.table == b.table).all() for a, b in zip(one.near, other.near, strict=True))
