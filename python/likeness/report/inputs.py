"""What the report reads of the marts: the rows of one generator, in a fixed order."""

import pandas as pd

from likeness import warehouse

SIGNED = "pearson"
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
