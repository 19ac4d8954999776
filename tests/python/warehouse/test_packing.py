"""Tables come out of the packed form as they went in."""

import pandas as pd

from likeness.warehouse.packing import pack, unpack


def test_tables_come_back_with_every_digit():
    tables = {
        "a": pd.DataFrame({"x": [0.1, 1 / 3, None], "name": ["ü", None, "b"], "n": [1, 2, 3]}),
        "b": pd.DataFrame({"y": [7]}),
        "empty": pd.DataFrame({"z": pd.Series([], dtype=float)}),
    }
    back = unpack(pack(tables).sample(frac=1, random_state=0))
    assert set(back) == set(tables)
    pd.testing.assert_frame_equal(back["a"], tables["a"])
    assert list(back["empty"].columns) == ["z"]
    assert len(back["empty"]) == 0
