"""What the report reads of the marts: the rows of one generator, in a fixed order."""

import os
from pathlib import Path

import pandas as pd

from likeness import warehouse

SIGNED = "pearson"
ORDER = {
    "worst": "kind, rank",
    "moments": "condition, level, variable, source",
    "associations": "variable_1, variable_2, method",
}
UNSIGNED = ("cramers_v", "correlation_ratio")


def of_generator(
    relation: warehouse.Relation, generator: str, order_by: str | None = None
) -> pd.DataFrame:
    """The rows of a mart for one generator, in their stored order unless `order_by` is given."""
    frame = warehouse.small(relation, limit=100_000)
    frame = frame[frame["generator"] == generator].drop(columns="generator")
    if order_by:
        frame = frame.sort_values(order_by.split(", "), kind="stable")
    return frame.reset_index(drop=True)


def last(history: pd.DataFrame) -> pd.DataFrame:
    """The last build of a history: one row, or none."""
    return history.sort_values("built_at").tail(1)


def associations(correlations: pd.DataFrame) -> pd.DataFrame:
    """One row per pair of variables: the method that suits both, Spearman's left out."""
    return correlations[correlations["method"].isin([SIGNED, *UNSIGNED])].reset_index(drop=True)


def most_telling(features: pd.DataFrame, n: int = 10) -> pd.DataFrame:
    """The `n` features by which the classifier separates best."""
    known = features.dropna(subset=["importance"]).rename(columns={"variable": "feature"})
    return known.sort_values(["importance", "feature"], ascending=[False, True]).head(n)


def continuous(fields: pd.DataFrame) -> list[str]:
    """Names of the fields of continuous numbers."""
    return fields.loc[fields["kind"] == "continuous", "name"].tolist()


def orders(fields: pd.DataFrame) -> dict[str, list[str]]:
    """The values of each field whose domain is listed, in its order."""
    known = fields.dropna(subset=["allowed_values"])
    return {
        name: str(values).split("|")
        for name, values in zip(known["name"], known["allowed_values"], strict=True)
        if values
    }


def source_name(relation: object, path: str) -> str:
    """What the source is called: of a table its name, else that of the file without its folder."""
    if isinstance(relation, dict):
        named = [value for key, value in relation.items() if key != "attach"]
        return str(named[0][-1] if isinstance(named[0], list) else named[0])
    return Path(os.environ.get("LOANS_PATH") or path).name
