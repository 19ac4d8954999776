"""Figures: what is drawn, what their titles say, and what they do without numbers."""

import numpy as np
import pandas as pd
import pytest
import report_tables as made

from likeness.report import columns, curves, draw, figures, findings
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


def test_map_shows_known_pairs_only_and_has_a_scale_of_its_own():
    figure = figures.heat_map("difference", made.associations(), ["price", "doors", "colour"])

    mesh = figure.axes[0].collections[0]
    shown = np.ma.masked_invalid(mesh.get_array()).compressed()
    assert sorted(shown.round(2)) == [-0.05, 0.01]
    assert mesh.get_clim() == (-0.05, 0.05)
    assert len(figure.axes) == 2  # the colour bar


def test_rates_stand_in_order_with_their_intervals():
    one = made.rates().iloc[:2]
    axes = curves.rates(one).axes[0]

    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["red", "blue"]
    synthetic = axes.containers[2]
    assert synthetic.lines[0].get_xdata().tolist() == [40.0, 50.0]
    ends = [segment[:, 0].round(6).tolist() for segment in synthetic.lines[2][0].get_segments()]
    assert ends == [[30.0, 50.0], [40.0, 60.0]]
    assert findings.rates(one) == (
        "rate of sold is yes by colour: furthest off +20.0 points at red (real holdout: +5.0)"
    )


def test_curves_of_models_and_distances_say_what_they_show():
    row = made.utility().iloc[0].to_dict()
    roc = curves.model_curve("roc", row).axes[0]
    assert roc.lines[1].get_ydata().tolist() == [0.0, 0.6, 1.0]
    assert "AUC 0.7 trained on synthetic, AUC 0.75 on real rows" in findings.models("roc", row)
    dcr = made.tables()["privacy"].iloc[1].to_dict()
    assert "closer to train rows than" in findings.distances("DCR", dcr)
    assert "no closer" not in findings.distances("DCR", dcr)
    nothing = curves.model_curve("roc", {"reason": "single class"}).axes[0]
    assert nothing.texts[0].get_text() == "single class"


def test_categories_stand_in_the_order_of_their_domain():
    rows = pd.DataFrame({"level": ["(other)", "10+ years", "1 year, 2 years", "< 1 year"]})
    order = ["< 1 year", "1 year", "2 years", "10+ years"]
    found = draw.ordered(rows, "level", order)["level"].tolist()
    assert found == ["< 1 year", "1 year, 2 years", "10+ years", "(other)"]


def test_a_sparkline_is_two_paths_over_the_same_bins():
    text = str(columns.sparkline(of("colour"), {"train": "#111111", "synthetic": "#222222"}))
    assert text.count("<path") == 2
    assert columns.sparkline(None, {}) == ""


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
