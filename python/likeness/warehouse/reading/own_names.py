"""Columns that the tables of rows have of their own, and what a source's column of such a name is.

A field may not share its name with one of them: of two columns of a table SQL knows neither. The
source's column `loan_id` is the field `loan_id_`.
"""

from collections.abc import Collection, Sequence

from likeness import warehouse

OWN_NAMES = frozenset(
    (
        # raw and staging
        "loan_id", "key_text", "row_hash", "unreadable", "missing_parts", "missing_names", "reason",
        # clusters, and what is compared
        "cluster_id", "cluster_no", "cluster_number", "n_rows", "merged", "groups", "source",
        "row_id", "position", "row_number_",
        # received and accepted rows
        "synthetic_id", "generator", "seed_id", "request_id", "row_in_request", "missing_fields",
        "extra_fields", "raw", "build_id", "judge_score", "has_exact_formulas", "format_findings",
        "rule_violations",
    )
)  # fmt: skip


def field_names(columns: Sequence[str]) -> list[str]:
    """The fields' names of a source's columns: an underscore more where a name is taken."""
    taken = {column.lower() for column in columns}
    names = []
    for column in columns:
        name = column
        while name.lower() in OWN_NAMES or (name != column and name.lower() in taken):
            name += "_"
        taken.add(name.lower())
        names.append(name)
    return names


def column_of(name: str) -> str:
    """The column whose name is taken, for the name of a field that stands for it; else `name`."""
    column = name
    while column.endswith("_"):
        column = column[:-1]
        if column.lower() in OWN_NAMES:
            return column
    return name


def with_field_names(relation: str, columns: Collection[str], names: Sequence[str]) -> str:
    """The relation (SQL of `columns`) with the fields of `names` that stand for columns of it."""
    known = {column.lower() for column in columns}
    added = [
        f"{warehouse.quoted(column_of(name))} as {warehouse.quoted(name)}"
        for name in names
        if name.lower() not in known and column_of(name).lower() in known - {name.lower()}
    ]
    return f"(select *, {', '.join(added)} from {relation})" if added else relation
