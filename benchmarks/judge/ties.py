"""Ties of single fields: Cramer's V of every pair, and what goes with the target's rarer value."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from likeness.schema.fields import DATE_KINDS, NUMBER_KINDS, Field

MOST_LEVELS = 60  # of a category
BANDS = 10  # that numbers of more values are cut into
AWAY = 0.03  # of train's V, or as far as the holdout's
LEAST_ROWS = 60  # of a level whose rate is compared, in train
CAPPED = 0.995  # means count larger values as this quantile


def levels(frames: Sequence[pd.DataFrame], fields: Sequence[Field]) -> list[pd.DataFrame]:
    """Each frame's fields as levels: categories, months and years, numbers in bands of the first.

    A missing value is a level; texts, identifiers and categories of more levels are left out.
    """
    first = frames[0]
    out = [pd.DataFrame(index=frame.index) for frame in frames]
    for field in fields:
        for frame, made in zip(frames, out, strict=True):
            if field.kind in DATE_KINDS:
                moments = pd.to_datetime(frame[field.name])
                made[f"{field.name} year"] = moments.dt.year.fillna(-1)
                made[f"{field.name} month"] = moments.dt.month.fillna(-1)
            elif field.kind in NUMBER_KINDS:
                values = pd.to_numeric(frame[field.name]).to_numpy(float, na_value=np.nan)
                known = pd.to_numeric(first[field.name]).dropna().astype(float)
                edges = np.unique(known.quantile(np.linspace(0, 1, BANDS + 1)[1:-1]))
                bands = np.searchsorted(edges, values, side="right")
                made[field.name] = np.where(np.isnan(values), -1, bands)
            elif field.kind not in ("free_text", "identifier") and (
                first[field.name].nunique() <= MOST_LEVELS
            ):
                made[field.name] = frame[field.name].astype(object).astype(str)
    return out


def cramers_v(one: pd.Series, other: pd.Series, levels_of: tuple[int, int]) -> float:
    """Cramer's V of two categories that are to have so many levels each, without correction.

    The levels are train's for all rows: one that few rows have, which may not be named, would
    change what V is divided by.
    """
    seen = pd.crosstab(one, other).to_numpy(float)
    expected = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / seen.sum()
    freedom = max(min(levels_of) - 1, 1)
    return float(np.sqrt(((seen - expected) ** 2 / expected).sum() / seen.sum() / freedom))


def pairs(train: pd.DataFrame, holdout: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """V of every pair of columns of `levels`, and which are off, the furthest first."""
    rows = []
    for one, other in combinations(train, 2):
        known = train[one].nunique(), train[other].nunique()
        sides = [frame[[one, other]] for frame in (train, holdout, made)]
        rows.append((one, other, *(cramers_v(s[one], s[other], known) for s in sides)))
    found = pd.DataFrame(rows, columns=["one", "other", "train", "holdout", "engine"])
    away = (found["engine"] - found["train"]).abs()
    allowed = np.maximum(AWAY, (found["holdout"] - found["train"]).abs())
    found = found.assign(away=away, off=away > allowed)
    return found.sort_values("away", ascending=False, ignore_index=True)


def rates(
    train: pd.DataFrame, holdout: pd.DataFrame, made: pd.DataFrame, target: str, positive: str
) -> pd.DataFrame:
    """Rate of the target by each level, and which are off by over twice the holdout's deviation.

    The deviation is the holdout's own distance, or its standard error where that is larger.
    """
    rows = []
    for name in train.columns.drop(target):
        of = [
            (frame[target] == positive).groupby(frame[name]).agg(["mean", "size"])
            for frame in (train, holdout, made)
        ]
        others = of[1].add_suffix(" holdout"), of[2].add_suffix(" engine")
        both = of[0].join(others[0]).join(others[1]).dropna()
        both = both[both["size"] >= LEAST_ROWS]
        noise = np.sqrt(both["mean"] * (1 - both["mean"]) / both["size holdout"])
        own = np.maximum((both["mean holdout"] - both["mean"]).abs(), noise)
        away = both["mean engine"] - both["mean"]
        table = pd.DataFrame({"level": both.index.astype(str), "away": away.to_numpy()})
        rows.append(table.assign(field=name, off=(away.abs() > 2 * own).to_numpy()))
    return pd.concat(rows, ignore_index=True)


def leans(
    train: pd.DataFrame, other: pd.DataFrame, numbers: Sequence[str], target: str, positive: str
) -> pd.DataFrame:
    """How far means and medians lie from train's in the rows of the target's `positive` value.

    Means in standard errors of train's, values beyond the quantile CAPPED counting as it.
    """
    real, rows = (frame[frame[target] == positive] for frame in (train, other))
    out = []
    for name in numbers:
        whole = pd.to_numeric(train[name]).astype(float)
        sides = [pd.to_numeric(part[name]).astype(float) for part in (real, rows)]
        capped = [side.clip(upper=whole.quantile(CAPPED)) for side in sides]
        error = capped[0].std() / np.sqrt(capped[0].notna().sum())
        mean = (capped[1].mean() - capped[0].mean()) / error
        out.append((name, mean, sides[1].median() - sides[0].median()))
    return pd.DataFrame(out, columns=["field", "errors", "median"])
