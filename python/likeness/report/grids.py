"""Joint shares of a pair of columns as two maps: the real rows' beside the synthetic rows'."""

import json
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from likeness.report.canvas import COLOURS, INK, NAMES, blank, label, styled

CELL = 0.24
GAP = 0.25
HIDDEN = "#E4E4E4"


def finding(row: Mapping) -> str:
    """The finding of a pair's grid: the cell whose shares lie furthest apart, and the distance.

    `row`: a row of `comparison_pair_trends` with a `grid`, as of `likeness.metrics.grids`.
    """
    grid = json.loads(row["grid"])
    train, synthetic = (_matrix(grid, source) for source in ("train", "synthetic"))
    apart = synthetic - train
    i, j = np.unravel_index(np.nanargmax(np.abs(apart)), apart.shape)
    first, second = (axis["labels"] for axis in grid["axes"])
    names = f"{row['variable_1']} and {row['variable_2']}"
    cell = f"{label(first[i])} and {label(second[j])}"
    return (
        f"{names}: joint distance {row['joint_distance']:.3f}; furthest off at {cell}: "
        f"{100 * train[i, j]:.1f} % of real, {100 * synthetic[i, j]:.1f} % of synthetic rows"
    )


@styled
def grid(row: Mapping) -> Figure:
    """Shares of train and of synthetic rows in each cell, on one scale; hidden cells are grey.

    `row` as of `finding`.
    """
    made = json.loads(row["grid"])
    names = [[label(name, 18) for name in axis["labels"]] for axis in made["axes"]]
    rows, columns = map(len, names)
    left = 0.5 + 0.075 * max(map(len, names[0]))
    bottom = 0.35 + 0.075 * max(map(len, names[1]))
    side = CELL * columns
    width = left + 2 * side + GAP + 0.3
    figure, axes = blank(finding(row), CELL * rows, left=left, width=max(width, 4.2), bottom=bottom)
    box, full = axes.get_position(), figure.get_figwidth()
    axes.set_position((box.x0, box.y0, side / full, box.height))
    beside = figure.add_axes((box.x0 + (side + GAP) / full, box.y0, side / full, box.height))
    shares = {source: _matrix(made, source) for source in ("train", "synthetic")}
    largest = max(np.nanmax(matrix) for matrix in shares.values()) or 1
    for place, source in ((axes, "train"), (beside, "synthetic")):
        _map(place, 100 * shares[source], 100 * largest)
        place.set_title(NAMES[source], fontsize=8.5, loc="left", pad=3, color=INK)
        place.set_xticks(np.arange(columns) + 0.5, names[1], rotation=90, fontsize=8)
        place.set_yticks(np.arange(rows) + 0.5, names[0] if place is axes else [""] * rows)
        place.tick_params(length=0, labelsize=8)
        place.set_ylim(rows, 0)
    axes.set_xlabel(label(row["variable_2"]), labelpad=2, loc="left")
    axes.set_ylabel(label(row["variable_1"]), labelpad=2)
    return figure


def _map(axes: Axes, percent: np.ndarray, largest: float) -> None:
    rows, columns = percent.shape
    ground = Rectangle((0, 0), columns, rows, facecolor=HIDDEN, linewidth=0)
    axes.add_patch(ground)
    axes.pcolormesh(percent, cmap="Blues", vmin=0, vmax=largest, edgecolors="white", linewidth=0.4)
    for (i, j), share in np.ndenumerate(percent):
        if np.isfinite(share):
            ink = "white" if share > 0.6 * largest else INK
            axes.text(
                j + 0.5, i + 0.5, f"{share:.0f}", ha="center", va="center", fontsize=6, color=ink
            )
    for spine in axes.spines.values():
        spine.set_color(COLOURS["train"])


def _matrix(made: Mapping, source: str) -> np.ndarray:
    return np.array(made[source], dtype=float)
