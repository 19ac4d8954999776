"""Recounts, from the source, the rows that each published number rests on."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from likeness.audit.findings import Tally
from likeness.audit.registry import ALL, MISSING, OTHER, Published
from likeness.moments import cell_quantiles

SOURCES = {
    "train": "select loans.*, clustered.cluster_id from intermediate.int_loans__train as loans "
    "left join intermediate.int_loans__clustered as clustered on loans.loan_id = clustered.loan_id",
    "holdout": "select *, cast(null as integer) as cluster_id from intermediate.int_loans__holdout",
}
GROUP, SET, REST = "group_rows_", "set_rows_", "rest_rows_"


def load_sources(connection) -> dict[str, int]:
    """The source rows as temporary tables `audited_<source>`; the rows of each."""
    for source, query in SOURCES.items():
        connection.execute(f"create or replace temporary table audited_{source} as {query}")
    counted = {
        s: connection.execute(f"select count(*) from audited_{s}").fetchall() for s in SOURCES
    }
    return {source: rows[0][0] for source, rows in counted.items()}


def audit_table(connection, entry: Published, totals: dict[str, int], tally: Tally) -> None:
    """Look at every number of one table of the registry."""
    tally.tables.add(entry.table)
    whole = connection.execute(f"select * from {entry.table} where {entry.where}").df()
    for source, columns in entry.of.items():
        told = list(dict.fromkeys([*columns, *filter(None, [entry.counts.get(source)])]))
        frame = whole[whole[entry.source] == source] if entry.source else whole
        frame = frame[frame[told].notna().any(axis=1)]
        for part, keys in _parts(entry, frame):
            sized = _sized(connection, entry, source, part, keys)
            _look_at_rows(entry, sized, columns, source, tally)
            _look_at_rest(entry, sized, keys, source, totals[source], tally)
            _look_at_values(connection, entry, source, sized, keys, tally)


def _parts(entry: Published, frame: pd.DataFrame):
    """The table in parts whose rows name the same columns, each with its key columns."""
    naming = [name for name, _ in entry.named] + list(entry.variables)
    if not naming:
        yield frame, dict(entry.keys)
        return
    for names, part in frame.groupby(naming, sort=True):
        levels = {value: names[i] for i, (_, value) in enumerate(entry.named)}
        yield part, {**entry.keys, **levels}


def _variables(entry: Published, part: pd.DataFrame) -> list[str]:
    return [str(part[column].iloc[0]) for column in entry.variables]


def _sized(connection, entry: Published, source: str, part: pd.DataFrame, keys: dict):
    """`part` with the rows of its group, of the set it rests on, and of those it leaves out."""
    variables = _variables(entry, part)
    filled = " and ".join(f'"{name}" is not null' for name in variables) or "true"
    selected = [
        f"coalesce(cast(\"{of}\" as varchar), '{MISSING}') as key_{i}"
        for i, of in enumerate(keys.values())
    ]
    if entry.category:
        selected.append(f"coalesce(cast(\"{variables[0]}\" as varchar), '{MISSING}') as category_")
    counted = f"count(*) as {GROUP}, count(*) filter (where {filled}) as {SET}"
    rows = connection.execute(
        f"select {', '.join([*selected, counted])} from audited_{source} group by all"
    ).df()
    by = [f"key_{i}" for i in range(len(keys))]
    labels = part[list(keys)].astype("string").fillna(MISSING)
    labels.columns = by
    # A row on all of a key's values rests on their sum.
    everything = rows.assign(**dict.fromkeys(by, ALL)) if by else rows
    rows = pd.concat([rows, everything]) if (labels == ALL).to_numpy().any() else rows
    sized = pd.concat([part.reset_index(drop=True), labels.reset_index(drop=True)], axis=1)
    groups = rows.groupby(by)[[GROUP, SET]].sum() if by else rows[[GROUP, SET]].sum().to_frame().T
    if not entry.category:
        return _joined(sized, groups, by)
    sized = _joined(sized, groups[[GROUP]], by)
    sized["category_"] = (
        MISSING
        if entry.category == MISSING
        else sized[entry.category].astype("string").fillna(MISSING)
    )
    counts = rows.rename(columns={GROUP: "n_"}).groupby([*by, "category_"])["n_"].sum()
    sized = sized.merge(counts.reset_index(), on=[*by, "category_"], how="left")
    sized["n_"] = sized["n_"].fillna(0)
    named = sized["n_"].where(sized["category_"] != OTHER, 0)
    told = named.groupby([sized[key] for key in by]).transform("sum") if by else named.sum()
    sized[SET] = sized["n_"].where(sized["category_"] != OTHER, sized[GROUP] - told)
    has_other = sized["category_"].eq(OTHER)
    has_other = (
        has_other.groupby([sized[key] for key in by]).transform("any") if by else has_other.any()
    )
    sized[REST] = np.where(has_other, 0, sized[GROUP] - told)
    return sized


def _joined(sized: pd.DataFrame, groups: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    if by:
        return sized.merge(groups.reset_index(), on=by, how="left").fillna(dict.fromkeys(groups, 0))
    return sized.assign(**groups.iloc[0].to_dict())


def _label(entry: Published, row: pd.Series) -> str:
    columns = [*entry.keys, *(c for pair in entry.named for c in pair), *entry.variables]
    if entry.category and entry.category != MISSING:
        columns.append(entry.category)
    return ", ".join(f"{column}={row[column]}" for column in columns)


def _look_at_rows(entry, sized: pd.DataFrame, columns: Sequence[str], source: str, tally: Tally):
    count = entry.counts.get(source)
    rests_on = GROUP if entry.of_all_rows else SET
    for _, row in sized.iterrows():
        label = f"{_label(entry, row)}, {source}"
        for column in columns:
            if pd.notna(row[column]):
                tally.look(entry.table, label, f"{column} rests on", row[rests_on])
        if count and pd.notna(row[count]):
            tally.look(entry.table, label, f"{count} prints", row[count])


def _look_at_rest(entry, sized: pd.DataFrame, keys: dict, source: str, total: int, tally: Tally):
    """What a reader can subtract: the rows of a group, or of all, that a table leaves out."""
    count = entry.counts.get(source)
    if REST in sized and entry.rest_told and entry.category != MISSING:
        groups = [f"key_{i}" for i in range(len(keys))]
        for _, row in (sized.drop_duplicates(groups) if groups else sized.head(1)).iterrows():
            tally.look(entry.table, f"{_label(entry, row)}, {source}", "left out", row[REST])
    if not count:
        return
    if entry.variables and not entry.category:
        for _, row in sized[sized[count].notna()].iterrows():
            label = f"{_label(entry, row)}, {source}"
            tally.look(entry.table, label, f"{count} tells of the missing", row[GROUP] - row[SET])
    if entry.of_all_rows and keys:
        labels = [f"key_{i}" for i in range(len(keys))]
        groups = sized[sized[count].notna() & (sized[labels] != ALL).all(axis=1)]
        rest = total - groups.drop_duplicates(labels)[GROUP].sum()
        tally.look(entry.table, f"{', '.join(keys)}, {source}", "all groups leave out", rest)


def _look_at_values(connection, entry, source, sized, keys: dict, tally: Tally) -> None:
    """Is a quantile, or an edge, a value that few borrowers have?"""
    if not (entry.order_statistics or entry.edges):
        return
    variable = f'"{_variables(entry, sized)[0]}"'
    values = connection.execute(
        f"select cast({variable} as double) as value, count(*) as n from audited_{source} "
        f"where {variable} is not null group by value order by value"
    ).df()
    held = dict(zip(values["value"], values["n"], strict=True))
    ends = {values["value"].iloc[0], values["value"].iloc[-1]} if len(values) else set()
    for _, row in sized.iterrows():
        label = f"{_label(entry, row)}, {source}"
        for column in entry.edges:
            if row[column] in ends:
                tally.look(
                    entry.table, label, f"{column} is the outermost value, of", held[row[column]]
                )
        rare = [c for c in entry.order_statistics if tally.too_few(held.get(row[c], 0))]
        if rare:
            sound = _cell_means(connection, source, variable, row, keys, tally.floor)
            for column in rare:
                if not np.isclose(row[column], sound.get(column, np.nan), rtol=1e-8, atol=0):
                    tally.add(entry.table, label, f"{column} is a value of", held[row[column]])


def _cell_means(connection, source, variable: str, row, keys: dict, floor: int) -> dict:
    """The quantiles of a row's group by their definition, each the mean of `floor` rows."""
    same = " and ".join(
        f"coalesce(cast(\"{of}\" as varchar), '{MISSING}') = $key_{i}"
        for i, of in enumerate(keys.values())
    )
    given = {f"key_{i}": str(row[f"key_{i}"]) for i in range(len(keys))}
    values = connection.execute(
        f"select cast({variable} as double), count(*) from audited_{source} "
        f"where {variable} is not null and {same or 'true'} group by 1 order by 1",
        given,
    ).fetchall()
    if sum(n for _, n in values) < floor:
        return {}
    return cell_quantiles(
        np.array([value for value, _ in values]), np.array([n for _, n in values]), floor
    )
