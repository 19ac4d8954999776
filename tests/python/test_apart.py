"""Calls in a process of their own."""

import pandas as pd
import pytest

from likeness import apart


def test_a_call_apart_gives_back_what_the_function_does():
    frame = pd.DataFrame({"a": [1, None], "b": ["x", None]})
    pd.testing.assert_frame_equal(apart.called("copy.deepcopy", frame), frame)


def test_a_failure_apart_is_told():
    with pytest.raises(
        RuntimeError, match=r"math\.sqrt failed:(.|\n)*ValueError: math domain error"
    ):
        apart.called("math.sqrt", -1)


def test_what_is_printed_apart_does_not_spoil_the_result():
    assert apart.called("builtins.print", "words") is None
