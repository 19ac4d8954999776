"""The table of seed instructions, from the profiles or from a file of seeds."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from likeness.profiles import seed_text
from likeness.profiles.clustering import CLUSTER
from likeness.profiles.group_shares import GroupShares
from likeness.schema.fields import Field
from likeness.stats.moments import MOMENTS

AT_ONCE = 5_000


def columns(parts: Sequence[str]) -> dict[str, str]:
    """Name the columns of the table of seeds, with their SQL types; `parts` as `seed_parts`."""
    return {
        "seed_id": "integer",
        "cluster_id": "integer",
        **dict.fromkeys(parts, "varchar"),
        "segment": "varchar",
        "n_rows": "bigint",
        "statements": "varchar[]",
        "seed_text": "varchar",
    }


def seed_parts(fields: Sequence[Field]) -> list[str]:
    """List the parts of composed fields that each seed fixes, in the order of the formats."""
    return [part for field in fields if field.has_role("seed") for part in field.fixed_parts]


def clusters_from_profiles(
    tables: Mapping[str, pd.DataFrame],
    quantiles: Sequence[str] = (),
    forbidden: Collection[tuple[int, str, str]] = (),
) -> list[seed_text.Cluster]:
    """Clusters from the profile tables, in the order of `cluster_id`.

    `tables`: `clusters`, `cluster_moments`, `cluster_missing`, `cluster_shares`, `segment_shares`
    and `cluster_correlations` by name, and `groups` as of
    `cluster_statistics.enclosing_groups`. `quantiles` of `cluster_moments` stand beside the
    moments; `forbidden` as of `rule_breaks.forbidden_categories`.
    """
    statistics = (*MOMENTS, *quantiles)
    moments = _of_cluster(tables["cluster_moments"], ["variable", *statistics, "basis"])
    without = tables["cluster_missing"].dropna(subset=["share"])
    missing = _of_cluster(without[without["share"] > 0], ["variable", "share", "basis"])
    every = tables["cluster_shares"]
    by_share = every[every["basis"] == CLUSTER].sort_values(
        ["share", "category"], ascending=[False, True], kind="stable"
    )
    shares = _of_cluster(by_share, ["variable", "category", "share"])
    by_value = tables["segment_shares"].sort_values("value", kind="stable")
    segments = _of_cluster(by_value, ["variable", "value", "share"])
    known = tables["cluster_correlations"].dropna(subset=["correlation"])
    correlations = _of_cluster(known, ["variable_x", "variable_y", "correlation"])
    bases = _of_cluster(known, ["variable_x", "variable_y", "basis"])
    sizes = dict(zip(tables["clusters"]["cluster_id"], tables["clusters"]["n_rows"], strict=True))
    groups = GroupShares(every[every["basis"] != CLUSTER], tables["groups"], sizes, forbidden)
    own = {key: _by_variable(shares.get(key, [])) for key in sizes}
    names = sorted({*groups.variables(), *(name for of in own.values() for name in of)})
    filled = {
        name: groups.filled(name, {key: of.get(name, {}) for key, of in own.items()})
        for name in names
    }
    found = []
    for key, n_rows in sorted(sizes.items()):
        said_of = [(filled[name][key][1], name) for name in names]
        said_of += [(basis, name) for name, *_, basis in moments.get(key, [])]
        said_of += [(basis, f"{x}~{y}") for x, y, basis in bases.get(key, [])]
        # Beside moments the share of missing values stands for about the same rows as they do.
        about = {name for name, *_, basis in moments.get(key, []) if isinstance(basis, str)}
        said_of += [(of, name) for name, _, of in missing.get(key, []) if name not in about]
        found.append(
            seed_text.Cluster(
                cluster_id=int(key),
                n_rows=int(n_rows),
                moments={
                    name: dict(zip(statistics, values, strict=True))
                    for name, *values, _ in moments.get(key, [])
                },
                missing={name: share for name, share, _ in missing.get(key, [])},
                shares={name: filled[name][key][0] for name in names if filled[name][key][0]}
                | _by_variable(segments.get(key, [])),
                correlations=correlations.get(key, []),
                wider=_by_basis(said_of),
            )
        )
    return found


def _by_basis(said_of: Sequence[tuple[str | None, str]]) -> dict[str, list[str]]:
    """What is said of each group that is not the cluster itself, by the group's name."""
    wider: dict[str, list[str]] = {}
    for basis, name in said_of:
        if isinstance(basis, str) and basis not in ("", CLUSTER):
            wider.setdefault(basis, []).append(name)
    return {basis: sorted(wider[basis]) for basis in sorted(wider)}


def _of_cluster(frame: pd.DataFrame, names: Sequence[str]) -> dict[int, list[tuple]]:
    """The rows of a profile by cluster, each a tuple of the columns `names`."""
    found: dict[int, list[tuple]] = {}
    rows = zip(*(frame[name].tolist() for name in names), strict=True)
    for key, row in zip(frame["cluster_id"].tolist(), rows, strict=True):
        found.setdefault(key, []).append(row)
    return found


def _by_variable(rows: Sequence[tuple[str, str, float]]) -> dict[str, dict[str, float]]:
    """Shares by variable and value, in the order of the rows."""
    found: dict[str, dict[str, float]] = {}
    for variable, value, share in rows:
        found.setdefault(variable, {})[value] = share
    return found


def seed_tables(
    clusters: Sequence[seed_text.Cluster],
    fields: Sequence[Field],
    part_shares: Mapping[str, Mapping[str, float]],
    segment_keys: Sequence[str],
    stand_ins: Mapping[str, str],
    source_rows: int,
    sampling_factor: int,
    seed: int,
) -> Iterator[pd.DataFrame]:
    """Tables of up to AT_ONCE seeds: `columns`, `segment` being shares of the segment keys as JSON.

    Parts of composed fields in `part_shares` (shares by part and value) are spread over all seeds,
    the other parts over a cluster's seeds by its shares.
    """
    counts = seed_text.seeds_per_cluster([c.n_rows for c in clusters], source_rows, sampling_factor)
    generator = np.random.default_rng([seed, 1])
    parts = seed_parts(fields)
    of_all = {
        part: iter(seed_text.spread_values(part_shares[part], sum(counts), generator))
        for part in parts
        if part in part_shares
    }
    made = 0
    for cluster, count in zip(clusters, counts, strict=True):
        spread = {
            part: [next(of_all[part]) for _ in range(count)]
            if part in of_all
            else seed_text.spread_values(_named_shares(part, cluster, clusters), count, generator)
            for part in parts
        }
        segment = {key: cluster.shares[key] for key in segment_keys}
        for first in range(0, count, AT_ONCE):
            span = range(first, min(first + AT_ONCE, count))
            places = [{part: spread[part][n] for part in parts} for n in span]
            texts = seed_text.statements(fields, cluster, places, stand_ins)
            rows = []
            for place, lines in zip(places, texts, strict=True):
                made += 1
                own = segment | {key: {place[key]: 1.0} for key in segment if key in place}
                rows.append(_row(made, cluster.cluster_id, place, own, cluster.n_rows, lines))
            yield pd.DataFrame(rows, columns=list(columns(parts)))


def _named_shares(
    part: str, cluster: seed_text.Cluster, clusters: Sequence[seed_text.Cluster]
) -> Mapping[str, float]:
    """Shares of a part's values that a cluster may name; of all clusters where it names none."""
    for group in ([cluster], clusters):
        found: dict[str, float] = {}
        for one in group:
            for name, share in one.shares.get(part, {}).items():
                if name not in (seed_text.OTHER, seed_text.MISSING):
                    found[name] = found.get(name, 0.0) + share * one.n_rows
        if found:
            total = sum(found.values())
            return {name: rows / total for name, rows in sorted(found.items())}
    raise ValueError(f"no {part} is held by min_cell_rows train rows of any cluster")


def seed_table_from_file(
    path: str, fields: Sequence[Field], derived: Sequence[Field], segment_keys: Sequence[str]
) -> pd.DataFrame:
    """Make the table from a file of seeds; `cluster_id` and `n_rows` are not known then."""
    by_name = {field.name: field for field in fields}
    seeds = seed_text.read_seeds(path)
    places = seed_text.places_of(path, seeds, fields, derived)
    rows = []
    for number, (lines, place) in enumerate(zip(seeds, places, strict=True), start=1):
        segment = {}
        for key in segment_keys:
            named = seed_text.fixed_values(lines, key) if key in by_name else {place[key]: 1.0}
            allowed = by_name[key].allowed_values if key in by_name else ()
            unknown = [value for value in named if allowed and value not in allowed]
            if not named or unknown:
                what = f"names {unknown[0]!r}" if unknown else "has no line"
                raise ValueError(f"{path}, seed {number}: {what} for {key}")
            segment[key] = named
        rows.append(_row(number, None, place, segment, None, lines))
    return pd.DataFrame(rows, columns=list(columns(seed_parts(fields))))


def _row(
    number: int,
    cluster_id: int | None,
    place: Mapping[str, str],
    segment: Mapping,
    n_rows: int | None,
    lines: list[str],
) -> dict:
    return {
        "seed_id": number,
        "cluster_id": cluster_id,
        **place,
        "segment": json.dumps(segment),
        "n_rows": n_rows,
        "statements": lines,
        "seed_text": json.dumps(lines, ensure_ascii=False),
    }
