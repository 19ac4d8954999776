"""Judges of one column at a time, each beside what the real holdout or chance would show."""

import math
from collections.abc import Mapping

import pandas as pd

from judge.columns import Columns
from likeness.metrics.bins import MISSING
from likeness.metrics.moments import summary
from likeness.metrics.tables import divergence_table
from likeness.stats.moments import MOMENTS
from likeness.stats.value_counts import Counts

TIMES = 2.0
LEAST_SHARE = 0.005
OF_SHARE = 0.05
ERRORS = 2.0

Sides = Mapping[str, pd.DataFrame]


def off_moments(sides: Sides, columns: Columns, min_cell_rows: int) -> dict[str, list[str]]:
    """For each moment the numbers whose distance from train is over twice the holdout's own.

    `sides` has train, holdout and synthetic. On each, values beyond the outermost cell of
    `min_cell_rows` rows count as that cell's mean.
    """
    found: dict[str, list[str]] = {moment: [] for moment in MOMENTS}
    for name in columns.numbers:
        shown = {
            side: summary(Counts.of(frame[name]), min_cell_rows) for side, frame in sides.items()
        }
        for moment in MOMENTS:
            train, holdout, synthetic = (
                shown[side][moment] for side in ("train", "holdout", "synthetic")
            )
            if train is None or holdout is None:
                continue
            if synthetic is None or abs(synthetic - train) > TIMES * abs(holdout - train):
                found[moment].append(name)
    return found


def off_divergences(sides: Sides, columns: Columns, min_cell_rows: int, bins: int) -> list[str]:
    """Columns whose KL divergence from train is over twice the larger of the holdout's and of what
    two samples of one distribution show at these sizes."""
    numbers = (
        (name, {side: Counts.of(frame[name]) for side, frame in sides.items()})
        for name in columns.numbers
    )
    categories = (
        (name, {side: counted(frame[name]) for side, frame in sides.items()})
        for name in columns.categories
    )
    table = divergence_table(numbers, categories, min_cell_rows, bins)
    limit = TIMES * table[["kl_divergence_holdout", "kl_sampling_noise"]].astype(float).max(axis=1)
    return table["variable"][~(table["kl_divergence"].astype(float) <= limit)].tolist()


def counted(values: pd.Series) -> dict[str, int]:
    """Rows by category, the missing ones among them."""
    return values.fillna(MISSING).value_counts().to_dict()


def is_off(share: float, other: float, n: int, m: int) -> bool:
    """Whether a share of `m` rows lies further from one of `n` rows than the larger of 5% of it
    and two standard errors of their difference (binomial, at the share of both together)."""
    both = (share * n + other * m) / (n + m)
    error = math.sqrt(both * (1 - both) * (1 / n + 1 / m))
    return abs(other - share) > max(OF_SHARE * share, ERRORS * error)


def off_categories(
    train: pd.DataFrame, rows: pd.DataFrame, columns: Columns
) -> tuple[list[str], list[str], int]:
    """Categories above 0.5% of train rows whose share is off, those of them that no row has, both
    as `column=category`, and how many were looked at. Missing values are judged apart."""
    off, lost, looked_at = [], [], 0
    for name in columns.categories:
        found, real = counted(rows[name]), counted(train[name])
        for category, n in sorted(real.items()):
            share = n / len(train)
            if share <= LEAST_SHARE or category == MISSING:
                continue
            looked_at += 1
            other = found.get(category, 0) / len(rows)
            if is_off(share, other, len(train), len(rows)):
                off.append(f"{name}={category}")
            if not other:
                lost.append(f"{name}={category}")
    return off, lost, looked_at


def off_missing(train: pd.DataFrame, rows: pd.DataFrame, columns: Columns) -> tuple[list[str], int]:
    """Columns whose share of missing values is off, and how many have any on either side."""
    off, looked_at = [], 0
    for name in columns.names:
        share, other = train[name].isna().mean(), rows[name].isna().mean()
        looked_at += bool(share or other)
        if is_off(share, other, len(train), len(rows)):
            off.append(name)
    return off, looked_at
