"""The attacks of `attacks` and `lattices` on what is published, judged by the source rows."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from likeness.audit.attacks import Statements, outliers
from likeness.audit.findings import Tally
from likeness.audit.lattices import COUNTS, counts
from likeness.audit.recount import GROUP, Part, is_rounded
from likeness.audit.sources import Grouping, Sources

MOMENTS = ("mean", "std", "skewness", "kurtosis")
NEAR = 0.01  # of its distance from the mean: so near is a value found
MOST_CHANCE = 0.1  # of finding a value so near by naming any
RANGE = 2.0  # times as near and as far: where an outlier might as well have been
SAME = 1e-8  # relative difference of numbers that are printed with nine digits
FROM = "mean, std, skewness and kurtosis"


class Asked(NamedTuple):
    """Published moments of one table and source, and how to say which row they stand in.

    `frame` has the labels of `by`, `variable`, MOMENTS, `n_low` and `n_high`; numbers are printed
    with `decimals`, or with nine significant digits where that is None.
    """

    table: str
    source: str
    by: Grouping
    frame: pd.DataFrame
    label: Callable[[pd.Series], str]
    decimals: int | None = None


def moments_of(part: Part, min_cell_rows: int) -> Asked | None:
    """The moments that a part of a published table holds; None if it holds none."""
    entry = part.entry
    if "mean" not in part.columns or not len(part.frame):
        return None
    frame = part.frame[part.frame["mean"].notna()].copy()
    printed = frame[part.count].astype("Float64")
    rounding = min_cell_rows if is_rounded(printed, min_cell_rows) else 0
    group = frame[GROUP].to_numpy(float)
    n = printed.to_numpy(float, na_value=np.nan)
    # Where n isn't printed, or not of this group, other tables give about how many rows it has.
    is_own = np.abs(n - group) <= 2 * min_cell_rows
    low = np.where(is_own, n - rounding, np.maximum(group - min_cell_rows, 1))
    high = np.where(is_own, n + rounding, group + min_cell_rows)
    frame = frame.assign(n_low=low.astype(np.int64), n_high=high.astype(np.int64))
    frame = frame.rename(columns={entry.variables[0]: "variable"}).reset_index(drop=True)
    return Asked(
        entry.table,
        part.source,
        part.by,
        frame,
        lambda row: part.label(row.rename({"variable": entry.variables[0]})),
    )


def audit_moments(asked: Sequence[Asked], sources: Sources, tally: Tally) -> None:
    """Run both attacks on all published moments, and look for moments that were never coded."""
    for one in asked:
        tally.numbers += len(one.frame)
        tally.tables.add(one.table)
        statements = Statements.of(one.frame, decimals=one.decimals)
        found = outliers(statements)
        lattice = sources.lattices(list(dict.fromkeys(one.frame["variable"])))
        placed = lattice.reindex(one.frame["variable"])
        origin, unit = placed["origin"].to_numpy(float), placed["unit"].fillna(0).to_numpy(float)
        solved = counts(statements, origin, unit)
        at = np.union1d(found["statement"], solved["statement"]).astype(np.int64)
        keys = [*one.by.keys, "variable"]
        held = sources.value_rows(one.source, one.by, one.frame.iloc[at][keys].drop_duplicates())
        truth = {
            key: (group["value"].to_numpy(float), group["n"].to_numpy(np.int64))
            for key, group in held.groupby(keys)
        }
        _judge(one, _Truth(truth, keys), found, solved, lattice, tally)
        if one.decimals is None:
            _look_for_uncoded(one, sources, tally)


class _Truth(NamedTuple):
    """Values and how often each occurs, by group and variable."""

    held: dict[tuple, tuple[np.ndarray, np.ndarray]]
    keys: list[str]

    def of(self, row: pd.Series) -> tuple[np.ndarray, np.ndarray]:
        """Values (ascending) and counts of a statement's group."""
        return self.held.get(tuple(row[self.keys]), (np.zeros(0), np.zeros(0, dtype=np.int64)))


def _judge(
    one: Asked,
    truth: _Truth,
    found: pd.DataFrame,
    solved: pd.DataFrame,
    lattice: pd.DataFrame,
    tally: Tally,
) -> None:
    rows = {at: one.frame.iloc[at] for at in {*found["statement"], *solved["statement"]}}
    for at, claims in found.groupby("statement", sort=True):
        n = outlier_found(claims, rows[at]["mean"], *truth.of(rows[at]), tally.min_cell_rows)
        if n:
            tally.add(one.table, one.label(rows[at]), f"{FROM} give away an outlier, of", n)
    for at, solutions in solved.groupby("statement", sort=True):
        variable = rows[at]["variable"]
        place = lattice.loc[variable] if variable in lattice.index else (0.0, 0.0)
        for value, n in counts_found(solutions, *truth.of(rows[at]), *place, tally.min_cell_rows):
            what = f"{FROM} give away the count of {value}, of"
            tally.add(one.table, one.label(rows[at]), what, n)


def outlier_found(
    claims: pd.DataFrame, mean: float, values: np.ndarray, counts: np.ndarray, min_cell_rows: int
) -> int:
    """Rows that hold the value which an attack has found; 0 if it has found none.

    `claims`: the rows of `attacks.outliers` for one statement; `values` (ascending) and `counts`:
    what its group really holds. Found is an outlier that a claim for the true number of rows has
    within NEAR, if naming values at random between half and twice its distance from the mean
    would do as well in less than MOST_CHANCE of all cases.
    """
    bulks = claims.groupby("bulk")
    widest = (bulks["high"].max() - bulks["low"].min()).to_dict()
    right = claims[claims["n"] == counts.sum()]
    for claim in right.itertuples():
        place = (claim.low + claim.high) / 2
        far = abs(place - mean)
        if claim.high - claim.low > 2 * NEAR * far:
            continue
        away = (values - mean) * np.sign(place - mean)
        hit = np.abs(values - place) <= NEAR * far
        beyond = counts[away >= away[hit].min()].sum() if hit.any() else 0
        near = ((away >= far / RANGE) & (away <= far * RANGE)).sum()
        chance = (widest[claim.bulk] / far + 2 * NEAR) / np.log(RANGE**2) * near
        if claim.outliers <= counts[hit].sum() <= beyond < min_cell_rows and chance < MOST_CHANCE:
            return int(counts[hit].sum())
    return 0


def counts_found(
    solutions: pd.DataFrame,
    values: np.ndarray,
    counts: np.ndarray,
    origin: float,
    unit: float,
    min_cell_rows: int,
) -> list[tuple[str, int]]:
    """The values whose counts an attack has found: (value, rows), or ("other values", rows).

    `solutions`: the rows of `lattices.counts` for one statement. Found is a count below the minimum
    that is true, and the same in every solution, one of which is true as a whole.
    """
    steps = int(solutions["steps"].iloc[0])
    place = np.arange(len(values)) if not steps else (values - origin) / unit
    at = np.rint(place).astype(np.int64)
    if not len(values) or at.max() != max(steps, 1) or np.abs(place - at).max() > 1e-6:
        return []
    real = np.zeros(len(COUNTS), dtype=np.int64)
    real[at] = counts
    real[max(steps, 1) + 1 :] = -1
    table = solutions[COUNTS].to_numpy(np.int64)
    if not (table == real).all(axis=1).any():
        return []
    sure = (table == real).all(axis=0) & (real > 0) & (real < min_cell_rows)
    found = [
        (f"{origin + step * unit if steps else values[step]:g}", int(real[step]))
        for step in np.flatnonzero(sure)
    ]
    others = solutions["n"].to_numpy() - table[:, 0]
    if not found and len(set(others)) == 1 and 0 < others[0] < min_cell_rows:
        found.append(("other values than the lowest", int(others[0])))
    return found


def _look_for_uncoded(one: Asked, sources: Sources, tally: Tally) -> None:
    """A std that is the rows' own, outermost values and all, was not top- and bottom-coded.

    Where coding changes it by no more than it is printed to, both are the same number, and no
    outermost value shows in it.
    """
    names = [name for name in sorted(set(one.frame["variable"])) if name in sources.columns]
    if not names:
        return
    facts = sources.spreads(one.source, one.by, names, tally.min_cell_rows)
    frame = one.frame.merge(facts, on=[*one.by.keys, "variable"], how="left", suffixes=("", "_own"))
    same = np.isclose(frame["std"].astype(float), frame["std_own"], rtol=SAME, atol=0)
    for at in np.flatnonzero(same & (frame["coding"] > 3 * SAME)):
        row = one.frame.iloc[at]
        tally.add(one.table, one.label(row), "std counts single outermost values, of", 1)
