"""Typed rows as the source prints them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from likeness.schema.fields import Field
from likeness.schema.source_formats import as_source_text


def field(name, kind, form):
    return Field(1, name, kind, "", (), True, None, form, None, (), "")


def test_numbers_months_and_terms_are_printed_as_in_the_source():
    fields = [
        field("amount", "continuous", "number"),
        field("months", "categorical", " {} months"),
        field("since", "date", "Mon-YYYY"),
        field("word", "categorical", "text"),
    ]
    frame = pd.DataFrame(
        {
            "amount": [10000, 11.44, None, 1e16],
            "months": ["36", "60", None, "36"],
            "since": pd.to_datetime(["2015-01-01", "1990-06-01", None, "2000-12-01"]),
            "word": ["a", None, "c", "d"],
        }
    )
    printed = as_source_text(frame, fields)
    assert printed["amount"].tolist()[:2] == ["10000.0", "11.44"]
    assert printed["amount"][3] == "10000000000000000.0"
    assert printed["months"].tolist()[:2] == [" 36 months", " 60 months"]
    assert printed["since"].tolist()[:2] == ["Jan-2015", "Jun-1990"]
    assert printed.isna().sum().to_dict() == {"amount": 1, "months": 1, "since": 1, "word": 1}


def test_zero_has_no_sign():
    fields = [field("dti", "continuous", "number")]
    printed = as_source_text(pd.DataFrame({"dti": [-0.0, 0.0, -0.0]}), fields)
    assert printed["dti"].tolist() == ["0.0", "0.0", "0.0"]


@pytest.mark.parametrize(
    ("kind", "reader", "form", "shown"),
    [
        ("date", "date", "", "2015-03-01"),
        ("date", "date", "%-d/%-m/%Y", "1/3/2015"),
        ("date", "month", "%Y-%m-%d", "2015-03-01"),
        ("timestamp", "timestamp", "", "2015-03-01 20:05:09"),
        ("timestamp", "timestamp", "%Y-%m-%dT%H:%M:%S.%gZ", "2015-03-01T20:05:09.040Z"),
        ("timestamp", "timestamp", "%m/%d/%Y %I:%M %p", "03/01/2015 08:05 PM"),
    ],
)
def test_dates_are_printed_in_the_format_of_their_field(kind, reader, form, shown):
    when = replace(field("when", kind, form), reader=reader)
    moments = pd.Series(np.array(["2015-03-01T20:05:09.04", "NaT"], dtype="datetime64[us]"))
    printed = as_source_text(pd.DataFrame({"when": moments}), [when])["when"]
    assert printed[0] == shown
    assert printed.isna().tolist() == [False, True]
