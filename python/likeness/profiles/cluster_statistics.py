"""Moments, missing shares and correlations of each cluster, or of the group it backs off to."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from likeness import warehouse
from likeness.stats import moments
from likeness.stats.pearson import pearson
from likeness.stats.suppression import (
    BELOW_MINIMUM,
    H,
    back_off,
    problem_with_joint_counts,
    problem_with_moments,
    rounded_count,
)

MOMENT_COLUMNS = ("cluster_id", "variable", "basis", "n", *moments.STATISTICS, "reason")
MISSING_COLUMNS = ("cluster_id", "variable", "basis", "n_rows", "n_missing", "share", "reason")
PAIR_COLUMNS = ("cluster_id", "variable_x", "variable_y", "basis", "n", "correlation", "reason")
SUPPRESSED = "no enclosing group may publish one"
NO_VALUES = "no values"


@dataclass(frozen=True)
class Values:
    """Counted values of a number: `values` ascending (k,), `counts` (k,), `missing` rows."""

    values: np.ndarray
    counts: np.ndarray
    missing: int

    @property
    def rows(self) -> int:
        """Rows with a value."""
        return int(self.counts.sum())

    def union(self, others: Sequence["Values"]) -> "Values":
        """The counts of all of these rows."""
        every = (self, *others)
        values, place = np.unique(
            np.concatenate([one.values for one in every]), return_inverse=True
        )
        counts = np.zeros(len(values), dtype=np.int64)
        np.add.at(counts, place, np.concatenate([one.counts for one in every]))
        return Values(values, counts, sum(one.missing for one in every))


@dataclass(frozen=True)
class Filled:
    """Rows with a value and without one."""

    filled: int
    missing: int

    @property
    def rows(self) -> int:
        """All rows."""
        return self.filled + self.missing

    def union(self, others: Sequence["Filled"]) -> "Filled":
        """The rows with and without a value of all of these together."""
        every = (self, *others)
        return Filled(sum(one.filled for one in every), sum(one.missing for one in every))


@dataclass(frozen=True)
class Pairs:
    """Counted pairs of two numbers, all filled: `x`, `y` and `counts` (k,)."""

    x: np.ndarray
    y: np.ndarray
    counts: np.ndarray

    @property
    def rows(self) -> int:
        """Rows with both."""
        return int(self.counts.sum())

    def union(self, others: Sequence["Pairs"]) -> "Pairs":
        """The pairs of all; equal ones need not be added up."""
        every = (self, *others)
        return Pairs(
            np.concatenate([one.x for one in every]),
            np.concatenate([one.y for one in every]),
            np.concatenate([one.counts for one in every]),
        )


def enclosing_groups(merged: warehouse.Relation) -> pd.DataFrame:
    """The groups of the clusters that `clustering.merge_with_groups` gives.

    One row per cluster and level: cluster_id, level, basis, group_id.
    """
    return warehouse.small(merged.query("merged", groups_query("merged")))


def groups_query(relation: str) -> str:
    """SQL of the same, from `relation`, which holds what `clustering.merge_with_groups` gives."""
    return f"select distinct cluster_id, unnest(groups, recursive := true) from {relation}"


def cluster_moments(counts: pd.DataFrame, groups: pd.DataFrame, min_cell_rows: int) -> pd.DataFrame:
    """One row per cluster and variable: MOMENT_COLUMNS.

    `counts`: cluster_id, variable, value (float, missing as NaN) and n, the rows with it. `groups`:
    cluster_id, level (0 is the cluster itself), basis (its name) and group_id. `basis` says whose
    moments a cluster has; `min_cell_rows` is the minimum cell size.
    """
    rows = []
    for variable, part in counts.groupby("variable", sort=True):
        found = _by_cluster(part, _values)
        chosen = _chosen(found, groups, lambda held: problem_with_moments_of(held, min_cell_rows))
        for cluster_id, basis, held in chosen:
            row = {"cluster_id": cluster_id, "variable": variable, "basis": basis}
            if held is None:
                row |= {"reason": SUPPRESSED if found[cluster_id].rows else NO_VALUES}
            else:
                row |= moments.summary(held.values, held.counts, held.missing, min_cell_rows)
            rows.append(row)
    return _frame(rows, MOMENT_COLUMNS)


def problem_with_moments_of(held: Values, min_cell_rows: int) -> str | None:
    """`suppression.problem_with_moments` of counted values."""
    return problem_with_moments(held.values, held.counts, min_cell_rows)


def cluster_missing(counts: pd.DataFrame, groups: pd.DataFrame, min_cell_rows: int) -> pd.DataFrame:
    """One row per cluster and variable: MISSING_COLUMNS; arguments as of `cluster_moments`."""

    def problem(held: Filled) -> str | None:
        return BELOW_MINIMUM if 0 < min(held.filled, held.missing) < min_cell_rows else None

    rows = []
    for variable, part in counts.groupby("variable", sort=True):
        found = _by_cluster(part, _filled)
        for cluster_id, basis, held in _chosen(found, groups, problem):
            row = {"cluster_id": cluster_id, "variable": variable, "basis": basis}
            if held is None:
                row |= {"reason": SUPPRESSED}
            else:
                share = moments.round_significant(held.missing / held.rows)
                row |= {"n_rows": held.rows, "n_missing": held.missing, "share": share}
            rows.append(row)
    return _frame(rows, MISSING_COLUMNS)


def cluster_correlations(
    pairs: pd.DataFrame, groups: pd.DataFrame, min_cell_rows: int
) -> pd.DataFrame:
    """One row per cluster and pair of variables: PAIR_COLUMNS, Pearson's r of coded values.

    `pairs`: cluster_id, variable_x, variable_y, x, y (float, filled) and n, the rows with both.
    `groups` and `min_cell_rows` as of `cluster_moments`; n is rounded to the minimum cell size.
    """

    def problem(held: Pairs) -> str | None:
        x, place_x = np.unique(held.x, return_inverse=True)
        y, place_y = np.unique(held.y, return_inverse=True)
        table = np.zeros((len(x), len(y)) if len(x) * len(y) <= 10_000 else (0, 0), dtype=np.int64)
        if not table.size:
            return BELOW_MINIMUM if held.rows < 2 * min_cell_rows else None
        np.add.at(table, (place_x, place_y), held.counts)
        return problem_with_joint_counts(table, min_cell_rows)

    rows = []
    for (first, second), part in pairs.groupby(["variable_x", "variable_y"], sort=True):
        found = _by_cluster(part, _pairs)
        for cluster_id, basis, held in _chosen(found, groups, problem):
            row = {"cluster_id": cluster_id, "variable_x": first, "variable_y": second}
            row |= {"basis": basis} | _correlation(held, min_cell_rows)
            rows.append(row)
    return _frame(rows, PAIR_COLUMNS)


def _correlation(held: Pairs | None, min_cell_rows: int) -> dict:
    if held is None:
        return {"reason": SUPPRESSED}
    r = pearson(
        _coded(held.x, held.counts, min_cell_rows),
        _coded(held.y, held.counts, min_cell_rows),
        held.counts,
    )
    found = {"n": rounded_count(held.rows, min_cell_rows)}
    if np.isnan(r):
        return found | {"reason": moments.CONSTANT}
    return found | {"correlation": moments.round_significant(r)}


def _coded(values: np.ndarray, counts: np.ndarray, min_cell_rows: int) -> np.ndarray:
    """The values with the outermost cells' at their mean; ties of a cell's end belong to it."""
    distinct, place = np.unique(values, return_inverse=True)
    weights = np.zeros(len(distinct), dtype=np.int64)
    np.add.at(weights, place, counts)
    upto = np.cumsum(weights)
    low, high = upto - weights < min_cell_rows, weights.sum() - upto < min_cell_rows
    if len(distinct) < 2 or low[high].any():
        return values
    result = distinct.astype(float)
    result[low] = -moments.undominated_mean(-distinct[low][::-1], weights[low][::-1])
    result[high] = moments.undominated_mean(distinct[high], weights[high])
    return result[place]


def _by_cluster(part: pd.DataFrame, held: Callable[[pd.DataFrame], H]) -> dict[int, H]:
    return {int(key): held(group) for key, group in part.groupby("cluster_id", sort=True)}


def _values(group: pd.DataFrame) -> Values:
    values = group["value"].to_numpy(dtype=float, na_value=np.nan)
    counts = group["n"].to_numpy(dtype=np.int64)
    known = np.isfinite(values)
    order = np.argsort(values[known], kind="stable")
    return Values(values[known][order], counts[known][order], int(counts[~known].sum()))


def _filled(group: pd.DataFrame) -> Filled:
    known = group["value"].notna().to_numpy()
    counts = group["n"].to_numpy(dtype=np.int64)
    return Filled(int(counts[known].sum()), int(counts[~known].sum()))


def _pairs(group: pd.DataFrame) -> Pairs:
    x, y = group["x"].to_numpy(dtype=float), group["y"].to_numpy(dtype=float)
    return Pairs(x, y, group["n"].to_numpy(dtype=np.int64))


def _chosen(
    held: dict[int, H], groups: pd.DataFrame, problem: Callable[[H], str | None]
) -> Iterator[tuple[int, str | None, H | None]]:
    """Each cluster with the name of the group whose number it has, and what that group holds."""
    leaves = list(held)
    by_level = groups[groups["cluster_id"].isin(leaves)].sort_values(["level", "cluster_id"])
    levels = [part["group_id"].tolist() for _, part in by_level.groupby("level", sort=True)]
    names = by_level.drop_duplicates("level")["basis"].tolist()
    chosen = back_off([held[key] for key in leaves], levels, problem)
    unions: dict[tuple[int, int], H] = {}
    for place, (cluster_id, level) in enumerate(zip(leaves, chosen, strict=True)):
        if level is None:
            yield cluster_id, None, None
            continue
        group = (level, levels[level][place])
        if group not in unions:
            first, *others = (
                held[key] for key, of in zip(leaves, levels[level], strict=True) if of == group[1]
            )
            unions[group] = first.union(others) if others else first
        yield cluster_id, names[level], unions[group]


def _frame(rows: list[dict], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns))
