"""Rates and means by one or two conditions: what each rests on, and what the hidden cells are."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from likeness import warehouse
from likeness.audit.engines import number, text
from likeness.audit.findings import Tally
from likeness.audit.registry import OTHER
from likeness.audit.sources import SOURCES as REAL
from likeness.audit.sources import Sources
from likeness.metrics.cells import determined

TABLE = "marts.comparison_rates"
SIDES = ("negative", "positive")
Key = tuple[str, ...]


def audit_rates(sources: Sources, target: Mapping[str, str] | None, tally: Tally) -> None:
    """Rows behind each rate, by class of the target, and behind each mean, in either real source.

    Which rare levels `(other)` stands for is not published; such a group's named levels are looked
    at, and its rates are not recounted.
    Of two variables also what the margins and the cells shown give away of the hidden ones.
    """
    table = sources.query(f"select * from {sources.table(TABLE)} where train is not null")
    for (measure, *names), rows in table.groupby(
        ["measure", "variable_1", "variable_2"], sort=True, dropna=False
    ):
        names = [name for name in names if pd.notna(name)]
        if measure.startswith("mean of "):
            _audit_means(sources, measure.removeprefix("mean of "), names, rows, tally)
        elif target:
            counts = {source: _counts(sources, source, names, target) for source in REAL}
            _audit_groups(names, rows, counts, tally)
            if len(names) == 2:
                _audit_hidden(names, rows, counts, tally)


def _audit_groups(
    names: Sequence[str], rows: pd.DataFrame, counts: Mapping[str, pd.DataFrame], tally: Tally
) -> None:
    values = [set(_values(counts, i)) for i in range(1, len(names) + 1)]
    train = [
        counts["train"].groupby(f"level_{i}")[list(SIDES)].sum().sum(axis=1)
        for i in range(1, len(names) + 1)
    ]
    for row in rows.to_dict("records"):
        levels = [levels_named(row[f"level_{i}"], known) for i, known in enumerate(values, 1)]
        for source, frame in counts.items():
            label = f"{_label(names, row)}, {source}"
            inside = np.ones(len(frame), dtype=bool)
            for i, of in enumerate(levels, 1):
                inside &= frame[f"level_{i}"].isin(of).to_numpy()
            if not any(OTHER in of for of in levels):
                for side in SIDES:
                    held = int(frame.loc[inside, side].sum())
                    tally.look(TABLE, label, f"the rate's {side} rows", held)
        for of, held in zip(levels, train, strict=True):
            for level in of:
                if level != OTHER:
                    what = f"{level} is named, held by"
                    tally.look(TABLE, _label(names, row), what, int(held.get(level, 0)))


def _audit_hidden(
    names: Sequence[str], rows: pd.DataFrame, counts: Mapping[str, pd.DataFrame], tally: Tally
) -> None:
    """What is not shown of each row and column of the table, and each cell that they determine."""
    places = []
    for i in (1, 2):
        groups = list(dict.fromkeys(rows[f"level_{i}"]))
        of_level = {
            level: place
            for place, group in enumerate(groups)
            for level in levels_named(group, set(_values(counts, i)))
        }
        places.append((of_level, len(groups)))
    # What is in no group that is shown is a line of its own, where there is anything.
    unplaced = [
        any((~frame[f"level_{i}"].isin(list(of))).any() for frame in counts.values())
        for i, (of, _) in enumerate(places, 1)
    ]
    shape = tuple(n + rest for (_, n), rest in zip(places, unplaced, strict=True))
    visible = np.zeros(shape, dtype=bool)
    for row in rows.itertuples():
        visible[
            places[0][0][levels_named(row.level_1, set(_values(counts, 1)))[0]],
            places[1][0][levels_named(row.level_2, set(_values(counts, 2)))[0]],
        ] = True
    label = f"{names[0]} by {names[1]}"
    for source, frame in counts.items():
        at = [
            frame[f"level_{i}"].map(of).fillna(n).astype(int) for i, (of, n) in enumerate(places, 1)
        ]
        for side in SIDES:
            table = np.zeros(shape)
            np.add.at(table, tuple(at), frame[side])
            hidden = np.where(visible, 0, table)
            for axis, name, (_, n) in ((1, names[0], places[0]), (0, names[1], places[1])):
                for held in hidden.sum(axis=axis)[:n]:
                    what = f"left of a level of {name}: {side} rows"
                    tally.look(TABLE, f"{label}, {source}", what, held)
            for i, j in determined(~visible):
                what = f"a hidden cell's {side} rows"
                tally.look(TABLE, f"{label}, {source}", what, table[i, j])


def _audit_means(
    sources: Sources, variable: str, names: Sequence[str], rows: pd.DataFrame, tally: Tally
) -> None:
    condition, by = names
    for source in REAL:
        read = sources.source_of(source, True)
        for row in rows.to_dict("records"):
            level = warehouse.literal(row["level_1"])
            band = [f"{number(by)} >= {row['lower']!r}"] if pd.notna(row["lower"]) else []
            band += [f"{number(by)} < {row['upper']!r}"] if pd.notna(row["upper"]) else []
            inside = " and ".join(band) or f"{number(by)} is not null"
            if row["level_2"] == "(missing)":
                inside = f"{number(by)} is null"
            elif row["level_2"].endswith(" or missing"):
                inside = f"({inside} or {number(by)} is null)"
            found = sources.query(
                f"select count(*) as n from {{{read}}} where {text(condition)} = {level} "
                f"and {number(variable)} is not null and {inside}"
            )
            label = f"{_label(names, row)}, {source}"
            tally.look(TABLE, label, f"mean of {variable} rests on", int(found["n"].iloc[0]))


def levels_named(label: str, known: set[str]) -> list[str]:
    """The levels that a group's label names."""
    return [label] if label in known else label.split(", ")


def _values(counts: Mapping[str, pd.DataFrame], i: int) -> pd.Series:
    return pd.concat([frame[f"level_{i}"] for frame in counts.values()])


def _label(names: Sequence[str], row: Mapping) -> str:
    return ", ".join(f"{name}={row[f'level_{i}']}" for i, name in enumerate(names, 1))


def _counts(
    sources: Sources, source: str, names: Sequence[str], target: Mapping[str, str]
) -> pd.DataFrame:
    """Rows by level of each variable and class of the target."""
    levels = ", ".join(f"{_level(sources, name)} as level_{i}" for i, name in enumerate(names, 1))
    of_target = f"cast({warehouse.quoted(target['variable'])} as varchar)"
    positive = warehouse.literal(str(target["positive"]))
    read = sources.source_of(source, True)
    return sources.query(
        f"select {levels}, count(*) filter (where {of_target} <> {positive}) as negative, "
        f"count(*) filter (where {of_target} = {positive}) as positive "
        f"from {{{read}}} where {of_target} is not null group by all order by all"
    )


def _level(sources: Sources, name: str) -> str:
    """SQL of a column's level: of a date its quarter, as `macros/rates_by.sql` has it."""
    if not str(sources.columns.get(name, "")).startswith(("DATE", "TIMESTAMP")):
        return text(name)
    column = warehouse.quoted(name)
    parts = [f"cast(extract({part} from {column}) as varchar)" for part in ("year", "quarter")]
    return f"coalesce({parts[0]} || '-Q' || {parts[1]}, '(missing)')"
