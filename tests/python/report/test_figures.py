"""Figures: what is drawn, what their titles say, and what they do without numbers."""

import pandas as pd
import pytest
import report_tables as made

from likeness.report import figures, findings
from likeness.report.canvas import svg


def of(variable: str) -> pd.DataFrame:
    frame = made.shares()
    return frame[frame["variable"] == variable].reset_index(drop=True)


def test_bars_are_as_long_as_the_shares():
    axes = figures.bars("colour", of("colour")).axes[0]

    widths = [round(bar.get_width(), 6) for bar in axes.patches]
    assert widths[:2] == [60.0, 40.0]
    assert widths[3:] == [50.0, 50.0, 0.0]


def test_titles_say_what_was_found():
    assert findings.shares("colour", of("colour")) == (
        "colour: largest difference 10.0 points, at red <b> (real holdout: 5.0)"
    )
    assert findings.shares("doors", of("doors")).startswith("doors: no difference of 0.1 points")
    assert findings.medians("price", "colour", made.moments()) == (
        "price by colour: largest difference of a median 0.5 (above 3), at blue"
    )
    assert findings.associations("difference", made.associations()) == (
        "Difference: largest -0.05, price and doors; mean 0.030"
    )


def test_boxes_have_no_outlier_points_and_end_at_the_cell_quantiles():
    axes = figures.boxes("price", "colour", made.moments()).axes[0]

    assert len(axes.patches) == 4
    reached = [x for line in axes.lines for x in line.get_xdata()]
    assert (min(reached), max(reached)) == (1.0, 5.0)


def test_map_shows_known_pairs_only():
    figure = figures.heat_map("train", made.associations(), ["price", "doors", "colour"])

    numbers = [text.get_text() for text in figure.axes[0].texts]
    assert {"+50", "+20"} <= set(numbers)
    assert len(numbers) == 3


def unknown(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    return frame.assign(**dict.fromkeys(columns, float("nan")), reason="below min_cell_rows")


@pytest.mark.parametrize("none", ["no rows", "no numbers"])
@pytest.mark.parametrize(
    ("draw", "frame", "columns"),
    [
        (lambda f: figures.bars("v", f), of("colour"), ["train", "holdout", "synthetic"]),
        (lambda f: figures.histogram("v", f), of("doors"), ["train", "holdout", "synthetic"]),
        (lambda f: figures.boxes("v", "c", f), made.moments(), ["p25", "p50"]),
        (
            lambda f: figures.heat_map("train", f, ["price", "doors"]),
            made.associations(),
            ["train"],
        ),
    ],
    ids=["bars", "histogram", "boxes", "map"],
)
def test_without_numbers_a_figure_says_why(none, draw, frame, columns):
    given = frame.iloc[:0] if none == "no rows" else unknown(frame, *columns)

    figure = draw(given)

    said = figure.axes[0].texts[0].get_text()
    assert said == (
        "there are no numbers to compare" if none == "no rows" else "below min_cell_rows"
    )
    assert svg(figure).startswith(b"<?xml")


def test_one_missing_level_leaves_the_others():
    frame = made.moments()
    frame.loc[frame["level"] == "red", ["p25", "p50"]] = float("nan")

    axes = figures.boxes("price", "colour", frame).axes[0]

    assert len(axes.patches) == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (0.5, "0.5"), (19975.0, "19,975"), (1234.5, "1,234"), (0.00001, "1.0e-05")],
)
def test_numbers_are_short(value, text):
    assert findings.short(value) == text
