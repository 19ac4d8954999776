"""Tables come out of the packed form as they went in."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from likeness import warehouse
from likeness.warehouse.packing import ROWS, TYPES, pack, unpack

TABLES = {
    "a": pd.DataFrame(
        {
            "x": [0.1, 1 / 3, None],
            "name": ["ü", None, "b"],
            "n": [1, 2, 3],
            "large": [2**53, -(2**53), 0],
            "is": [True, False, True],
            "none": pd.Series([None] * 3, dtype=object),
            "limit": [np.inf, -np.inf, 5e-324],
        }
    ),
    "b": pd.DataFrame({"y": np.arange(2 * ROWS + 1)}),
    "empty": pd.DataFrame({"z": pd.Series([], dtype=float)}),
    "lists": pd.DataFrame({"points": [[0.5, 1.0], None, []], "of": [{"ä": 1}, "text", None]}),
}


def _through_duckdb(packed: pd.DataFrame) -> pd.DataFrame:
    with duckdb.connect() as connection:
        return warehouse.back(connection, packed, TYPES).df()


@pytest.mark.parametrize("stored", [lambda packed: packed, _through_duckdb])
def test_tables_come_back_with_every_digit(stored):
    back = unpack(stored(pack(TABLES)).sample(frac=1, random_state=0))
    assert set(back) == set(TABLES)
    pd.testing.assert_frame_equal(back["a"], TABLES["a"])
    pd.testing.assert_frame_equal(back["b"], TABLES["b"])
    assert list(back["empty"].columns) == ["z"]
    assert len(back["empty"]) == 0
    assert back["lists"].to_dict("list") == TABLES["lists"].to_dict("list")


def test_a_missing_integer_or_boolean_stays_missing():
    table = pd.DataFrame({"n": pd.Series([1, None], dtype="Int64"), "is": [None, True]})
    back = unpack(_through_duckdb(pack({"t": table})))["t"]
    assert back["n"].tolist()[0] == 1
    assert np.isnan(back["n"].tolist()[1])
    assert back["is"].tolist() == [None, True]


def test_an_integer_that_a_double_does_not_hold_is_refused():
    with pytest.raises(ValueError, match=r"t\.id: 9007199254740994 is beyond"):
        pack({"t": pd.DataFrame({"id": [1, 2**53 + 2]})})
