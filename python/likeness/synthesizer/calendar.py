"""Dates as the numbers that the engine draws one after the other, and back.

A month is a year and a month; a day is a week and a weekday, so that the pattern of the week is
kept; a timestamp has the second of the day beside them. Weeks count from the one of 1970-01-01 and
start on Monday.
"""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from likeness.schema.fields import Field

YEAR, WEEK, WEEKDAY, SECOND = ":year", ":week", ":weekday", ":second"
PARTS = {
    "month": (YEAR, ""),
    "day": (WEEK, WEEKDAY),
    "second": (WEEK, WEEKDAY, SECOND),
}
SUFFIXES = (YEAR, WEEK, WEEKDAY, SECOND)
DAYS_A_WEEK, SECONDS_A_DAY = 7, 86_400
# Parts that start again from 0 at this number.
VALUES = {WEEKDAY: float(DAYS_A_WEEK), SECOND: float(SECONDS_A_DAY)}
MONDAY = 3  # days from the Monday before to 1970-01-01
# What times of day are multiples of, in seconds, the coarsest first.
CLOCK_UNITS = (3600.0, 1800.0, 900.0, 600.0, 300.0, 60.0, 30.0, 10.0, 5.0, 1.0)


def steps_of(field: Field) -> tuple[str, ...]:
    """Names of the steps that a field is drawn in: the field's own, but for a date."""
    if field.calendar not in PARTS:
        return (field.name,)
    return tuple(field.name + part for part in PARTS[field.calendar])


def part_of(step: str) -> str:
    """The suffix of a step that is part of a date, or ''."""
    return next((suffix for suffix in SUFFIXES if step.endswith(suffix)), "")


def field_of(step: str) -> str:
    """The name of the field that a step belongs to."""
    return step.removesuffix(part_of(step)) if part_of(step) else step


def with_parts(rows: pd.DataFrame, steps: Iterable[str]) -> pd.DataFrame:
    """The rows with a column for each of `steps` that is part of a date; float64, NaN: missing."""
    made = {step: _PART[part_of(step)](rows[field_of(step)]) for step in steps if step not in rows}
    return rows.assign(**made)


def composed(field: Field, parts: Mapping[str, np.ndarray]) -> pd.Series:
    """The dates (datetime64[us]) whose steps have the values `parts`, by name of the step."""
    names = steps_of(field)
    if field.calendar == "month":
        months = parts[field.name]
        gone = np.isnan(months)
        moments = _whole(months, gone, -12 * 1970).astype("datetime64[M]")
        return pd.Series(moments.astype("datetime64[us]")).mask(gone)
    week, weekday = parts[names[0]], parts[names[1]]
    gone = np.isnan(week)
    days = _whole(week, gone) * DAYS_A_WEEK + _whole(weekday, gone | np.isnan(weekday)) - MONDAY
    moments = days.astype("datetime64[D]").astype("datetime64[us]")
    if field.calendar == "second":
        seconds = np.where(gone | np.isnan(parts[names[2]]), 0.0, parts[names[2]])
        moments = moments + np.round(seconds * 1e6).astype("timedelta64[us]")
    return pd.Series(moments).mask(gone)


def _whole(values: np.ndarray, gone: np.ndarray, offset: int = 0) -> np.ndarray:
    return np.where(gone, 0, values).astype(np.int64) + offset


def moments_of(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Microseconds since 1970 (int64) of dates or timestamps, and which are missing."""
    moments = pd.to_datetime(column).to_numpy("datetime64[us]")
    gone = np.isnat(moments)
    return np.where(gone, 0, moments.astype(np.int64)), gone


def _year(column: pd.Series) -> np.ndarray:
    dates = pd.to_datetime(column)
    return dates.dt.year.to_numpy(float, na_value=np.nan)


def _of_day(of: Callable[[np.ndarray], np.ndarray]) -> Callable[[pd.Series], np.ndarray]:
    def part(column: pd.Series) -> np.ndarray:
        moments, gone = moments_of(column)
        days = moments // (SECONDS_A_DAY * 1_000_000) + MONDAY
        return np.where(gone, np.nan, of(days).astype(float))

    return part


def _second(column: pd.Series) -> np.ndarray:
    moments, gone = moments_of(column)
    return np.where(gone, np.nan, (moments % (SECONDS_A_DAY * 1_000_000)) / 1e6)


_PART: dict[str, Callable[[pd.Series], np.ndarray]] = {
    YEAR: _year,
    WEEK: _of_day(lambda days: days // DAYS_A_WEEK),
    WEEKDAY: _of_day(lambda days: days % DAYS_A_WEEK),
    SECOND: _second,
}
