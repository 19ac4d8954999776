"""Rows of the comparison marts about pairs, conditions and whole rows, from bounded samples."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
import pandas as pd

from likeness.metrics import REAL, SOURCES, conditionals, marginals, rates, target_tables
from likeness.metrics.correlations import coefficients
from likeness.metrics.detection import detect
from likeness.metrics.grids import pair_grids
from likeness.metrics.joint import joint_distances
from likeness.metrics.levels import levels_shown
from likeness.metrics.privacy import distances
from likeness.metrics.propensity import propensity
from likeness.metrics.records import ends, points
from likeness.metrics.sample import NO_CODE, Sample
from likeness.metrics.similarity import pair_trends
from likeness.stats.suppression import BELOW_MINIMUM
from likeness.stats.value_counts import rounded
from likeness.warehouse import workers

Samples = Mapping[str, Sample]
MARGINAL_ROWS = 10_000
CHANCE = 3  # standard errors by which a share may exceed another one
CORRELATION_COLUMNS = (
    *("variable_1", "variable_2", "method", *SOURCES, "difference", "difference_holdout"),
    *("is_correlation_key", "reason"),
)
PAIR_COLUMNS = (
    *("variable_1", "variable_2", "metric", "similarity", "similarity_holdout"),
    *("joint_distance", "joint_distance_holdout", "is_associated", "grid", "reason"),
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
    excess = {
        pair: distance - ((joint["holdout"][pair] or 0) if reference else 0)
        for pair, distance in joint["synthetic"].items()
        if distance is not None
    }
    grids = pair_grids(samples, excess, min_cell_rows)
    rows = []
    for pair, (metric, score, is_associated) in synthetic.items():
        of_holdout = reference.get(pair, (metric, None, False))[1]
        if _rows_with(train, pair) < min_cell_rows:
            rows.append(
                {
                    "variable_1": pair[0],
                    "variable_2": pair[1],
                    "metric": metric,
                    "is_associated": False,
                    "reason": f"train: {BELOW_MINIMUM}",
                }
            )
            continue
        if _rows_with(holdout, pair) < min_cell_rows:
            of_holdout = None
        rows.append(
            {
                "variable_1": pair[0],
                "variable_2": pair[1],
                "metric": metric,
                "similarity": rounded(score),
                "similarity_holdout": rounded(of_holdout),
                "joint_distance": rounded(joint["synthetic"][pair]),
                "joint_distance_holdout": rounded(joint["holdout"][pair]) if reference else None,
                "is_associated": is_associated,
                "grid": grids.get(pair),
                "reason": None if score is not None else "constant column, or no values",
            }
        )
    return pd.DataFrame(rows, columns=list(PAIR_COLUMNS))


def _rows_with(sample: Sample, names: Sequence[str]) -> int:
    """Rows of a sample that have a value in each of the columns `names`."""
    filled = np.ones(sample.rows, dtype=bool)
    for name in names:
        in_numbers = name in sample.numbers
        filled &= ~np.isnan(sample.numbers[name]) if in_numbers else sample.codes[name] != NO_CODE
    return int(filled.sum())


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


def detection_table(samples: Samples, seed: int, min_cell_rows: int) -> pd.DataFrame:
    """Rows of `comparison_detection` (feature None), and importances for `comparison_columns`."""
    holdout = samples["holdout"]
    found = detect(holdout, samples["synthetic"], seed, min_cell_rows)
    reference = detect(holdout, samples["train"], seed, min_cell_rows, importances=False)
    row = {"feature": None, **ends("auc", found.auc), "n_used": found.n_used}
    row |= {"auc_reference": rounded(reference.auc.value) if reference.auc else None}
    of_train = [propensity(samples["train"], samples[s], min_cell_rows) for s in SOURCES[:0:-1]]
    for end, one in zip(("", "_reference"), of_train, strict=True):
        row |= {f"pmse{end}": rounded(one.pmse), f"pmse_ratio{end}": rounded(one.ratio)}
    row["pmse_null"] = rounded(of_train[0].null)
    rows = [row | {"importance": None, "reason": found.reason}]
    for feature, importance in found.importances.items():
        rows.append({"feature": feature, "importance": rounded(importance)})
    for feature, reason in found.left_out.items():
        rows.append({"feature": feature, "reason": f"left out: {reason}"})
    return pd.DataFrame(rows, columns=[*rows[0]])


def all_fields_table(samples: Samples, seed: int, min_cell_rows: int) -> pd.DataFrame:
    """A row of the detection on all fields, as columns of `comparison_detection`."""
    holdout = samples["holdout"]
    found, reference = (
        detect(holdout, samples[source], seed, min_cell_rows, importances=False).auc
        for source in ("synthetic", "train")
    )
    row = ends("auc_all_fields", found)
    row["auc_all_fields_reference"] = rounded(reference.value) if reference else None
    return pd.DataFrame([row])


def marginals_table(samples: Samples, seed: int, min_cell_rows: int) -> pd.DataFrame:
    """A row of marginals, as columns of `comparison_detection`."""
    return pd.DataFrame([marginals.marginals(samples, seed, min_cell_rows, MARGINAL_ROWS)])


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
    share = {"metric": "dcr_share", **ends("value", found.dcr_share), "reference": 0.5}
    for row in (
        share,
        {"metric": "dcr_p05", "value": found.dcr_p05, "reference": found.dcr_p05_holdout},
        {"metric": "nndr", "value": rounded(found.nndr), "reference": rounded(found.nndr_holdout)},
    ):
        sides = found.curves.get(row["metric"].partition("_p05")[0], {})
        row |= points("quantiles", sides.get("synthetic"))
        row |= points("quantiles_reference", sides.get("holdout"))
        used = found.n_used if found.n_used >= min_cell_rows else None
        result.append(row | {"n_used": used, "reason": found.reason or None})
    columns = ["metric", "value", "value_low", "value_high", "reference", "n_used", "reason"]
    columns += ["quantiles", "quantiles_reference"]
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
    rates_by: rates.Entries = (),
    periods: Sequence[str] = (),
    means_by: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, pd.DataFrame]:
    """The comparison marts that rest on sampled rows, by name; two of them are made at a time.

    `samples`: of whom is measured: `comparison`, `rates` (the same rows, with `periods` among the
    categories), `detection` (of utility too), `all fields` (its rows, texts by their shape),
    `privacy`. `copies` as of `privacy_table`, `overlaps` as of `conditionals_table`. `target`:
    variable and positive, or None. `rates_by` as of `rates.rates`, `means_by` as of `means.means`.
    """
    compared, classified = samples["comparison"], samples["detection"]
    aim = (target["variable"], target["positive"]) if target else (None, None)
    # The longest first, so that neither process is left alone at the end.
    calls: dict[str, tuple] = {
        "detection": (detection_table, classified, seed, min_cell_rows),
        "privacy": (privacy_table, samples["privacy"], copies, privacy_rows, min_cell_rows),
        "utility": (target_tables.utility_table, classified, *aim, seed, min_cell_rows),
        "conditionals": (conditionals_table, compared, conditions, min_cell_rows, overlaps),
        "correlations": (correlations_table, compared, correlation_keys, min_cell_rows),
        "pair_trends": (pair_trends_table, compared, min_cell_rows),
        "all_fields": (all_fields_table, samples["all fields"], seed, min_cell_rows),
        "marginals": (marginals_table, classified, seed, min_cell_rows),
        "rates": (
            *(target_tables.rates_table, samples["rates"], *aim),
            *(rates_by, periods, means_by or {}, min_cell_rows),
        ),
        "information_values": (
            *(target_tables.information_values_table, compared, *aim, min_cell_rows),
        ),
    }
    made = workers.together(
        (f"{function.__module__}.{function.__name__}", *given)
        for function, *given in calls.values()
    )
    found = dict(zip(calls, made, strict=True))
    conditioned, detected = found.pop("conditionals"), found.pop("detection")
    of_marginals = found.pop("marginals").iloc[0].to_dict()
    of_marginals |= found.pop("all_fields").iloc[0].to_dict()
    by_part = {
        "conditionals": conditioned[conditioned["part"] == "distance"],
        "conditional_moments": conditioned[conditioned["part"] == "moments"],
        "conditional_shares": conditioned[conditioned["part"] == "share"],
        "detection": detected[detected["feature"].isna()].assign(**of_marginals),
        "features": detected[detected["feature"].notna()],
    }
    return {f"comparison_{name}": table for name, table in (found | by_part).items()}
