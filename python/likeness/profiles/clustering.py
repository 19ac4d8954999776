"""KMeans within segments, and the merging of what is too small to be published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

# Centroids are compared in SQL; nine digits are more than the data hold and the same everywhere.
DIGITS = 9
MISSING = "(missing)"
# The name of level 0 of the groups: the cluster itself.
CLUSTER = "cluster"


def segment_centroids(
    sample: pd.DataFrame,
    segment_keys: Sequence[str],
    clustering_keys: Sequence[str],
    n_clusters: int,
    min_rows: int,
    seed: int,
) -> pd.DataFrame:
    """Centroids of KMeans on the standardised keys, within each segment.

    `sample` has one row per loan, the segment and clustering keys and `loan_id`. A missing key is
    the segment's median and a flag of its own. Segments that could not fill two clusters of
    `min_rows` get one. Returns one row per segment and cluster: the segment keys, `cluster_no`
    from 1, and for each key `median_`, `mean_`, `std_` (of the filled values), `flag_mean_`,
    `flag_std_`, `centroid_` and `flag_centroid_` (both standardised).
    """
    ordered = sample.sort_values([*segment_keys, "loan_id"], kind="stable")
    segments = ordered.groupby(list(segment_keys), sort=True) if segment_keys else [((), ordered)]
    rows = []
    with threadpool_limits(limits=1):
        for key, group in segments:
            values = group[list(clustering_keys)].to_numpy(dtype=float, na_value=np.nan)
            k = n_clusters if len(values) >= 2 * min_rows else 1
            scaling, centroids = _fit_segment(values, k, seed)
            for number, centroid in enumerate(centroids, start=1):
                row = dict(zip(segment_keys, key, strict=True)) | {"cluster_no": number}
                for j, name in enumerate(clustering_keys):
                    for part in ("median", "mean", "std", "flag_mean", "flag_std"):
                        row[f"{part}_{name}"] = scaling[part][j]
                    row[f"centroid_{name}"] = centroid[j]
                    row[f"flag_centroid_{name}"] = centroid[len(clustering_keys) + j]
                rows.append(row)
    return pd.DataFrame(rows)


def _fit_segment(values: np.ndarray, k: int, seed: int) -> tuple[dict, np.ndarray]:
    """Scaling of one segment and its (k, 2 x keys) centroids, the smallest first."""
    flags = np.isnan(values)
    if not values.shape[1]:
        return {}, np.zeros((1, 0))
    known = np.where(flags.all(axis=0), 0.0, values)
    median = np.round(np.nanmedian(known, axis=0), DIGITS)
    filled = np.where(np.isnan(known), median, known)
    scaling = {
        "median": median,
        "mean": np.round(filled.mean(axis=0), DIGITS),
        "std": _spread(filled),
        "flag_mean": np.round(flags.mean(axis=0), DIGITS),
        "flag_std": _spread(flags.astype(float)),
    }
    standardised = np.hstack(
        [
            (filled - scaling["mean"]) / scaling["std"],
            (flags - scaling["flag_mean"]) / scaling["flag_std"],
        ]
    )
    k = min(k, len(np.unique(standardised, axis=0)))
    fitted = KMeans(n_clusters=k, n_init=4, random_state=seed).fit(standardised)
    centroids = np.round(fitted.cluster_centers_, DIGITS)
    return scaling, centroids[np.lexsort(centroids.T[::-1])]


def _spread(values: np.ndarray) -> np.ndarray:
    """Standard deviation of each column, 1 where a column is constant."""
    constant = values.min(axis=0) == values.max(axis=0)
    return np.round(np.where(constant, 1.0, values.std(axis=0)), DIGITS)


class _Unit:
    """Cells that are published together."""

    def __init__(self, cells: list[int], ordered: set[tuple], n: int, level: str) -> None:
        self.cells, self.ordered, self.n, self.level = cells, ordered, n, level

    def take(self, other: "_Unit", level: str) -> None:
        """Absorb another unit."""
        self.cells += other.cells
        self.ordered |= other.ordered
        self.n += other.n
        self.level = level

    def distance(self, other: "_Unit") -> int:
        """Steps between the nearest values of the ordered keys, summed over the keys."""
        return min(
            sum(abs(x - y) for x, y in zip(a, b, strict=True))
            for a in self.ordered
            for b in other.ordered
        )


@dataclass(frozen=True)
class Roles:
    """The segment keys by what merging does with them.

    Neighbouring values of an `ordered` key may merge, values of a `pooled` key merge where they
    occur with the same values of the fixed keys, values of a `fixed` key never do.
    """

    ordered: tuple[str, ...]
    pooled: tuple[str, ...]
    fixed: tuple[str, ...]

    @classmethod
    def of(cls, segment_keys: Sequence[str], roles: Mapping[str, str]) -> "Roles":
        """Sort `segment_keys` by their role in `roles`; a key without one is ordered."""
        by_role = {
            role: tuple(key for key in segment_keys if roles.get(key, "ordered") == role)
            for role in ("ordered", "pooled", "fixed")
        }
        return cls(**by_role)


def merge_cells(cells: pd.DataFrame, roles: Roles, min_rows: int) -> pd.DataFrame:
    """Give every cell (segment and `cluster_no`, with `n_rows`) the `cluster_id` it is part of.

    What has fewer than `min_rows` rows is merged upward: the clusters of a segment first, then the
    values of the pooled keys that occur with the same values of the fixed keys, then neighbours on
    the ordered keys, then the rest; never across the fixed keys, so that a value of theirs with
    fewer rows is one cluster. The values of all keys are texts. Adds `cluster_id` (from 1) and
    `merged` (segment, pooled, ordered, rest, or none).
    """
    keys = [*roles.fixed, *roles.ordered, *roles.pooled]
    sorted_cells = cells.sort_values([*keys, "cluster_no"], kind="stable").reset_index(drop=True)
    steps = {
        key: {value: i for i, value in enumerate(in_order(sorted_cells[key].unique()))}
        for key in roles.ordered
    }
    pattern = patterns(sorted_cells, roles)
    segments = sorted_cells.groupby(keys, sort=True) if keys else [((), sorted_cells)]
    units: dict[tuple, list[_Unit]] = {}
    for _, segment in segments:
        first = segment.index[0]
        at = tuple(steps[key][sorted_cells.at[first, key]] for key in roles.ordered)
        fixed = tuple(sorted_cells.at[first, key] for key in roles.fixed)
        units.setdefault((fixed, pattern[first], at), []).extend(
            _clusters_of(segment, at, min_rows)
        )
    merged: dict[tuple, list[_Unit]] = {}
    by_pattern: dict[tuple, list[_Unit]] = {}
    for (fixed, pooled, _), group in units.items():
        by_pattern.setdefault((fixed, pooled), []).extend(_merge_small(group, min_rows, "pooled"))
    for (fixed, _), group in by_pattern.items():
        merged.setdefault(fixed, []).extend(_merge_small(group, min_rows, "ordered"))
    result = sorted_cells.assign(cluster_id=0, merged="none")
    final = [unit for group in merged.values() for unit in _merge_small(group, min_rows, "rest")]
    for number, unit in enumerate(sorted(final, key=lambda u: min(u.cells)), start=1):
        result.loc[unit.cells, "cluster_id"] = number
        result.loc[unit.cells, "merged"] = unit.level
    return result


def in_order(values: Sequence[str]) -> list[str]:
    """The values of an ordered key, ascending: as numbers where all but `(missing)` are some."""
    known = [value for value in values if value != MISSING]
    try:
        ordered = sorted(known, key=float)
    except ValueError:
        ordered = sorted(known)
    return [value for value in values if value == MISSING] + ordered


def patterns(cells: pd.DataFrame, roles: Roles) -> pd.Series:
    """For each cell the values of the fixed keys that occur with its values of the pooled keys.

    The same text for every cell where no key is pooled.
    """
    fixed = joined(cells, roles.fixed)
    if not roles.pooled:
        return pd.Series("", index=cells.index)
    pooled = joined(cells, roles.pooled)
    found = fixed.groupby(pooled).agg(lambda values: "|".join(sorted(set(values))))
    return pooled.map(found)


def joined(cells: pd.DataFrame, keys: Sequence[str]) -> pd.Series:
    """The values of several keys as one text for each cell."""
    values = [cells[key].astype(str) for key in keys]
    if not values:
        return pd.Series("", index=cells.index)
    return values[0].str.cat(values[1:], sep="\x1f") if values[1:] else values[0]


def merge_with_groups(
    cells: pd.DataFrame, segment_keys: Sequence[str], roles: Mapping[str, str], min_rows: int
) -> pd.DataFrame:
    """What `merge_cells` gives, and `groups`: what encloses each cell's cluster.

    `groups` is a list of dicts of level, basis and group_id, as of `cluster_groups`.
    """
    by_role = Roles.of(segment_keys, roles)
    merged = merge_cells(cells, by_role, min_rows)
    of_cluster = {
        cluster_id: part.drop(columns="cluster_id").to_dict("records")
        for cluster_id, part in cluster_groups(merged, by_role).groupby("cluster_id")
    }
    return merged.assign(groups=merged["cluster_id"].map(of_cluster))


def cluster_groups(merged: pd.DataFrame, roles: Roles) -> pd.DataFrame:
    """The groups that enclose each cluster: cluster_id, level, basis (its name), group_id.

    `merged` as `merge_cells` returns it. Level 0 is the cluster; then come the clusters that span
    the same values of all keys, those whose pooled values have the same pattern, those with the
    same values of ordered and fixed keys, of the fixed keys, and all. Each lies within the next;
    `group_id` is the smallest `cluster_id` in it. A level that is the same as the one before it for
    want of a key is left out.
    """
    spanned = merged.assign(pattern_=patterns(merged, roles)).groupby("cluster_id")
    sets = {
        key: spanned[key].agg(lambda values: "|".join(sorted(set(values))))
        for key in (*roles.ordered, *roles.pooled, "pattern_", *roles.fixed)
    }
    pattern = ("pattern_",) if roles.pooled else ()
    bases = {
        "segment": (*roles.fixed, *roles.ordered, *roles.pooled),
        "pooled segment": (*roles.fixed, *roles.ordered, *pattern),
        " and ".join((*roles.ordered, *roles.fixed)): (*roles.fixed, *roles.ordered),
        " and ".join(roles.fixed): roles.fixed,
        "all": (),
    }
    levels: list[tuple[str, tuple[str, ...] | None]] = [(CLUSTER, None)]
    for basis, keys in bases.items():
        if keys != levels[-1][1] and (keys or basis == "all"):
            levels.append((basis, keys))
    clusters = pd.Series(sorted(spanned.groups), dtype="int64")
    parts = []
    for level, (basis, keys) in enumerate(levels):
        group = clusters
        if keys is not None:
            spans = ["\x1f".join(sets[key][cluster] for key in keys) for cluster in clusters]
            group = clusters.groupby(spans).transform("min")
        parts.append(
            pd.DataFrame(
                {"cluster_id": clusters, "level": level, "basis": basis, "group_id": group}
            )
        )
    return pd.concat(parts, ignore_index=True)


def _clusters_of(segment: pd.DataFrame, at: tuple, min_rows: int) -> list[_Unit]:
    """The clusters of one segment, or the whole segment where one of them is too small."""
    if (segment["n_rows"] >= min_rows).all():
        return [_Unit([index], {at}, int(n), "none") for index, n in segment["n_rows"].items()]
    level = "segment" if len(segment) > 1 else "none"
    return [_Unit(list(segment.index), {at}, int(segment["n_rows"].sum()), level)]


def _merge_small(units: list[_Unit], min_rows: int, level: str) -> list[_Unit]:
    """Merge each unit under `min_rows` with the nearest, smallest other one until none is left."""
    units = list(units)
    while len(units) > 1:
        smallest = min(units, key=lambda unit: (unit.n, min(unit.cells)))
        if smallest.n >= min_rows:
            break
        partner = min(
            (unit for unit in units if unit is not smallest),
            key=lambda unit: (smallest.distance(unit), unit.n, min(unit.cells)),
        )
        partner.take(smallest, level)
        units.remove(smallest)
    return units
