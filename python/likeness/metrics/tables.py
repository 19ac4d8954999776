"""Rows of the comparison marts about one variable, from value counts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields

import numpy as np
import pandas as pd

from likeness.metrics import CATEGORY, NO_VALUES, NUMBER, REAL, SOURCES
from likeness.metrics.bins import MISSING, Categories, Edges, missing_and_novel
from likeness.metrics.distances import wasserstein
from likeness.metrics.divergence import SMOOTHING, Divergences, divergences
from likeness.metrics.missing import missing_shares
from likeness.metrics.moments import differences, summary
from likeness.metrics.shares import category_shares, number_shares
from likeness.metrics.similarity import KS_COMPLEMENT, TV_COMPLEMENT, ks_complement, tv_complement
from likeness.stats.moments import STATISTICS
from likeness.stats.suppression import problem_with_categories, problem_with_moments
from likeness.stats.value_counts import Counts, outer_cells_averaged, rounded

NumberCounts = Iterable[tuple[str, dict[str, Counts]]]
DIVERGENCE_COLUMNS = (
    *("variable", "kind", *(field.name for field in fields(Divergences)), "smoothing"),
    *("missing_categories", "novel_categories", "reason"),
)
SHAPE_COLUMNS = (
    *("variable", "kind", "metric", "similarity", "similarity_holdout", "wasserstein"),
    *("wasserstein_holdout", "wasserstein_in_std", "wasserstein_in_std_holdout", "reason"),
)
DIFFERENCES = ("difference", "standard_error", "z")
DIFFERENCE_COLUMNS = (
    *("variable", "statistic", *DIFFERENCES, *(f"{name}_holdout" for name in DIFFERENCES)),
    "reason",
)
SHARE_COLUMNS = (
    *("variable", "kind", "category", "position", "lower", "upper", *SOURCES, "reason"),
)
CategoryCounts = Iterable[tuple[str, dict[str, dict[str, int]]]]


def moments_table(numbers: NumberCounts, min_cell_rows: int) -> pd.DataFrame:
    """Rows of `comparison_moments`."""
    rows = []
    for variable, sources in numbers:
        for source in SOURCES:
            row = summary(sources[source], min_cell_rows, source in REAL)
            rows.append({"variable": variable, "source": source} | row)
    return pd.DataFrame(rows, columns=["variable", "source", "n", *STATISTICS, "reason"])


def differences_table(numbers: NumberCounts, min_cell_rows: int) -> pd.DataFrame:
    """Rows of `comparison_moment_differences`."""
    rows = []
    for variable, sources in numbers:
        synthetic = differences(
            sources["train"], sources["synthetic"], min_cell_rows, is_real=False
        )
        holdout = differences(sources["train"], sources["holdout"], min_cell_rows, is_real=True)
        for statistic, found in synthetic.items():
            of_holdout = {f"{name}_holdout": v for name, v in holdout[statistic].items()}
            reasons = [found["reason"], of_holdout.pop("reason_holdout")]
            if reasons[1]:
                reasons[1] = f"holdout: {reasons[1]}"
            row = {"variable": variable, "statistic": statistic} | found | of_holdout
            rows.append(row | {"reason": "; ".join(filter(None, reasons)) or None})
    return pd.DataFrame(rows, columns=list(DIFFERENCE_COLUMNS))


def divergence_table(
    numbers: NumberCounts, categories: CategoryCounts, min_cell_rows: int, bins: int
) -> pd.DataFrame:
    """Rows of `comparison_kl_divergence`."""
    rows = []
    for variable, sources in numbers:
        edges = Edges.of(sources["train"], min_cell_rows, bins)
        row: dict = {"variable": variable, "kind": NUMBER, "smoothing": SMOOTHING}
        row["reason"] = _problem(sources["train"], min_cell_rows)
        if not row["reason"]:
            tables = {source: edges.count(sources[source]) for source in SOURCES}
            row |= _divergence_row(tables, _problem(sources["holdout"], min_cell_rows))
        rows.append(row)
    for variable, sources in categories:
        kept = Categories.of(sources["train"], min_cell_rows)
        tables = {source: kept.count(sources[source]) for source in SOURCES}
        row = {"variable": variable, "kind": CATEGORY, "smoothing": SMOOTHING}
        problems = {source: _category_problem(sources[source], min_cell_rows) for source in REAL}
        row["reason"] = problems["train"]
        if not row["reason"]:
            row |= _divergence_row(tables, problems["holdout"])
        missing, novel = missing_and_novel(sources["train"], sources["synthetic"], kept.kept)
        rows.append(row | {"missing_categories": missing, "novel_categories": novel})
    return pd.DataFrame(rows, columns=list(DIVERGENCE_COLUMNS))


def _problem(counts: Counts, min_cell_rows: int) -> str | None:
    return problem_with_moments(counts.values, counts.counts, min_cell_rows)


def _category_problem(counts: Mapping[str, int], min_cell_rows: int) -> str | None:
    return problem_with_categories(np.array(list(counts.values()), dtype=np.int64), min_cell_rows)


def _divergence_row(tables: Mapping[str, np.ndarray], holdout_problem: str | None) -> dict:
    found = asdict(divergences(*[tables[source] for source in SOURCES]))
    if holdout_problem:
        found = {k: None if k.endswith("_holdout") else v for k, v in found.items()}
    empty = [source for source in ("train", "synthetic") if not tables[source].sum()]
    reason = f"{empty[0]}: {NO_VALUES}" if empty else None
    return {name: rounded(value) for name, value in found.items()} | {"reason": reason}


def shapes_table(
    numbers: NumberCounts, categories: CategoryCounts, min_cell_rows: int
) -> pd.DataFrame:
    """Rows of `comparison_shapes`."""
    rows = []
    for variable, sources in numbers:
        row: dict = {"variable": variable, "kind": NUMBER, "metric": KS_COMPLEMENT}
        train = sources["train"]
        if problem := _problem(train, min_cell_rows):
            rows.append(row | {"reason": problem})
            continue
        averaged = {
            source: outer_cells_averaged(sources[source], min_cell_rows) for source in SOURCES
        }
        spread = _std(averaged["train"])
        for suffix, source in (("", "synthetic"), ("_holdout", "holdout")):
            usable = source not in REAL or not _problem(sources[source], min_cell_rows)
            row[f"similarity{suffix}"] = ks_complement(train, sources[source]) if usable else None
            distance = wasserstein(averaged["train"], averaged[source]) if usable else None
            row[f"wasserstein{suffix}"] = rounded(distance)
            scaled = None if distance is None or not spread else distance / spread
            row[f"wasserstein_in_std{suffix}"] = rounded(scaled)
        reason = f"synthetic: {NO_VALUES}" if row["similarity"] is None else None
        rows.append(row | {"reason": reason})
    for variable, sources in categories:
        known = {
            source: {name: n for name, n in counts.items() if name != MISSING}
            for source, counts in sources.items()
        }
        row = {"variable": variable, "kind": CATEGORY, "metric": TV_COMPLEMENT, "reason": None}
        problems = {source: _category_problem(known[source], min_cell_rows) for source in REAL}
        row["similarity"] = row["similarity_holdout"] = None
        if not problems["train"]:
            row["similarity"] = tv_complement(known["train"], known["synthetic"])
        if not any(problems.values()):
            row["similarity_holdout"] = tv_complement(known["train"], known["holdout"])
        if problems["train"]:
            row["reason"] = problems["train"]
        elif row["similarity"] is None:
            row["reason"] = f"train or synthetic: {NO_VALUES}"
        rows.append(row)
    return pd.DataFrame(rows, columns=list(SHAPE_COLUMNS))


def _std(counts: Counts) -> float:
    mean = np.average(counts.values, weights=counts.counts)
    return float(np.sqrt(np.average((counts.values - mean) ** 2, weights=counts.counts)))


def shares_table(
    numbers: NumberCounts, categories: CategoryCounts, min_cell_rows: int
) -> pd.DataFrame:
    """Rows of `comparison_shares`."""
    rows = []
    for variable, sources in numbers:
        for row in number_shares(sources, min_cell_rows):
            rows.append({"variable": variable, "kind": NUMBER} | row)
    for variable, sources in categories:
        names = sorted(set().union(*sources.values()))
        tables = {
            source: np.array([[counts.get(name, 0)] for name in names], dtype=np.int64)
            for source, counts in sources.items()
        }
        for row in category_shares(tables, names, min_cell_rows)[0]:
            rows.append({"variable": variable, "kind": CATEGORY} | row)
    return pd.DataFrame(rows, columns=list(SHARE_COLUMNS))


def tables_of_counts(
    numbers: NumberCounts,
    categories: CategoryCounts,
    missing: pd.DataFrame,
    *,
    min_cell_rows: int,
    bins: int,
) -> dict[str, pd.DataFrame]:
    """The comparison marts that rest on value counts, by name; one variable at a time is read.

    `missing` as of `missing_shares`; `bins`: those of the KL divergence.
    """
    # Each table has its columns, even where the source has no number or no category.
    parts: dict[str, list[pd.DataFrame]] = defaultdict(list)
    parts["comparison_moments"].append(moments_table([], min_cell_rows))
    parts["comparison_moment_differences"].append(differences_table([], min_cell_rows))
    for one in numbers:
        parts["comparison_moments"].append(moments_table([one], min_cell_rows))
        parts["comparison_moment_differences"].append(differences_table([one], min_cell_rows))
        _add_tables_of_both(parts, [one], [], min_cell_rows, bins)
    for one in categories:
        _add_tables_of_both(parts, [], [one], min_cell_rows, bins)
    # As objects, so that a whole number stays one beside a part without any.
    joined = {
        name: pd.concat([table.astype(object) for table in tables], ignore_index=True)
        for name, tables in parts.items()
    }
    return joined | {"comparison_missing": missing_shares(missing, min_cell_rows)}


def _add_tables_of_both(
    parts: dict[str, list[pd.DataFrame]],
    numbers: list,
    categories: list,
    min_cell_rows: int,
    bins: int,
) -> None:
    divergence = divergence_table(numbers, categories, min_cell_rows, bins)
    parts["comparison_kl_divergence"].append(divergence)
    parts["comparison_shapes"].append(shapes_table(numbers, categories, min_cell_rows))
    parts["comparison_shares"].append(shares_table(numbers, categories, min_cell_rows))
