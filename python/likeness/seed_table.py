"""The table of seed instructions, from the profiles or from a file of seeds."""

import json
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from likeness import seeds
from likeness.fields import Field

COLUMNS = (
    "seed_id",
    "cluster_id",
    "state",
    "zip_code",
    "segment",
    "n_rows",
    "statements",
    "seed_text",
)


def clusters_from_profiles(tables: Mapping[str, pd.DataFrame]) -> list[seeds.Cluster]:
    """Clusters from `clusters`, `cluster_moments`, `cluster_missing`, `cluster_shares`,
    `segment_shares` and `cluster_correlations`, in the order of `cluster_id`."""

    def parts(name: str) -> Mapping[int, pd.DataFrame]:
        return dict(iter(tables[name].groupby("cluster_id", sort=True)))

    moments, missing = parts("cluster_moments"), parts("cluster_missing")
    shares, segments = parts("cluster_shares"), parts("segment_shares")
    correlations = parts("cluster_correlations")
    result = []
    for row in tables["clusters"].sort_values("cluster_id").itertuples():
        key = row.cluster_id
        absent = missing[key].dropna(subset=["share"])
        by_variable = {
            name: group.sort_values(["share", "category"], ascending=[False, True]).set_index(
                "category"
            )["share"]
            for name, group in shares.get(key, tables["cluster_shares"].iloc[:0]).groupby(
                "variable"
            )
        } | {
            name: group.sort_values("value").set_index("value")["share"]
            for name, group in segments[key].groupby("variable")
        }
        pairs = correlations.get(key, tables["cluster_correlations"].iloc[:0])
        known = pairs.dropna(subset=["correlation"])
        result.append(
            seeds.Cluster(
                cluster_id=int(key),
                n_rows=int(row.n_rows),
                moments=moments[key].set_index("variable"),
                missing=dict(zip(absent["variable"], absent["share"], strict=True)),
                shares=by_variable,
                correlations=list(
                    zip(known["variable_x"], known["variable_y"], known["correlation"], strict=True)
                ),
            )
        )
    return result


def seed_table(
    clusters: Sequence[seeds.Cluster],
    fields: Sequence[Field],
    state_shares: pd.Series,
    segment_keys: Sequence[str],
    stand_ins: Mapping[str, str],
    source_rows: int,
    sampling_factor: int,
    seed: int,
) -> pd.DataFrame:
    """One row per seed: COLUMNS, `segment` being the shares of the segment keys as JSON.

    Zip codes are spread over a cluster's seeds by its shares, states over all seeds by theirs.
    """
    counts = seeds.seeds_per_cluster([c.n_rows for c in clusters], source_rows, sampling_factor)
    generator = np.random.default_rng([seed, 1])
    states = iter(seeds.spread_values(state_shares, sum(counts), generator))
    pooled_key = segment_keys[1]
    rows = []
    for cluster, count in zip(clusters, counts, strict=True):
        zips = seeds.spread_values(cluster.shares[pooled_key], count, generator)
        for zip_code in zips:
            place = {"state": next(states), "zip_code": zip_code}
            lines = seeds.statements(fields, cluster, place, stand_ins)
            segment = {key: cluster.shares[key].to_dict() for key in segment_keys}
            segment[pooled_key] = {zip_code: 1.0}
            rows.append(
                _row(len(rows) + 1, cluster.cluster_id, place, segment, cluster.n_rows, lines)
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def seed_table_from_file(
    path: str, fields: Sequence[Field], segment_keys: Sequence[str]
) -> pd.DataFrame:
    """The table for an existing file of seeds; `cluster_id` and `n_rows` are not known then."""
    by_name = {field.name: field for field in fields}
    rows = []
    for number, lines in enumerate(seeds.read_seeds(path), start=1):
        state, zip_code = seeds.place_of(lines)
        segment = {}
        for key in segment_keys:
            named = seeds.fixed_values(lines, key) if key in by_name else {zip_code: 1.0}
            allowed = by_name[key].allowed_values if key in by_name else ()
            unknown = [value for value in named if allowed and value not in allowed]
            if not named or unknown:
                what = f"names {unknown[0]!r}" if unknown else "has no line"
                raise ValueError(f"{path}, seed {number}: {what} for {key}")
            segment[key] = named
        place = {"state": state, "zip_code": zip_code}
        rows.append(_row(number, None, place, segment, None, lines))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(number, cluster_id, place, segment, n_rows, lines) -> dict:
    return {
        "seed_id": number,
        "cluster_id": cluster_id,
        **place,
        "segment": json.dumps(segment),
        "n_rows": n_rows,
        "statements": lines,
        "seed_text": json.dumps(lines, ensure_ascii=False),
    }
