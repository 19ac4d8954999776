"""Figures of rates by condition, of models and of distances: a frame in, a Figure out."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from likeness.report import findings
from likeness.report.canvas import COLOURS, INK, NAMES, blank, label, legend, nothing, styled

MARKS = {"train": ("s", -0.22), "holdout": ("D", 0.0), "synthetic": ("o", 0.22)}
MOST_LEVELS = 45


def short_level(level: object) -> str:
    """A level's name; pooled ones as first, last and their number."""
    names = str(level).split(", ")
    return label(level) if len(names) < 3 else f"{names[0]} … {names[-1]} ({len(names)})"


@styled
def rates(frame: pd.DataFrame) -> Figure:
    """Rates of a target by level with 95% intervals, real, holdout and synthetic beside each other.

    `frame`: one row per level in the order to draw, with the columns of `comparison_rates`.
    """
    title = findings.rates(frame)
    known = frame.dropna(subset=["train"]).head(MOST_LEVELS)
    if known.empty:
        return nothing(title, findings.why_nothing(frame))
    names = [short_level(level) for level in known["level_1"]]
    each = 0.27 if len(names) <= 20 else 0.2
    figure, axes = blank(
        title, max(0.8, each * len(names)), left=0.3 + 0.075 * max(map(len, names))
    )
    place = np.arange(len(names))
    for source, (mark, shift) in MARKS.items():
        value, low, high = (
            known[f"{source}{end}"].astype(float) * 100 for end in ("", "_low", "_high")
        )
        axes.errorbar(
            value,
            place + shift,
            xerr=np.vstack([value - low, high - value]).clip(min=0),
            fmt=mark,
            ms=3.4,
            color=INK if source == "holdout" else COLOURS[source],
            ecolor=INK if source == "holdout" else COLOURS[source],
            elinewidth=1,
            markerfacecolor="white" if source == "holdout" else COLOURS[source],
        )
    axes.set_yticks(place, names, fontsize=9 if each > 0.2 else 8)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_xlabel("rate, percent (bars: 95 % interval)", labelpad=2)
    legend(figure, [_mark(source, *mark) for source, mark in MARKS.items()])
    return figure


def _mark(source: str, mark: str, _shift: float) -> Line2D:
    colour = INK if source == "holdout" else COLOURS[source]
    inside = "white" if source == "holdout" else colour
    named = NAMES[source]
    return Line2D(
        [], [], marker=mark, ls="", ms=4, color=colour, markerfacecolor=inside, label=named
    )


@styled
def crossed(frame: pd.DataFrame) -> Figure:
    """Rates by two conditions: each cell's synthetic rate over its real one, on a diagonal.

    `frame`: rows of `comparison_rates` of one pair of variables.
    """
    title = findings.rates(frame)
    known = frame.dropna(subset=["train", "synthetic"])
    if known.empty:
        return nothing(title, findings.why_nothing(frame))
    figure, axes = blank(title, 2.7, left=0.6)
    value = known[["train", "synthetic"]].astype(float) * 100
    low, high = (known[f"synthetic_{end}"].astype(float) * 100 for end in ("low", "high"))
    axes.errorbar(
        value["train"],
        value["synthetic"],
        yerr=np.vstack([value["synthetic"] - low, high - value["synthetic"]]).clip(min=0),
        fmt="o",
        ms=3.5,
        color=COLOURS["synthetic"],
        elinewidth=0.8,
    )
    most = float(max(value.max().max(), high.max())) * 1.05
    axes.plot([0, most], [0, most], color="#888888", lw=0.8, ls="--")
    axes.set_xlim(0, most)
    axes.set_ylim(0, most)
    axes.set_xlabel("rate of real (train) rows, percent", labelpad=2)
    axes.set_ylabel("rate of synthetic rows, percent")
    return figure


@styled
def model_curve(curve: str, utility: Mapping) -> Figure:
    """ROC or calibration on the holdout of models trained on synthetic and on real rows.

    `utility`: the row of `comparison_utility`.
    """
    title = findings.models(curve, utility)
    axes_names = {"roc": ("fpr", "tpr"), "calibration": ("score", "rate")}[curve]
    lines = {
        source: [utility.get(f"{curve}_{axis}_{source}") for axis in axes_names]
        for source in ("train", "synthetic")
    }
    if any(side is None or np.ndim(side) == 0 for pair in lines.values() for side in pair):
        return nothing(title, str(utility.get("reason") or "too few rows of a class"))
    figure, axes = blank(title, 2.7, left=0.6)
    for source, (x, y) in lines.items():
        named = f"trained on {'real' if source == 'train' else 'synthetic'} rows"
        colour = "#2B7BBA" if source == "train" else COLOURS[source]
        style = "-" if source == "synthetic" else "--"
        axes.plot(x, y, style, marker="o", ms=2.6, lw=1.4, color=colour, label=named)
    axes.plot([0, 1], [0, 1], color="#888888", lw=0.7, ls=":")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xlabel("false positive rate" if curve == "roc" else "score of the model", labelpad=2)
    axes.set_ylabel("true positive rate" if curve == "roc" else "rate of the target")
    legend(figure, axes.get_legend_handles_labels()[0])
    return figure


@styled
def distances(name: str, row: Mapping, shares: Sequence[float]) -> Figure:
    """Distribution of distances to train rows, synthetic beside holdout rows.

    `row`: of `comparison_privacy`, with `quantiles` of `shares`.
    """
    title = findings.distances(name, row)
    sides = {"holdout": row.get("quantiles_reference"), "synthetic": row.get("quantiles")}
    if any(side is None or np.ndim(side) == 0 for side in sides.values()):
        return nothing(title, str(row.get("reason") or "there are no numbers to compare"))
    figure, axes = blank(title, 2.4, left=0.6)
    for source, values in sides.items():
        style = "--" if source == "holdout" else "-"
        percent = 100 * np.asarray(shares)
        axes.plot(values, percent, style, color=COLOURS[source], lw=1.6, label=NAMES[source])
    axes.set_ylim(0, 100)
    axes.set_xlim(left=0)
    axes.grid(color="#e5e5e5", linewidth=0.6)
    axes.set_xlabel(name, labelpad=2)
    axes.set_ylabel("percent of rows at or below")
    legend(figure, axes.get_legend_handles_labels()[0])
    return figure
