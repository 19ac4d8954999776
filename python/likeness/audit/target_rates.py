"""Rates of the target by groups of levels: what each rests on, recounted from the source."""

from collections.abc import Mapping

import pandas as pd

from likeness import warehouse
from likeness.audit.findings import Tally
from likeness.audit.registry import OTHER
from likeness.audit.sources import Sources, text

TABLE = "marts.comparison_target_rates"


def audit_target_rates(sources: Sources, target: Mapping[str, str], tally: Tally) -> None:
    """Rows of either class of the target behind each rate, by source, and of each level named.

    Which rare levels `(other)` stands for is not published; such a group's named levels are looked
    at, and its rates are not recounted.
    """
    groups = sources.query(f"select * from {sources.table(TABLE)} where train is not null")
    for variable, rows in groups.groupby("variable", sort=True):
        for source in ("train", "holdout"):
            counts = _counts(sources, source, str(variable), target)
            for row in rows.itertuples():
                label = f"variable={variable}, level={row.level}, {source}"
                levels = levels_named(row.level, set(counts.index))
                held = counts.reindex([level for level in levels if level != OTHER]).fillna(0)
                if source == "train":
                    for level, n in held.sum(axis=1).items():
                        tally.look(TABLE, label, f"{level} is named, held by", int(n))
                if OTHER not in levels:
                    for side, n in held.sum().items():
                        tally.look(TABLE, label, f"the rate's {side} rows", int(n))


def levels_named(label: str, known: set[str]) -> list[str]:
    """The levels that a group's label names."""
    return [label] if label in known else label.split(", ")


def _counts(
    sources: Sources, source: str, variable: str, target: Mapping[str, str]
) -> pd.DataFrame:
    """Rows by level (index) and class of the target: columns `positive` and `negative`."""
    of_target = f"cast({warehouse.quoted(target['variable'])} as varchar)"
    positive = str(target["positive"]).replace("'", "''")
    found = sources.query(
        f"select {text(variable)} as level, "
        f"count(*) filter (where {of_target} = '{positive}') as positive, "
        f"count(*) filter (where {of_target} <> '{positive}') as negative "
        f"from {{{source}}} where {of_target} is not null group by level"
    )
    return found.set_index("level")
