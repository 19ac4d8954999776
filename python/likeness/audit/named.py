"""Values that are named: each must be held by enough train rows, or be no secret at all.

No secret are the values that the project itself lists: `allowed_values` in fields.csv. A seed may
so name a part of a composed text (a state) that few rows or none have: values that are not
published are drawn with equal shares from the public list, so that naming one discloses no row.
"""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from likeness import warehouse
from likeness.audit.engines import MISSING
from likeness.audit.findings import Tally
from likeness.audit.recount import Part
from likeness.audit.registry import OTHER
from likeness.audit.sources import ALL, SOURCES, Grouping, Sources
from likeness.schema.fields import Field

CLUSTERS, SHARES = "profiles.clusters", "profiles.segment_shares"
COLUMNS = ["table", "variable", "value"]
LABELS = (OTHER, MISSING, ALL, "mixed")


def public_values(fields: Sequence[Field]) -> dict[str, set[str]]:
    """The values of each column that the project lists, as rows hold and as seeds print them."""
    public = {
        field.name: {*field.allowed_values, *map(field.print_category, field.allowed_values)}
        for field in fields
    }
    return {name: values for name, values in public.items() if values}


def named_in(parts: Iterable[Part]) -> pd.DataFrame:
    """The values that published tables name: categories, levels of conditions, periods."""
    found = [pd.DataFrame(columns=COLUMNS)]
    for part in parts:
        entry, frame = part.entry, part.frame
        pairs = [(frame[name], frame[value]) for name, value in entry.named]
        if entry.category and entry.category in frame:
            pairs.append((frame[entry.variables[0]], frame[entry.category]))
        for key, column in entry.keys.items():
            if key != "cluster_id":
                pairs.append((pd.Series(column, index=frame.index), frame[key]))
        for variables, values in pairs:
            named = {"table": entry.table, "variable": variables, "value": values}
            found.append(pd.DataFrame(named).drop_duplicates())
    return pd.concat(found, ignore_index=True)


def named_segments(sources: Sources, segment_keys: Sequence[str]) -> pd.DataFrame:
    """The values of segment keys that clusters and their shares name."""
    queries = [
        f"select '{CLUSTERS}' as \"table\", {warehouse.literal(key)} as variable, "
        f"unnest(string_split({warehouse.quoted(key)}, '|')) as value "
        f"from {sources.table(CLUSTERS)}"
        for key in segment_keys
    ]
    queries.append(f"select '{SHARES}', variable, value from {sources.table(SHARES)}")
    return sources.query(" union ".join(queries))


def audit_named(
    named: pd.DataFrame, public: Mapping[str, set[str]], sources: Sources, tally: Tally
) -> None:
    """Look for values that 1 to minimum - 1 train rows hold, or no train but so few holdout rows.

    `named`: table, variable, value, and row where a table has many.
    """
    named = named.dropna(subset=["value"]).astype({"value": str})
    named = named[named["variable"].isin(set(sources.columns)) & ~named["value"].isin(LABELS)]
    if named.empty:
        return
    held = {}
    names = sorted(set(named["variable"]))
    for source in SOURCES:
        counted = sources.category_rows(source, Grouping(()), names)
        held[source] = counted.rename(columns={"category": "value", "n": source})
    frame = named.assign(value=named["value"].str.strip())
    for counted in held.values():
        frame = frame.merge(counted, on=["variable", "value"], how="left")
    rows = frame["train"].fillna(0).where(frame["train"].fillna(0) > 0, frame["holdout"].fillna(0))
    secret = [
        value not in public.get(name, ())
        for name, value in zip(frame["variable"], frame["value"], strict=True)
    ]
    rows = rows.where(secret, 0)
    for table, part in frame.groupby("table", sort=True):
        tally.look_at(table, part, _row, "names a value of", rows[part.index])


def _row(row: pd.Series) -> str:
    where = row.get("row")
    named = f"{row['variable']}={row['value']}"
    return f"{where}: {named}" if isinstance(where, str) else named
