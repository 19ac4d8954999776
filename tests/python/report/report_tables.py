"""Small made-up rows of the marts that the report reads."""

import json

import pandas as pd

from likeness.report.draw import drawn
from likeness.report.page import About
from likeness.report.write import write_report

GENERATOR = "offline"
ABOUT = About(GENERATOR, 20, "cars.csv", "sold")
SOURCES = ("train", "holdout", "synthetic")
ENDS = (("", "synthetic"), ("_holdout", "holdout"))


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


def pairs() -> pd.DataFrame:
    """Two pairs, one of them with a grid in which a cell is hidden."""
    axes = [
        {"labels": ["below 10", "10 and more", "(missing)"], "edges": [10.0]},
        {"labels": ["red", "(other)"], "edges": None},
    ]
    train = [[0.3, 0.2], [0.1, 0.4], [None, None]]
    synthetic = [[0.3, 0.2], [0.25, 0.25], [None, None]]
    grid = json.dumps({"step": 0.005, "axes": axes, "train": train, "synthetic": synthetic})
    rows = [
        ("price", "colour", 0.15, 0.01, grid),
        ("price", "doors", 0.01, 0.01, None),
    ]
    names = "variable_1 variable_2 joint_distance joint_distance_holdout grid"
    return pd.DataFrame(rows, columns=names.split())


def rates() -> pd.DataFrame:
    """Rates by one condition, by two, and a mean."""
    ends = [f"{source}{end}" for source in SOURCES for end in ("", "_low", "_high")]
    rate = "rate of sold is yes"
    rows = [
        (rate, "colour", "red", None, None, 1, 0.2, 0.1, 0.3, 0.25, 0.1, 0.4, 0.4, 0.3, 0.5, 3.0),
        (rate, "colour", "blue", None, None, 2, 0.5, 0.4, 0.6, 0.5, 0.3, 0.7, 0.5, 0.4, 0.6, 0.0),
        (rate, "colour", "red", "doors", "2", 1, 0.2, 0.1, 0.3, 0.2, 0.1, 0.4, 0.3, 0.2, 0.4, 0.0),
        (
            *("mean of price", "colour", "red", "doors", "any", 1),
            *(9.5, None, None, 9.0, None, None, 9.25, None, None, None),
        ),
    ]
    names = ["measure", "variable_1", "level_1", "variable_2", "level_2", "position"]
    frame = pd.DataFrame(rows, columns=[*names, *ends, "z"])
    apart = {f"difference{e}": frame[s] - frame["train"] for e, s in ENDS}
    asked = [True, True, True, None]
    return frame.assign(**apart, is_in_rates_by=asked, z_holdout=0.0, n_synthetic=100, reason=None)


def columns() -> pd.DataFrame:
    """One row per column, of which price has no distance."""
    rows = [
        ("colour", "category", 1, 0.1, 0.02, None, "red <b>", 0.6, 0.01, 0.2, 0.01),
        ("doors", "number", 2, 0.05, 0.03, 4.0, None, None, 0.02, None, None),
        ("price", "number", 3, None, None, None, None, None, None, None, 0.02),
    ]
    names = "variable kind rank distance distance_holdout mean top_category top psi iv importance"
    frame = pd.DataFrame(rows, columns=names.split())
    both = {f"mean_{s}": frame["mean"] for s in SOURCES} | {f"iv_{s}": frame["iv"] for s in SOURCES}
    both |= {f"top_share_{s}": frame["top"] for s in SOURCES}
    both |= {f"missing_{s}": 0.0 for s in SOURCES} | {"psi_holdout": 0.001, "measure": "TVD"}
    both |= {"kl_divergence": frame["psi"] / 2, "kl_divergence_holdout": None}
    return frame.assign(**both, reason=[None, None, "below min_cell_rows"])


def utility(**changed: object) -> pd.DataFrame:
    """The row of a target and both models."""
    row: dict = {"target": "sold", "positive": "yes", "reason": None}
    for source, auc in (("synthetic", 0.7), ("train", 0.75)):
        row |= {f"auc_{source}": auc, f"gini_{source}": 2 * auc - 1, f"ks_{source}": 0.3}
        row |= {f"brier_{source}": 0.1, f"calibration_error_{source}": 0.02}
        row |= {f"roc_fpr_{source}": [0.0, 0.2, 1.0], f"roc_tpr_{source}": [0.0, 0.6, 1.0]}
        row |= {f"calibration_score_{source}": [0.1, 0.5], f"calibration_rate_{source}": [0.1, 0.6]}
    return pd.DataFrame([row | changed])


def detection() -> pd.DataFrame:
    """Accuracy of marginals."""
    names = ["univariate_accuracy", "bivariate_accuracy", "trivariate_accuracy"]
    row = dict.fromkeys(names, 0.9) | {"k_marginal_score": 900}
    return pd.DataFrame([row | {f"{name}_holdout": value for name, value in row.items()}])


def rules() -> pd.DataFrame:
    """A rule that real rows break, and one that they keep."""
    rows = [("a", "a <b> rule", 30, 0.1, "30", True, None), ("b", "kept", 0, 0.0, "0", True, None)]
    names = "rule_id sentence n_broken share_broken n_broken_shown is_enforced reason"
    return pd.DataFrame(rows, columns=names.split())


def tables(**changed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """All that the report reads, for one generator."""
    of_worst = "kind rank subject measure distance reference deviation_beyond_holdout"
    of_privacy = "metric value value_low value_high reference n_used reason quantiles"
    of_privacy += " quantiles_reference"
    worst = [("variable", 1, "colour", "TVComplement", 0.1, 0.05, 0.05)]
    lists = [[1.0 + i / 10 for i in range(19)], [1.1 + i / 10 for i in range(19)]]
    privacy = [
        ("identical_match_share", 0.25, None, None, 0.0, 100, None, None, None),
        ("dcr_p05", 1.0, None, None, 1.1, 100, None, *lists),
        ("nndr", None, None, None, None, 5, "too few rows", None, None),
    ]
    build = {
        "build_id": "0b1d",
        "built_at": pd.Timestamp("2026-01-02 03:04"),
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
            [
                ("column_shapes", "mean similarity of single columns", "look"),
                ("nndr", "ratio <of> rows", "look"),
                ("identical_match_share", "share of rows equal to a real row", "find <them>"),
            ],
            columns=["metric", "meaning", "advice"],
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
        "columns": columns(),
        "rates": rates(),
        "utility": utility(),
        "detection": detection(),
        "rules": rules(),
        "shares": shares(),
        "moments": moments(),
        "associations": associations(),
        "pairs": pairs(),
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
        drawn(
            given,
            ["price", "doors", "colour"],
            boxed=["price"],
            by="colour",
            orders={"colour": ["red", "blue"]},
        ),
        about=ABOUT,
        folder=str(folder),
    )
