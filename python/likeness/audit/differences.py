"""What published groups of rows leave when they are subtracted from each other, whatever the table.

Groups come in families that part the rows: clusters, the groups that they back off to, the levels
of each condition, all rows. Of each two families a crosstab says what one group holds of another.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from likeness.audit.findings import Tally
from likeness.audit.recount import Part
from likeness.audit.sources import ALL, CLUSTER_KEY, Sources
from likeness.warehouse import quoted

Measure = tuple[str, ...]  # columns that are filled in the rows that count; none: all rows


class Family(NamedTuple):
    """Published groups that share no row.

    `codes`: the group of each cell of rows, -1 for rows in none; `labels` of the groups; `table`
    that publishes them.
    """

    table: str
    name: str
    labels: list[str]
    codes: np.ndarray


class Region(NamedTuple):
    """Rows that can be had by subtraction: `rows` of them, from a group of `family`."""

    family: Family
    group: str
    what: str
    rows: int


def audit_differences(parts: Sequence[Part], sources: Sources, tally: Tally) -> None:
    """Look at what every two families of published groups leave of each other.

    `parts`: the published tables, read.
    """
    for source in sources.tables:
        published = _published([part for part in parts if part.source == source])
        columns = sorted({name for part, _ in _grouped(published) for name in part.by.columns})
        if not columns:
            continue
        cells = _cells(source, sources, columns, list(published))
        places = _Places(cells, sources)
        for measure, of_measure in published.items():
            rows = cells[_name(measure)].to_numpy(np.int64)
            families = _families(of_measure, cells, places)
            for region in regions_of(families, rows, tally.min_cell_rows):
                what = (
                    f"{region.what}, by rows with {' and '.join(measure)}"
                    if measure
                    else region.what
                )
                tally.look(region.family.table, f"{region.group}, {source}", what, region.rows)


def _published(parts: Sequence[Part]) -> dict[Measure, list[tuple[Part, pd.DataFrame]]]:
    """The parts by what their numbers count, each with its rows that publish some."""
    found: dict[Measure, list[tuple[Part, pd.DataFrame]]] = {}
    for part in parts:
        entry, frame = part.entry, part.frame
        if not entry.is_additive:
            frame = frame[frame[part.count].notna()]
        if entry.of_all_rows or entry.category or not entry.variables:
            found.setdefault((), []).append((part, frame))
            continue
        names = [frame[column] for column in entry.variables]
        for measure, rows in frame.groupby(names, sort=True):
            found.setdefault(tuple(measure), []).append((part, rows))
    return {
        measure: of_measure
        for measure, of_measure in found.items()
        if any(part.by.columns for part, _ in of_measure)
    }


def _grouped(published: dict) -> Iterator[tuple[Part, pd.DataFrame]]:
    return (pair for of_measure in published.values() for pair in of_measure)


def _name(measure: Measure) -> str:
    return "rows:" + ",".join(measure)


def _cells(
    source: str, sources: Sources, columns: list[str], measures: list[Measure]
) -> pd.DataFrame:
    """Rows by the values of all columns that make groups: their labels, and a count by measure."""
    known = set(sources.columns)
    counts = []
    for measure in measures:
        filled = " and ".join(f"{quoted(name)} is not null" for name in measure if name in known)
        counts.append(f"count(*) filter (where {filled or 'true'}) as {quoted(_name(measure))}")
    labels = [
        f"coalesce(cast({quoted(name)} as varchar), '(missing)') as {quoted(name)}"
        for name in columns
    ]
    own = ['"cluster_id" as cluster_number'] if CLUSTER_KEY in columns else []
    return sources.query(
        f"select {', '.join([*labels, *own, *counts])} from {{{source}}} group by all"
    )


class _Places:
    """The group of each cell by a column, or by a level of back-off, each found once."""

    def __init__(self, cells: pd.DataFrame, sources: Sources) -> None:
        self._cells, self._sources = cells, sources
        self._known: dict[tuple[str, str | None], tuple[np.ndarray, np.ndarray]] = {}

    def of(self, column: str, level: str | None) -> tuple[np.ndarray, np.ndarray]:
        """Codes of the cells, and the groups' labels."""
        if (column, level) not in self._known:
            place = self._cells[column]
            if level is not None:
                basis = pd.Series(level, index=self._cells.index, dtype=object)
                place = self._sources.label(self._cells["cluster_number"], basis)
            codes, labels = pd.factorize(place.astype(object), sort=True)
            self._known[column, level] = codes.astype(np.int64), np.asarray(labels, dtype=object)
        return self._known[column, level]


def _families(
    of_measure: Iterable[tuple[Part, pd.DataFrame]], cells: pd.DataFrame, places: _Places
) -> list[Family]:
    found = {(): Family("all rows", "all rows", [ALL], np.zeros(len(cells), dtype=np.int64))}
    for part, frame in of_measure:
        if len(part.by.keys) != 1:
            continue
        column = part.by.columns[0]
        published = set(frame[part.by.keys[0]].astype(object))
        for level in (None, *part.by.levels):
            codes, labels = places.of(column, level)
            shown = np.array([label in published for label in labels], dtype=bool)
            if shown.any():
                name = f"{column} ({level})" if level else column
                number = np.where(shown, np.cumsum(shown) - 1, -1)
                family = Family(part.entry.table, name, [*labels[shown]], number[codes])
                found[name, frozenset(labels[shown])] = family
    return list(found.values())


def regions_of(
    families: Sequence[Family], rows: np.ndarray, min_cell_rows: int
) -> Iterator[Region]:
    """What can be had of any two families of groups of cells, with `rows` each."""
    for number, one in enumerate(families):
        for other in families[number + 1 :]:
            yield from regions(one, other, rows, min_cell_rows)


def regions(one: Family, other: Family, rows: np.ndarray, min_cell_rows: int) -> Iterator[Region]:
    """What can be had of two families by subtracting their groups from each other.

    A group less the other family's groups within it; what covers a group, less the group; and
    groups that are almost the same rows as groups of the other family, less these.
    """
    table = crosstab(one, other, rows)
    yield from _of_groups(table, one, other)
    yield from _of_groups(table.T, other, one)
    yield from _almost_the_same(table, one, other, min_cell_rows)


def crosstab(one: Family, other: Family, rows: np.ndarray) -> np.ndarray:
    """Rows (groups of one + 1, groups of other + 1); first come those in none."""
    width = len(other.labels) + 1
    place = (one.codes + 1) * width + other.codes + 1
    shape = (len(one.labels) + 1, width)
    return np.bincount(place, weights=rows, minlength=shape[0] * width).reshape(shape)


def _of_groups(table: np.ndarray, one: Family, other: Family) -> Iterator[Region]:
    """What is left of each group of `one`, and of those of `other` that cover it."""
    size, others = table.sum(axis=1)[1:], table.sum(axis=0)
    within = (table[1:] == others) & (others > 0)
    within[:, 0] = False
    touching = table[1:] > 0
    left = size - (within * others).sum(axis=1)
    covering = (touching[:, 1:] * others[1:]).sum(axis=1) - size
    covered = (table[1:, 0] == 0) & touching[:, 1:].any(axis=1)
    for at, label in enumerate(one.labels):
        group = f"{one.name}={label}"
        if within[at].any():
            what = f"less the groups by {other.name} within it leaves"
            yield Region(one, group, what, int(left[at]))
        if covered[at]:
            what = f"the groups by {other.name} that cover it, less it, leave"
            yield Region(one, group, what, int(covering[at]))


def _almost_the_same(
    table: np.ndarray, one: Family, other: Family, min_cell_rows: int
) -> Iterator[Region]:
    thick = np.argwhere(table[1:, 1:] >= min_cell_rows)
    if not len(thick):
        return
    count = len(one.labels) + len(other.labels)
    ends = thick[:, 0], thick[:, 1] + len(one.labels)
    graph = csr_matrix((np.ones(len(thick)), ends), shape=(count, count))
    _, part = connected_components(graph, directed=False)
    left, right = part[: len(one.labels)], part[len(one.labels) :]
    parts = part.max() + 1
    total = np.bincount(left, table.sum(axis=1)[1:], parts)
    total_other = np.bincount(right, table.sum(axis=0)[1:], parts)
    at, to = np.indices(table[1:, 1:].shape)
    same = left[at] == right[to]
    common = np.bincount(left[at][same], table[1:, 1:][same], parts)
    apart = total + total_other - 2 * common
    for number in np.flatnonzero((common > 0) & (apart > 0) & (apart < min_cell_rows)):
        members = [label for label, own in zip(one.labels, left, strict=True) if own == number]
        shown = f"{one.name}={', '.join(members[:3])}{', ...' if len(members) > 3 else ''}"
        what = f"less the groups by {other.name} that are almost the same rows leaves"
        yield Region(one, shown, what, int(apart[number]))
