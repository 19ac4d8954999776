"""Figures of the comparison: DataFrame in, matplotlib Figure out; pyplot is not used."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from likeness.report import findings
from likeness.report.canvas import COLOURS, INK, NAMES, blank, label, legend, nothing, styled

HATCH = "////"


def _bar_handles(holdout: bool) -> list:
    handles = [
        Patch(facecolor=COLOURS["train"], edgecolor=INK, lw=0.5, label=NAMES["train"]),
        Patch(
            facecolor=COLOURS["synthetic"],
            edgecolor="white",
            lw=0,
            hatch=HATCH,
            label=NAMES["synthetic"],
        ),
    ]
    dot = {"marker": "D", "ms": 3, "ls": "", "color": COLOURS["holdout"]}
    return [*handles, Line2D([], [], **dot, label=NAMES["holdout"])] if holdout else handles


@styled
def bars(variable: str, frame: pd.DataFrame) -> Figure:
    """Shares of the categories of one variable, real beside synthetic.

    `frame`: one row per category in the order to draw: category, train, holdout, synthetic
    (shares from 0 to 1; missing ones leave a gap), reason.
    """
    title = findings.shares(variable, frame)
    if frame[["train", "synthetic"]].isna().all(axis=None):
        return nothing(title, findings.why_nothing(frame))
    names = [label(name) for name in frame["category"]]
    each = 0.3 if len(names) <= 14 else 0.2
    figure, axes = blank(
        title, max(0.6, each * len(names)), left=0.25 + 0.075 * max(map(len, names))
    )
    place = np.arange(len(names))
    percent = frame[["train", "holdout", "synthetic"]].astype(float) * 100
    axes.barh(
        place - 0.2, percent["train"], 0.38, color=COLOURS["train"], edgecolor=INK, linewidth=0.5
    )
    axes.barh(
        place + 0.2,
        percent["synthetic"],
        0.38,
        color=COLOURS["synthetic"],
        edgecolor="white",
        linewidth=0,
        hatch=HATCH,
    )
    axes.plot(percent["holdout"], place - 0.2, "D", ms=2.6, color=COLOURS["holdout"])
    axes.set_yticks(place, names, fontsize=9 if each == 0.3 else 8)
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.set_xlim(left=0)
    axes.tick_params(length=0)
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_xlabel("percent of rows", labelpad=2)
    legend(figure, _bar_handles(bool(percent["holdout"].notna().any())))
    return figure


def _bin_name(lower: float, upper: float, category: object) -> str:
    def number(value: float) -> str:
        for size, unit in ((1e6, "M"), (1e4, "k")):
            if abs(value) >= size:
                return f"{value / (1e3 if unit == 'k' else size):g}{unit}"
        return f"{value:g}"

    if pd.isna(lower) and pd.isna(upper):
        return label(category, 9)
    if pd.isna(lower):
        return f"<{number(upper)}"
    return f"{number(lower)}+" if pd.isna(upper) else number(lower)


@styled
def histogram(variable: str, frame: pd.DataFrame) -> Figure:
    """Shares of the bins of one variable: real rows filled, synthetic ones as an outline.

    `frame`: as for `bars`, with the bin's lower and upper edge; an open bin has one, the bin of
    missing values none. Bins stand side by side at equal widths.
    """
    title = findings.shares(variable, frame)
    if frame[["train", "synthetic"]].isna().all(axis=None):
        return nothing(title, findings.why_nothing(frame))
    figure, axes = blank(title, 1.9, left=0.55)
    percent = frame[["train", "holdout", "synthetic"]].astype(float) * 100
    n = len(frame)
    place = np.arange(n)
    axes.bar(place, percent["train"], 1, color=COLOURS["train"], edgecolor="white", linewidth=0.4)
    axes.stairs(
        percent["synthetic"].fillna(0),
        np.arange(n + 1) - 0.5,
        color=COLOURS["synthetic"],
        linewidth=1.7,
    )
    axes.plot(place, percent["holdout"], "D", ms=2.2, color=COLOURS["holdout"])
    edges = zip(frame["lower"], frame["upper"], frame["category"], strict=True)
    names = [_bin_name(*edge) for edge in edges]
    shown = _shown(names)
    axes.set_xticks(shown, [names[i] for i in shown])
    axes.set_xlim(-0.7, n - 0.3)
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.set_ylabel("percent of rows")
    one_value = (frame["lower"] == frame["upper"]).any()
    axes.set_xlabel(variable if one_value else f"{variable} (from)", labelpad=2)
    real = Patch(facecolor=COLOURS["train"], label=NAMES["train"])
    line = Line2D([], [], color=COLOURS["synthetic"], lw=1.7, label=NAMES["synthetic"])
    legend(figure, [real, line, *_bar_handles(bool(percent["holdout"].notna().any()))[2:]])
    return figure


def _shown(names: Sequence[str], most: int = 9) -> list[int]:
    """Positions of the tick labels: first, last, and evenly between as far as there is room."""
    n = len(names)
    step = max(1, -(-n // most))
    inner = [i for i in range(0, n - 1, step) if n - 1 - i >= step]
    return [*inner, n - 1]


@styled
def boxes(variable: str, condition: str, frame: pd.DataFrame) -> Figure:
    """Boxes of one variable by the levels of a condition, real above synthetic, from quantiles.

    `frame`: one row per level and source (train, synthetic) with p05, p25, p50, p75, p95 and
    mean. Whiskers end at p05 and p95; there are no outlier points.
    """
    quantiles = ["p05", "p25", "p50", "p75", "p95"]
    title = findings.medians(variable, condition, frame)
    known = frame[frame["source"].isin(["train", "synthetic"])].dropna(subset=quantiles)
    if known.empty:
        return nothing(title, findings.why_nothing(frame))
    levels = list(dict.fromkeys(frame["level"]))
    names = [label(level) for level in levels]
    figure, axes = blank(title, 0.62 * len(levels), left=0.25 + 0.075 * max(map(len, names)))
    for source, shift in (("train", -0.19), ("synthetic", 0.19)):
        rows = known[known["source"] == source]
        stats = [
            {
                "whislo": row.p05,
                "q1": row.p25,
                "med": row.p50,
                "q3": row.p75,
                "whishi": row.p95,
                "mean": row.mean_,
            }
            for row in rows.rename(columns={"mean": "mean_"}).itertuples()
        ]
        if not stats:
            continue
        drawn = axes.bxp(
            stats,
            positions=[levels.index(level) + shift for level in rows["level"]],
            widths=0.32,
            orientation="horizontal",
            patch_artist=True,
            showfliers=False,
            showmeans=True,
            manage_ticks=False,
            medianprops={"color": "black", "linewidth": 1.6},
            meanprops={
                "marker": "o",
                "markersize": 3.5,
                "markerfacecolor": "white",
                "markeredgecolor": "black",
            },
        )
        for box in drawn["boxes"]:
            box.set_facecolor(COLOURS[source])
            if source == "synthetic":
                box.set_hatch(HATCH)
                box.set_edgecolor("white")
    axes.set_yticks(range(len(levels)), names)
    axes.set_ylim(len(levels) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_xlabel(f"{variable} (whiskers 5 to 95 percent, line median, dot mean)", labelpad=2)
    legend(figure, _bar_handles(holdout=False))
    return figure


@styled
def heat_map(column: str, frame: pd.DataFrame, variables: Sequence[str]) -> Figure:
    """Associations of all pairs of `variables` as a map with a colour bar of its own.

    `frame`: one row per pair: variable_1, variable_2 and `column` (train, synthetic or
    difference; from -1 to 1; missing ones stay white).
    """
    title = findings.associations(column, frame)
    if frame.dropna(subset=[column]).empty:
        return nothing(title, findings.why_nothing(frame))
    n = len(variables)
    place = {name: i for i, name in enumerate(variables)}
    matrix = np.full((n, n), np.nan)
    for first, second, value in frame[["variable_1", "variable_2", column]].itertuples(index=False):
        if first in place and second in place:
            i, j = sorted((place[first], place[second]))
            matrix[j, i] = value
    names = [label(name, 22) for name in variables]
    side = 0.1 + 0.078 * max(map(len, names))
    left = side if column == "train" else 0.15  # beside each other, the rows have one order
    height = max(1.2, 0.13 * n)
    figure, axes = blank(title, height, left=left, width=height + left + 0.75, bottom=side)
    box = axes.get_position()
    width = height / figure.get_figwidth()
    axes.set_position((box.x0, box.y0, width, box.height))
    largest = float(np.nanmax(np.abs(matrix))) if column == "difference" else 1
    mesh = axes.pcolormesh(
        matrix,
        cmap="PuOr" if column == "difference" else "RdBu_r",
        vmin=-largest,
        vmax=largest,
        edgecolors="white",
        linewidth=0.3,
    )
    bar = figure.add_axes((box.x0 + width + 0.015, box.y0, 0.02, box.height))
    figure.colorbar(mesh, cax=bar).ax.tick_params(labelsize=7, length=2)
    axes.set_xticks(np.arange(n) + 0.5, names, rotation=90, fontsize=8)
    axes.set_yticks(np.arange(n) + 0.5, names if column == "train" else [""] * n, fontsize=8)
    axes.set_ylim(n, 0)
    axes.tick_params(length=0)
    return figure
