"""The source rows that an audit recounts, each query asked once, grouped as published."""

import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from likeness import warehouse
from likeness.audit import engines
from likeness.audit.engines import MISSING, number, text
from likeness.profiles.cluster_statistics import groups_query

ALL = "all"
CLUSTER = "cluster"  # the level at which a cluster stands for itself
CLUSTER_KEY = "cluster_id"
SOURCES = ("train", "holdout")
SAMPLED = "_sample"  # after a source's name: of its rows, those that comparison marts rest on
LOANS, SPLIT = "staging.stg_loans", "intermediate.int_loans__split"
CLUSTERED, CLUSTERS = "intermediate.int_loans__clustered", "intermediate.int_value_groups__merged"


class Grouping(NamedTuple):
    """Source columns that group rows, and the levels of back-off that their clusters are read at.

    Only `cluster_id` has levels beside its own: the rows of a level's group are those of all the
    clusters that form it.
    """

    columns: tuple[str, ...]
    levels: tuple[str, ...] = ()

    @property
    def keys(self) -> list[str]:
        """Names of the label columns, one for each of `columns`."""
        return [f"key_{i}" for i in range(len(self.columns))]


class Sources:
    """Counts of the train and the holdout rows of a build, each as a DataFrame.

    `prefix` is var schema_prefix: tables are named without it here, and found with it. A source of
    more than `sample_rows` rows (var max_comparison_rows) is there a second time, as the sample
    that comparison marts rest on (`source_of`).
    Labels of a group are texts, `(missing)` for null; those of a back-off group are made by
    `label`. Every frame has the label columns of its `Grouping` first.
    """

    def __init__(
        self, connection: warehouse.Connection, prefix: str = "", sample_rows: int | None = None
    ) -> None:
        self.connection = connection
        self.prefix = prefix
        self.tables: dict[str, str] = {}
        self._engine = engines.of(connection)
        self._kept: list[tuple[engines.Here, str]] = []
        for source in SOURCES:
            self._keep(source, self._rows(source))
        for source in SOURCES if sample_rows else ():
            rows = self._run(f"select count(*) from {self.tables[source]}").fetchall()[0][0]
            if rows > sample_rows:
                # As int_comparison__sample places its rows.
                self._keep(
                    source + SAMPLED,
                    f"select * from {self.tables[source]} "
                    f"order by md5(loan_id || ':compare'), loan_id limit {sample_rows}",
                )
        self.columns = self._described()
        self.filled = {source: self._filled(source) for source in self.tables}
        self.totals = {source: int(filled["*"]) for source, filled in self.filled.items()}
        self.group_table = f"audited_groups_{id(self):x}"
        self.groups = self._groups()
        self._known: dict[tuple, pd.DataFrame] = {}
        self._categories: dict[tuple, dict[str, pd.DataFrame]] = {}
        self._lattices: dict[str, dict[str, float]] = {}

    def table(self, name: str) -> str:
        """A table (layer.name) as SQL of this database names it."""
        return f"{self.prefix}{name}"

    def source_of(self, source: str, sampled: bool) -> str:
        """The name under which the rows of `source` are counted, all of them or those sampled."""
        return source + SAMPLED if sampled and source + SAMPLED in self.tables else source

    def close(self) -> None:
        """Drop the temporary tables."""
        for at, table in self._kept:
            at.drop(table)
        self._run(f"drop table if exists {self.group_table}")

    def query(self, sql: str, **frames: pd.DataFrame) -> pd.DataFrame:
        """The result of a query in which {train}, {holdout} and {name of a frame} are tables."""
        for source, table in self.tables.items():
            sql = sql.replace("{" + source + "}", table)
        named = {f"{name}_{id(self):x}": frame for name, frame in frames.items()}
        for name in frames:
            sql = sql.replace("{" + name + "}", f"{name}_{id(self):x}")
        return warehouse.query(self.connection, sql, **named)

    def label(self, cluster_ids: pd.Series, levels: pd.Series | None = None) -> pd.Series:
        """The label of the group that stands for each cluster at its level (None: the cluster)."""
        own = cluster_ids.astype("Int64").astype("string").fillna(MISSING)
        if levels is None:
            return own
        asked = pd.DataFrame({"cluster_id": cluster_ids.to_numpy(), "basis": levels.to_numpy()})
        found = asked.merge(self.groups, on=["cluster_id", "basis"], how="left")
        backed_off = (levels.notna() & (levels != CLUSTER)).to_numpy()
        groups = "(" + found["basis"].astype("string") + ") " + found["group_id"].astype("string")
        return own.where(~backed_off, groups.set_axis(own.index)).fillna("(unknown group)")

    def group_rows(self, source: str, by: Grouping) -> pd.DataFrame:
        """Rows of each group (`n`) by which of the columns with gaps are null in them (bool).

        The flag of a column is `gap(name)`, which is no name of the audit's own.
        """
        known = (source, by)
        if known not in self._known:
            gaps = [name for name, n in self.filled[source].items() if n < self.totals[source]]
            flags = [warehouse.quoted(gap(name)) for name in gaps if name in self.columns]
            selected = [
                f"{warehouse.quoted(name)} is null as {warehouse.quoted(gap(name))}"
                for name in gaps
                if name in self.columns
            ]
            self._known[known] = self.query(
                f"select {', '.join([*by.keys, *flags, 'count(*) as n'])} "
                f"from ({self._labelled(source, by, selected)}) group by all"
            )
        return self._known[known]

    def filled_rows(
        self, source: str, by: Grouping, sets: Iterable[tuple[str, ...]]
    ) -> pd.DataFrame:
        """Rows of each group with all of a set's columns filled: one row per group and set.

        Columns: the labels, `variables` (the tuple) and `set_rows`. Names that are no column of
        the source count as filled.
        """
        patterns = self.group_rows(source, by)
        groups, codes = _numbered(patterns, by.keys)
        sets = list(sets)
        if not sets:
            return pd.DataFrame(columns=[*by.keys, "variables", "set_rows"])
        rows = patterns["n"].to_numpy(float)
        gaps = {
            name: ~patterns[gap(name)].to_numpy(bool)
            for name in set(itertools.chain.from_iterable(sets))
            if gap(name) in patterns
        }
        held = {}
        for names in sets:
            weights = rows
            for name in names:
                weights = weights * gaps[name] if name in gaps else weights
            held[names] = np.bincount(codes, weights=weights, minlength=len(groups))
        frame = pd.concat([groups] * len(sets), ignore_index=True)
        frame["variables"] = list(itertools.chain.from_iterable([s] * len(groups) for s in sets))
        frame["set_rows"] = np.concatenate(list(held.values()))
        return frame

    def category_rows(self, source: str, by: Grouping, names: Sequence[str]) -> pd.DataFrame:
        """Rows (`n`) of each group, variable and value; a missing value is `(missing)`."""
        known = self._categories.setdefault((source, by), {})
        asked = [name for name in dict.fromkeys(names) if name in self.columns]
        if unknown := [name for name in asked if name not in known]:
            texts = [f"{text(name)} as {warehouse.quoted(name)}" for name in unknown]
            frame = self._long(source, by, texts, unknown, "category")
            known |= dict.fromkeys(unknown, frame.iloc[:0])
            known |= dict(iter(frame.groupby("variable")))
        columns = [*by.keys, "category", "n", "variable"]
        parts = [known[name] for name in asked]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)

    def value_rows(self, source: str, by: Grouping, asked: pd.DataFrame) -> pd.DataFrame:
        """Rows (`n`) of each value (float) of the groups and variables in `asked`, ascending.

        `asked` has the labels and `variable`; so has the result, with `value` and `n`.
        """
        names = sorted(set(asked["variable"]) & set(self.columns))
        if not names:
            return pd.DataFrame(columns=[*by.keys, "variable", "value", "n"])
        return self._long(source, by, _numbers(names), names, "value", asked=asked)

    def spreads(self, source: str, by: Grouping, names: Sequence[str], cell: int) -> pd.DataFrame:
        """How numbers spread in each group: one row per group and variable.

        Columns: the labels, `variable`, `std` (n - 1) and `coding`: by what part of it the std
        falls where the `cell` lowest values count as their mean, and the `cell` highest.
        """
        long = self._unpivoted(source, by, _numbers(names), names, "value")
        return self.query(self._engine.spreads(long, [*by.keys, "variable"], cell))

    def placed(self, source: str, asked: pd.DataFrame) -> pd.DataFrame:
        """Rows (`n`) of each value in `asked` (variable, value), and whether it `is_end`.

        That is the lowest or the highest of its column.
        """
        names = sorted(set(asked["variable"]) & set(self.columns))
        if not names:
            return pd.DataFrame(columns=["variable", "value", "n", "is_end"])
        placed = self._engine.placed("{" + source + "}", names)
        return self.query(
            f"select * from ({placed}) as placed "
            "semi join {asked} as asked using (variable, value)",
            asked=asked[["variable", "value"]].drop_duplicates(),
        )

    def lattices(self, names: Sequence[str]) -> pd.DataFrame:
        """Lowest value (`origin`) and smallest distance of two (`unit`) of each train column.

        One row per column, named by the index; a column of one value has no unit.
        """
        unknown = [name for name in names if name in self.columns and name not in self._lattices]
        if unknown:
            long = self._unpivoted("train", Grouping(()), _numbers(unknown), unknown, "value")
            found = self.query(
                f"with {long}, "
                "held as (select distinct variable, value from long where value is not null), "
                "gaps as (select variable, value, value - lag(value) over "
                "(partition by variable order by value) as gap from held) "
                "select variable, min(value) as origin, min(gap) as unit from gaps group by all"
            )
            self._lattices |= found.set_index("variable").to_dict("index")
        known = {name: self._lattices[name] for name in names if name in self._lattices}
        return pd.DataFrame.from_dict(known, orient="index", columns=["origin", "unit"])

    def _long(
        self,
        source: str,
        by: Grouping,
        columns: Sequence[str],
        names: Sequence[str],
        value: str,
        *,
        asked: pd.DataFrame | None = None,
    ) -> pd.DataFrame:
        """Rows (`n`) of columns of one type by group, variable and value.

        Nulls are left out; with `asked` (labels and `variable`) what isn't in it.
        """
        keys = [*by.keys, "variable"]
        semi = f"semi join {{asked}} as asked using ({', '.join(keys)})"
        frames = {} if asked is None else {"asked": asked[keys].drop_duplicates()}
        return self.query(
            f"with {self._unpivoted(source, by, columns, names, value)} "
            f"select {', '.join(keys)}, {value}, count(*) as n from long {semi if frames else ''} "
            f"where {value} is not null group by all order by all",
            **frames,
        )

    def _unpivoted(
        self, source: str, by: Grouping, columns: Sequence[str], names: Sequence[str], value: str
    ) -> str:
        return self._engine.long(self._labelled(source, by, columns), by.keys, names, value)

    def _labelled(self, source: str, by: Grouping, selected: Sequence[str]) -> str:
        """A query for the label columns of each row and what else is `selected` of it."""
        own = [f"{text(name)} as key_{i}" for i, name in enumerate(by.columns)]
        table = "{" + source + "}"
        queries = [f"select {', '.join([*own, *selected]) or '1'} from {table}"]
        for level in by.levels:
            key = f"'({level}) ' || cast(of_level.group_id as varchar) as key_0"
            queries.append(
                f"select {', '.join([key, *own[1:], *selected])} from {table} as of_rows "
                f"inner join {self.group_table} as of_level "
                f"on of_rows.cluster_id = of_level.cluster_id and of_level.basis = '{level}'"
            )
        return " union all ".join(queries)

    def _filled(self, source: str) -> dict[str, int]:
        counts = ", ".join(
            f"count({warehouse.quoted(name)}) as {warehouse.quoted(name)}" for name in self.columns
        )
        frame = self.query(f'select {counts}, count(*) as "*" from {self.tables[source]}')
        return {name: int(n) for name, n in frame.iloc[0].items()}

    def _groups(self) -> pd.DataFrame:
        clusters = self.table(CLUSTERS)
        present = self._run(
            "select count(*) from information_schema.tables where table_catalog = "
            "current_database() and lower(table_schema || '.' || table_name) = "
            f"lower('{clusters}')"
        ).fetchall()[0][0]
        nested = groups_query(clusters)
        nothing = (
            "select null::integer as cluster_id, null::varchar as basis, null as group_id limit 0"
        )
        self._run(
            f"create or replace temporary table {self.group_table} as "
            f"select cluster_id, basis, group_id from ({nested if present else nothing})"
        )
        return self._run(f"from {self.group_table}").df()

    def _rows(self, source: str) -> str:
        return (
            f"select loans.*, clustered.cluster_id from {self.table(LOANS)} as loans "
            f"inner join {self.table(SPLIT)} as split on loans.loan_id = split.loan_id "
            f"left join {self.table(CLUSTERED)} as clustered "
            f"on loans.loan_id = clustered.loan_id where split.split = '{source}'"
        )

    def _keep(self, source: str, query: str) -> None:
        table = self.tables[source] = f"audited_{source}_{id(self):x}"
        # A sample is small, and so at hand wherever the rows lie.
        at = engines.Here(self.connection) if source.endswith(SAMPLED) else self._engine
        at.keep(table, query)
        self._kept.append((at, table))

    def _described(self) -> dict[str, str]:
        """The columns of the train rows, and their types."""
        table = f"audited_columns_{id(self):x}"
        empty = f"select * from {self.tables['train']} limit 0"
        self._run(f"create or replace temporary table {table} as {empty}")
        described = self._run(f"describe {table}").fetchall()
        self._run(f"drop table {table}")
        return {name: kind for name, kind, *_ in described}

    def _run(self, sql: str) -> warehouse.Connection:
        return self.connection.execute(sql)


def gap(name: str) -> str:
    """The flag that says whether a row lacks the value of a column."""
    return f"no {name}"


def _numbers(names: Sequence[str]) -> list[str]:
    """Columns as numbers, by their own names."""
    return [f"{number(name)} as {warehouse.quoted(name)}" for name in names]


def _numbered(frame: pd.DataFrame, keys: list[str]) -> tuple[pd.DataFrame, np.ndarray]:
    """The groups of `keys` in `frame` and the group of each row; one group without keys."""
    if not keys:
        return pd.DataFrame(index=[0]), np.zeros(len(frame), dtype=np.int64)
    codes = frame.groupby(keys, sort=True, dropna=False).ngroup().to_numpy()
    groups = frame[keys].iloc[np.unique(codes, return_index=True)[1]].reset_index(drop=True)
    return groups, codes
