"""Categories that no row of a cluster can have, since an enforced rule forbids them there.

That is known from the rules alone, so leaving such a category out of a seed discloses nothing.
"""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from likeness import warehouse
from likeness.schema.fields import Field


def forbidden_categories(
    rules: Iterable[Mapping],
    clusters: pd.DataFrame,
    segment_keys: Sequence[str],
    categories: Mapping[str, Iterable[str]],
    fields: Sequence[Field],
) -> set[tuple[int, str, str]]:
    """(cluster_id, variable, category) of each category that breaks a rule in the whole cluster.

    `rules` as source_rules has them (condition, named_columns, is_enforced); only those count that
    name one variable of `categories` and otherwise segment keys. `clusters` has cluster_id and, by
    segment key, the values that each spans, joined by `|`.
    """
    types = {field.name: field.type for field in fields}
    found: set[tuple[int, str, str]] = set()
    with warehouse.scratch() as connection:
        for rule in rules:
            names = str(rule["named_columns"] or "").split(";")
            keys = [name for name in names if name in segment_keys]
            others = [name for name in names if name not in segment_keys]
            if rule["is_enforced"] and keys and len(others) == 1 and others[0] in categories:
                spans = clusters[["cluster_id", *keys]]
                values = pd.DataFrame({others[0]: sorted(categories[others[0]])}, dtype=object)
                sql = _query(rule["condition"], keys, others[0], types)
                try:
                    broken = warehouse.query(connection, sql, spans=spans, listed=values)
                except warehouse.Error:
                    # It names something else too, such as a range of rule_context.
                    continue
                pairs = zip(broken["cluster_id"], broken["category"], strict=True)
                found |= {(int(key), others[0], str(category)) for key, category in pairs}
    return found


def _query(condition: str, keys: Sequence[str], variable: str, types: Mapping[str, str]) -> str:
    quoted = warehouse.quoted
    typed = ", ".join(
        f"try_cast({quoted(name)} as {types.get(name) or 'varchar'}) as {quoted(name)}"
        for name in (*keys, variable)
    )
    # Joined, since several unnests side by side would not give every combination.
    crossed = " natural join ".join(
        f"(select cluster_id, unnest(string_split(cast({quoted(key)} as varchar), '|')) as "
        f"{quoted(key)} from spans)"
        for key in keys
    )
    return (
        f"with every as (select * from {crossed} cross join listed), typed as (select "
        f"cluster_id, {quoted(variable)} as category, {typed} from every) "
        f"select cluster_id, category from typed group by cluster_id, category "
        f"having bool_and(not coalesce({condition}, true)) order by all"
    )
