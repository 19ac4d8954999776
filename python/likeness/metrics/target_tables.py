"""Rows of the comparison marts about a target: utility, rates, information values."""

from collections.abc import Mapping, Sequence

import pandas as pd

from likeness.metrics import SOURCES, information, means, rates
from likeness.metrics.records import ends, points
from likeness.metrics.sample import Sample
from likeness.metrics.utility import Utility, utility
from likeness.stats.value_counts import rounded

Samples = Mapping[str, Sample]
NO_TARGET = "no utility_target"
CURVES = {"roc": ("fpr", "tpr"), "calibration": ("score", "rate")}
SCORED = ("gini", "ks", "brier", "calibration_error")


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
    row |= ends("auc_synthetic", found.synthetic) | ends("auc_train", found.train)
    row |= ends("ratio", found.ratio)
    for measure in SCORED:
        for source in ("synthetic", "train"):
            of = found.scored.get(source)
            row[f"{measure}_{source}"] = rounded(getattr(of, measure)) if of else None
    row |= {"n_train": found.n_train, "n_holdout": found.n_holdout}
    for source in ("synthetic", "train"):
        bins = found.bins.get(source)
        for curve, axes in CURVES.items():
            drawn = getattr(bins, curve) if bins is not None and len(bins.n) else (None, None)
            for axis, values in zip(axes, drawn, strict=True):
                row |= points(f"{curve}_{axis}_{source}", values)
    return pd.DataFrame([row | {"n_synthetic": found.n_synthetic, "reason": found.reason}])


def rates_table(
    samples: Samples,
    target: str | None,
    positive: str | None,
    by: rates.Entries,
    periods: Sequence[str],
    means_by: Mapping[str, Sequence[str]],
    min_cell_rows: int,
) -> pd.DataFrame:
    """Rows of `comparison_rates`: rates of the target, if there is one, and means.

    Arguments as of `rates.rates`, `means_by` as of `means.means`.
    """
    rows = list(means.means(samples, means_by, min_cell_rows))
    if target is not None and positive is not None:
        rows = [*rates.rates(samples, target, positive, by, periods, min_cell_rows), *rows]
    return pd.DataFrame(rows, columns=list(rates.COLUMNS))


def information_values_table(
    samples: Samples, target: str | None, positive: str | None, min_cell_rows: int
) -> pd.DataFrame:
    """Information values of all variables, for `comparison_columns`; none without a target."""
    if target is None or positive is None:
        return pd.DataFrame(columns=list(information.COLUMNS))
    rows = information.information_values(samples, target, positive, min_cell_rows)
    return pd.DataFrame(rows, columns=list(information.COLUMNS))
