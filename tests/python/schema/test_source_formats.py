"""Typed rows as the source prints them."""

import pandas as pd

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
