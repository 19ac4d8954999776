"""Each variable given each level of a condition: how far apart, and the numbers of the plots."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from likeness.metrics import NO_VALUES, REAL, SOURCES
from likeness.metrics.bins import MISSING
from likeness.metrics.distances import ks_statistic
from likeness.metrics.divergence import total_variation_distance
from likeness.metrics.moments import summary
from likeness.metrics.sample import NO_CODE, Sample
from likeness.metrics.shares import category_shares
from likeness.stats.complementary import shown_column
from likeness.stats.moments import STATISTICS
from likeness.stats.suppression import (
    BELOW_MINIMUM,
    DIFFERENCED,
    problem_with_categories,
    problem_with_moments,
    publishable_members,
    rounded_count,
)
from likeness.stats.value_counts import Counts, rounded

KS, TV = "ks_statistic", "total_variation_distance"
COLUMNS = (
    *("part", "condition", "level", "variable", "metric", "distance", "distance_holdout"),
    *("n_train", "n_holdout", "n_synthetic", "source", "n", *STATISTICS),
    *("category", "position", *SOURCES, "reason"),
)


Levels = Mapping[str, str | None]


@dataclass(frozen=True)
class Condition:
    """A category by which all others are split, and which of its levels may be shown (codes).

    `suppressed` names the levels that enough rows hold and that could be worked out as a difference
    all the same, with the reason.
    """

    name: str
    codes: tuple[int, ...]
    labels: tuple[str, ...]
    suppressed: Mapping[str, str]

    @classmethod
    def of(
        cls, name: str, sources: Mapping[str, Sample], min_cell_rows: int, levels: Levels
    ) -> "Condition":
        """The condition `name` with the levels of it that may be shown.

        `levels` gives for each level of all train rows why it may not be shown, or None; of a
        sample of them, levels with fewer than `min_cell_rows` rows, and what gives these away, are
        left out too.
        """
        labels = (MISSING, *sources["train"].levels[name])
        counts = np.bincount(sources["train"].codes[name] + 1, minlength=len(labels))
        known = np.array([label in levels and levels[label] is None for label in labels])
        hidden = np.where(known, 0, counts)
        visible = shown_column(np.where(known, counts, 0), min_cell_rows) & known & (counts > 0)
        if 0 < hidden.sum() < min_cell_rows and visible.any():
            smallest = min(np.flatnonzero(visible), key=lambda i: counts[i])
            visible[smallest] = False
        codes = tuple(int(i) - 1 for i in np.flatnonzero(visible))
        reasons = {k: v for k, v in levels.items() if v and v != BELOW_MINIMUM}
        return cls(name, codes, tuple(labels[c + 1] for c in codes), reasons)


def _category_tables(
    condition: Condition, name: str, sources: Mapping[str, Sample]
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Counts (categories, levels) of a variable by source, the last category being missing."""
    width = len(sources["train"].levels[name]) + 1
    tables = {}
    none = np.zeros((width, 0), dtype=np.int64)
    for source, sample in sources.items():
        values = np.where(sample.codes[name] == NO_CODE, width - 1, sample.codes[name])
        of_level = sample.codes[condition.name]
        columns = [np.bincount(values[of_level == c], minlength=width) for c in condition.codes]
        tables[source] = np.column_stack([none, *columns])
    return tables, [*sources["train"].levels[name], MISSING]


def _number_counts(
    condition: Condition, name: str, sources: Mapping[str, Sample]
) -> dict[str, list[Counts]]:
    """Value counts of a variable by source and level."""
    return {
        source: [
            Counts.of(sample.numbers[name][sample.codes[condition.name] == c])
            for c in condition.codes
        ]
        for source, sample in sources.items()
    }


def _shown_rows(
    levels: Mapping[str, list[tuple[int, int]]], min_cell_rows: int
) -> list[dict[str, int | None]]:
    """Rows by source for each level, None where a real source's would disclose too few.

    `levels` has for each source a (rows, missing) pair per level; rows are those with a value.
    """
    n_shown = {}
    for source, pairs in levels.items():
        rows = np.array([filled for filled, _ in pairs])
        missing = np.array([absent for _, absent in pairs])
        visible = np.ones(len(rows), dtype=bool)
        if source in REAL:
            visible = shown_column(rows + missing, min_cell_rows) & (rows >= min_cell_rows)
            visible &= (missing == 0) | (missing >= min_cell_rows)
        n_shown[source] = [
            (rounded_count(int(n), min_cell_rows) if source in REAL else int(n)) if ok else None
            for n, ok in zip(rows, visible, strict=True)
        ]
    return [dict(zip(n_shown, row, strict=True)) for row in zip(*n_shown.values(), strict=True)]


def _distance_row(
    metric: str,
    problems: dict[str, str | None],
    n_synthetic: int,
    n_shown: dict,
    distance: Callable[[str], float | None],
) -> dict:
    """One row of `comparison_conditionals`.

    `distance(source)` is taken where there is no problem with a source's rows (`problems` of train
    and holdout).
    """
    reason = problems["train"]
    if not reason and not n_synthetic:
        reason = f"synthetic: {NO_VALUES}"
    usable = reason is None
    return {
        "metric": metric,
        "distance": rounded(distance("synthetic")) if usable else None,
        "distance_holdout": rounded(distance("holdout"))
        if usable and not problems["holdout"]
        else None,
        **{f"n_{source}": n_shown[source] for source in SOURCES},
        "reason": reason,
    }


def distances(
    condition: Condition, sources: Mapping[str, Sample], min_cell_rows: int
) -> Iterator[dict]:
    """One row per level and variable: the distance of synthetic and of holdout rows from train.

    The KS statistic of numbers, the total variation distance of categories (a missing one is a
    category).
    """
    for name in sources["train"].numbers:
        counts = _number_counts(condition, name, sources)
        pairs = {s: [(c.n, c.missing) for c in side] for s, side in counts.items()}
        for i, (label, n_shown) in enumerate(
            zip(condition.labels, _shown_rows(pairs, min_cell_rows), strict=True)
        ):
            at = {source: side[i] for source, side in counts.items()}
            row = _distance_row(
                KS,
                {s: problem_with_moments(at[s].values, at[s].counts, min_cell_rows) for s in REAL},
                at["synthetic"].n,
                n_shown,
                lambda other, at=at: ks_statistic(at["train"], at[other]),
            )
            yield {"condition": condition.name, "level": label, "variable": name} | row
    for name in sources["train"].codes:
        if name == condition.name:
            continue
        tables, _ = _category_tables(condition, name, sources)
        kept = tables["train"].sum(axis=1) >= min_cell_rows
        pooled = {s: np.vstack([t[kept], t[~kept].sum(axis=0)]) for s, t in tables.items()}
        pairs = {s: [(n, 0) for n in table.sum(axis=0)] for s, table in pooled.items()}
        for i, (label, n_shown) in enumerate(
            zip(condition.labels, _shown_rows(pairs, min_cell_rows), strict=True)
        ):
            at = {source: table[:, i] for source, table in pooled.items()}
            row = _distance_row(
                TV,
                {source: problem_with_categories(at[source], min_cell_rows) for source in REAL},
                int(at["synthetic"].sum()),
                n_shown,
                lambda other, at=at: total_variation_distance(at["train"], at[other]),
            )
            yield {"condition": condition.name, "level": label, "variable": name} | row
    names = [name for name in sources["train"].codes if name != condition.name]
    for metric, variables in ((KS, sources["train"].numbers), (TV, names)):
        for label, reason in condition.suppressed.items():
            for name in variables:
                key = {"condition": condition.name, "level": label, "variable": name}
                yield key | {"metric": metric, "reason": reason}


def quantiles(
    condition: Condition, sources: Mapping[str, Sample], min_cell_rows: int
) -> Iterator[dict]:
    """One row per level, number and source with the columns of `comparison_moments`.

    Levels whose rows are the difference of the others are None with the reason.
    """

    def problem(side: Counts) -> str | None:
        return problem_with_moments(side.values, side.counts, min_cell_rows)

    for name in sources["train"].numbers:
        counts = _number_counts(condition, name, sources)
        for source, levels in counts.items():
            is_real = source in REAL
            visible = publishable_members(levels, problem) if is_real else [True] * len(levels)
            for label, side, is_shown in zip(condition.labels, levels, visible, strict=True):
                row = summary(side if is_shown else Counts.of([]), min_cell_rows, is_real)
                if not is_shown:
                    row["reason"] = problem(side) or DIFFERENCED
                key = {"condition": condition.name, "level": label, "variable": name}
                yield key | {"source": source} | row


def shares(
    condition: Condition, sources: Mapping[str, Sample], min_cell_rows: int
) -> Iterator[dict]:
    """One row per level, category variable and category that can be shown at every level."""
    for name in sources["train"].codes:
        if name == condition.name:
            continue
        tables, labels = _category_tables(condition, name, sources)
        for label, rows in zip(
            condition.labels, category_shares(tables, labels, min_cell_rows), strict=True
        ):
            for row in rows:
                yield {"condition": condition.name, "level": label, "variable": name} | row
