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

    `counts` and `named` are (clusters, categories). What no group discloses of a category must not
    be fewer rows than `min_cell_rows` where a group within discloses it: they would be had by
    subtraction from the shares of all rows. Then its smallest group is suppressed.
    """
    suppressed: set[tuple[int, int, int]] = set()
    while True:
        found, covered = _attempt(counts, named, levels, min_cell_rows, suppressed)
        left = np.where(covered, 0, counts).sum(axis=0)
        few = set(np.flatnonzero((left > 0) & (left < min_cell_rows)).tolist())
        losing = [one for one in found if one[2] in few]
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
    """What enclosing groups say of each cluster's categories, looked up by cluster and variable.

    `forbidden`: (cluster_id, variable, category) of what a cluster cannot have.
    """

    def __init__(
        self,
        shares: pd.DataFrame,
        groups: pd.DataFrame,
        forbidden: Collection[tuple[int, str, str]] = (),
    ) -> None:
        self._forbidden = forbidden
        self._order: dict[int, list[tuple[int, str]]] = {}
        ordered = groups[groups["level"] > 0].sort_values(["cluster_id", "level"])
        for cluster_id, basis, group in zip(
            ordered["cluster_id"], ordered["basis"], ordered["group_id"], strict=True
        ):
            self._order.setdefault(int(cluster_id), []).append((int(group), str(basis)))
        self._shares: dict[tuple[int, str, str], dict[str, float]] = {}
        columns = ("cluster_id", "basis", "variable", "category", "rest_share")
        for group, basis, variable, category, share in zip(
            *(shares[name] for name in columns), strict=True
        ):
            self._shares.setdefault((int(group), basis, variable), {})[category] = share

    def filled(
        self, cluster_id: int, variable: str, own: Mapping[str, float]
    ) -> tuple[dict[str, float], str]:
        """A cluster's shares with `(other)` made up of what wider groups say, and the widest group.

        What is left of 1 is shared out over the categories that `own` doesn't name. They stand
        as they are, and the group is '', where nothing is left or no group says anything.
        """
        named = {category: share for category, share in own.items() if category != OTHER}
        rest = 1.0 - sum(named.values())
        if rest < 1e-4:
            return dict(named), ""
        weights: dict[str, float] = {}
        widest = ""
        for group, basis in self._order.get(cluster_id, []):
            said = self._shares.get((group, basis, variable), {})
            new = {
                category: share
                for category, share in said.items()
                if category not in named
                and category not in weights
                and (cluster_id, variable, category) not in self._forbidden
            }
            weights |= new
            widest = basis if new else widest
        total = sum(weights.values())
        if not total:
            return dict(own), ""
        added = {category: rest * weight / total for category, weight in weights.items()}
        return named | dict(sorted(added.items(), key=lambda pair: (-pair[1], pair[0]))), widest

    def variables(self) -> set[str]:
        """The variables that any group says something of."""
        return {variable for _, _, variable in self._shares}
