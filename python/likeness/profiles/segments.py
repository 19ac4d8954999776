"""Segment keys: may they be used, and shares of their values within a cluster of several."""

from collections.abc import Mapping, Sequence

import pandas as pd

from likeness import warehouse
from likeness.profiles.clustering import Roles, joined
from likeness.stats.moments import round_significant

COLUMNS = ("cluster_id", "variable", "value", "share", "basis", "n_rows")


# Rows under a value too rare to be named are clustered with their neighbours'; where they are more,
# the segments would say little of anybody.
MOST_RARE = 0.2


def problem_with_segments(connection: warehouse.Connection, request: Mapping) -> str:
    """One sentence about a segment key whose values are mostly held by few rows, or ''.

    `request`: `path`, `typed` (SQL of the typed source), `segments` (name and the SQL of its value
    over `source`), `vars`.
    """
    values, keys = request["vars"], request["segments"]
    if not keys:
        return ""
    expected = values["min_cell_rows"] / (1 - values["holdout_fraction"])
    listed = ", ".join(f"{key['value']} as key_{i}" for i, key in enumerate(keys))
    sets = ", ".join(f"(key_{i})" for i in range(len(keys)))
    counts = connection.execute(
        f"with keys as (select {listed} from {request['typed']} as source) "
        f"select {', '.join(f'grouping(key_{i})' for i in range(len(keys)))}, count(*) from keys "
        f"group by grouping sets ({sets})"
    ).fetchall()
    for i, key in enumerate(keys):
        sizes = [row[-1] for row in counts if row[i] == 0]
        rare = [n for n in sizes if n < expected]
        if sum(rare) > MOST_RARE * sum(sizes):
            return (
                f"var segment_keys names {key['name']}, which works as an identifier in "
                f"{request['path']}: {len(rare):,} of its {len(sizes):,} values are held by fewer "
                f"than {expected:.0f} rows each, {sum(rare):,} of {sum(sizes):,} rows together; "
                "name a column with fewer values."
            )
    return ""


def segment_shares(
    cells: pd.DataFrame,
    segment_keys: Sequence[str],
    roles: Mapping[str, str],
    min_cell_rows: int,
) -> pd.DataFrame:
    """One row per cluster, segment key and value: the value's share in the cluster.

    `cells` as `merge_cells` returns them. A share of a cluster's own is published only if each of
    its values has `min_cell_rows` rows there. Else the values' shares in all such clusters with the
    same fixed keys are used, else in all such clusters, else equal shares: `basis` is `cluster`,
    the fixed keys' names, `all` or `equal`, and `n_rows` the value's rows behind it. The groups
    behind different bases share no row, so no difference of two of them discloses fewer rows.
    """
    fixed_keys = Roles.of(segment_keys, roles).fixed
    known = cells[cells["cluster_id"].notna()]
    known = known.assign(fixed_=joined(known, fixed_keys))
    rows: list[dict] = []
    for key in segment_keys:
        counts = known.groupby(["cluster_id", "fixed_", key], sort=True)["n_rows"].sum()
        counts = counts.rename("n").rename_axis(["cluster_id", "fixed", "value"]).reset_index()
        own = counts.groupby("cluster_id")["n"].transform("min") >= min_cell_rows
        pooled = counts[~own]
        levels = [
            (" and ".join(fixed_keys), pooled.groupby(["fixed", "value"])["n"].sum()),
            ("all", pooled.groupby("value")["n"].sum()),
        ]
        levels = levels if fixed_keys else levels[1:]
        for cluster_id, group in counts.groupby("cluster_id", sort=True):
            basis, found = "cluster", group.set_index("value")["n"]
            if not own[group.index].all():
                basis, found = _pooled_counts(group, levels, min_cell_rows)
            total = found.sum()
            for value, n in found.items():
                rows.append(
                    {
                        "cluster_id": int(cluster_id),
                        "variable": key,
                        "value": value,
                        "share": round_significant(n / total),
                        "basis": basis,
                        "n_rows": None if basis == "equal" else int(n),
                    }
                )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _pooled_counts(
    group: pd.DataFrame, levels: list[tuple[str, pd.Series]], min_cell_rows: int
) -> tuple[str, pd.Series]:
    """The first level at which every value of a cluster has enough rows, and its counts."""
    values = group["value"].tolist()
    fixed = group["fixed"].iloc[0]
    for basis, counts in levels:
        found = (counts if basis == "all" else counts[fixed]).reindex(values)
        if (found >= min_cell_rows).all():
            return basis, found
    return "equal", pd.Series(1, index=values)
