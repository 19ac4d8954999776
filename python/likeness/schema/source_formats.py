"""Typed columns as the source file prints them; the SQL of the marts does the same."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd

from likeness.schema.fields import NUMBER_KINDS, Field

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _numbers(column: pd.Series) -> pd.Series:
    """The shortest text of each number with at least one decimal; of distinct numbers once."""
    plain = column.to_numpy(dtype=float, na_value=np.nan) + 0.0  # a zero without a sign
    values, places = np.unique(plain, return_inverse=True)
    texts = np.array([None if np.isnan(v) else _number(float(v)) for v in values], dtype=object)
    return pd.Series(texts[places], index=column.index, dtype="string")


def _number(value: float) -> str:
    text = repr(value)
    return f"{value:.1f}" if "e" in text and value == round(value) else text


def _months(column: pd.Series) -> pd.Series:
    dates = pd.to_datetime(column)
    names = np.array(MONTHS, dtype=object)[dates.dt.month.fillna(1).astype(int) - 1]
    years = dates.dt.year.fillna(0).astype(int).astype(str).str.zfill(4)
    texts = pd.Series(names, index=column.index, dtype="string") + "-" + years.astype("string")
    return texts.mask(dates.isna())


def _dates(column: pd.Series, form: str) -> pd.Series:
    """Each distinct moment once, as strftime prints it; %g, milliseconds, as DuckDB knows it."""
    moments = pd.to_datetime(column).to_numpy("datetime64[us]")
    values, places = np.unique(moments, return_inverse=True)
    texts = [None if np.isnat(value) else _moment(value.item(), form) for value in values]
    return pd.Series(np.array(texts, dtype=object)[places], index=column.index, dtype="string")


def _moment(moment: datetime, form: str) -> str:
    text = moment.strftime(form.replace("%g", "%%g"))
    return text.replace("%g", f"{moment.microsecond // 1000:03d}")


def as_source_text(frame: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    """The fields of typed rows as texts: `10000.0`, ` 36 months`, `Jan-2015`; missing as missing.

    `frame` has a column per field as staging types it; others are dropped.
    """
    printed = {}
    for field in fields:
        column = frame[field.name]
        if field.kind in NUMBER_KINDS and field.type in ("integer", "bigint"):
            printed[field.name] = pd.to_numeric(column).astype("Int64").astype("string")
        elif field.kind in NUMBER_KINDS:
            printed[field.name] = _numbers(column)
        elif field.date_format:
            printed[field.name] = _dates(column, field.date_format)
        elif field.calendar:
            printed[field.name] = _months(column)
        elif "{}" in field.format:
            whole = pd.to_numeric(column).astype("Int64").astype("string")
            before, after = field.format.split("{}")
            printed[field.name] = before + whole + after
        else:
            printed[field.name] = column.astype("string")
    return pd.DataFrame(printed)
