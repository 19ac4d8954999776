"""Shares of categories in the groups that enclose clusters, for what a cluster may not say itself.

A category that too few rows of a cluster hold is part of the cluster's `(other)`. How `(other)` is
made up is taken from the smallest enclosing group in which the clusters that don't name the
category hold enough rows of it together: what the group says, less what clusters and groups
within it say, then rests on `min_cell_rows` rows too.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from likeness.profiles.clustering import CLUSTER
from likeness.stats.moments import round_significant

COLUMNS = {
    "cluster_id": "integer",
    "variable": "varchar",
    "basis": "varchar",
    "category": "varchar",
    "n_rows": "bigint",
    "share": "double",
    "rest_share": "double",
}
OTHER = "(other)"
MISSING = "(missing)"
# What rounding leaves of a cluster's shares is no `(other)`.
LEAST_REST = 1e-4
ROUNDS = 50


def cluster_shares(counts: pd.DataFrame, groups: pd.DataFrame, min_cell_rows: int) -> pd.DataFrame:
    """One row per cluster, variable and category that it names, then those of `group_shares`.

    A category of fewer rows than `min_cell_rows` joins `(other)`, and the smallest of the rest too
    where `(other)` would else have fewer. Arguments as of `group_shares`; `basis` of a cluster's
    own shares is `cluster`, their `rest_share` is missing.
    """
    rows = []
    known = counts.assign(category=counts["category"].fillna(MISSING))
    for (cluster_id, variable), part in known.groupby(["cluster_id", "variable"], sort=True):
        held = {str(name): int(n) for name, n in zip(part["category"], part["n"], strict=True)}
        total = sum(held.values())
        named = {name: n for name, n in held.items() if n >= min_cell_rows}
        if 0 < total - sum(named.values()) < min_cell_rows and named:
            named.pop(min(named, key=lambda name: (named[name], name)))
        other = total - sum(named.values())
        named |= {OTHER: other} if other >= min_cell_rows else {}
        key = {"cluster_id": cluster_id, "variable": variable, "basis": CLUSTER}
        rows += [
            key | {"category": name, "n_rows": n, "share": round(n / total, 6)}
            for name, n in named.items()
        ]
    own = pd.DataFrame(rows, columns=list(COLUMNS))
    wider = group_shares(counts, own, groups, min_cell_rows)
    return pd.concat([own.astype(object), wider.astype(object)], ignore_index=True)


class _Group(NamedTuple):
    """A group of clusters: the smallest in it, and the name of its level."""

    group_id: int
    basis: str


class _Level(NamedTuple):
    """One level of groups: its name and, by group, the places of the clusters in it."""

    basis: str
    members: Mapping[int, np.ndarray]


def group_shares(
    counts: pd.DataFrame, shares: pd.DataFrame, groups: pd.DataFrame, min_cell_rows: int
) -> pd.DataFrame:
    """One row per group, variable and category that the group discloses: COLUMNS.

    `counts`: cluster_id, variable, category (missing as None) and n, the train rows with it.
    `shares`: cluster_id, variable and the categories that each cluster names itself. `groups`:
    cluster_id, level (0 is the cluster itself), basis (its name) and group_id. A group's
    `cluster_id` is the smallest in it. `share` is that of all its rows; `rest_share` that of the
    rows of its clusters for which neither they nor a smaller group name the category.
    """
    clusters = np.sort(groups["cluster_id"].unique())
    levels = _levels(groups, clusters)
    rows: list[dict] = []
    for variable, part in counts.groupby("variable", sort=True):
        known = part.assign(category=part["category"].fillna(MISSING))
        table = known.pivot_table(
            index="cluster_id", columns="category", values="n", aggfunc="sum", fill_value=0
        ).reindex(clusters, fill_value=0)
        named = pd.DataFrame(False, index=table.index, columns=table.columns)
        own = shares[(shares["variable"] == variable) & (shares["category"] != OTHER)]
        for cluster_id, category in zip(own["cluster_id"], own["category"], strict=True):
            named.loc[cluster_id, category] = True
        for found in _disclosed(table.to_numpy(), named.to_numpy(), levels, min_cell_rows):
            level, group, place, n_rows, share, rest_share = found
            rows.append(
                {
                    "cluster_id": group,
                    "variable": variable,
                    "basis": levels[level].basis,
                    "category": table.columns[place],
                    "n_rows": n_rows,
                    "share": round_significant(share),
                    "rest_share": round_significant(rest_share),
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _levels(groups: pd.DataFrame, clusters: np.ndarray) -> list[_Level]:
    found = []
    for _, part in groups[groups["level"] > 0].groupby("level", sort=True):
        places = np.searchsorted(clusters, part["cluster_id"].to_numpy())
        of_group = part["group_id"].to_numpy()
        members = {int(group): places[of_group == group] for group in np.unique(of_group)}
        found.append(_Level(part["basis"].iloc[0], members))
    return found


def _disclosed(
    counts: np.ndarray, named: np.ndarray, levels: Sequence[_Level], min_cell_rows: int
) -> list[tuple]:
    """(level, group, category, rows, share, share of the rest) of each number to disclose.

    `counts` and `named` are (clusters, categories). Where groups disclose a category for some
    clusters, and no group does for others that have it, the smallest of these groups is suppressed,
    until a wider one speaks for all: else the others would lose the category, and what they hold
    would be had by subtraction from the shares of all rows.
    """
    suppressed: set[tuple[int, int, int]] = set()
    while True:
        found, covered = _attempt(counts, named, levels, min_cell_rows, suppressed)
        left = np.where(covered, 0, counts).sum(axis=0)
        left_out = set(np.flatnonzero(left).tolist())
        losing = [one for one in found if one[2] in left_out]
        if not losing:
            return found
        for place in {one[2] for one in losing}:
            smallest = min((one for one in losing if one[2] == place), key=lambda one: one[3])
            suppressed.add(smallest[:3])


def _attempt(
    counts: np.ndarray,
    named: np.ndarray,
    levels: Sequence[_Level],
    min_cell_rows: int,
    suppressed: set[tuple[int, int, int]],
) -> tuple[list[tuple], np.ndarray]:
    covered = named.copy()
    of_cluster = counts.sum(axis=1)
    has_room = (counts * ~named).sum(axis=1) > 0
    found = []
    for level, (_, members) in enumerate(levels):
        for group, places in members.items():
            is_open = ~covered[places]
            rest = (counts[places] * is_open).sum(axis=0)
            rows = counts[places].sum(axis=0)
            # What only one cluster has room for would be that cluster's own number.
            takers = (is_open & has_room[places, None]).sum(axis=0)
            shown = (rest >= min_cell_rows) & (takers > 1)
            for place in np.flatnonzero(shown):
                shown[place] = (level, group, int(place)) not in suppressed
            # What a group leaves out must not be had as a difference either.
            while shown.any() and 0 < rows.sum() - rows[shown].sum() < min_cell_rows:
                shown[min(np.flatnonzero(shown), key=lambda place: (rows[place], place))] = False
            open_rows = (of_cluster[places, None] * is_open).sum(axis=0)
            for place in np.flatnonzero(shown):
                n, k = int(rows[place]), int(place)
                share = n / rows.sum()
                found.append((level, group, k, n, share, rest[place] / open_rows[place]))
            covered[np.ix_(places, shown)] = True
    return found, covered


class GroupShares:
    """What enclosing groups say of clusters' categories.

    `shares` as `group_shares` gives them, `n_rows` by cluster. `forbidden`: (cluster_id, variable,
    category) of what a cluster cannot have.
    """

    def __init__(
        self,
        shares: pd.DataFrame,
        groups: pd.DataFrame,
        n_rows: Mapping[int, int],
        forbidden: Collection[tuple[int, str, str]] = (),
    ) -> None:
        self._n_rows = {int(cluster): int(n) for cluster, n in n_rows.items()}
        self._forbidden = forbidden
        self._order: dict[int, list[_Group]] = {}
        ordered = groups[groups["level"] > 0].sort_values(["cluster_id", "level"])
        for cluster_id, basis, group in zip(
            ordered["cluster_id"], ordered["basis"], ordered["group_id"], strict=True
        ):
            self._order.setdefault(int(cluster_id), []).append(_Group(int(group), str(basis)))
        self._shares: dict[tuple[_Group, str], dict[str, float]] = {}
        columns = ("cluster_id", "basis", "variable", "category", "rest_share")
        for group, basis, variable, category, share in zip(
            *(shares[name] for name in columns), strict=True
        ):
            key = _Group(int(group), str(basis)), str(variable)
            self._shares.setdefault(key, {})[category] = share

    def variables(self) -> set[str]:
        """The variables that any group says something of."""
        return {variable for _, variable in self._shares}

    def filled(
        self, variable: str, own: Mapping[int, Mapping[str, float]]
    ) -> dict[int, tuple[dict[str, float], str]]:
        """Each cluster's shares with `(other)` made up of what groups say, and the widest of them.

        `own`: the shares that each cluster names. What is left of 1 goes to categories that it
        doesn't name, so that over the clusters of a group they come to what the group says of them
        (iterative proportional fitting, Deming and Stephan 1940). Where nothing is left or no group
        says anything, shares stand as they are, and the widest group is ''.
        """
        named = {
            cluster: {name: share for name, share in own.get(cluster, {}).items() if name != OTHER}
            for cluster in self._n_rows
        }
        says = {cluster: self._says(cluster, variable, named[cluster]) for cluster in self._n_rows}
        columns = sorted({(group, name) for of in says.values() for name, (group, _) in of.items()})
        places = {column: place for place, column in enumerate(columns)}
        clusters = sorted(self._n_rows)
        start = np.zeros((len(clusters), len(columns)))
        target = np.zeros(len(columns))
        rest = np.zeros(len(clusters))
        for row, cluster in enumerate(clusters):
            rows = self._n_rows[cluster]
            rest[row] = rows * max(0.0, 1.0 - sum(named[cluster].values()))
            for name, (group, share) in says[cluster].items():
                target[places[group, name]] += rows * share
                if (cluster, variable, name) not in self._forbidden:
                    start[row, places[group, name]] = rows * share
        rest[rest < LEAST_REST * np.array([self._n_rows[cluster] for cluster in clusters])] = 0.0
        fitted = _fitted(start, rest, target)
        return {
            cluster: self._with(own.get(cluster, {}), named[cluster], fitted[row], columns, cluster)
            for row, cluster in enumerate(clusters)
        }

    def _says(
        self, cluster: int, variable: str, named: Collection[str]
    ) -> dict[str, tuple[_Group, float]]:
        """The smallest group that speaks of each category that a cluster doesn't name."""
        found: dict[str, tuple[_Group, float]] = {}
        for group in self._order.get(cluster, []):
            for name, share in self._shares.get((group, variable), {}).items():
                if name not in named and name not in found:
                    found[name] = group, share
        return found

    def _with(
        self,
        own: Mapping[str, float],
        named: Mapping[str, float],
        fitted: np.ndarray,
        columns: Sequence[tuple[_Group, str]],
        cluster: int,
    ) -> tuple[dict[str, float], str]:
        if not fitted.any():
            return dict(own), ""
        added = {
            name: rows / self._n_rows[cluster]
            for (_, name), rows in zip(columns, fitted.tolist(), strict=True)
            if rows > 0
        }
        used = {group for (group, _), rows in zip(columns, fitted, strict=True) if rows > 0}
        widest = [group.basis for group in self._order[cluster] if group in used][-1]
        by_share = sorted(added.items(), key=lambda pair: (-pair[1], pair[0]))
        return dict(named) | dict(by_share), widest


def _fitted(start: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """`start` scaled until its rows sum to `rows` and, as nearly as may be, columns to `columns`.

    Rows without anything to scale stay 0.
    """
    fitted = np.where(rows[:, None] > 0, start, 0.0)
    for _ in range(ROUNDS):
        for target, axis in ((columns, 0), (rows, 1)):
            sums = fitted.sum(axis=axis)
            scale = np.divide(target, sums, out=np.zeros_like(sums), where=sums > 0)
            fitted *= scale if axis == 0 else scale[:, None]
    return fitted
