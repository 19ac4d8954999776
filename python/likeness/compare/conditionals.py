"""Each variable given each level of a condition: how far apart, and the numbers of the plots."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from likeness.compare import NO_VALUES, REAL, SOURCES
from likeness.compare.bins import MISSING
from likeness.compare.counts import Counts, rounded
from likeness.compare.distances import ks_statistic
from likeness.compare.divergence import total_variation_distance
from likeness.compare.floor import shown_column
from likeness.compare.moments import summary
from likeness.compare.sample import NO_CODE, Sample
from likeness.compare.shares import category_shares
from likeness.moments import BELOW_FLOOR, STATISTICS

KS, TV = "ks_statistic", "total_variation_distance"
TYPES = {
    "part": "varchar",
    "condition": "varchar",
    "level": "varchar",
    "variable": "varchar",
    "metric": "varchar",
    "distance": "double",
    "distance_holdout": "double",
    **dict.fromkeys(["n_train", "n_holdout", "n_synthetic"], "bigint"),
    "source": "varchar",
    "n": "bigint",
    **dict.fromkeys(STATISTICS, "double"),
    "category": "varchar",
    "position": "integer",
    **dict.fromkeys(SOURCES, "double"),
    "reason": "varchar",
}


@dataclass(frozen=True)
class Condition:
    """A category by which all others are split, and which of its levels may be shown (codes)."""

    name: str
    codes: tuple[int, ...]
    labels: tuple[str, ...]

    @classmethod
    def of(cls, name: str, sources: Mapping[str, Sample], floor: int) -> "Condition":
        """The levels that enough rows of train have, so that no smaller one is told by totals."""
        levels = sources["train"].levels[name]
        counts = np.bincount(sources["train"].codes[name] + 1, minlength=len(levels) + 1)
        visible = shown_column(counts, floor) & (counts > 0)
        codes = tuple(int(i) - 1 for i in np.flatnonzero(visible))
        return cls(name, codes, tuple(MISSING if c == NO_CODE else levels[c] for c in codes))


def _category_tables(condition: Condition, name: str, sources: Mapping[str, Sample]):
    """Counts (categories, levels) of a variable by source, the last category being missing."""
    width = len(sources["train"].levels[name]) + 1
    tables = {}
    for source, sample in sources.items():
        values = np.where(sample.codes[name] == NO_CODE, width - 1, sample.codes[name])
        of_level = sample.codes[condition.name]
        columns = [np.bincount(values[of_level == c], minlength=width) for c in condition.codes]
        tables[source] = np.column_stack(columns)
    return tables, [*sources["train"].levels[name], MISSING]


def _number_counts(condition: Condition, name: str, sources: Mapping[str, Sample]):
    """Value counts of a variable by source and level."""
    return {
        source: [
            Counts.of(sample.numbers[name][sample.codes[condition.name] == c])
            for c in condition.codes
        ]
        for source, sample in sources.items()
    }


def _told(levels: Mapping[str, list[tuple[int, int]]], floor: int) -> list[dict[str, int | None]]:
    """Rows by source for each level, None where a real source's would tell of fewer than `floor`.

    `levels` has for each source a (rows, missing) pair per level; rows are those with a value.
    """
    told = {}
    for source, pairs in levels.items():
        rows = np.array([filled for filled, _ in pairs])
        missing = np.array([absent for _, absent in pairs])
        visible = np.ones(len(rows), dtype=bool)
        if source in REAL:
            visible = shown_column(rows + missing, floor) & (rows >= floor)
            visible &= (missing == 0) | (missing >= floor)
        told[source] = [int(n) if ok else None for n, ok in zip(rows, visible, strict=True)]
    return [dict(zip(told, row, strict=True)) for row in zip(*told.values(), strict=True)]


def _distance_row(metric: str, sizes: dict[str, int], told: dict, distance, floor: int) -> dict:
    """One row of `comparison_conditionals`; `distance(source)` is taken where sizes allow."""
    reason = None
    if sizes["train"] < floor:
        reason = BELOW_FLOOR
    elif not sizes["synthetic"]:
        reason = f"synthetic: {NO_VALUES}"
    usable = reason is None
    return {
        "metric": metric,
        "distance": rounded(distance("synthetic")) if usable else None,
        "distance_holdout": rounded(distance("holdout"))
        if usable and sizes["holdout"] >= floor
        else None,
        **{f"n_{source}": told[source] for source in SOURCES},
        "reason": reason,
    }


def distances(condition: Condition, sources: Mapping[str, Sample], floor: int) -> Iterator[dict]:
    """One row per level and variable: KS statistic of numbers, total variation distance of
    categories (a missing one is a category), of synthetic and of holdout from train."""
    for name in sources["train"].numbers:
        counts = _number_counts(condition, name, sources)
        pairs = {s: [(c.n, c.missing) for c in side] for s, side in counts.items()}
        for i, (label, told) in enumerate(zip(condition.labels, _told(pairs, floor), strict=True)):
            at = {source: side[i] for source, side in counts.items()}
            row = _distance_row(
                KS,
                {source: side.n for source, side in at.items()},
                told,
                lambda other, at=at: ks_statistic(at["train"], at[other]),
                floor,
            )
            yield {"condition": condition.name, "level": label, "variable": name} | row
    for name in sources["train"].codes:
        if name == condition.name:
            continue
        tables, _ = _category_tables(condition, name, sources)
        kept = tables["train"].sum(axis=1) >= floor
        pooled = {s: np.vstack([t[kept], t[~kept].sum(axis=0)]) for s, t in tables.items()}
        pairs = {s: [(n, 0) for n in table.sum(axis=0)] for s, table in pooled.items()}
        for i, (label, told) in enumerate(zip(condition.labels, _told(pairs, floor), strict=True)):
            at = {source: table[:, i] for source, table in pooled.items()}
            row = _distance_row(
                TV,
                {source: int(table.sum()) for source, table in at.items()},
                told,
                lambda other, at=at: total_variation_distance(at["train"], at[other]),
                floor,
            )
            yield {"condition": condition.name, "level": label, "variable": name} | row


def quantiles(condition: Condition, sources: Mapping[str, Sample], floor: int) -> Iterator[dict]:
    """One row per level, number and source with the columns of `comparison_moments`.

    Levels whose rows could be told as the difference of the others are None with the reason.
    """
    for name in sources["train"].numbers:
        counts = _number_counts(condition, name, sources)
        for source, levels in counts.items():
            sizes = np.array([side.n for side in levels])
            visible = shown_column(sizes, floor) if source in REAL else sizes > 0
            for label, side, is_shown in zip(condition.labels, levels, visible, strict=True):
                used = side if is_shown else Counts.of([])
                row = summary(used, floor if source in REAL else min(floor, max(1, side.n)))
                yield {
                    "condition": condition.name,
                    "level": label,
                    "variable": name,
                    "source": source,
                    "n": used.n if used.n else None,
                } | row


def shares(condition: Condition, sources: Mapping[str, Sample], floor: int) -> Iterator[dict]:
    """One row per level, category variable and category that can be shown at every level."""
    for name in sources["train"].codes:
        if name == condition.name:
            continue
        tables, labels = _category_tables(condition, name, sources)
        for label, rows in zip(
            condition.labels, category_shares(tables, labels, floor), strict=True
        ):
            for row in rows:
                yield {"condition": condition.name, "level": label, "variable": name} | row
