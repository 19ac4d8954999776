"""Recounts, from the source, the rows that each published number rests on."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from likeness.audit.engines import MISSING
from likeness.audit.findings import Tally
from likeness.audit.registry import BASIS, OTHER, Published
from likeness.audit.sources import ALL, CLUSTER, CLUSTER_KEY, Grouping, Sources

GROUP, SET, REST = "group_rows_", "set_rows_", "rest_rows_"
WITHIN = ("variables", "variable", "category")


class Part(NamedTuple):
    """Rows of a published table about one source whose groups are made by the same columns.

    `about` is the source, `source` the name under which its rows are counted (of some tables only
    a sample's). `frame` has label columns for `by`, and GROUP: the rows of each row's group.
    """

    entry: Published
    about: str
    source: str
    by: Grouping
    frame: pd.DataFrame

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of numbers about the source."""
        return self.entry.of[self.about]

    @property
    def count(self) -> str | None:
        """The column that prints how many rows they rest on."""
        return self.entry.counts.get(self.about)

    def label(self, row: pd.Series) -> str:
        """Which row of the table, in words."""
        return f"{_label(self.entry, row)}, {self.about}"


def parts_of(entry: Published, table: pd.DataFrame, sources: Sources) -> Iterator[Part]:
    """The rows of a published table that say something, by source and by the columns of groups."""
    for about, columns in entry.of.items():
        printed = list(dict.fromkeys([*columns, *filter(None, [entry.counts.get(about)])]))
        frame = table[table[entry.source] == about] if entry.source else table
        frame = frame[frame[printed].notna().any(axis=1)]
        for names, part in _by_names(entry, frame):
            if part.empty:
                continue
            columns_of = {**entry.keys, **names}
            yield _part(entry, about, columns_of, part.reset_index(drop=True), sources)


def _by_names(entry: Published, frame: pd.DataFrame) -> Iterator[tuple[dict, pd.DataFrame]]:
    naming = [name for name, _ in entry.named]
    if not naming:
        yield {}, frame
        return
    for names, part in frame.groupby(naming, sort=True):
        yield {value: names[i] for i, (_, value) in enumerate(entry.named)}, part


def _part(
    entry: Published,
    about: str,
    columns_of: Mapping[str, str],
    frame: pd.DataFrame,
    sources: Sources,
) -> Part:
    levels = ()
    source = sources.source_of(about, entry.sampled)
    if BASIS in frame and CLUSTER_KEY in columns_of and not entry.where.startswith(BASIS):
        levels = tuple(sorted(set(frame[BASIS].dropna()) - {CLUSTER}))
    by = Grouping(tuple(columns_of.values()), levels)
    for key, column in zip(by.keys, columns_of, strict=True):
        if columns_of[column] == CLUSTER_KEY:
            frame[key] = sources.label(frame[column], frame[BASIS] if levels else None)
        else:
            frame[key] = frame[column].astype("string").fillna(MISSING)
    sizes = sources.group_rows(source, by)
    frame[GROUP] = _joined(frame, _with_all(sizes, by.keys, frame, ["n"]), by.keys, "n")
    return Part(entry, about, source, by, frame)


def _with_all(
    counted: pd.DataFrame, keys: list[str], frame: pd.DataFrame, n: list[str]
) -> pd.DataFrame:
    """Counts summed by group, and by all groups where the table has rows about all of them."""
    others = [name for name in WITHIN if name in counted]
    if keys and (frame[keys] == ALL).to_numpy().any():
        counted = pd.concat([counted, counted.assign(**dict.fromkeys(keys, ALL))])
    by = [*keys, *others]
    return counted.groupby(by)[n].sum().reset_index() if by else counted[n].sum().to_frame().T


def _joined(frame: pd.DataFrame, counted: pd.DataFrame, on: list[str], name: str) -> np.ndarray:
    """The count of each row of `frame`, 0 where there is none; `counted` has each group once."""
    if not on:
        return np.full(len(frame), float(counted[name].iloc[0]) if len(counted) else 0.0)
    known = dict(zip(_tuples(counted, on), counted[name].tolist(), strict=True))
    return np.array([known.get(group, 0) for group in _tuples(frame, on)], dtype=float)


def _tuples(frame: pd.DataFrame, names: list[str]) -> Iterator[tuple]:
    return zip(*(frame[name].tolist() for name in names), strict=True)


def audit_table(
    entry: Published, table: pd.DataFrame, sources: Sources, tally: Tally
) -> list[Part]:
    """Look at every number of one table of the registry; the parts in which it was read."""
    tally.tables.add(entry.table)
    parts = list(parts_of(entry, table, sources))
    for part in parts:
        sized = _sized(part, sources)
        _look_at_numbers(part, sized, tally)
        _look_at_rest(part, sized, sources.totals[part.source], tally)
    return parts


def _sized(part: Part, sources: Sources) -> pd.DataFrame:
    """The rows of a part with the rows that each rests on, and those that its group leaves out."""
    entry, by, sized = part.entry, part.by, part.frame
    if not entry.variables:
        return sized.assign(**{SET: sized[GROUP]})
    names = list(zip(*(sized[column] for column in entry.variables), strict=True))
    sized["variables"] = names
    filled = sources.filled_rows(part.source, by, sorted(set(names)))
    filled = _with_all(filled, by.keys, sized, ["set_rows"])
    sized[SET] = _joined(sized, filled, [*by.keys, "variables"], "set_rows")
    if not entry.category:
        return sized
    sized["variable"] = [name for name, *_ in names]
    if entry.category == MISSING:
        return sized.assign(**{SET: sized[GROUP] - sized[SET], REST: sized[SET]})
    sized["category_"] = sized[entry.category].astype("string").fillna(MISSING)
    counted = sources.category_rows(part.source, by, sorted(set(sized["variable"])))
    counted = _with_all(counted, by.keys, sized, ["n"]).rename(columns={"category": "category_"})
    held = _joined(sized, counted, [*by.keys, "variable", "category_"], "n")
    is_other = sized["category_"].eq(OTHER).to_numpy()
    groups = [sized[key] for key in (*by.keys, "variable")]
    named = pd.Series(np.where(is_other, 0, held)).groupby(groups).transform("sum").to_numpy()
    pools = pd.Series(is_other).groupby(groups).transform("any").to_numpy()
    sized[SET] = np.where(is_other, sized[GROUP] - named, held)
    sized[REST] = np.where(pools, 0, sized[GROUP] - named)
    return sized


def is_rounded(printed: pd.Series, min_cell_rows: int, counted: pd.Series | None = None) -> bool:
    """Whether a column of counts has only multiples of the minimum cell size.

    A single one says so where it is not the rows that were `counted`, if these are known.
    """
    known = printed.dropna()
    differs = counted is not None and bool((known != counted[known.index]).any())
    return (len(known) > 1 or differs) and bool((known % min_cell_rows == 0).all())


def _look_at_numbers(part: Part, sized: pd.DataFrame, tally: Tally) -> None:
    entry, count = part.entry, part.count
    rows = GROUP if entry.of_all_rows else SET
    for column in part.columns:
        shown = sized[sized[column].notna()]
        tally.look_at(entry.table, shown, part.label, f"{column} rests on", shown[rows])
    if count:
        shown = sized[sized[count].notna()]
        tally.look_at(entry.table, shown, part.label, f"{count} prints", shown[count])


def _look_at_rest(part: Part, sized: pd.DataFrame, total: int, tally: Tally) -> None:
    """What a reader can subtract: the rows of a group, or of all, that a table leaves out."""
    entry, keys = part.entry, part.by.keys
    count = part.count
    if REST in sized and entry.rest_shown:
        groups = sized.drop_duplicates([*keys, "variable"])
        tally.look_at(entry.table, groups, part.label, "left out", groups[REST])
    if not count or is_rounded(sized[count], tally.min_cell_rows, sized[SET]):
        return
    shown = sized[sized[count].notna()]
    if entry.variables and not entry.category:
        what = f"{count} discloses the missing"
        tally.look_at(entry.table, shown, part.label, what, shown[GROUP] - shown[SET])
    if entry.of_all_rows and keys:
        groups = shown[(shown[keys] != ALL).all(axis=1)].drop_duplicates(keys)
        rest = total - groups[GROUP].sum()
        row = f"{', '.join(part.by.columns)}, {part.about}"
        tally.look(entry.table, row, "all groups leave out", rest)


def _label(entry: Published, row: pd.Series) -> str:
    columns = [*entry.keys, *(c for pair in entry.named for c in pair), *entry.variables]
    if entry.category and entry.category != MISSING:
        columns.append(entry.category)
    return ", ".join(f"{column}={row[column]}" for column in columns)
