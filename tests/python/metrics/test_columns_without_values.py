"""Columns without values, or constant, in any of the sources: every table is made, with reasons."""

import numpy as np
import pandas as pd
import pytest

from likeness.metrics import SOURCES, row_tables, tables, target_tables
from likeness.metrics.bins import MISSING
from likeness.metrics.inputs import samples_within
from likeness.stats.value_counts import Counts

N, LEAST = 120, 20
STATES = ("filled", "empty", "constant")
WHERE = {
    "everywhere": SOURCES,
    "in the source": ("train", "holdout"),
    "in the synthetic rows": ("synthetic",),
    "in holdout": ("holdout",),
}
NUMBERS = ["x", "y", "z"]
CATEGORIES = ["kind", "colour", "status"]


def frame(state, sources):
    """Rows of all sources; y, z and colour are as `state` says in `sources`."""
    parts = []
    for n, source in enumerate(SOURCES):
        rng = np.random.default_rng(n)
        part = pd.DataFrame({name: rng.normal(size=N) for name in NUMBERS})
        part["kind"] = rng.choice(["a", "b"], N)
        part["colour"] = rng.choice(["red", "blue", None], N)
        part["status"] = rng.choice(["off", "paid"], N)
        part["source"], part["position"] = source, np.arange(1, N + 1)
        if source in sources and state != "filled":
            empty = state == "empty"
            part[["y", "z"]] = np.nan if empty else 3.0
            part["colour"] = None if empty else "red"
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def overlaps(rows):
    counted = rows[rows["source"] == "train"].fillna({"colour": MISSING})
    parts = [
        counted.groupby([name, "status"])
        .size()
        .rename("n")
        .reset_index()
        .set_axis(["level", "other_level", "n"], axis=1)
        .assign(source="train", condition=name, other="status")
        for name in ("kind", "colour")
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(params=[(s, w) for s in STATES for w in WHERE], ids=" ".join)
def rows(request):
    state, where = request.param
    return frame(state, WHERE[where])


def test_every_table_of_rows_is_made(rows):
    found = samples_within(rows, NUMBERS, CATEGORIES, N)
    copies = pd.DataFrame(
        {"source": ["holdout", "synthetic"], "n": N, "n_copies": 0, "n_shared": 0}
    )
    made = {
        "correlations": row_tables.correlations_table(found, ["x", "y"], LEAST),
        "pair_trends": row_tables.pair_trends_table(found, LEAST),
        "conditionals": row_tables.conditionals_table(
            found, ["kind", "colour"], LEAST, overlaps(rows)
        ),
        "detection": row_tables.detection_table(found, 1, LEAST),
        "utility": target_tables.utility_table(found, "status", "off", 1, LEAST),
        "privacy": row_tables.privacy_table(found, copies, N, LEAST),
        "rates": target_tables.rates_table(
            found, "status", "off", [("kind",), ("kind", "colour")], [], {"x": ["kind", "y"]}, LEAST
        ),
        "information_values": target_tables.information_values_table(found, "status", "off", LEAST),
        "marginals": row_tables.marginals_table(found, 1, LEAST),
    }
    for name, table in made.items():
        assert len(table), name
        numbers = table.select_dtypes("number").to_numpy(dtype=float)
        assert np.isfinite(numbers[~np.isnan(numbers)]).all(), name
    assert made["detection"]["auc"].notna().any()
    pairs = made["correlations"]
    assert pairs.loc[pairs["synthetic"].isna(), "reason"].notna().all()


def test_every_table_of_single_variables_is_made(rows):
    def numbers():
        for name in NUMBERS:
            yield (
                name,
                {
                    s: Counts.of(rows.loc[rows["source"] == s, name].dropna().to_numpy())
                    for s in SOURCES
                },
            )

    def categories():
        for name in CATEGORIES:
            yield (
                name,
                {
                    s: rows.loc[rows["source"] == s, name].fillna(MISSING).value_counts().to_dict()
                    for s in SOURCES
                },
            )

    made = {
        "moments": tables.moments_table(numbers(), LEAST),
        "differences": tables.differences_table(numbers(), LEAST),
        "divergence": tables.divergence_table(numbers(), categories(), LEAST, 20),
        "shapes": tables.shapes_table(numbers(), categories(), LEAST),
        "shares": tables.shares_table(numbers(), categories(), LEAST),
    }
    for name, table in made.items():
        assert len(table), name
        figures = table.select_dtypes("number").to_numpy(dtype=float)
        assert np.isfinite(figures[~np.isnan(figures)]).all(), name
    moments = made["moments"]
    assert moments.loc[moments["mean"].isna(), "reason"].notna().all()
