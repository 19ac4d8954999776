"""Information value (IV) of each variable for a target, under the minimum cell size."""

from collections.abc import Iterator, Mapping

import numpy as np

from likeness.metrics import CATEGORY, NUMBER, SOURCES
from likeness.metrics.bins import Edges
from likeness.metrics.divergence import jeffreys_divergence
from likeness.metrics.sample import Sample
from likeness.metrics.target_rates import (
    LEVELS_BELOW_MINIMUM,
    NO_TARGET,
    by_number_of_levels,
    classes_of,
    grouped,
    tolerance_of,
)
from likeness.stats.value_counts import Counts, rounded

BINS = 10
COLUMNS = ("variable", "kind", "bins", *SOURCES, "reason")


def information_value(counts: np.ndarray) -> float | None:
    """IV in nats of rows (bins, 2) by class: sum of (p - q) ln(p / q) of the classes' shares.

    Half a row is added to each cell (Siddiqi 2006, Credit Risk Scorecards, ch. 6). None where a
    class has no rows.
    """
    counts = np.asarray(counts)
    if not counts.size or not counts.sum(axis=0).all():
        return None
    return jeffreys_divergence(counts[:, 1], counts[:, 0])


def information_values(
    sources: Mapping[str, Sample], target: str, positive: str, min_cell_rows: int
) -> Iterator[dict]:
    """One row per variable but the target, with the COLUMNS.

    Of a category the bins are the groups of `grouped`, of a number tenths of train, joined
    until both classes have `min_cell_rows` rows in train and in holdout, and missing values.
    """
    classes = classes_of(sources, target, positive)
    train = sources["train"]
    names = [name for name in train.codes if name != target]
    if tolerance_of(classes["train"]) is None:
        for name in [*train.numbers, *names]:
            kind = NUMBER if name in train.numbers else CATEGORY
            yield _row(name, kind) | {"reason": NO_TARGET}
        return
    for name in train.numbers:
        yield _row(name, NUMBER) | _values(_of_number(sources, classes, name, min_cell_rows))
    for one in grouped(sources, classes, by_number_of_levels(train, names), min_cell_rows):
        members = [list(group.members) for group in one.groups]
        tables = {
            source: np.array([table[of].sum(axis=0) for of in members]).reshape(-1, 2)
            for source, table in one.counts.items()
        }
        yield _row(one.name, CATEGORY) | _values(tables)


def _of_number(
    sources: Mapping[str, Sample], classes: Mapping[str, np.ndarray], name: str, min_cell_rows: int
) -> dict[str, np.ndarray]:
    """Rows (bins, 2) by class for each source; no bins where too few rows are of a class."""
    edges = Edges.of(Counts.of(sources["train"].numbers[name]), min_cell_rows, BINS).values[1:-1]
    tables = {}
    for source, sample in sources.items():
        values, known = sample.numbers[name], classes[source] >= 0
        place = np.searchsorted(edges, values, side="right")
        place = np.where(np.isfinite(values), place, len(edges) + 1)
        cells = place[known] * 2 + classes[source][known]
        tables[source] = np.bincount(cells, minlength=2 * (len(edges) + 2)).reshape(-1, 2)
    ends = joined(np.concatenate([tables["train"], tables["holdout"]], axis=1), min_cell_rows)
    starts = [0, *ends[:-1]] if ends else []
    return {
        source: np.array([table[a:b].sum(axis=0) for a, b in zip(starts, ends, strict=True)])
        for source, table in tables.items()
    }


def joined(counts: np.ndarray, min_cell_rows: int) -> list[int]:
    """Ends of bins, joined until each of their counts (bins, classes) is at least `min_cell_rows`.

    What is left at the end joins the last bin; an empty list where all rows are too few.
    """
    ends, since = [], 0
    for i in range(len(counts)):
        if (counts[since : i + 1].sum(axis=0) >= min_cell_rows).all():
            ends.append(i + 1)
            since = i + 1
    if ends:
        ends[-1] = len(counts)
    return ends


def _row(name: str, kind: str) -> dict:
    return dict.fromkeys(COLUMNS) | {"variable": name, "kind": kind}


def _values(tables: Mapping[str, np.ndarray]) -> dict:
    bins = len(tables["train"])
    if not bins:
        return {"reason": LEVELS_BELOW_MINIMUM}
    found = {source: information_value(table) for source, table in tables.items()}
    missing = [f"{source}: a class has no rows" for source, value in found.items() if value is None]
    values = {source: rounded(value) for source, value in found.items()}
    return values | {"bins": bins, "reason": "; ".join(missing) or None}
