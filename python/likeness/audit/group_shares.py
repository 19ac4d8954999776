"""Shares that seeds take from wider groups: what each rests on, and what it leaves of the groups.

A group's rows with a category, less those that clusters and groups within it name, are had by
subtraction; so are the rows that the shares of all rows count and no cluster and no group names.
"""

import numpy as np
import pandas as pd

from likeness.audit.findings import Tally
from likeness.audit.registry import BASIS, OTHER
from likeness.audit.sources import CLUSTER, Grouping, Sources

TABLE = "profiles.cluster_shares"
OWN = f"coalesce({BASIS}, '{CLUSTER}') = '{CLUSTER}'"
KEYS = ["variable", "category", "cluster_id"]


def audit_group_shares(sources: Sources, tally: Tally) -> pd.DataFrame:
    """Recount the rows that each group's share adds to those of what lies within it.

    Returns variable, category and cluster_id of each category of a cluster with `n`, the rows that
    a share of it rests on in the cluster's seeds: those that a group adds, else the cluster's own.
    """
    shares = sources.query(f"select * from {sources.table(TABLE)} where not {OWN}")
    own = sources.query(f"from {sources.table(TABLE)} where category <> '{OTHER}' and {OWN}")
    names = sorted({*shares["variable"], *own["variable"]})
    counted = sources.category_rows("train", Grouping(("cluster_id",)), names)
    counted = counted.assign(cluster_id=pd.to_numeric(counted["key_0"], errors="coerce"))
    counted = counted.dropna(subset=["cluster_id"]).astype({"cluster_id": int})[[*KEYS, "n"]]
    # A cluster's own share of too few rows is found by the recount of its table.
    said = own[KEYS].merge(counted, on=KEYS)
    said = said[said["n"] >= tally.min_cell_rows]
    room = counted.merge(said[KEYS].assign(is_own=True), on=KEYS, how="left")
    room = room[room["is_own"].isna()][["variable", "cluster_id"]].drop_duplicates()
    sizes = sources.groups.groupby("basis")["group_id"].nunique()
    found = [said]
    for basis in sorted(set(shares["basis"]), key=lambda name: -int(sizes.get(name, 0))):
        level = shares[shares["basis"] == basis].rename(columns={"cluster_id": "group_id"})
        of_level = sources.groups[sources.groups["basis"] == basis][["cluster_id", "group_id"]]
        members = level[["group_id", "variable", "category"]].merge(of_level, on="group_id")
        members = members.merge(counted, on=KEYS, how="left").fillna({"n": 0})
        known = said[KEYS].assign(is_said=True)
        members = members.merge(known, on=KEYS, how="left")
        members = members[members["is_said"].isna()].drop(columns="is_said")
        by = ["group_id", "variable", "category"]
        rests = level[by].merge(members.groupby(by)["n"].sum().reset_index(), on=by, how="left")
        rests = rests.assign(basis=basis)
        tally.look_at(TABLE, rests, _row, "adds to what lies within it", rests["n"].fillna(0))
        takers = members.merge(room, on=["variable", "cluster_id"]).groupby(by).size().rename("k")
        takers = rests[by].merge(takers.reset_index(), on=by, how="left")["k"].fillna(0)
        alone = rests.assign(n=np.where(takers > 1, tally.min_cell_rows, 1))
        tally.look_at(TABLE, alone, _row, "is one cluster's own", alone["n"])
        added = members.drop(columns="n").merge(rests[[*by, "n"]], on=by)[[*KEYS, "n"]]
        found.append(added)
        said = pd.concat([said, added], ignore_index=True)
    _audit_left(shares, counted, said, tally)
    unsaid = counted.merge(said[KEYS].assign(is_said=True), on=KEYS, how="left")
    unsaid = unsaid[unsaid["is_said"].isna()].drop(columns="is_said")
    return pd.concat([*found, unsaid], ignore_index=True)


def _audit_left(
    shares: pd.DataFrame, counted: pd.DataFrame, said: pd.DataFrame, tally: Tally
) -> None:
    """The rows of a category that a group discloses and that no cluster's seeds name."""
    by = ["variable", "category"]
    left = counted.merge(said[KEYS].assign(is_said=True), on=KEYS, how="left")
    left = left[left["is_said"].isna()].groupby(by)["n"].sum().reset_index()
    disclosed = shares[by].drop_duplicates().merge(left, on=by, how="left").fillna({"n": 0})
    rows = np.where(disclosed["n"] > 0, disclosed["n"], tally.min_cell_rows)
    tally.look_at(TABLE, disclosed.assign(basis="", group_id=""), _row, "all leave out", rows)


def _row(row: pd.Series) -> str:
    group = f" ({row['basis']}) {row['group_id']}" if row["basis"] else ""
    return f"{row['variable']}={row['category']}{group}"
