"""Small made-up rows of the marts that the report reads."""

import pandas as pd

from likeness.report.draw import drawn
from likeness.report.write import write_report

GENERATOR = "offline"


def scorecard(status: str = "pass", severity: str | None = None) -> pd.DataFrame:
    rows = [
        ("column_shapes", "shape", 0.98, 0.99, "higher", 0.97, 0.94, "pass", None, None),
        ("identical_match_share", "privacy", 0.25, 0.0, "lower", 0.0, 0.0, status, None, severity),
        ("nndr", "privacy", None, 0.9, "higher", None, None, "not_computed", "too few rows", None),
    ]
    names = "metric dimension value reference direction warn_at fail_at status reason severity"
    return pd.DataFrame(rows, columns=names.split()).assign(limits="default")


def shares() -> pd.DataFrame:
    rows = [
        ("colour", "category", "red <b>", 1, None, None, 0.6, 0.55, 0.5, None),
        ("colour", "category", "price in $ or $", 2, None, None, 0.4, 0.45, 0.5, None),
        ("colour", "category", "(other)", 3, None, None, None, None, 0, "below min_cell_rows"),
        ("doors", "number", "below 1", 1, None, 1.0, 0.7, 0.7, 0.7, None),
        ("doors", "number", "1", 2, 1.0, 1.0, 0.2, 0.2, 0.2, None),
        ("doors", "number", "(missing)", 3, None, None, 0.1, None, 0.1, None),
    ]
    names = "variable kind category position lower upper train holdout synthetic reason"
    return pd.DataFrame(rows, columns=names.split())


def moments() -> pd.DataFrame:
    quantiles = {"p05": 1.0, "p25": 2.0, "p50": 3.0, "p75": 4.0, "p95": 5.0, "mean": 3.1}
    common = {"condition": "colour", "variable": "price", "reason": None}
    rows = [
        {**common, "level": level, "source": source, **quantiles}
        for level in ("red", "blue")
        for source in ("train", "holdout", "synthetic")
    ]
    moved = pd.DataFrame(rows)
    moved.loc[moved["source"].eq("synthetic") & moved["level"].eq("blue"), "p50"] = 3.5
    return moved


def associations() -> pd.DataFrame:
    rows = [
        ("price", "doors", "pearson", 0.5, 0.45, -0.05, None),
        ("price", "colour", "correlation_ratio", None, None, None, "constant"),
        ("doors", "colour", "correlation_ratio", 0.2, 0.21, 0.01, None),
    ]
    names = "variable_1 variable_2 method train synthetic difference reason"
    return pd.DataFrame(rows, columns=names.split())


def tables(**changed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """All that the report reads, for one generator."""
    of_worst = "kind rank subject measure distance reference deviation_beyond_holdout"
    of_privacy = "metric value value_low value_high reference n_used reason"
    worst = [("variable", 1, "colour", "TVComplement", 0.1, 0.05, 0.05)]
    privacy = [
        ("identical_match_share", 0.25, None, None, 0.0, 100, None),
        ("nndr", None, None, None, None, 5, "too few rows"),
    ]
    build = {
        "generator": "offline",
        "model": "offline engine",
        "judge": "rules",
        "settings": '{"random_seed": 42, "target_rows": null, "segment_keys": ["a", "b", "c"]}',
        "settings_fingerprint": "0a1b",
        "source_fingerprint": "6cd3a1aa:f7d55b7ccb874d803425f0eed6a351f6",
        "source_rows": 300,
        "synthetic_rows": 300,
    }
    return {
        "scorecard": scorecard(),
        "gates": pd.DataFrame(
            [("column_shapes", "mean similarity of single columns"), ("nndr", "ratio <of> rows")],
            columns=["metric", "meaning"],
        ),
        "funnel": pd.DataFrame(
            [("asked", "all", 300, 1.0)], columns=["stage", "reason", "rows", "share"]
        ),
        "worst": pd.DataFrame(worst, columns=of_worst.split()),
        "privacy": pd.DataFrame(privacy, columns=of_privacy.split()),
        "features": pd.DataFrame({"feature": ["price"], "importance": [0.01]}),
        "history": pd.DataFrame([build]),
        "disclosure": pd.DataFrame(
            [("SeedsInstructions.json", "profiles.cluster_shares", 20)],
            columns=["file", "audited_table", "smallest_cell"],
        ),
        "excluded": pd.DataFrame({"reason": ["all"], "n_shown": ["fewer than 20"]}),
        "shares": shares(),
        "moments": moments(),
        "associations": associations(),
        **changed,
    }


def empty() -> dict[str, pd.DataFrame]:
    """The same tables without a row."""
    return {name: frame.iloc[:0] for name, frame in tables().items()}


def write(folder, given: dict[str, pd.DataFrame] | None = None) -> pd.DataFrame:
    """The report of these tables, written into `folder`."""
    given = given or tables()
    return write_report(
        given,
        drawn(given, ["price", "doors", "colour"], boxed=["price"], by="colour"),
        generator=GENERATOR,
        min_cell_rows=20,
        folder=str(folder),
    )
