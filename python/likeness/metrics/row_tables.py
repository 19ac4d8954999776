"""Rows of the comparison marts about pairs, conditions and whole rows, from bounded samples."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import pandas as pd

from likeness.metrics import REAL, SOURCES, conditionals
from likeness.metrics.auc import Estimate
from likeness.metrics.correlations import coefficients
from likeness.metrics.detection import detect
from likeness.metrics.joint import joint_distances
from likeness.metrics.levels import levels_shown
from likeness.metrics.privacy import distances
from likeness.metrics.sample import Sample
from likeness.metrics.similarity import pair_trends
from likeness.metrics.target_rates import COLUMNS as TARGET_RATES
from likeness.metrics.target_rates import target_rates
from likeness.metrics.utility import Utility, utility
from likeness.stats.value_counts import rounded
from likeness.warehouse import workers

Samples = Mapping[str, Sample]
NO_TARGET = "no utility_target"
CHANCE = 3  # standard errors by which a share may exceed another one
CORRELATION_COLUMNS = (
    *("variable_1", "variable_2", "method", *SOURCES, "difference", "difference_holdout"),
    *("is_correlation_key", "reason"),
)
PAIR_COLUMNS = (
    *("variable_1", "variable_2", "metric", "similarity", "similarity_holdout"),
    *("joint_distance", "joint_distance_holdout", "reason"),
)


def correlations_table(samples: Samples, keys: Sequence[str], min_cell_rows: int) -> pd.DataFrame:
    """Rows of `comparison_correlations`; a pair of `keys` is marked."""
    found = {s: coefficients(samples[s], min_cell_rows, is_real=s in REAL) for s in SOURCES}
    rows = []
    for pair in found["train"]:
        at = {source: found[source][pair] for source in SOURCES}
        reasons = [f"{s}: {at[s].reason}" for s in SOURCES if at[s].reason]
        values = {source: at[source].value for source in SOURCES}
        row = dict(zip(("variable_1", "variable_2", "method"), pair, strict=True)) | values
        for name, source in (("difference", "synthetic"), ("difference_holdout", "holdout")):
            ends = (values["train"], values[source])
            row[name] = None if None in ends else rounded(ends[1] - ends[0])
        row["is_correlation_key"] = pair[0] in keys and pair[1] in keys
        rows.append(row | {"reason": "; ".join(reasons) or None})
    return pd.DataFrame(rows, columns=list(CORRELATION_COLUMNS))


def pair_trends_table(samples: Samples, min_cell_rows: int) -> pd.DataFrame:
    """Rows of `comparison_pair_trends`."""
    train, holdout = samples["train"], samples["holdout"]
    others = {source: samples[source] for source in ("synthetic", "holdout")}
    joint = joint_distances(train, others, min_cell_rows)
    synthetic = pair_trends(train, samples["synthetic"])
    reference = pair_trends(train, holdout) if holdout.rows >= min_cell_rows else {}
    rows = []
    for pair, (metric, score) in synthetic.items():
        of_holdout = reference.get(pair, (metric, None))[1]
        rows.append(
            {
                "variable_1": pair[0],
                "variable_2": pair[1],
                "metric": metric,
                "similarity": rounded(score),
                "similarity_holdout": rounded(of_holdout),
                "joint_distance": rounded(joint["synthetic"][pair]),
                "joint_distance_holdout": rounded(joint["holdout"][pair]) if reference else None,
                "reason": None if score is not None else "constant column, or no values",
            }
        )
    return pd.DataFrame(rows, columns=list(PAIR_COLUMNS))


def conditionals_table(
    samples: Samples, conditions: Sequence[str], min_cell_rows: int, overlaps: pd.DataFrame
) -> pd.DataFrame:
    """Rows of the three marts on conditions; `part` says of which: distance, moments or share.

    The marts are `comparison_conditionals`, `comparison_conditional_moments` and
    `comparison_conditional_shares`. `overlaps` as of `levels.levels_shown`, which says what levels
    may be shown.
    """
    levels = levels_shown(overlaps, min_cell_rows)
    reasons = {
        name: dict(zip(part["level"], part["reason"], strict=True))
        for name, part in levels.groupby("condition")
    }
    rows: Iterator[dict] = chain.from_iterable(
        chain(
            (
                {"part": "distance"} | row
                for row in conditionals.distances(each, samples, min_cell_rows)
            ),
            (
                {"part": "moments"} | row
                for row in conditionals.quantiles(each, samples, min_cell_rows)
            ),
            ({"part": "share"} | row for row in conditionals.shares(each, samples, min_cell_rows)),
        )
        for each in (
            conditionals.Condition.of(name, samples, min_cell_rows, reasons.get(name, {}))
            for name in conditions
        )
    )
    return pd.DataFrame(rows, columns=list(conditionals.COLUMNS))


def _ends(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    values = (estimate.value, estimate.low, estimate.high) if estimate else (None, None, None)
    parts = zip((name, f"{name}_low", f"{name}_high"), values, strict=True)
    return {part: rounded(value) for part, value in parts}


def detection_table(samples: Samples, seed: int, min_cell_rows: int) -> pd.DataFrame:
    """Rows of `comparison_detection` (feature None) and of `comparison_detection_features`."""
    holdout = samples["holdout"]
    found = detect(holdout, samples["synthetic"], seed, min_cell_rows)
    reference = detect(holdout, samples["train"], seed, min_cell_rows, importances=False)
    row = {"feature": None, **_ends("auc", found.auc), "n_used": found.n_used}
    row |= {"auc_reference": rounded(reference.auc.value) if reference.auc else None}
    rows = [row | {"importance": None, "reason": found.reason}]
    for feature, importance in found.importances.items():
        rows.append({"feature": feature, "importance": rounded(importance)})
    for feature, reason in found.left_out.items():
        rows.append({"feature": feature, "reason": f"left out: {reason}"})
    return pd.DataFrame(rows, columns=[*rows[0]])


def utility_table(
    samples: Samples, target: str | None, positive: str | None, seed: int, min_cell_rows: int
) -> pd.DataFrame:
    """The row of `comparison_utility`; without a target it says so and measures nothing."""
    parts = (samples[source] for source in SOURCES)
    found = Utility(reason=NO_TARGET)
    if target is not None and positive is not None:
        found = utility(
            *parts, target=target, positive=positive, seed=seed, min_cell_rows=min_cell_rows
        )
    row = {"target": target, "positive": positive}
    row |= _ends("auc_synthetic", found.synthetic) | _ends("auc_train", found.train)
    row |= _ends("ratio", found.ratio)
    row |= {"n_train": found.n_train, "n_holdout": found.n_holdout}
    return pd.DataFrame([row | {"n_synthetic": found.n_synthetic, "reason": found.reason}])


def target_rates_table(
    samples: Samples, target: str | None, positive: str | None, min_cell_rows: int
) -> pd.DataFrame:
    """Rows of `comparison_target_rates`; none without a target."""
    if target is None or positive is None:
        return pd.DataFrame(columns=list(TARGET_RATES))
    rows = target_rates(samples, target, positive, min_cell_rows)
    return pd.DataFrame(rows, columns=list(TARGET_RATES))


def reference_share(n_copies: int, n: int, n_synthetic: int, min_cell_rows: int) -> float:
    """The most that the share of `n_copies` among `n` holdout rows lets the synthetic rows have.

    0 where there are none. Some, but fewer than `min_cell_rows`, count as so many. Where rows are
    alike by nature, as in a table of one column of days, every second table would exceed the share
    by chance, so that CHANCE standard errors of the difference are added.
    """
    if not n_copies:
        return 0.0
    share = max(n_copies, min_cell_rows) / n
    error = math.sqrt(share * (1 - share) * (1 / n + 1 / (n_synthetic or n)))
    return rounded(min(1.0, share + CHANCE * error)) or 0.0


def privacy_table(
    samples: Samples, copies: pd.DataFrame, rows: int, min_cell_rows: int
) -> pd.DataFrame:
    """Rows of `comparison_privacy`, one per metric, from samples and from the counts of copies.

    `copies` has `source` (holdout, synthetic), `n`, `n_copies` and `n_shared`; their references are
    those of `reference_share`.
    """
    found = distances(
        *[samples[source] for source in SOURCES], rows=rows, min_cell_rows=min_cell_rows
    )
    counted = copies.set_index("source")
    result = []
    for metric, column in (
        ("identical_match_share", "n_copies"),
        ("quasi_identifiers_shared", "n_shared"),
    ):
        row = {"metric": metric, "value": None, "n_used": 0, "reason": "no synthetic rows"}
        if "synthetic" in counted.index:
            n = int(counted.at["synthetic", "n"])
            row |= {"value": rounded(counted.at["synthetic", column] / n), "n_used": n}
            row["reason"] = None
        if "holdout" in counted.index and (n := int(counted.at["holdout", "n"])) >= min_cell_rows:
            row["reference"] = reference_share(
                int(counted.at["holdout", column]), n, row["n_used"], min_cell_rows
            )
        result.append(row)
    share = {"metric": "dcr_share", **_ends("value", found.dcr_share), "reference": 0.5}
    for row in (
        share,
        {"metric": "dcr_p05", "value": found.dcr_p05, "reference": found.dcr_p05_holdout},
        {"metric": "nndr", "value": rounded(found.nndr), "reference": rounded(found.nndr_holdout)},
    ):
        used = found.n_used if found.n_used >= min_cell_rows else None
        result.append(row | {"n_used": used, "reason": found.reason or None})
    columns = ["metric", "value", "value_low", "value_high", "reference", "n_used", "reason"]
    return pd.DataFrame(result, columns=columns)


def tables_of_rows(
    samples: Mapping[str, Samples],
    copies: pd.DataFrame,
    overlaps: pd.DataFrame,
    *,
    min_cell_rows: int,
    conditions: Sequence[str],
    correlation_keys: Sequence[str],
    target: Mapping[str, str] | None,
    seed: int,
    privacy_rows: int,
) -> dict[str, pd.DataFrame]:
    """The comparison marts that rest on sampled rows, by name; two of them are made at a time.

    `samples`: of whom is measured: `comparison`, `detection` (of utility too), `privacy`. `copies`
    as of `privacy_table`, `overlaps` as of `conditionals_table`. `target`: variable and positive,
    or None.
    """
    compared, classified = samples["comparison"], samples["detection"]
    aim = (target["variable"], target["positive"]) if target else (None, None)
    # The longest first, so that neither process is left alone at the end.
    calls = {
        "detection": (classified, seed, min_cell_rows),
        "privacy": (samples["privacy"], copies, privacy_rows, min_cell_rows),
        "utility": (classified, *aim, seed, min_cell_rows),
        "conditionals": (compared, conditions, min_cell_rows, overlaps),
        "correlations": (compared, correlation_keys, min_cell_rows),
        "pair_trends": (compared, min_cell_rows),
        "target_rates": (compared, *aim, min_cell_rows),
    }
    made = workers.together((f"{__name__}.{name}_table", *given) for name, given in calls.items())
    found = dict(zip(calls, made, strict=True))
    conditioned, detected = found.pop("conditionals"), found.pop("detection")
    by_part = {
        "conditionals": conditioned[conditioned["part"] == "distance"],
        "conditional_moments": conditioned[conditioned["part"] == "moments"],
        "conditional_shares": conditioned[conditioned["part"] == "share"],
        "detection": detected[detected["feature"].isna()],
        "detection_features": detected[detected["feature"].notna()],
    }
    return {f"comparison_{name}": table for name, table in (found | by_part).items()}
