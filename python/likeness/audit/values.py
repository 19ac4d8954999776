"""Is a published quantile, or the edge of a range, a value that few source rows hold?"""

import numpy as np
import pandas as pd

from likeness.audit.findings import Tally
from likeness.audit.recount import Part
from likeness.audit.sources import Sources
from likeness.stats.moments import DOMINANCE

EQUAL = 1e-8


def audit_values(parts: list[Part], sources: Sources, tally: Tally) -> None:
    """Look at the order statistics and the edges of published tables about one source."""
    for source in sources.tables:
        of_source = [part for part in parts if part.source == source]
        listed = [_listed(number, part) for number, part in enumerate(of_source)]
        listed = [frame for frame in listed if len(frame)]
        if not listed:
            continue
        frame = pd.concat(listed, ignore_index=True)
        frame = frame.merge(sources.placed(source, frame), on=["variable", "value"])
        few = frame[tally.too_few(frame["n"].to_numpy())]
        for found in few[few["is_edge"] & few["is_end"]].itertuples():
            part = of_source[found.part]
            row = part.label(part.frame.iloc[found.row])
            what = f"{found.column} is the outermost value, of"
            tally.add(part.entry.table, row, what, found.n)
        for number, rare in few[~few["is_edge"]].groupby("part", sort=True):
            _look_at_order_statistics(of_source[number], rare, sources, tally)


def _listed(number: int, part: Part) -> pd.DataFrame:
    """Each order statistic and edge of a part: part, row, column, variable, value, is_edge."""
    columns = [*part.entry.order_statistics, *part.entry.edges]
    if not columns or not len(part.frame):
        return pd.DataFrame()
    variable = part.entry.variables[0]
    frame = part.frame[[variable, *columns]].rename(columns={variable: "variable"})
    frame = frame.assign(row=np.arange(len(frame)), part=number)
    long = frame.melt(["part", "row", "variable"], columns, "column", "value").dropna()
    return long.assign(
        value=long["value"].astype(float), is_edge=long["column"].isin(part.entry.edges)
    )


def _look_at_order_statistics(
    part: Part, rare: pd.DataFrame, sources: Sources, tally: Tally
) -> None:
    """A rare value is sound where it is the mean of a cell by chance, as it is of equal values."""
    groups = part.frame.iloc[rare["row"]][part.by.keys].reset_index(drop=True)
    asked = groups.assign(variable=rare["variable"].to_numpy())
    held = sources.value_rows(part.source, part.by, asked)
    by_group = dict(iter(held.groupby([*part.by.keys, "variable"])))
    for key, found in zip(asked.itertuples(index=False), rare.itertuples(), strict=True):
        values = by_group.get(tuple(key))
        means = np.array([]) if values is None else cell_means(values, tally.min_cell_rows)
        if not np.isclose(means, found.value, rtol=EQUAL, atol=0).any():
            row = part.label(part.frame.iloc[found.row])
            tally.add(part.entry.table, row, f"{found.column} is a value of", found.n)


def cell_means(values: pd.DataFrame, min_cell_rows: int) -> np.ndarray:
    """What the cells of the sorted values (columns `value`, `n`) may be published as, float64.

    There are floor(rows / `min_cell_rows`) cells of nearly equal size, so none of fewer rows. Each
    is its mean; the lowest and the highest may be that after what dominates them is capped.
    """
    counts = values["n"].to_numpy(np.int64)
    n = int(counts.sum())
    starts = cell_starts(n, min_cell_rows)
    every = np.repeat(values["value"].to_numpy(float), counts)
    if len(starts) < 2:
        return every[:0]
    low, high = every[: starts[1]], every[starts[-2] :]
    capped = [-_capped_mean(-low[::-1]), _capped_mean(high)]
    return np.concatenate([np.add.reduceat(every, starts[:-1]) / np.diff(starts), capped])


def _capped_mean(values: np.ndarray) -> float:
    """Mean of ascending values after the largest are capped to the first that no few dominate.

    A value v dominates where all but it and the next largest exceed the smallest by less than
    DOMINANCE of what v does.
    """
    excess = values - values[0]
    below = np.concatenate([[0.0, 0.0], np.cumsum(excess)[:-1]])[: len(excess)]
    sound = np.flatnonzero(below >= DOMINANCE * excess)
    return float(np.minimum(values, values[sound[-1]]).mean())


def cell_starts(n: int, min_cell_rows: int) -> np.ndarray:
    """Ranks at which the cells of n sorted values begin; the last is n."""
    cells = n // min_cell_rows
    return np.arange(cells + 1) * n // max(cells, 1) if cells else np.zeros(1, dtype=np.int64)
