"""Joint shares of the pairs that differ most, on a coarse grid that may be shown.

A cell is shown where enough train rows lie in it and nothing hidden follows from what is shown
(`cells.shown_cells`). Shares are rounded to steps that are worth at least twice the minimum cell
size, so that the difference to a table with other cells tells no small number of rows either.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from likeness.metrics.bins import MISSING, OTHER, Edges
from likeness.metrics.cells import shown_cells
from likeness.metrics.joint import BINS, LEAST_SHARE
from likeness.metrics.sample import Sample
from likeness.stats.value_counts import Counts

SHOWN = 5
OF_COLUMN = 2  # pairs of one column that are shown, so that one bad column does not fill the page
STEPS = 200  # a share is rounded to one part of so many, or more coarsely
COARSEST = 0.02
Pair = tuple[str, str]


@dataclass(frozen=True)
class Axis:
    """One column's lines of a grid: `labels` in order, and what is counted in each.

    Numbers: `edges` between the lines, ascending, each line closed below and open above.
    Categories: `edges` is None, and each value that is no label counts as `(other)`. Missing values
    are `(missing)`.
    """

    labels: tuple[str, ...]
    edges: tuple[float, ...] | None

    def places(self, values: np.ndarray) -> np.ndarray:
        """The line of each value, (rows,) int64: of floats (NaN: missing), or of texts or None."""
        at = {label: i for i, label in enumerate(self.labels)}
        if self.edges is None:
            other = at.get(OTHER, -1)
            missing = at.get(MISSING, other)
            lines = [missing if v is None else at.get(v, other) for v in values]
            return np.array(lines, dtype=np.int64)
        inner = np.searchsorted(np.array(self.edges), values, side="right")
        return np.where(np.isfinite(values), inner, at.get(MISSING, -1))


def step_of(rows: int, min_cell_rows: int) -> float | None:
    """What shares of `rows` rows are rounded to; None where that would be too coarse to see."""
    if not rows:
        return None
    step = max(1 / STEPS, 2 * min_cell_rows / rows)
    return step if step <= COARSEST else None


def pair_grids(
    samples: Mapping[str, Sample], excess: Mapping[Pair, float], min_cell_rows: int
) -> dict[Pair, str]:
    """The grids, as JSON, of the `SHOWN` pairs whose `excess` is largest and above 0.

    No more than `OF_COLUMN` of one column are among them.

    `samples`: train and synthetic. JSON keys: `step`; `axes`, two of `labels` and `edges` (null for
    categories); `train` and `synthetic`, lines of shares of all rows, null where train's cell is
    not shown. A pair of which no cell may be shown, or with a column of one line, has no grid.
    """
    step = step_of(samples["train"].rows, min_cell_rows)
    if step is None:
        return {}
    worst = sorted((pair for pair in excess if excess[pair] > 0), key=lambda p: (-excess[p], p))
    shown: Counter[str] = Counter()
    grids: dict[Pair, str] = {}
    for pair in worst:
        if len(grids) == SHOWN:
            break
        if max(shown[name] for name in pair) < OF_COLUMN:
            grid = _grid(samples, pair, step, min_cell_rows)
            if grid:
                grids[pair] = grid
                shown.update(pair)
    return grids


def _grid(samples: Mapping[str, Sample], pair: Pair, step: float, min_cell_rows: int) -> str | None:
    axes = [_axis(samples["train"], name, min_cell_rows) for name in pair]
    counts = {
        source: _counted(axes, [_values(sample, name) for name in pair])
        for source, sample in samples.items()
        if source in ("train", "synthetic")
    }
    shown = shown_cells(counts["train"][:, :, None], min_cell_rows)
    if not shown.any() or 1 in shown.shape:
        return None
    shares = {
        source: [
            [_rounded(n / samples[source].rows, step) if seen else None for n, seen in line]
            for line in (zip(*both, strict=True) for both in zip(table, shown, strict=True))
        ]
        for source, table in counts.items()
    }
    described = [{"labels": axis.labels, "edges": axis.edges} for axis in axes]
    return json.dumps({"step": step, "axes": described, **shares})


def _rounded(share: float, step: float) -> float:
    return round(round(share / step) * step, 9)


def _axis(train: Sample, name: str, min_cell_rows: int) -> Axis:
    if name in train.numbers:
        values = train.numbers[name]
        # Inner edges are means of cells, so that none is a row's own value; in few digits.
        picked = Edges.of(Counts.of(values), min_cell_rows, BINS).values[1:-1]
        edges = sorted({_short(value) for value in picked.tolist()})
        names = [f"{a:g} to {b:g}" for a, b in pairwise(edges)]
        ends = ["any"] if not edges else [f"below {edges[0]:g}", *names, f"{edges[-1]:g} and more"]
        missing = [MISSING] if np.isnan(values).any() else []
        return Axis((*ends, *missing), tuple(edges))
    codes = train.codes[name]
    counts = np.bincount(codes + 1, minlength=len(train.levels[name]) + 1)
    least = max(min_cell_rows, math.ceil(LEAST_SHARE * train.rows))
    kept = [level for level, n in zip(train.levels[name], counts[1:], strict=True) if n >= least]
    missing = [MISSING] if counts[0] >= least else []
    return Axis((*kept, *missing, OTHER), None)


def _short(value: float) -> float:
    return float(f"{value:.3g}")


def _values(sample: Sample, name: str) -> np.ndarray:
    if name in sample.numbers:
        return sample.numbers[name]
    levels = np.array([*sample.levels[name], None], dtype=object)
    return levels[sample.codes[name]]


def _counted(axes: list[Axis], values: list[np.ndarray]) -> np.ndarray:
    """Rows in each cell, (lines, lines) int64; rows of no line are left out."""
    first, second = (axis.places(part) for axis, part in zip(axes, values, strict=True))
    known = (first >= 0) & (second >= 0)
    counts = np.zeros([len(axis.labels) for axis in axes], dtype=np.int64)
    np.add.at(counts, (first[known], second[known]), 1)
    return counts
