"""In which format a column of dates is written, and what is compared of it."""

import numpy as np
import pandas as pd
import pytest

from likeness.schema.discovery import dates
from likeness.schema.discovery.draft import draft

ROWS = 600
RNG = np.random.default_rng(4)
DAYS = pd.Timestamp("2019-03-05") + pd.to_timedelta(RNG.integers(0, 700, ROWS), "D")
MOMENTS = DAYS + pd.to_timedelta(RNG.integers(0, 86_400, ROWS), "s")


@pytest.fixture
def field(tmp_path):
    def of(texts, **more):
        path = tmp_path / "table.csv"
        frame = pd.DataFrame({"when": texts, "n": RNG.gamma(2, 3, ROWS).round(2)} | more)
        frame.to_csv(path, index=False)
        folder = tmp_path / "rows"
        folder.mkdir()
        found = draft(str(path), folder, None, lambda text: None)
        return found.fields[0], found

    return of


@pytest.mark.parametrize(
    "form",
    [
        "%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%-m/%-d/%Y", "%d-%b-%Y",
        "%B %-d, %Y", "%d %B %Y", "%Y%m%d", "%m/%d/%y",
    ],
)  # fmt: skip
def test_days_are_found_in_any_usual_format(field, form):
    found, _ = field(DAYS.strftime(form))
    assert (found.kind, found.reader, found.format) == ("date", "date", form)


@pytest.mark.parametrize(
    "form",
    [
        "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M",
        "%m/%d/%Y %I:%M:%S %p", "%Y-%m-%d %H:%M:%S+00",
    ],
)  # fmt: skip
def test_moments_are_found_in_any_usual_format(field, form):
    found, _ = field(MOMENTS.strftime(form))
    assert (found.kind, found.reader, found.format) == ("timestamp", "timestamp", form)


def test_seconds_with_a_fraction_only_where_there_is_one_are_moments(field):
    texts = [f"{m:%Y-%m-%d %H:%M:%S}" + (".25" if n % 2 else "") for n, m in enumerate(MOMENTS)]
    found, _ = field(texts)
    assert (found.kind, found.format) == ("timestamp", "%Y-%m-%d %H:%M:%S.%f")


def test_moments_at_midnight_are_days_and_firsts_are_months(field):
    assert dates.at_midnight("%Y-%m-%d %H:%M:%S") == "%Y-%m-%d 00:00:00"
    found, _ = field(DAYS.strftime("%Y-%m-%d 00:00:00"))
    assert (found.reader, found.format) == ("date", "%Y-%m-%d 00:00:00")


def test_firsts_of_months_are_months(field):
    found, _ = field(DAYS.to_period("M").to_timestamp().strftime("%d/%m/%Y"))
    assert (found.kind, found.reader, found.format) == ("date", "month", "%d/%m/%Y")


def test_days_and_months_that_nothing_tells_apart_stay_texts(field):
    days = RNG.integers(1, 13, ROWS)
    months = RNG.integers(1, 13, ROWS)
    found, _ = field([f"{d:02d}/{m:02d}/2020" for d, m in zip(days, months, strict=True)])
    assert found.reader == "text"


def test_numbers_and_versions_are_no_dates(field):
    found, _ = field(RNG.integers(10_000_000, 99_999_999, ROWS).astype(str))
    assert found.reader != "date"


@pytest.mark.parametrize("text", ["1.2.3", "2015-13-45", "12:30", "", "May", "2015-01-01 later"])
def test_texts_of_another_form_have_no_format_that_reads_them(text):
    assert dates.formats_of([text, "2015-01-31"]) in ([], ["%Y-%m-%d"])


def test_what_is_compared_of_dates_has_names_of_its_own(field):
    _, found = field(MOMENTS.strftime("%Y-%m-%d %H:%M:%S"), when_days=np.arange(ROWS) % 7)
    names = [derived.name for derived in found.derived]
    assert names == ["when_days_", "when_weekday", "when_hour"]
    assert "when_days_" in found.choices.continuous_variables
    assert found.choices.categorical_variables[-2:] == ["when_weekday", "when_hour"]
