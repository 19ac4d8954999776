"""What the comparison models read: value counts one variable at a time, and the sample of rows."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from likeness import warehouse
from likeness.metrics import CATEGORY, NUMBER, SOURCES
from likeness.metrics.bins import MISSING
from likeness.metrics.sample import Sample, samples
from likeness.stats.value_counts import Counts


def _of_variable(relation: warehouse.Relation, kind: str, variable: str) -> pd.DataFrame:
    named = warehouse.literal(variable)
    return warehouse.small(relation.filter(f"kind = '{kind}' and variable = {named}"))


def number_counts(
    relation: warehouse.Relation, variables: Sequence[str]
) -> Iterator[tuple[str, dict[str, Counts]]]:
    """Each variable with its value counts by source; memory holds one variable at a time."""
    for variable in variables:
        frame = _of_variable(relation, NUMBER, variable)
        values = frame["number"].to_numpy(dtype=float, na_value=np.nan)
        counts, sources = frame["n"].to_numpy(), frame["source"].to_numpy()
        parts = {s: Counts.of(values[sources == s], counts[sources == s]) for s in SOURCES}
        yield variable, parts


def category_counts(
    relation: warehouse.Relation, variables: Sequence[str]
) -> Iterator[tuple[str, dict[str, dict[str, int]]]]:
    """Each variable with its rows by category, `(missing)` among them, by source."""
    for variable in variables:
        frame = _of_variable(relation, CATEGORY, variable)
        named = frame["category"].astype(object).where(frame["category"].notna(), MISSING)
        parts: dict[str, dict[str, int]] = {source: {} for source in SOURCES}
        for source, name, n in zip(frame["source"], named, frame["n"], strict=True):
            parts[source][name] = int(n)
        yield variable, parts


def missing_counts(relation: warehouse.Relation) -> pd.DataFrame:
    """Rows (`n`) and rows without a value (`n_missing`) by `source`, `variable` and `period`."""
    n, missing = "cast(sum(n) as bigint)", "filter (where kind = 'missing')"
    counted = f"source, variable, category as period, {n} as n"
    counted += f", cast(coalesce(sum(n) {missing}, 0) as bigint) as n_missing"
    by_period = relation.filter("kind in ('filled', 'missing')")
    return warehouse.small(by_period.aggregate(counted, "source, variable, category"))


def feature_columns(columns: Iterable[str]) -> tuple[list[str], list[str]]:
    """Those of the sample's `columns` that only a classifier reads: numbers, and categories."""
    names = list(columns)
    return (
        [name for name in names if name.startswith(f"{NUMBER}:")],
        [name for name in names if name.startswith(f"{CATEGORY}:")],
    )


def samples_within(
    frame: pd.DataFrame, numbers: Sequence[str], categories: Sequence[str], rows: int
) -> dict[str, Sample]:
    """At most `rows` rows of each source, in their random order; a source without rows is empty.

    `frame`: the sampled rows, with `source` and `position`, in that order.
    """
    found = samples(frame[frame["position"] <= rows], numbers, categories)
    return {source: found.get(source) or found["train"].head(0) for source in SOURCES}
