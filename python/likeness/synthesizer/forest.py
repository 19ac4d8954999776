"""All trees of a field, laid out for walking rows down to a bin: in NumPy, or compiled."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from likeness.stats import compiled
from likeness.stats.random_numbers import from_key, stream_key
from likeness.synthesizer import calibration
from likeness.synthesizer.bins import CODE
from likeness.synthesizer.dichotomies import Level
from likeness.synthesizer.near import Near, relative
from likeness.synthesizer.trees import Split


@dataclass(frozen=True)
class Forest:
    """Trees and halvings of a field's levels, one after another.

    place: number of the feature that is the part itself; lower ones are columns of the codes,
    higher ones the columns `sources`, read by `tables` (see `near`) relative to the part's middle.
    nodes (feature or -1, threshold, left, right), shares: of each node; children and roots are rows
    of it. roots: of each tree. levels (first part, first root, trees), parts (start, middle, stop,
    lower, upper): of each level, and of each part within it. calibrated (first, end): of each part,
    its rows of `fields` (columns of the codes) and `factors` (of the odds, by code; `calibration`).
    """

    place: int
    nodes: np.ndarray
    shares: np.ndarray
    roots: np.ndarray
    levels: np.ndarray
    parts: np.ndarray
    sources: np.ndarray
    tables: np.ndarray
    calibrated: np.ndarray
    fields: np.ndarray
    factors: np.ndarray

    @classmethod
    def of(
        cls, place: int, levels: Sequence[Level], splits: Sequence[Split], near: Sequence[Near] = ()
    ) -> "Forest":
        """Lay out the splits of the levels, and the readings of what is near."""
        sources = np.array([one.place for one in near], dtype=np.int64)
        width = max((len(one.table) for one in near), default=1)
        tables = np.zeros((len(near), width), dtype=CODE)
        for table, one in zip(tables, near, strict=True):
            table[: len(one.table)] = one.table
        nodes, shares, roots, heads, parts = [], [], [], [], []
        n_nodes = n_roots = n_parts = 0
        by_level = [split.factors for split in splits]
        for level, split in zip(levels, splits, strict=True):
            inner = split.feature >= 0
            children = [np.where(inner, side + n_nodes, -1) for side in (split.left, split.right)]
            nodes.append(np.stack([split.feature, split.threshold, *children], axis=1))
            shares.append(np.where(inner, np.nan, split.shares[split.share_class]))
            roots.append(split.roots + n_nodes)
            heads.append((n_parts, n_roots, len(split.roots)))
            parts.append(
                np.stack([level.start, level.middle, level.stop, level.lower, level.upper], axis=1)
            )
            n_nodes += len(split.feature)
            n_roots += len(split.roots)
            n_parts += len(level.start)
        if not heads:
            none = np.zeros((0, 4), np.int32), np.zeros(0), np.zeros(0, np.int64)
            return cls(
                place,
                *none,
                np.zeros((0, 3), np.int64),
                np.zeros((0, 5), np.int64),
                sources,
                tables,
                *calibration.laid_out([], []),
            )
        return cls(
            place,
            np.concatenate(nodes).astype(np.int32),
            np.concatenate(shares),
            np.concatenate(roots).astype(np.int64),
            np.array(heads, dtype=np.int64),
            np.concatenate(parts).astype(np.int64),
            sources,
            tables,
            *calibration.laid_out(by_level, [len(level.start) for level in levels]),
        )


def leaves(
    forest: Forest, level: int, tree: int, codes: np.ndarray, rows: np.ndarray, part: np.ndarray
) -> np.ndarray:
    """Leaf (number of a node within its level) that each of `rows` of codes [rows, fields] reaches.

    part: the part of each of `rows` in that level.
    """
    first = forest.levels[level, 1]
    begin, root = forest.roots[first], forest.roots[first + tree]
    rows, part = rows.astype(np.int64), part.astype(np.int64)
    loops = compiled.kernels()
    if loops:
        scales = (forest.levels[level, 0], forest.parts, forest.sources, forest.tables)
        return loops.leaves(codes, rows, part, forest.place, *scales, forest.nodes, root) - begin
    halves = forest.parts[forest.levels[level, 0] + part]
    return leaves_by_numpy(codes, rows, part, halves, forest, np.full(len(rows), root)) - begin


def bins(
    forest: Forest,
    codes: np.ndarray,
    rows: np.ndarray,
    ids: np.ndarray,
    seed: int,
    key: Sequence[object],
    within: tuple[np.ndarray | int, np.ndarray | int] | None = None,
    missing: int | None = None,
) -> np.ndarray:
    """A bin, uint16, for each of `rows` of codes [rows, fields], half by half.

    ids [rows]: one for each of `rows`; the random numbers depend on them, `seed` and `key`. within:
    first and last bin that each row may take besides `missing`.
    """
    keys = np.array([stream_key(seed, *key, n) for n in range(len(forest.levels))], np.uint64)
    open_bins = (np.zeros(0, np.int64),) * 2
    if within is not None:
        first, last = (np.broadcast_to(end, len(rows)) for end in within)
        open_bins = first.astype(np.int64), last.astype(np.int64)
    ids, gone = ids.astype(np.int64), -1 if missing is None else missing
    loops = compiled.kernels()
    if loops is None:
        return bins_by_numpy(forest, codes, rows, ids, keys, *open_bins, gone)
    trees = (forest.nodes, forest.shares, forest.roots, forest.levels, forest.parts)
    read = (forest.sources, forest.tables)
    rows = rows.astype(np.int64)
    factors = (forest.calibrated, forest.fields, forest.factors)
    return loops.bins(
        codes, rows, ids, keys, forest.place, *trees, *read, *open_bins, gone, *factors
    )


def leaves_by_numpy(
    codes: np.ndarray,
    rows: np.ndarray,
    part: np.ndarray,
    halves: np.ndarray,
    forest: Forest,
    at: np.ndarray,
) -> np.ndarray:
    """The leaf, a row of `forest.nodes`, that each of `rows` reaches from node `at`.

    part: of each of `rows`; halves: the rows of `forest.parts` of it.
    """
    asked = [codes[rows, place] for place in range(forest.place)] + [part]
    start, middle, stop = halves[:, :3].T
    for source, table in zip(forest.sources, forest.tables, strict=True):
        asked.append(relative(table[codes[rows, source]], start, middle, stop))
    features = np.stack(asked)
    out = np.array(at, dtype=np.int64)
    todo = np.flatnonzero(forest.nodes[out, 0] >= 0)
    while len(todo):
        feature, threshold, left, right = forest.nodes[out[todo]].T
        out[todo] = np.where(features[feature, todo] <= threshold, left, right)
        todo = todo[forest.nodes[out[todo], 0] >= 0]
    return out


def bins_by_numpy(
    forest: Forest,
    codes: np.ndarray,
    rows: np.ndarray,
    ids: np.ndarray,
    keys: np.ndarray,
    first: np.ndarray,
    last: np.ndarray,
    missing: int,
) -> np.ndarray:
    """A bin for each of `rows`, level by level.

    keys: of the random numbers of each level. first, last: bins that each row may take besides
    `missing` (-1: there is none), or both empty.
    """
    part = np.zeros(len(rows), dtype=np.int64)

    def is_open(start: np.ndarray, stop: np.ndarray, at: np.ndarray) -> np.ndarray:
        kept = np.minimum(stop - 1, last[at]) >= np.maximum(start, first[at])
        return kept | ((start <= missing) & (missing < stop))

    for (begin, first_root, trees), key in zip(forest.levels, keys, strict=True):
        halves = forest.parts[begin + part]
        at = np.flatnonzero(halves[:, 1] < halves[:, 2])
        start, middle, stop, lower, upper = halves[at].T
        spread = from_key(key, ids[at]) * trees
        tree = spread.astype(np.int64)
        root = forest.roots[first_root + tree]
        leaf = leaves_by_numpy(codes, rows[at], part[at], halves[at], forest, root)
        share = forest.shares[leaf]
        spans = forest.calibrated[begin + part[at]]
        odds = np.ones(len(at))
        for k in range(spans.min(initial=0), spans.max(initial=0)):
            here = np.flatnonzero((spans[:, 0] <= k) & (k < spans[:, 1]))
            odds[here] *= forest.factors[k, codes[rows[at[here]], forest.fields[k]]]
        up = share * odds
        is_calibrated = spans[:, 0] < spans[:, 1]
        share = np.where(is_calibrated, up / (up + (1.0 - share)), share)
        is_upper = spread - tree < share
        if len(first):
            below, above = is_open(start, middle, at), is_open(middle, stop, at)
            is_upper = np.where(below & above, is_upper, above)
        part = halves[:, 3]
        part[at] = np.where(is_upper, upper, lower)
    return part.astype(np.uint16)
