"""The grids of pairs in comparison_pair_trends: rows behind each cell and each hidden one."""

import json

import numpy as np

from likeness import warehouse
from likeness.audit.engines import MISSING, number, text
from likeness.audit.findings import Tally
from likeness.audit.registry import OTHER
from likeness.audit.sources import Sources
from likeness.metrics.cells import determined

TABLE = "marts.comparison_pair_trends"


def audit_grids(sources: Sources, tally: Tally) -> None:
    """Train rows of each cell that is shown, of what is hidden, and whether shares are rounded.

    A share that is no multiple of its step, or whose step is worth fewer than twice the minimum
    cell size, gives rows away by its difference to another table.
    """
    read = sources.source_of("train", True)
    found = sources.query(
        f"select distinct variable_1, variable_2, grid from {sources.table(TABLE)} "
        "where grid is not null"
    )
    for row in found.itertuples():
        grid = json.loads(row.grid)
        label = f"grid of {row.variable_1} and {row.variable_2}"
        counts = _counts(sources, read, (row.variable_1, row.variable_2), grid["axes"])
        shares = np.array(grid["train"], dtype=float)
        visible = np.isfinite(shares)
        for held in counts[visible]:
            tally.look(TABLE, label, "a cell rests on", held)
        hidden = np.where(visible, 0, counts)
        for axis in (0, 1):
            for held in hidden.sum(axis=axis):
                tally.look(TABLE, label, "left of a line", held)
        for i, j in determined(~visible):
            tally.look(TABLE, label, "a hidden cell has", counts[i, j])
        _audit_steps(label, shares[visible], float(grid["step"]), sources.totals[read], tally)
        for i, (name, axis) in enumerate(
            zip((row.variable_1, row.variable_2), grid["axes"], strict=True)
        ):
            if axis["edges"] is None:
                for line, held in zip(axis["labels"], counts.sum(axis=1 - i), strict=True):
                    if line not in (OTHER, MISSING):
                        tally.look(TABLE, label, f"{line} of {name} is named, held by", held)


def _audit_steps(label: str, shares: np.ndarray, step: float, rows: int, tally: Tally) -> None:
    worth = step * rows
    exact = np.abs(shares - np.round(shares / step) * step) > 1e-8
    if exact.any():
        tally.look(TABLE, label, "an exact share tells apart", 1)
    if worth < 2 * tally.min_cell_rows * (1 - 1e-9):
        tally.look(TABLE, label, "shares rounded to", max(1, min(worth, tally.min_cell_rows - 1)))


def _counts(sources: Sources, read: str, names: tuple[str, str], axes: list[dict]) -> np.ndarray:
    """Rows of the source in each cell of a grid, (lines, lines)."""
    lines = [_line(name, axis) for name, axis in zip(names, axes, strict=True)]
    found = sources.query(
        f"select {lines[0]} as line_1, {lines[1]} as line_2, count(*) as n "
        f"from {{{read}}} group by all"
    ).dropna()
    counts = np.zeros([len(axis["labels"]) for axis in axes])
    at = found["line_1"].astype(int), found["line_2"].astype(int)
    np.add.at(counts, tuple(part.to_numpy() for part in at), found["n"].to_numpy(float))
    return counts


def _line(name: str, axis: dict) -> str:
    """SQL of the line of a grid that a row lies in, null where it lies in none."""
    labels = axis["labels"]
    missing = labels.index(MISSING) if MISSING in labels else None
    if axis["edges"] is None:
        other = labels.index(OTHER)
        kept = "".join(
            f" when {warehouse.literal(value)} then {i}"
            for i, value in enumerate(labels)
            if value != OTHER
        )
        return f"case {text(name)}{kept} else {other} end"
    below = " + ".join(f"cast({number(name)} >= {edge!r} as integer)" for edge in axis["edges"])
    none = "null" if missing is None else missing
    return f"case when {number(name)} is null then {none} else {below or '0'} end"
